"""Documents for the scale benchmark: the real filings at hand, then passages recombined from their clauses and cells.

A recombined passage is two short real pieces drawn by seed, about 24 tokens with its header line. A
document of them holds a few hundred, under one of 300 invented companies and one fiscal year.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Container, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.data_folder import data_folder, read_records
from retrieval.document import Document, Identity, Page, Text
from retrieval.files import write_atomically
from retrieval.index.sqlite_file import FILE, SqliteFile
from retrieval.loading.document_defaults import complete_tables
from retrieval.loading.files import digest_of
from retrieval.loading.load import load_documents
from retrieval.loading.parsed import Loaded, SourceFile
from retrieval.loading.plain_text import parse_text
from retrieval.tokens import count_tokens

SEED = 7
RECOMBINED = "recombined/"  # starts the source of every document that is not real
_CLAUSE = re.compile(r"\n|(?<=[.,;:]) ")
_LONGEST = 80  # characters of a piece
_PIECE_TOKENS = range(4, 11)
_PIECES = 100_000  # kept, of those there are
_PASSAGES = (150, 450)  # of a document, least and most
_FIRST_YEAR = 2005
_FIRST = "Alder Birch Cedar Dunmore Elmwood Fairlane Garnet Hollis Ivory Juniper Kestrel Lorimer Marlow Norwood Osprey Penrose Quarry Rowan Sable Tamarin".split()
_SECOND = "Foods Motors Energy Systems Textiles Pharma Logistics Insurance Steel Media Robotics Airlines Minerals Software Retail".split()
COMPANIES = [f"{first} {second} Corp" for first in _FIRST for second in _SECOND]


@dataclass(frozen=True, slots=True)
class Source:
    """A document, the name it goes by in the index, and the digest of what it was made from."""

    name: str
    digest: str
    document: Document


def filings(paths: Sequence[Path], known: Container[str]) -> Generator[Source]:
    """The filings under some folders: files that the loaders read, and texts in JSON lines; without those known."""

    def unchanged(file: SourceFile) -> bool:
        return str(file.path) in known

    for outcome in load_documents([path for path in paths if not _lines(path)], unchanged=unchanged):
        if isinstance(outcome, Loaded):
            yield Source(str(outcome.file.path), outcome.file.digest, outcome.document)
    for path in (found for folder in paths for found in _lines(folder)):
        for number, record in enumerate(read_records(path)):
            name = f"{path}#{number}"
            if name not in known:
                yield _text_filing(name, record)


def real_paths() -> list[Path]:
    """The folders of filings among the shared data."""
    names = ("filings_html", "financebench/pdfs", "filings_items", "filings_text")
    return [path for path in (data_folder() / name for name in names) if path.is_dir()]


def pieces(index: Path, kept: Path) -> list[str]:
    """Short clauses and labelled cells of an index's passages; made once, then read from the file `kept`."""
    if kept.is_file():
        with gzip.open(kept, "rt", encoding="utf-8") as file:
            found: list[str] = json.load(file)
        return found
    truth = SqliteFile(index / FILE)
    texts = [text.partition("\n")[2] for _, _, text in truth.texts()]
    truth.close()
    parts = {part.strip() for text in texts for part in _CLAUSE.split(text)}
    short = sorted(part for part in parts if len(part) <= _LONGEST and len(part.split()) > 1)
    random.Random(SEED).shuffle(short)
    fitting: list[str] = []
    while short and len(fitting) < _PIECES:
        some, short = short[:_PIECES], short[_PIECES:]
        fitting += [part for part, size in zip(some, count_tokens(some), strict=True) if size in _PIECE_TOKENS]
    write_atomically(kept, gzip.compress(json.dumps(fitting[:_PIECES]).encode()))
    return fitting[:_PIECES]


def recombined(material: Sequence[str], number: int) -> Source:
    """The recombined document of this number, always the same for the same material."""
    rng = random.Random(f"{SEED}:{number}")
    year, company = divmod(number, len(COMPANIES))
    identity = Identity(company=COMPANIES[company], form="10-K", fiscal_year=_FIRST_YEAR + year)
    texts = [f"{rng.choice(material)} {rng.choice(material)}" for _ in range(rng.randint(*_PASSAGES))]
    name = f"{RECOMBINED}{number}"
    # one passage a page: the splitter would pack neighbours together
    pages = tuple(Page(n, text, (Text(0, len(text)),)) for n, text in enumerate(texts, start=1))
    digest = digest_of(*(text.encode("utf-8", "surrogatepass") for text in texts), repr(identity).encode())
    title = f"{identity.company} 10-K {identity.period_name}"
    return Source(name, digest, Document(digest[:16], title, identity, name, pages))


def _lines(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.jsonl.gz") if path.parent.name in ("filings_items", "filings_text"))


def _text_filing(name: str, record: dict[str, Any]) -> Source:
    """A filing of `filings_items` (text by item) or `filings_text` (whole, or in chunks)."""
    text = record.get("text") or "\n\n".join(chunk["text"] for chunk in record.get("chunks", ()))
    text = text or "\n\n".join(value for key, value in record.items() if key.startswith("item_") and value)
    parsed = parse_text(text.encode("utf-8", "surrogatepass"))
    period = str(record.get("fiscal_year") or record.get("period_of_report") or record.get("period") or "")
    years = [int(word) for word in period.replace("-", " ").split() if len(word) == 4 and word.isdigit()]
    identity = Identity(
        company=record.get("company") or record.get("ticker"),
        form=record.get("form") or record.get("filing_type"),
        fiscal_year=years[0] if years else None,
    )
    digest = digest_of(text.encode("utf-8", "surrogatepass"), repr(identity).encode())
    title = f"{identity.company} {identity.form} {identity.period_name}"
    pages = complete_tables(parsed.pages, parsed.identity)
    return Source(name, digest, Document(digest[:16], title, identity, name, pages))
