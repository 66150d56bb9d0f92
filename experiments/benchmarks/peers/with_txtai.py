"""txtai's embeddings database and its RAG pipeline with an extractive model, as its examples on extractive QA have it.

`Textractor` by lines, which are a filing's paragraphs and table rows: by paragraphs its pieces are pages, of which its
encoder and its reader take in the first 512 tokens only. Otherwise as it is by default.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from experiments.benchmarks.peers.models import ENCODER, READER

TITLE = "txtai"
PACKAGES = ("txtai", "beautifulsoup4")
_SHORTEST = 20  # characters of a line that is worth indexing
NOTES = (
    f"`Textractor` by lines of at least {_SHORTEST} characters, `Embeddings` with content, `RAG` over the exported reader. "
    "Its reader joins the k passages and reads the first 512 tokens of that, whatever k is; window and stride cannot be "
    "set. It takes the best start and the best end apart, gives no answer below a score of 0.05, and raises a TypeError "
    'where either falls on "no answer", which counts as wrong.'
)
_DATABASE = "database"


class Ingest:
    """The embeddings database."""

    def __init__(self, index: Path, models: Path) -> None:
        """Loads the encoder when first used."""
        from txtai import Embeddings
        from txtai.pipeline import Textractor

        self._path = str(index / _DATABASE)
        self._embeddings = Embeddings(path=str(models / ENCODER), content=True, gpu=False)
        self._textractor = Textractor(lines=True, minlength=_SHORTEST)

    def add(self, files: Sequence[str]) -> None:
        """Upserts the lines of all files."""
        self._embeddings.upsert([line for lines in self._textractor(list(files)) for line in lines])

    def finish(self) -> int:
        """Saves the database."""
        self._embeddings.save(self._path)
        return int(self._embeddings.count())


class Ask:
    """The RAG pipeline."""

    def __init__(self, index: Path, models: Path, k: int) -> None:
        """Loads database and models."""
        from txtai import Embeddings
        from txtai.pipeline import RAG

        embeddings = Embeddings(gpu=False)
        embeddings.load(str(index / _DATABASE))
        reader = str(models / READER)
        self._rag = RAG(embeddings, reader, gpu=False, context=k, task="question-answering", output="flatten")

    def ask(self, question: str) -> str | None:
        """The answer in the joined passages."""
        found: str | None = self._rag(question)
        return found
