"""Files into an index: only what is new or changed is parsed and embedded; what was stopped goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.document import Identity
from retrieval.index.index import Index
from retrieval.loading.load import load_documents
from retrieval.loading.parsed import Loaded, Skipped, SourceFile


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
        paths: files and folders.
        overrides: identity fields that hold for all files.
        progress: called after each document with the report so far and the document's title.
    """
    started = time.monotonic()
    report = IngestReport()
    known = index.sources()

    def unchanged(file: SourceFile) -> bool:
        before = known.get(str(file.path.resolve()))
        if before is None or before.digest != file.digest:
            return False
        if before.reason is not None:
            report.skipped.append(Skipped(str(file.path), before.reason, file))
        else:
            report.unchanged += 1
        return True

    for outcome in load_documents(paths, overrides=overrides, unchanged=unchanged):
        if isinstance(outcome, Loaded):
            _add(index, outcome, report)
            name = outcome.document.title
        else:
            report.skipped.append(outcome)
            name = outcome.source
            if outcome.file is not None:
                path = str(outcome.file.path.resolve())
                index.remember_skipped(path=path, digest=outcome.file.digest, reason=outcome.reason)
        report.seconds = time.monotonic() - started
        if progress is not None:
            progress(report, name)
    report.seconds = time.monotonic() - started
    return report


def _add(index: Index, loaded: Loaded, report: IngestReport) -> None:
    document = loaded.document
    report.passages += index.add(document, path=str(loaded.file.path.resolve()), digest=loaded.file.digest)
    report.added += 1
    report.pages += len(document.pages)
