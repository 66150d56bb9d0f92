"""Files into an index: only what is new or changed is parsed and embedded; what was stopped goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.document import Identity
from retrieval.embedding import Vectors
from retrieval.index.index import Index
from retrieval.loading.load import load_documents
from retrieval.loading.parsed import Loaded, Skipped, SourceFile
from retrieval.passage import Passage


@dataclass
class IngestReport:
    """What one ingest did.

    Attributes:
        added: documents written.
        unchanged: files that the index already held as they are.
        pages: pages of the documents written.
        passages: passages embedded.
        seconds: from start to end.
        skipped: files that are not in the index, and why, those known from before included.
    """

    added: int = 0
    unchanged: int = 0
    pages: int = 0
    passages: int = 0
    seconds: float = 0.0
    skipped: list[Skipped] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A document with its passages and their vectors [passages, dimensions], made elsewhere."""

    loaded: Loaded
    passages: list[Passage]
    vectors: Vectors


class Ingest:
    """Takes what became of files into an index opened for writing, and keeps count.

    Attributes:
        known: what became of each file before, by path.
    """

    def __init__(self, index: Index, progress: Callable[[IngestReport, str], None] | None) -> None:
        """`progress` is called after each file with the report so far and the document's title."""
        self.known = index.sources()
        self._index = index
        self._progress = progress
        self._started = time.monotonic()
        self._report = IngestReport()

    def unchanged(self, file: SourceFile) -> bool:
        """Whether the index knows the file as it is; counts it where it does."""
        before = self.known.get(str(file.path.resolve()))
        if before is None or before.digest != file.digest:
            return False
        if before.reason is not None:
            self._report.skipped.append(Skipped(str(file.path), before.reason, file))
        else:
            self._report.unchanged += 1
        return True

    def take(self, outcome: Loaded | Embedded | Skipped) -> None:
        """Writes a document, or why there is none."""
        if isinstance(outcome, Skipped):
            self._skip(outcome)
            name = outcome.source
        else:
            name = self._add(outcome)
        report = self.finished()
        if self._progress is not None:
            self._progress(report, name)

    def finished(self) -> IngestReport:
        """The report so far."""
        self._report.seconds = time.monotonic() - self._started
        return self._report

    def _add(self, outcome: Loaded | Embedded) -> str:
        """Writes a document; its title."""
        loaded = outcome if isinstance(outcome, Loaded) else outcome.loaded
        document, path, digest = loaded.document, str(loaded.file.path.resolve()), loaded.file.digest
        if isinstance(outcome, Loaded):
            self._report.passages += self._index.add(document, path=path, digest=digest)
        else:
            self._index.put(document, outcome.passages, outcome.vectors, path=path, digest=digest)
            self._report.passages += len({passage.indexed_text for passage in outcome.passages})
        self._report.added += 1
        self._report.pages += len(document.pages)
        return document.title

    def _skip(self, skipped: Skipped) -> None:
        self._report.skipped.append(skipped)
        if skipped.file is not None:
            path = str(skipped.file.path.resolve())
            self._index.remember_skipped(path=path, digest=skipped.file.digest, reason=skipped.reason)


def ingest(
    index: Index,
    paths: Iterable[str | Path],
    *,
    overrides: Identity | None = None,
    progress: Callable[[IngestReport, str], None] | None = None,
) -> IngestReport:
    """Reads files and folders into an index opened for writing.

    Args:
        index: the index.
        paths: files and folders; a file that several lead to is read once.
        overrides: identity fields that hold for all files.
        progress: called after each file with the report so far and the document's title.
    """
    running = Ingest(index, progress)
    for outcome in load_documents(paths, overrides=overrides, unchanged=running.unchanged):
        running.take(outcome)
    return running.finished()
