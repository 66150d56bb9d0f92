"""The small core that every study runs on: what a study is, how it is run, kept and judged."""
