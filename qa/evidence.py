"""Where an answer stands: the sentence or table row around it, and its box on a PDF's page."""

from __future__ import annotations

from qa.answer import Citation
from retrieval.document import Box, Page, Table
from retrieval.index.store import DocumentRecord
from retrieval.sentences import sentence_spans

MAX_QUOTE = 600  # characters


def cite(record: DocumentRecord, page: Page, start: int, end: int) -> Citation:
    """The citation of characters [start, end) of a page."""
    quote_start, quote_end = _quote(page, start, end)
    return Citation(
        document=record.id,
        title=record.title,
        source=record.source,
        page=page.number,
        start=start,
        end=end,
        quote=page.text[quote_start:quote_end],
        quote_start=start - quote_start,
        box=_box(page, start, end),
    )


def _quote(page: Page, start: int, end: int) -> tuple[int, int]:
    """The row of a table, or the sentences of a paragraph, that hold [start, end); never more than `MAX_QUOTE` around it."""
    block = next((b for b in page.blocks if b.start <= start < b.end), None)
    if block is None:
        return start, end
    if isinstance(block, Table):
        row = next((c.row for c in block.cells if c.start <= start < c.end), None)
        cells = [c for c in block.cells if c.row == row]
        first, last = (cells[0].start, cells[-1].end) if cells else (start, end)
    else:
        text = page.text[block.start : block.end]
        spans = [(block.start + s, block.start + e) for s, e in sentence_spans(text)]
        around = [(s, e) for s, e in spans if s < end and start < e] or [(start, end)]
        first, last = around[0][0], around[-1][1]
    first, last = min(first, start), max(last, end)
    return max(first, start - MAX_QUOTE), min(last, end + MAX_QUOTE)


def _box(page: Page, start: int, end: int) -> Box | None:
    boxes = [word.box for word in page.words if word.start < end and start < word.end]
    if not boxes:
        return None
    box = boxes[0]
    for other in boxes[1:]:
        box = box.union(other)
    return box
