"""Reports of studies, from their result files only: one self-contained HTML file and one Markdown file each.

`financeqa study report NAME` writes one study's, `financeqa study report` all and the index.
"""
