"""PDF filings to pages of text and tables, from the boxes of their characters (pypdfium2).

Lines are put together by place, not by the file's order. Runs of lines whose numbers stand in
columns become tables; the rest becomes headings and paragraphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from retrieval.document import Page, Table, Text, Word
from retrieval.loading.columns import grid, has_values, heads_columns
from retrieval.loading.cover import completed_by_text, cover_identity
from retrieval.loading.document_defaults import complete_tables
from retrieval.loading.page_text import PageWriter, heading_level
from retrieval.loading.parsed import LoadError, Parsed
from retrieval.loading.pdf_lines import PdfLine, page_lines

MAX_PAGES = 5000
_COVER_PAGES = 3
_TOLERANCE = 9.0  # points by which the right ends of one column differ: a hanging parenthesis
_MAX_GAP = 3  # label-only lines inside a table


def parse_pdf(data: bytes, *, source: str) -> Parsed:
    """The pages and identity of a PDF.

    Raises:
        LoadError: it is encrypted, damaged, too long, or has no text.
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = "encrypted; remove the password first" if "password" in str(error).lower() else "damaged PDF"
        raise LoadError(reason) from None
    try:
        if len(pdf) > MAX_PAGES:
            raise LoadError(f"{len(pdf)} pages, more than {MAX_PAGES}")
        if not len(pdf):
            raise LoadError("a PDF without pages")
        pages = [page for number in range(len(pdf)) if (page := _page(pdf, number)) is not None]
    finally:
        pdf.close()
    if not any(page.text for page in pages):
        raise LoadError("no text layer; run OCR first")
    cover = cover_identity("\n".join(page.text for page in pages[:_COVER_PAGES]))
    identity = completed_by_text(cover, "\n".join(page.text for page in pages))
    return Parsed(complete_tables(pages, identity), identity)


def _page(pdf: Any, number: int) -> Page | None:  # noqa: ANN401 (a pypdfium2.PdfDocument)
    """One page; an unreadable one is empty, so that the others keep their numbers."""
    import pypdfium2

    try:
        page = pdf[number]
    except pypdfium2.PdfiumError:
        return Page(number + 1, "", ())
    width, height = page.get_size()
    try:
        lines = page_lines(page, height)
    finally:
        page.close()
    writer = PageWriter()
    words = _write(writer, lines)
    return replace(writer.page(number + 1), words=tuple(words), width=width, height=height)


def _write(writer: PageWriter, lines: Sequence[PdfLine]) -> list[Word]:
    """Writes the blocks of a page; returns where its words and cells stand."""
    words: list[Word] = []
    body = median([line.size for line in lines]) if lines else 0.0
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        if end > at:
            cells = grid([line.runs for line in lines[at:end]], tolerance=_TOLERANCE, indent_unit=1.0)
            writer.table(cells)
            table = writer.blocks[-1]
            if isinstance(table, Table):
                words += [Word(cell.start, cell.end, cell.box) for cell in table.cells if cell.box]
        else:
            end = _paragraph_end(lines, at, body)
            _paragraph(writer, lines[at:end], body, words)
        at = end
    return words


def _table_end(lines: Sequence[PdfLine], at: int) -> int:
    """One past the last line of the table that begins at `at`; `at` itself where none does."""
    first = at
    while first < len(lines) and first < at + 6 and heads_columns(lines[first].runs):
        first += 1
    if first >= len(lines):
        return at
    # section labels may stand between the headers and the first numbers
    values = first
    while first > at and values < min(first + _MAX_GAP, len(lines) - 1) and _is_short(lines[values]):
        if has_values(lines[values].runs):
            break
        values += 1
    if not has_values(lines[values].runs):
        return at
    end, last, rows = first, first, 0
    while end < len(lines) and end - last <= _MAX_GAP:
        if has_values(lines[end].runs):
            last, rows = end + 1, rows + 1
        elif not (_is_short(lines[end]) or heads_columns(lines[end].runs)):
            break
        end += 1
    return last if rows >= 2 or (rows == 1 and first > at) else at


def _is_short(line: PdfLine) -> bool:
    return len(line.runs) == 1 and len(line.text) < 110


def _paragraph_end(lines: Sequence[PdfLine], at: int, body: float) -> int:
    """One past the last line of the paragraph: a larger gap, a heading, another size or a table ends it."""
    end = at + 1
    if _level(lines[at], body):
        return end
    while end < len(lines):
        above, line = lines[end - 1], lines[end]
        gap = line.box.top - above.box.bottom
        if gap > 0.75 * max(line.size, 1.0) or gap < -2 * line.size or abs(line.size - above.size) > 1.5:
            break
        if _level(line, body) or _table_end(lines, end) > end:
            break
        end += 1
    return end


def _level(line: PdfLine, body: float) -> int:
    level = heading_level(line.text, bold=line.bold)
    larger = line.size > 1.15 * body and len(line.text) < 120 and any(c.isalpha() for c in line.text)
    return level or (4 if larger else 0)


def _paragraph(writer: PageWriter, lines: Sequence[PdfLine], body: float, words: list[Word]) -> None:
    text = " ".join(line.text for line in lines)
    writer.paragraph(text, level=_level(lines[0], body) if len(lines) == 1 else 0)
    block = writer.blocks[-1] if writer.blocks else None
    if not isinstance(block, Text):
        return
    at = block.start
    for word in (word for line in lines for word in line.words):
        words.append(Word(at, at + len(word.text), word.box))
        at += len(word.text) + 1
