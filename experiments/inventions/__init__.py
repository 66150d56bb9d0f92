"""One script for each page of `research/inventions/`."""
