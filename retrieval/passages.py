"""Documents to passages: pieces that fit the encoder, each with a header line that says where it stands.

Sentences are packed together until the window is full, never across a heading or a page. Tables are
written as lines, `Net sales: 2023 $ 1,234; 2022 $ 1,100`, whole where they fit, else split by rows with
their header rows and section repeated, and a row that is too long by cells with its label repeated.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.document import Document, Page, Table, Text
from retrieval.passage import TEXT_BITS, Passage, Segment
from retrieval.sentences import sentence_spans
from retrieval.table_lines import Line, table_lines
from retrieval.tokens import SPECIAL, WINDOW, count_tokens

MIN_WORDS = 3  # less is a page number or a running title
MAX_HEADER_PART = 80  # characters of a section or title in the header line
LEAST_ROOM = WINDOW // 4  # tokens of text in a passage, however long its header line
_ID_BITS = 63
_JOINT = re.compile("[:;]? ")  # between the cells of a line


def passages_of(document: Document) -> list[Passage]:
    """All passages of a document, page by page; page numbers and the like are left out."""
    found: dict[int, Passage] = {}
    sections: list[tuple[int, str]] = []
    for page in document.pages:
        for passage in _page_passages(document, page, sections):
            found.setdefault(passage.id, passage)
    return list(found.values())


def _page_passages(document: Document, page: Page, sections: list[tuple[int, str]]) -> Iterator[Passage]:
    """The passages of one page; `sections` is the path of headings in force and goes on to the next page."""
    texts: list[Text] = []
    for block in page.blocks:
        if isinstance(block, Table):
            yield from _text_passages(document, page, sections, texts)
            texts = []
            yield from _table_passages(document, page, sections, block)
        elif block.level:
            yield from _text_passages(document, page, sections, texts)
            texts = [block]
            while sections and sections[-1][0] >= block.level:
                sections.pop()
            sections.append((block.level, page.text[block.start : block.end]))
        else:
            texts.append(block)
    yield from _text_passages(document, page, sections, texts)


def _text_passages(
    document: Document, page: Page, sections: Sequence[tuple[int, str]], blocks: Sequence[Text]
) -> Iterator[Passage]:
    """Sentences packed greedily into windows."""
    if not blocks:
        return
    header = _header(document, sections)
    room = _room(count_tokens([header])[0])
    spans = [
        (block.start + start, block.start + end)
        for block in blocks
        for start, end in sentence_spans(page.text[block.start : block.end])
    ]
    pieces = [piece for span in spans for piece in _fit(page.text, span, room)]
    for start, end in _packed(pieces, room):
        text = page.text[start:end]
        if len(text.split()) < MIN_WORDS:
            continue
        yield _passage(document, page, header, text, (Segment(0, len(text), start),))


def _table_passages(
    document: Document, page: Page, sections: Sequence[tuple[int, str]], table: Table
) -> Iterator[Passage]:
    header = _header(document, sections, table)
    heads, lines = table_lines(table)
    if not lines:
        return
    size, *head_sizes = count_tokens([header, *(line.text for line in heads)])
    room = WINDOW - SPECIAL - size - sum(head_sizes)
    if room < LEAST_ROOM:  # headers too long to be repeated
        room = _room(size)
        for piece in _line_pieces(heads, room):
            yield _joined(document, page, header, piece, table)
        heads = []
    for piece in _line_pieces(lines, room):
        yield _joined(document, page, header, [*heads, *piece], table)


def _line_pieces(lines: Sequence[Line], room: int) -> Iterator[list[Line]]:
    """Lines packed greedily into windows, each window's section first; a line too long for one has some by itself."""
    piece: list[Line] = []
    used = 0
    for line, size in zip(lines, count_tokens([line.text for line in lines]), strict=True):
        for part in [line] if size <= room else _cut(line, room):
            if piece and used + size > room:
                yield piece
                piece, used = _opening(part, room)
            piece.append(part)
            used += size
    if piece:
        yield piece


def _opening(line: Line, room: int) -> tuple[list[Line], int]:
    """The section of a line, where both fit, and its tokens."""
    if line.section is None:
        return [], 0
    section, own = count_tokens([line.section.text, line.text])
    return [line.section] if section + own <= room else [], section


def _cut(line: Line, room: int) -> list[Line]:
    """A line in parts, cut before cells or, in one that is too long, at white space; a short label heads each."""
    first, section = line.segments[0], None
    (size,) = count_tokens([line.text[: first.end]])
    if ":" in line.text[first.end - 1 : first.end + 1] and size <= room // 4:  # a colon ends or follows a label
        section, room = Line(line.text[: first.end], (first,)), room - size
    cells = [joint.end() for s in line.segments[:-1] if (joint := _JOINT.match(line.text, s.end))]
    spans = pairwise([0, *cells, len(line.text)])
    parts: list[Line] = []
    for start, end in _packed([piece for span in spans for piece in _fit(line.text, span, room)], room):
        segments = tuple(
            Segment(max(s.start, start) - start, min(s.end, end) - start, s.page_start + max(start - s.start, 0))
            for s in line.segments
            if s.start < end and start < s.end
        )
        if segments:  # else it is but a piece of a column's name
            text = line.text[start : start + segments[-1].end]
            parts.append(Line(text, segments, section if parts else line.section))
    return parts


def _joined(document: Document, page: Page, header: str, lines: Iterable[Line], table: Table) -> Passage:
    """A passage of some lines of a table."""
    text, segments = "", []
    for line in lines:
        if text:
            text += "\n"
        segments += [Segment(s.start + len(text), s.end + len(text), s.page_start) for s in line.segments]
        text += line.text
    return _passage(document, page, header, text, tuple(segments), table)


def _passage(
    document: Document, page: Page, header: str, text: str, segments: tuple[Segment, ...], table: Table | None = None
) -> Passage:
    start = min(s.page_start for s in segments)
    end = max(s.page_start + s.end - s.start for s in segments)
    return Passage(
        id=(_number(document.id, _ID_BITS - TEXT_BITS) << TEXT_BITS)
        + (_number(f"{document.id}\0{page.number}\0{start}\0{text}", TEXT_BITS) or 1),
        document_id=document.id,
        page=page.number,
        kind="text" if table is None else "table",
        header=header,
        text=text,
        segments=segments,
        start=start,
        end=end,
        statement=None if table is None else table.statement,
    )


def _number(text: str, bits: int) -> int:
    """A number of so many bits that tells texts apart."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) >> (64 - bits)


def _header(document: Document, sections: Sequence[tuple[int, str]], table: Table | None = None) -> str:
    """`Company | form | FY | section | table title | unit`, what is known of these."""
    identity = document.identity
    parts = [identity.company or shortened(document.title), identity.form or "", identity.period_name]
    parts += [shortened(text) for _, text in sections[-2:]]
    if table is not None:
        parts += [shortened(table.title), table.statement or "", shortened(table.unit_line)]
    return " | ".join(dict.fromkeys(part for part in parts if part))


def _room(header: int) -> int:
    """How many tokens of text go below a header line of so many."""
    return max(WINDOW - SPECIAL - header, LEAST_ROOM)


def shortened(text: str) -> str:
    """A section or title as the header line has it."""
    text = " ".join(text.split())
    return text if len(text) <= MAX_HEADER_PART else text[: MAX_HEADER_PART - 1] + "…"


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    tokens: int


def _fit(text: str, span: tuple[int, int], room: int) -> list[_Piece]:
    """The span as one piece, or cut at white space (or, in a word that long, anywhere) into pieces that fit."""
    start, end = span
    size = count_tokens([text[start:end]])[0]
    if size <= room:
        return [_Piece(start, end, size)]
    middle = (start + end) // 2
    space = text.rfind(" ", start + 1, middle)
    cut = space + 1 if space > start else middle
    if cut <= start or cut >= end:
        return [_Piece(start, end, size)]
    return _fit(text, (start, cut), room) + _fit(text, (cut, end), room)


def _packed(pieces: Sequence[_Piece], room: int) -> Iterator[tuple[int, int]]:
    """Neighbouring pieces joined while they fit."""
    start, end, used = -1, -1, 0
    for piece in pieces:
        if start >= 0 and used + piece.tokens > room:
            yield start, end
            start = -1
        if start < 0:
            start, used = piece.start, 0
        end, used = piece.end, used + piece.tokens
    if start >= 0:
        yield start, end
