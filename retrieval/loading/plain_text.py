"""Plain text and Markdown filings: paragraphs, headings, and tables set in columns of spaces or pipes."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby

from retrieval.document import Page
from retrieval.loading.columns import Placed, grid, has_values, heads_columns, joined_numbers
from retrieval.loading.cover import completed_by_text, cover_identity
from retrieval.loading.page_text import PageWriter, heading_level
from retrieval.loading.parsed import LoadError, Parsed, RawCell
from retrieval.loading.periods import is_date_like
from retrieval.loading.table_structure import is_value

MAX_LINE = 20_000
_MAX_LABELS = 3  # between headers and numbers
_RULE = re.compile(r"^[\s|:=\-_—–+*.]*$")
_COLUMN = re.compile(r"\S+(?: \S+)*")  # words one space apart are one cell
_PIPE_ROW = re.compile(r"^\s*\|.*\|\s*$")
_TAG = re.compile(
    r"</?(?:table|caption|page|s|c|fn|text|document|type|sequence|filename|description)[^<>]{0,200}>", re.IGNORECASE
)
_MARKDOWN_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def parse_text(data: bytes, *, markdown: bool = False) -> Parsed:
    """The pages (form feeds part them) and identity of a text file.

    Raises:
        LoadError: the bytes are no text.
    """
    text = _CONTROL.sub(" ", decode(data)).replace("\r\n", "\n").replace("\r", "\n")
    pages: list[Page] = []
    for part in text.split("\f"):
        writer = PageWriter()
        _write(writer, part.split("\n"), markdown)
        if not writer.empty:
            pages.append(writer.page(len(pages) + 1))
    if not pages:
        raise LoadError("no text in the file")
    cover = cover_identity("\n".join(page.text for page in pages[:3])[:20_000])
    identity = completed_by_text(cover, "\n".join(page.text for page in pages))
    return Parsed(tuple(pages), identity)


def decode(data: bytes) -> str:
    """Bytes as text: by byte order mark, as UTF-8, else as Windows-1252.

    Raises:
        LoadError: too much of it is no text in any of them.
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, errors="replace")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    sample = text[:100_000]
    odd = sum(not (c.isprintable() or c in "\n\r\t\f") for c in sample) + sample.count("\ufffd")
    accented = sum("\x80" <= c <= "\xff" for c in sample)
    if odd > 0.1 * len(sample) or accented > 0.3 * len(sample):
        raise LoadError("not text in UTF-8, UTF-16 or Windows-1252")
    return text


def _write(writer: PageWriter, lines: list[str], markdown: bool) -> None:
    """Writes the blocks of one page."""
    at = 0
    while at < len(lines):
        end = _block_end(lines, at)
        block = [_TAG.sub("", line).rstrip() for line in lines[at:end]]
        block = [line for line in block if line.strip()]
        at = max(end, at + 1)
        if not block:
            continue
        if sum(bool(_PIPE_ROW.match(line)) for line in block) >= 2:
            lines_of_cells = [_pipe_cells(line) for line in block if not _RULE.match(line)]
            cells = [replace(c, row=number) for number, row in enumerate(lines_of_cells) for c in row]
            _table_or_text(writer, cells)
        elif _is_fixed_width(block):
            _fixed_width(writer, block)
        else:
            _paragraphs(writer, block, markdown)


def _block_end(lines: list[str], at: int) -> int:
    """One past the last line of the block: a blank line ends it, unless both sides are rows of numbers."""
    end = at
    while end < len(lines):
        if not lines[end].strip():
            after = next((i for i in range(end, min(end + 3, len(lines))) if lines[i].strip()), None)
            if after is None or not (_has_columns(lines[after]) and any(_has_columns(line) for line in lines[at:end])):
                break
        end += 1
    return end


def _has_columns(line: str) -> bool:
    return ("  " in line.strip() or "\t" in line) and has_values(_placed(line))


def _is_fixed_width(block: list[str]) -> bool:
    rows = sum(_has_columns(line) for line in block)
    return rows >= 2 and rows >= 0.3 * len(block)


def _fixed_width(writer: PageWriter, block: list[str]) -> None:
    """Text above the first columns, then the table."""
    first = _headers_start(block, next(i for i, line in enumerate(block) if _has_columns(line)))
    if first:
        _paragraphs(writer, block[:first], markdown=False)
    rows = [_placed(line) for line in block[first:] if not _RULE.match(line)]
    _table_or_text(writer, grid(rows, tolerance=4, indent_unit=4))


def _headers_start(block: list[str], values: int) -> int:
    """The first line of the column headers above the first line of numbers; section labels may stand between."""
    for labels in range(_MAX_LABELS + 1):
        first = values - labels
        while first > 0 and (_RULE.match(block[first - 1]) or _names_columns(block[first - 1])):
            first -= 1
        if first < values - labels:
            return first
    return values


def _names_columns(line: str) -> bool:
    """Whether a line stands well right of the margin and is a date or in several columns, as headers are."""
    margin = len(line) - len(line.lstrip())
    return margin >= 20 and (heads_columns(_placed(line)) or is_date_like(line.strip()))


def _placed(line: str) -> list[Placed]:
    line = line[:MAX_LINE].expandtabs(8)
    return joined_numbers([Placed(m[0], float(m.start()), float(m.end())) for m in _COLUMN.finditer(line)])


def _pipe_cells(line: str) -> list[RawCell]:
    parts = [" ".join(part.split()).strip("*") for part in line.strip().strip("|").split("|")]
    return [RawCell(text, 0, column, column + 1, 0) for column, text in enumerate(parts) if text]


def _table_or_text(writer: PageWriter, cells: list[RawCell]) -> None:
    """A table where numbers stand beside something, else its lines as paragraphs."""
    if any(is_value(cell.text) for cell in cells) and len({cell.column for cell in cells}) > 1:
        writer.table(cells)
        return
    for _, row in groupby(cells, key=lambda cell: cell.row):
        writer.paragraph(" ".join(cell.text for cell in row))


def _paragraphs(writer: PageWriter, block: list[str], markdown: bool) -> None:
    """Lines joined to paragraphs; headings on their own."""
    pending: list[str] = []
    for line in block:
        text = " ".join(line.split())
        heading = _MARKDOWN_HEADING.match(text) if markdown else None
        level = len(heading[1]) if heading else heading_level(text, bold=text.isupper())
        if _RULE.match(text):
            continue
        if level:
            writer.paragraph(" ".join(pending))
            pending = []
            writer.paragraph(heading[2] if heading else text, level=level)
        else:
            pending.append(text)
    writer.paragraph(" ".join(pending))
