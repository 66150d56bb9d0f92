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
from retrieval.loading.columns import Placed, grid, has_values, heads_columns, right_ends
from retrieval.loading.cover import completed_by_text, cover_identity
from retrieval.loading.page_text import PageWriter, heading_level
from retrieval.loading.parsed import LoadError, Parsed, RawCell
from retrieval.loading.pdf_lines import PdfLine, page_lines
from retrieval.loading.pdf_view import views
from retrieval.loading.table_structure import is_value

MAX_PAGES = 5000
_COVER_PAGES = 3
_TOLERANCE = 9.0  # points by which the right ends of one column differ: a hanging parenthesis
_MAX_GAP = 3  # lines without numbers inside a table
_MAX_LABELS = 6  # such lines where they are only labels and the numbers go on in the same columns
_MAX_BETWEEN = 300  # characters between a table and its rest on the next page: foot, running heads
_LABEL_LENGTH = 110  # characters of a label that may run on below the numbers


def parse_pdf(data: bytes) -> Parsed:
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
        pages: list[Page] = []
        open_table: Table | None = None
        for number in range(len(pdf)):
            page, open_table = _page(pdf, number, open_table)
            pages.append(page)
    finally:
        pdf.close()
    if not any(page.text for page in pages):
        raise LoadError("no text layer; run OCR first")
    cover = cover_identity("\n".join(page.text for page in pages[:_COVER_PAGES]))
    identity = completed_by_text(cover, "\n".join(page.text for page in pages))
    return Parsed(tuple(pages), identity)


def _page(
    pdf: Any,  # noqa: ANN401 (a pypdfium2.PdfDocument)
    number: int,
    open_table: Table | None,
) -> tuple[Page, Table | None]:
    """One page, and the table that may go on behind it; an unreadable page is empty: the others keep their numbers."""
    import pypdfium2

    try:
        page = pdf[number]
    except pypdfium2.PdfiumError:
        return Page(number + 1, "", ()), None
    width, height = page.get_size()
    try:
        shown, view = views(page)
        lines = page_lines(page, view)
    finally:
        page.close()
    writer = PageWriter()
    words, left_open = _write(writer, lines, open_table)
    read = replace(writer.page(number + 1), words=tuple(words), width=width, height=height)
    return read if view == shown else shown.turned(read), left_open


def _write(writer: PageWriter, lines: Sequence[PdfLine], open_table: Table | None) -> tuple[list[Word], Table | None]:
    """Writes the blocks of a page.

    Args:
        writer: of the page.
        lines: of the page.
        open_table: which the first table of this page may go on with.

    Returns:
        where its words and cells stand, and the table that the next page may go on with.
    """
    words: list[Word] = []
    left_open, between = open_table, 0  # characters since a table
    body = median([line.size for line in lines]) if lines else 0.0
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        if end > at:
            cells = grid([line.runs for line in lines[at:end]], tolerance=_TOLERANCE, indent_unit=1.0)
            continued = open_table if between <= _MAX_BETWEEN and _is_rest(lines[at].runs, cells, open_table) else None
            open_table = None
            table = writer.table(cells, continued=continued)
            words += [Word(cell.start, cell.end, cell.box) for cell in table.cells if cell.box]
            left_open, between = continued or table, 0
        else:
            end = _paragraph_end(lines, at, body)
            _paragraph(writer, lines[at:end], body, words)
            between += sum(len(line.text) for line in lines[at:end])
        at = end
    return words, left_open if between <= _MAX_BETWEEN else None


def _is_rest(first: Sequence[Placed], cells: Sequence[RawCell], table: Table | None) -> bool:
    """Whether `cells` are the rest of a table: they begin with numbers, not headers, and stand in its columns."""
    if table is None or not all(is_value(run.text) for run in first[1:]):
        return False
    ends, others = right_ends(cells), right_ends(table.cells)
    return len(ends) > 1 and ends.keys() == others.keys() and all(abs(ends[c] - others[c]) <= _TOLERANCE for c in ends)


def _table_end(lines: Sequence[PdfLine], at: int) -> int:
    """One past the last line of the table that begins at `at`; `at` itself where none does."""
    first = at
    while first < len(lines) and first < at + 6 and heads_columns(lines[first].runs):
        first += 1
    if first >= len(lines):
        return at
    # section labels may stand between the headers and the first numbers
    values = first
    while first > at and values < min(first + _MAX_GAP, len(lines) - 1) and _is_label(lines[values]):
        if has_values(lines[values].runs):
            break
        values += 1
    if not has_values(lines[values].runs):
        return at
    last, rows = first, 0
    numbers: list[Placed] = []
    for end, line in enumerate(lines[first:], start=first):
        if has_values(line.runs):
            if not _goes_on(lines[last:end], line.runs[1:], numbers):
                break
            last, rows = end + 1, rows + 1
            numbers += line.runs[1:]
        elif end - last >= _MAX_LABELS or not (_is_label(line, numbers) or heads_columns(line.runs)):
            break
    return last if rows >= 2 or (rows == 1 and first > at) else at


def _goes_on(between: Sequence[PdfLine], cells: Sequence[Placed], numbers: Sequence[Placed]) -> bool:
    """Whether a row of `cells` belongs to the table with these `numbers` that some lines part it from."""
    if len(between) <= _MAX_GAP:
        return True
    if any(heads_columns(line.runs) for line in between):
        return False
    return all(any(abs(cell.right - number.right) <= _TOLERANCE for number in numbers) for cell in cells)


def _is_label(line: PdfLine, numbers: Sequence[Placed] = ()) -> bool:
    """Whether a line may name a row, alone or as a part of its label: it is short, or ends before the numbers begin."""
    if len(line.runs) != 1 or len(line.text) < _LABEL_LENGTH:
        return len(line.runs) == 1
    return not line.text.endswith(":") and line.box.right <= min((cell.left for cell in numbers), default=0.0)


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
