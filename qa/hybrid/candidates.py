"""The derivations that a table admits for a question: few, and the right one among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, permutations

from qa.hybrid.asked import Asked
from qa.hybrid.context import Context, Figure, Heading, fiscal_years, stems
from qa.hybrid.derivation import Derivation, Operator, computed
from qa.hybrid.match import Match
from retrieval.document import Cell
from retrieval.quantity import Quantity

MAX_ROWS = 6
MAX_COLUMNS = 6
_PAIRED: tuple[Operator, ...] = ("difference", "change", "ratio", "share")
_JOINED: tuple[Operator, ...] = ("average", "sum")
_SIGNED: tuple[Operator, ...] = ("difference", "average", "sum")
_CURRENCY = re.compile(r"[$€£]\s?(?:m|mm|bn|000|k)?|\b(?:usd|eur|gbp|m|mn|bn|000)\b|['’]000", re.IGNORECASE)
_DATES = stems("year ended december march june september")
_TOTAL = re.compile(r"\btotal\b", re.IGNORECASE)

Line = Sequence[Figure]  # numbers of one row, or of one column


def derivations(context: Context, asked: Asked, match: Match) -> list[Derivation]:
    """All derivations from the table: of the rows and columns that match the question best."""
    rows = match.best_rows(MAX_ROWS)
    columns = match.best_columns(MAX_COLUMNS)
    across = [_present(context, [(row, column) for column in columns]) for row in rows]
    down = [_present(context, [(row, column) for row in rows]) for column in columns]
    found = [
        *_single(across),
        *_lists(across),
        *_lists(down),
        *_arithmetic(across),
        *_arithmetic(down),
        *_of_two_rows(across),
        *_comparisons(context, asked, rows, columns),
    ]
    answers = [derivation for derivation in found if derivation.parts]
    return list({(d.operator, d.parts, tuple((f.row, f.column) for f in d.figures)): d for d in answers}.values())


def _present(context: Context, places: Sequence[tuple[int, int]]) -> Line:
    return [context.figures[place] for place in places if place in context.figures]


def _single(lines: Sequence[Line]) -> Iterator[Derivation]:
    for line in lines:
        for figure in line:
            yield Derivation("cell", (figure.cell.text,), (figure,))


def _groups(line: Line, fewest: int) -> Iterator[Line]:
    """All of a line, and each group of two or three of its numbers."""
    sizes = {size for size in (2, 3) if size >= fewest}
    for size in sizes:
        yield from combinations(line, size)
    if len(line) > max(sizes):
        yield line


def _lists(lines: Sequence[Line]) -> Iterator[Derivation]:
    for line in lines:
        for group in _groups(line, 2):
            yield Derivation("cells", tuple(figure.cell.text for figure in group), tuple(group))


def _arithmetic(lines: Sequence[Line]) -> Iterator[Derivation]:
    for line in lines:
        for pair in permutations(line, 2):
            for operator in _PAIRED:
                yield from _worked(operator, pair)
        for pair in combinations(line, 2):
            yield from _worked("product", pair)
        for group in _groups(line, 2):
            for operator in _JOINED:
                yield from _worked(operator, group)


def _of_two_rows(across: Sequence[Line]) -> Iterator[Derivation]:
    """What two rows give in two columns: averages to compare, ratios or sums that change."""
    for one, other in permutations(across, 2):
        columns = [figure.column for figure in one]
        by_column = {figure.column: figure for figure in other}
        for left, right in permutations([column for column in columns if column in by_column], 2):
            first = {figure.column: figure for figure in one}
            yield from _worked("change of ratio", (first[left], by_column[left], first[right], by_column[right]))
            if one[0].row < other[0].row:
                yield from _worked("change of sum", (first[left], by_column[left], first[right], by_column[right]))
            if left < right:
                yield from _worked(
                    "difference of averages", (first[left], first[right], by_column[left], by_column[right])
                )


def _worked(operator: Operator, figures: Sequence[Figure]) -> Iterator[Derivation]:
    """The result, and for costs that a table shows as negative amounts also that of the amounts as people say them."""
    negative = operator in _SIGNED and all(figure.value < 0 for figure in figures)
    for each in (figures, [replace(figure, value=-figure.value) for figure in figures]) if negative else (figures,):
        result = computed(operator, each)
        if result is not None:
            yield result


def _comparisons(context: Context, asked: Asked, rows: Sequence[int], columns: Sequence[int]) -> Iterator[Derivation]:
    """Headings that a comparison picks, or that stand together; each set may be counted."""
    for derivation in _picked(context, asked, rows, columns):
        yield derivation
        if derivation.operator == "headings" and derivation.labels:
            yield replace(derivation, operator="count", parts=(str(len(derivation.labels)),))


def _picked(context: Context, asked: Asked, rows: Sequence[int], columns: Sequence[int]) -> Iterator[Derivation]:
    for row in rows:
        line = sorted(_present(context, [(row, column) for column in context.columns]), key=lambda f: f.column)
        yield from _of_line(line, context.columns, asked, key="column")
    plain_rows = [row for row, heading in context.rows.items() if not _TOTAL.search(heading.text) and heading.text]
    for column in columns:
        yield from _of_line(_present(context, [(row, column) for row in plain_rows]), context.rows, asked, key="row")
        for pair in combinations(rows, 2):
            yield from _of_line(_present(context, [(row, column) for row in pair]), context.rows, asked, key="row")
    for group in context.groups:
        yield _headings(group.cells, ())
    labels = [heading.cell for row, heading in context.rows.items() if row in plain_rows and heading.cell]
    yield _headings(labels, ())
    named = [heading for heading in context.columns.values() if heading.cell]
    yield _headings([heading.cell for heading in named if heading.cell], ())
    yield _headings([heading.cell for heading in named if heading.cell and len(heading.years) == 1], ())


def _of_line(line: Line, headings: dict[int, Heading], asked: Asked, key: str) -> Iterator[Derivation]:
    """The heading of a line's largest and smallest number, and the headings of those beyond a limit."""
    labelled = [(figure, cell) for figure in line if (cell := headings[getattr(figure, key)].cell) is not None]
    if not labelled:
        return
    figures = tuple(figure for figure, _ in labelled)
    if len(labelled) > 1:
        for pick in (max, min):
            _, cell = pick(labelled, key=lambda pair: pair[0].value)
            yield Derivation("heading", (heading_text(cell),), figures, (cell,))
    if key == "column":
        yield _headings([cell for _, cell in labelled], figures)
    for limit in asked.limits:
        sides = [(figure, cell, _beyond(figure, limit)) for figure, cell in labelled]
        for side in (1, -1):
            chosen = [cell for _, cell, lies in sides if lies == side]
            yield _headings(chosen, figures)
            if len(chosen) == 1:
                yield Derivation("heading", (heading_text(chosen[0]),), figures, tuple(chosen))


def _beyond(figure: Figure, limit: Quantity) -> int:
    """1 where a figure lies above a limit, -1 below; in full where both say their scale, else as displayed."""
    scaled = limit.scale and figure.cell.scale
    value, bound = (figure.value.scaleb(figure.cell.scale), limit.scaled) if scaled else (figure.value, limit.value)
    return (value > bound) - (value < bound)


def _headings(cells: Sequence[Cell], figures: tuple[Figure, ...]) -> Derivation:
    return Derivation("headings", tuple(heading_text(cell) for cell in cells), figures, tuple(cells))


def heading_text(cell: Cell) -> str:
    """A heading as an answer: the year alone where it says little else."""
    years = fiscal_years(cell.text)
    return str(*years) if len(years) == 1 and not stems(_CURRENCY.sub(" ", cell.text)) - _DATES else cell.text
