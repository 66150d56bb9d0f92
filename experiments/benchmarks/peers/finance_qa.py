"""Our system through its public API: `ingest` and `FinanceQA`, with the packaged models."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path

from qa.answering import FinanceQA
from retrieval.embedding import Embedder
from retrieval.index.index import Index
from retrieval.index.sqlite_file import FILE, SqliteFile
from retrieval.ingest import ingest
from retrieval.tokens import SPECIAL, WINDOW, count_tokens

TITLE = "finance-qa"
PACKAGES = ("finance-qa",)
NOTES = (
    "As `financeqa ingest` and `financeqa ask` run it. It reads k passages of the filings that a question is about, and "
    'k more of others only where those answer nothing. Below its threshold it says "not found", which counts as wrong.'
)
_SAMPLE = 400  # passages, embedded again to see how many tokens a second the encoder reads


class Ingest:
    """An index that is written."""

    def __init__(self, index: Path, models: Path) -> None:
        """The models are the packaged ones, of which the others have copies in `models`."""
        self._index = Index.create(index)

    def add(self, files: Sequence[str]) -> None:
        """Raises ValueError where a file is skipped."""
        report = ingest(self._index, files)
        if report.skipped:
            raise ValueError(str(report.skipped[0]))

    def finish(self) -> int:
        """Lets what is derived from SQLite catch up."""
        passages = self._index.size
        self._index.close()
        return passages


class Ask:
    """An index that is asked."""

    def __init__(self, index: Path, models: Path, k: int) -> None:
        """The models are the packaged ones."""
        self._system = FinanceQA.open(index, k=k)

    def ask(self, question: str) -> str | None:
        """The text of the answer, where it is found."""
        answer = self._system.ask(question)
        return answer.text if answer.found else None


def pages(index: Path) -> int:
    """Pages of the documents of an index."""
    with Index.open(index) as opened:
        return sum(record.pages for record in opened.documents())


def arithmetic(index: Path) -> dict[str, float]:
    """Tokens that an ingest embedded, and how many a second the encoder reads when nothing else is done.

    The rate is that of a sample of the very texts, drawn by seed, embedded again.
    """
    truth = SqliteFile(index / FILE)
    texts = sorted({text for _, _, text in truth.texts()})  # equal texts are embedded once
    truth.close()
    sample = random.Random(0).sample(texts, min(_SAMPLE, len(texts)))
    embedder = Embedder()
    embedder.embed(sample)  # loads it, and lets it meet every shape
    started = time.perf_counter()
    embedder.embed(sample)
    seconds = time.perf_counter() - started
    return {"tokens": _tokens(texts), "tokens_per_second": _tokens(sample) / seconds}


def _tokens(texts: Sequence[str]) -> int:
    """Tokens that the encoder reads of some texts, padding not counted."""
    return sum(min(size + SPECIAL, WINDOW) for size in count_tokens(texts))
