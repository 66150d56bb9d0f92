"""A collection as a Parquet file for `datasets.load_dataset`: a row a filing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.collecting.edgar import Filing
from retrieval.collecting.listing import Listing
from retrieval.document import Identity

COLUMNS = {
    "accession": "EDGAR's number of the filing",
    "company": "name of the filer, as EDGAR has it today",
    "ticker": "its trading symbol, where it has one",
    "cik": "SEC's number of it, ten digits",
    "form": "with `/A` for an amendment",
    "fiscal_year": "as the filing counts it, else by the end of its period",
    "quarter": "1 to 3 in quarterly reports",
    "period_end": "last day of the reported period, or the day of the event",
    "filed": "the day on which EDGAR took it",
    "url": "where it is at EDGAR",
    "file": "where it is here",
    "sha256": "of the file",
    "pages": "its text, page by page; tables are lines in it; none where it could not be read",
}


@dataclass(frozen=True, slots=True)
class CollectedFiling:
    """A filing, where it came from, and what is in it.

    Attributes:
        filing: as EDGAR lists it.
        file: path in the collection.
        sha256: of the file.
        address: where EDGAR has it.
        identity: as it was read; `None` where it could not be.
        pages: the text of each.
    """

    filing: Filing
    file: str
    sha256: str
    address: str
    identity: Identity | None
    pages: tuple[str, ...]


def table(listing: Listing, collected: Sequence[CollectedFiling]) -> bytes:
    """The filings as a Parquet file with `COLUMNS`."""
    import pyarrow
    import pyarrow.parquet

    kinds = dict.fromkeys(COLUMNS, pyarrow.string())
    kinds |= dict.fromkeys(("fiscal_year", "quarter"), pyarrow.int32())
    kinds |= dict.fromkeys(("period_end", "filed"), pyarrow.date32())
    kinds["pages"] = pyarrow.list_(pyarrow.string())
    rows = [_row(listing, each) for each in collected]
    content = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, pyarrow.schema(kinds)), content)
    return content.getvalue()


def _row(listing: Listing, collected: CollectedFiling) -> dict[str, object]:
    filing = collected.filing
    identity = collected.identity or listing.identity(filing)
    return {
        "accession": filing.accession,
        "company": identity.company,
        "ticker": identity.ticker,
        "cik": identity.cik,
        "form": identity.form,
        "fiscal_year": identity.fiscal_year,
        "quarter": identity.quarter,
        "period_end": identity.period_end,
        "filed": filing.filed,
        "url": collected.address,
        "file": collected.file,
        "sha256": collected.sha256,
        "pages": collected.pages,
    }
