"""Four filings of companies that do not exist, and questions on them: what the demo and the tests run on.

`python -m retrieval.samples.make` writes the filings from the content in this package.
"""

from pathlib import Path

QUESTIONS = Path(__file__).parent / "questions.toml"


def sample_folder() -> Path:
    """The folder of the four filings."""
    return Path(__file__).parent / "filings"
