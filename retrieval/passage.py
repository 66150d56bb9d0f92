"""A passage: what is searched and read. `retrieval.passages` makes them from documents."""

from dataclasses import dataclass
from typing import Literal

from retrieval.document import Statement

TEXT_BITS = 40  # of an id, the lower ones, come from the passage's place and text; those above from its document


@dataclass(frozen=True, slots=True)
class Segment:
    """Characters [start, end) of a passage are the characters of its page from `page_start` on."""

    start: int
    end: int
    page_start: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of one page, small enough for the encoder.

    Attributes:
        id: positive 63-bit number made from the document, place and text: the same passage has the same
            id everywhere, and passages of one document lie side by side where they are stored by id.
        document_id: the document it belongs to.
        page: number of its page, from 1.
        kind: `text` or `table`.
        header: `Company | form | FY | section | table title | unit`, what is known of these.
        text: what is read. For text a slice of the page; for tables the rows in words.
        segments: which characters of `text` stand where on the page, in order. For text it is one
            segment; in a table the words that join cells belong to none.
        start: first character on the page that it covers.
        end: one past the last.
        statement: the primary statement of which it is a piece.
    """

    id: int
    document_id: str
    page: int
    kind: Literal["text", "table"]
    header: str
    text: str
    segments: tuple[Segment, ...]
    start: int
    end: int
    statement: Statement | None = None

    @property
    def indexed_text(self) -> str:
        """What is embedded and searched: the header line, then the text."""
        return f"{self.header}\n{self.text}" if self.header else self.text

    def to_page(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the characters [start, end) of the text stand on the page.

        `None` where no character of them comes from the page. Characters that come from none
        (words that join cells) at either side are left out.
        """
        places = [
            (segment.page_start + max(start, segment.start) - segment.start,
             segment.page_start + min(end, segment.end) - segment.start)
            for segment in self.segments
            if segment.start < end and start < segment.end
        ]  # fmt: skip
        return (min(p[0] for p in places), max(p[1] for p in places)) if places else None
