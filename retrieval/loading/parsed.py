"""What passes between the parsers of one format and the rest of loading."""

from dataclasses import dataclass
from pathlib import Path

from retrieval.document import Box, Document, Fact, Identity, Page


class LoadError(ValueError):
    """A file cannot be read as a filing; the message is one line that says why, without the path."""


class PassingError(LoadError):
    """A file was not read for want of time, memory or something else that may be there another time."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to load: its path and the sha256 of what decides its document (its bytes and its sidecar's)."""

    path: Path
    digest: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document and the file that it was made from."""

    document: Document
    file: SourceFile


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that did not become a document, and why, in one line; `file` is `None` where it may another time."""

    source: str
    reason: str
    file: SourceFile | None = None

    def __str__(self) -> str:
        return f"skipped {self.source}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a format's parser returns: the pages, and what the file says of who filed it and when.

    Tables know what they say themselves; `document_defaults.complete_tables` adds what the filing says.
    """

    pages: tuple[Page, ...]
    identity: Identity
    title: str = ""


@dataclass(frozen=True, slots=True)
class RawCell:
    """A table's cell before its role and headers are known.

    Attributes:
        text: as displayed; never empty.
        row: row of the grid, from 0.
        column: first column of the grid that it covers, from 0.
        column_end: one past its last column.
        start: first character in the page's text.
        header: whether the source marks it as a header (`<th>`).
        indent: how far the text is set in, in points, for telling sub-items from headings.
        bold: whether the text is set in bold.
        box: where it stands, for PDFs.
        facts: the inline-XBRL facts inside it.
    """

    text: str
    row: int
    column: int
    column_end: int
    start: int
    header: bool = False
    indent: float = 0.0
    bold: bool = False
    box: Box | None = None
    facts: tuple[Fact, ...] = ()
