"""Filings of a company from EDGAR into a folder; what was stopped goes on, and what is there is not fetched again.

README.md               the data set's card
data/filings.parquet    the data set: a row a filing, with its text
filings/                the documents, each with a sidecar that says whose it is and for when
.collect/               which filings these are, as EDGAR listed them, and the checksums of all files
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval.collecting.card import card
from retrieval.collecting.checked_files import SUMS, CheckedFiles
from retrieval.collecting.edgar import Edgar, Filing
from retrieval.collecting.listing import Listing, Request, list_filings, read, written
from retrieval.collecting.table import CollectedFiling, table
from retrieval.files import remove_leftovers, write_atomically
from retrieval.index.lock import WriterLock
from retrieval.loading.files import SIDECAR_SUFFIX
from retrieval.loading.load import load_documents
from retrieval.loading.parsed import Loaded, Skipped
from retrieval.loading.sandbox import Sandbox
from retrieval.loading.sidecar import sidecar_text

CARD = "README.md"
TABLE = "data/filings.parquet"
FILINGS = "filings"
LISTING = ".collect/listing.json"
_PATIENCE = 1800.0  # seconds for reading a file: a machine with much to do makes the same data set


@dataclass(frozen=True, slots=True)
class Collection:
    """What a collection holds.

    Attributes:
        listing: its filings.
        fetched: how many of them were fetched now; the others were there, and are what their checksums say.
        skipped: filings that could not be read when the data set was made now, and why; it lacks their text.
    """

    listing: Listing
    fetched: int
    skipped: tuple[Skipped, ...]


def collect(
    request: Request, folder: Path, edgar: Edgar, progress: Callable[[int, int], None] = lambda done, of: None
) -> Collection:
    """Makes the collection that a request means, or what is missing or damaged of it.

    The same listing gives the same files byte for byte, however often the way there was interrupted.

    Args:
        request: what to collect.
        folder: made where it is missing.
        edgar: asked for what is not there.
        progress: called after each filing with how many are there, and of how many.

    Raises:
        ValueError: the folder holds something else, or another process is at it; or as `list_filings`.
        retrieval.collecting.fetching.FetchError: EDGAR does not give something. What was fetched is kept.
        OSError: the folder cannot be written.
    """
    kept = _kept_listing(request, folder)
    listing = kept or list_filings(request, edgar)
    state = (folder / LISTING).parent
    state.mkdir(parents=True, exist_ok=True)
    lock = WriterLock(state)
    if not lock.acquire():
        raise ValueError(f"another process collects into {folder}; wait for it, or choose another --out")
    try:
        if kept is None:
            write_atomically(folder / LISTING, written(listing))
        return _complete(listing, folder, edgar, progress)
    finally:
        lock.release()


def _kept_listing(request: Request, folder: Path) -> Listing | None:
    """The listing of an earlier process; `None` where there is none that can be read."""
    path = folder / LISTING
    if not path.parent.is_dir() and folder.is_dir() and any(folder.iterdir()):
        raise ValueError(f"{folder} holds files, and they are no collection; choose another --out")
    kept = read(path.read_bytes()) if path.is_file() else None
    if kept is not None and kept.request != request:
        raise ValueError(f"{folder} holds {kept.request}, not {request}; choose another --out")
    return kept


def _complete(listing: Listing, folder: Path, edgar: Edgar, progress: Callable[[int, int], None]) -> Collection:
    """Fetches and writes what is missing."""
    names = {filing: f"{FILINGS}/{listing.file_name(filing)}" for filing in listing.filings}
    for name in (LISTING, SUMS, TABLE, CARD, *names.values()):
        remove_leftovers(folder / name)
    files = CheckedFiles(folder)
    fetched = 0
    for done, (filing, name) in enumerate(names.items(), start=1):
        if not files.holds(name):
            files.write(name, edgar.document(listing.company, filing))
            fetched += 1
        if not files.holds(name + SIDECAR_SUFFIX):
            files.write(name + SIDECAR_SUFFIX, sidecar_text(listing.identity(filing)).encode())
        progress(done, len(names))
    skipped: tuple[Skipped, ...] = ()
    if fetched or not (files.holds(TABLE) and files.holds(CARD)):
        skipped = _describe(listing, names, folder, edgar, files)
    return Collection(listing, fetched, skipped)


def _describe(
    listing: Listing, names: Mapping[Filing, str], folder: Path, edgar: Edgar, files: CheckedFiles
) -> tuple[Skipped, ...]:
    """Writes data set and card; returns what could not be read."""
    sandbox = Sandbox(time_limit=_PATIENCE)
    collected: list[CollectedFiling] = []
    skipped: list[Skipped] = []
    outcomes = load_documents((folder / name for name in names.values()), sandbox=sandbox)
    for (filing, name), outcome in zip(names.items(), outcomes, strict=True):
        document = outcome.document if isinstance(outcome, Loaded) else None
        collected.append(
            CollectedFiling(
                filing=filing,
                file=name,
                sha256=files.digest(name),
                address=edgar.document_address(listing.company, filing),
                identity=document.identity if document else None,
                pages=tuple(page.text for page in document.pages) if document else (),
            )
        )
        if isinstance(outcome, Skipped):
            skipped.append(outcome)
    files.write(TABLE, table(listing, collected))
    files.write(CARD, card(listing, collected, TABLE, FILINGS).encode())
    return tuple(skipped)
