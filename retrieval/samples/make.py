"""Writes the sample filings: `python -m retrieval.samples.make`. The PDF needs reportlab (a development dependency)."""

from __future__ import annotations

from retrieval.files import write_atomically
from retrieval.samples import brindlevale, larkfield, render_html, render_pdf, render_text, sample_folder, tarrow


def contents() -> dict[str, bytes]:
    """The bytes of each file by its name."""
    made = {filing.name: render_html.render(filing) for filing in larkfield.filings()}
    for filing, render in ((brindlevale.filing(), render_pdf.render), (tarrow.filing(), render_text.render)):
        made[filing.name] = render(filing)
    return made


def main() -> None:
    """Writes all files."""
    for name, data in contents().items():
        write_atomically(sample_folder() / name, data)


if __name__ == "__main__":
    main()
