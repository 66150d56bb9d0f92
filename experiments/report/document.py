"""What a report says, apart from how it is written: HTML and Markdown are made from the same document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Link:
    """Text that leads to another file of the reports."""

    text: str
    href: str


Cell = str | Link


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    kind: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True)
class Listing:
    """Points under a line that introduces them."""

    kind: ClassVar[str] = "listing"
    title: str
    items: Sequence[str]


@dataclass(frozen=True)
class Terms:
    """Terms, each with what is said of it."""

    kind: ClassVar[str] = "terms"
    items: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Command:
    """A command, with what it makes."""

    kind: ClassVar[str] = "command"
    makes: str
    text: str


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        caption: what it shows, of how many.
        header: names of the columns.
        rows: cells; the first of each row names it.
        text: columns that hold words, which are set left; the others hold numbers.
    """

    kind: ClassVar[str] = "table"
    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    text: frozenset[int] = frozenset({0})


@dataclass(frozen=True)
class Picture:
    """A plot.

    Attributes:
        name: of its file, and in links.
        svg: an `svg` element without outside resources; its text is text.
        alt: what it shows, for whoever does not see it.
        caption: what is drawn, of how many, with which intervals.
        command: makes it.
    """

    kind: ClassVar[str] = "picture"
    name: str
    svg: str
    alt: str
    caption: str
    command: str


Block = Paragraph | Listing | Terms | Command | Table | Picture


@dataclass(frozen=True)
class Section:
    """A part of a report under a heading; `name` is what links call it."""

    name: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Document:
    """A report: its title, the sentence that says it all, and its sections."""

    title: str
    lead: str
    sections: Sequence[Section]

    @property
    def pictures(self) -> list[Picture]:
        """All plots, in order."""
        return [block for section in self.sections for block in section.blocks if isinstance(block, Picture)]
