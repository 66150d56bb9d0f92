"""The programs that numbers admit: each operator is a form of program, its operands are slots in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

from qa.metrics.finqa import ProgramError, Result, Step, execute
from qa.programs.slots import Slot, as_printed

Form = tuple[tuple[str, str, str], ...]  # steps with A, B, C, D for the operands
_PAIRS: dict[str, Form] = {
    "divide": (("divide", "A", "B"),),
    "subtract": (("subtract", "A", "B"),),
    "change": (("subtract", "A", "B"), ("divide", "#0", "B")),
    "change of first": (("subtract", "A", "B"), ("divide", "#0", "A")),
    "greater": (("greater", "A", "B"),),
    "divide by thousand": (("multiply", "A", "const_1000"), ("divide", "#0", "B")),
    "divide millions": (("multiply", "A", "const_1000000"), ("divide", "#0", "B")),
    "divide by percent": (("divide", "B", "const_100"), ("divide", "A", "#0")),
    "share of sum": (("add", "A", "B"), ("divide", "A", "#0")),
    "growth": (("divide", "A", "B"), ("subtract", "#0", "const_1")),
    "change by": (("subtract", "A", "B"), ("divide", "B", "#0")),
    "continued": (("divide", "A", "B"), ("multiply", "#0", "A")),
    "difference of returns": (
        ("subtract", "A", "const_100"), ("divide", "#0", "const_100"), ("subtract", "B", "const_100"),
        ("divide", "#2", "const_100"), ("subtract", "#1", "#3"),
    ),
}  # fmt: skip
_UNORDERED: dict[str, Form] = {
    "add": (("add", "A", "B"),),
    "multiply": (("multiply", "A", "B"),),
    "average": (("add", "A", "B"), ("divide", "#0", "const_2")),
    "multiply to millions": (("multiply", "A", "B"), ("divide", "#0", "const_1000000")),
}
_SINGLES: dict[str, Form] = {
    "return": (("subtract", "A", "const_100"), ("divide", "#0", "const_100")),
    "to thousands": (("multiply", "A", "const_1000"),),
    "per hundred": (("divide", "A", "const_100"),),
    "per five": (("divide", "A", "const_5"),),
}
_NUMBER: dict[str, Form] = {"number": (("number", "A", "none"),)}  # a turn of a conversation may just look one up
_TRIPLES: dict[str, Form] = {
    "sum of three": (("add", "A", "B"), ("add", "#0", "C")),
    "average of three": (("add", "A", "B"), ("add", "#0", "C"), ("divide", "#1", "const_3")),
}
_OVER_THIRD: dict[str, Form] = {
    "sum over third": (("add", "A", "B"), ("divide", "#0", "C")),
    "difference over third": (("subtract", "A", "B"), ("divide", "#0", "C")),
    "share of difference": (("subtract", "A", "B"), ("divide", "C", "#0")),
}
_QUADRUPLES: dict[str, Form] = {
    "sum of four": (("add", "A", "B"), ("add", "#0", "C"), ("add", "#1", "D")),
    "change of ratio": (("divide", "A", "B"), ("divide", "C", "D"), ("subtract", "#0", "#1")),
}
_THOUSANDS: dict[str, Form] = {"sum in millions": (("add", "A", "B"), ("divide", "#0", "const_1000"))}
_THREE_THOUSANDS: dict[str, Form] = {
    "sum of three in millions": (("add", "A", "B"), ("add", "#0", "C"), ("divide", "#1", "const_1000")),
}
_BILLIONS: dict[str, Form] = {"divide by billions": (("multiply", "B", "const_1000"), ("divide", "A", "#0"))}
_CHANGES: dict[str, Form] = {
    "difference of changes": (
        ("subtract", "A", "B"), ("divide", "#0", "B"), ("subtract", "C", "D"), ("divide", "#2", "D"),
        ("subtract", "#1", "#3"),
    ),
}  # fmt: skip
_ROWS = ("table_average", "table_max", "table_min", "table_sum")
OPERATORS = (
    *_PAIRS, *_UNORDERED, *_SINGLES, *_TRIPLES, *_OVER_THIRD, *_QUADRUPLES, *_THOUSANDS, *_THREE_THOUSANDS,
    *_BILLIONS, *_CHANGES, *_ROWS, *_NUMBER,
)  # fmt: skip
BEST = 14  # slots that are combined
BEST_OF_THREE = 8


@dataclass(frozen=True, slots=True)
class Program:
    """A program and the slots that it works on, in order; `result` is what it gives."""

    operator: str
    steps: tuple[Step, ...]
    slots: tuple[Slot, ...]
    result: Result


def programs(slots: Sequence[Slot], rows: Mapping[str, Sequence[float]], *, turn: bool = False) -> list[Program]:
    """All programs over slots, best first, of a page with these table rows; `turn` for one of a conversation."""
    best, few = slots[:BEST], slots[:BEST_OF_THREE]
    made = [
        *_filled(_SINGLES | (_NUMBER if turn else {}), ((slot,) for slot in best), rows),
        *_filled(_PAIRS, permutations(best, 2), rows),
        *_filled(_UNORDERED, combinations(best, 2), rows),
        *_filled(_TRIPLES, filter(_alike, combinations(best, 3)), rows),
        *_filled(_OVER_THIRD, permutations(few, 3), rows),
        *_filled({"sum of four": _QUADRUPLES["sum of four"]}, filter(_alike, combinations(best, 4)), rows),
        *_filled({"change of ratio": _QUADRUPLES["change of ratio"]}, _ratios(best), rows),
        *_filled(_THOUSANDS, _in_thousands(best, 2), rows),
        *_filled(_THREE_THOUSANDS, _in_thousands(best, 3), rows),
        *_filled(_BILLIONS, _billions_below(best), rows),
        *_filled(_CHANGES, _changes(best), rows),
        *_of_rows(best, rows),
    ]
    return list({program.steps: program for program in made}.values())


def _alike(slots: Sequence[Slot]) -> bool:
    """Whether slots are of one row, of one column, or of one sentence."""
    rows, columns = {(s.fact, s.row_name) for s in slots}, {s.column for s in slots}
    return len(rows) == 1 or (len(columns) == 1 and all(slot.of_table for slot in slots))


def _in_thousands(slots: Sequence[Slot], count: int) -> Iterator[tuple[Slot, ...]]:
    thousands = [slot for slot in slots if slot.scale == "thousand"]
    return filter(_alike, combinations(thousands, count))


def _billions_below(slots: Sequence[Slot]) -> Iterator[tuple[Slot, Slot]]:
    """Pairs of which the second alone is in billions."""
    return (pair for pair in permutations(slots, 2) if pair[0].scale != "billion" and pair[1].scale == "billion")


def _changes(slots: Sequence[Slot]) -> Iterator[tuple[Slot, ...]]:
    """Two rows in two columns, as the change of one row and of the other."""
    return ((second, first, fourth, third) for first, third, second, fourth in _ratios(slots))


def _ratios(slots: Sequence[Slot]) -> Iterator[tuple[Slot, Slot, Slot, Slot]]:
    """Two rows in two columns, as the ratio in one and in the other."""
    table = [slot for slot in slots if slot.of_table]
    place = {(slot.row_name, slot.column): slot for slot in table}
    rows, columns = {slot.row_name for slot in table}, {slot.column for slot in table}
    for upper, lower in permutations(sorted(rows), 2):
        for left, right in permutations(sorted(columns, key=sorted), 2):
            keys = ((upper, left), (lower, left), (upper, right), (lower, right))
            if all(key in place for key in keys):
                yield place[keys[0]], place[keys[1]], place[keys[2]], place[keys[3]]


def _filled(
    forms: Mapping[str, Form], operands: Iterator[tuple[Slot, ...]], rows: Mapping[str, Sequence[float]]
) -> Iterator[Program]:
    for slots in operands:
        for each in (slots, tuple(map(as_printed, slots))) if any(slot.bracketed for slot in slots) else (slots,):
            names = dict(zip("ABCD", (slot.text for slot in each), strict=False))
            for operator, form in forms.items():
                steps = tuple(Step(o, names.get(left, left), names.get(right, right)) for o, left, right in form)
                yield from _executed(operator, steps, each, rows)


def _of_rows(slots: Sequence[Slot], rows: Mapping[str, Sequence[float]]) -> Iterator[Program]:
    for name in dict.fromkeys(slot.row_name for slot in slots if slot.row_name in rows):
        inside = tuple(slot for slot in slots if slot.row_name == name)
        for operation in _ROWS:
            yield from _executed(operation, (Step(operation, name, "none"),), inside, rows)


def _executed(
    operator: str, steps: tuple[Step, ...], slots: tuple[Slot, ...], rows: Mapping[str, Sequence[float]]
) -> Iterator[Program]:
    try:
        yield Program(operator, steps, slots, execute(steps, rows))
    except ProgramError:
        return
