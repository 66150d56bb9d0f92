"""Pages and passages to bytes and back: compressed JSON, so that nothing stored can run code."""

from __future__ import annotations

import json
import zlib
from datetime import date
from typing import Any

from retrieval.document import Block, Box, Cell, Identity, Page, Period, Table, Text, Word
from retrieval.passage import Passage, Segment


def encode_page(page: Page) -> bytes:
    """A page without its XBRL facts, which serve training and checks and are not searched."""
    record = [
        page.number,
        page.text,
        [_block(block) for block in page.blocks],
        [[word.start, word.end, *_box(word.box)] for word in page.words],
        page.width,
        page.height,
    ]
    return _compressed(record)


def decode_page(data: bytes) -> Page:
    """The page that `encode_page` was given, less the facts."""
    number, text, blocks, words, width, height = json.loads(zlib.decompress(data))
    return Page(
        number,
        text,
        tuple(_read_block(block, text) for block in blocks),
        tuple(Word(start, end, Box(*box)) for start, end, *box in words),
        width,
        height,
    )


def encode_passage(passage: Passage) -> bytes:
    """A passage."""
    segments = [[s.start, s.end, s.page_start] for s in passage.segments]
    return _compressed(
        [
            passage.id,
            passage.document_id,
            passage.page,
            passage.kind,
            passage.header,
            passage.text,
            segments,
            passage.start,
            passage.end,
            passage.statement,
        ]
    )


def decode_passage(data: bytes) -> Passage:
    """The passage that `encode_passage` was given."""
    identifier, document, page, kind, header, text, segments, *place = json.loads(zlib.decompress(data))
    return Passage(identifier, document, page, kind, header, text, tuple(Segment(*s) for s in segments), *place)


def encode_segments(segments: tuple[Segment, ...]) -> str:
    """Segments as JSON."""
    return json.dumps([[s.start, s.end, s.page_start] for s in segments], separators=(",", ":"))


def decode_segments(data: str) -> tuple[Segment, ...]:
    """The segments that `encode_segments` was given."""
    return tuple(Segment(*values) for values in json.loads(data))


def encode_identity(identity: Identity) -> str:
    """An identity as JSON."""
    values = {name: getattr(identity, name) for name in Identity.__slots__}
    values["period_end"] = identity.period_end.isoformat() if identity.period_end else None
    return json.dumps(values, ensure_ascii=False)


def decode_identity(data: str) -> Identity:
    """The identity that `encode_identity` was given."""
    values = json.loads(data)
    values["former_names"] = tuple(values["former_names"])
    values["period_end"] = date.fromisoformat(values["period_end"]) if values["period_end"] else None
    return Identity(**values)


def _compressed(record: list[Any]) -> bytes:
    return zlib.compress(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode(), level=3)


def _block(block: Block) -> list[Any]:
    if isinstance(block, Text):
        return [block.start, block.end, block.level]
    return [
        block.start,
        block.end,
        [_cell(cell) for cell in block.cells],
        block.title,
        block.unit_line,
        block.statement,
    ]


def _read_block(record: list[Any], text: str) -> Block:
    if len(record) == 3:
        return Text(*record)
    start, end, cells, title, unit_line, statement = record
    return Table(start, end, tuple(_read_cell(cell, text) for cell in cells), title, unit_line, statement)


def _cell(cell: Cell) -> list[Any]:
    period = None
    if cell.period is not None:
        period = [cell.period.start.isoformat() if cell.period.start else None, cell.period.end.isoformat()]
    return [
        cell.start,
        len(cell.text),
        cell.row,
        cell.column,
        cell.column_end,
        cell.role,
        cell.row_path,
        cell.column_path,
        period,
        cell.unit,
        cell.scale,
        _box(cell.box) if cell.box else None,
    ]


def _read_cell(record: list[Any], text: str) -> Cell:
    start, length, row, column, column_end, role, row_path, column_path, period, unit, scale, box = record
    when = None
    if period is not None:
        when = Period(date.fromisoformat(period[0]) if period[0] else None, date.fromisoformat(period[1]))
    return Cell(
        text=text[start : start + length],
        row=row,
        column=column,
        column_end=column_end,
        start=start,
        role=role,
        row_path=tuple(row_path),
        column_path=tuple(column_path),
        period=when,
        unit=unit,
        scale=scale,
        box=Box(*box) if box else None,
    )


def _box(box: Box) -> list[float]:
    return [round(value, 2) for value in (box.left, box.top, box.right, box.bottom)]
