"""The numbers of facts, each with the words that say what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.hybrid.context import stems

_NUMBER = re.compile(r"(?<![\w.])-?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s?%)?")
_ENTRY = re.compile(r"\bthe (?P<row>.*?) of (?P<column>[^;]*) is (?P<value>[^;]*?) ;")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_IN = re.compile(r"\bin (thousand|million|billion)s\b")
_DASHES = ("2013", "2014")  # FinQA's texts have the code points of dashes, U+2013 and U+2014, without their "U+"
_BEFORE, _AFTER = 90, 40  # characters around a number of a sentence that say what it is, up to the next numbers


@dataclass(frozen=True, slots=True)
class Slot:
    """A number of a fact.

    Attributes:
        text: as a program writes it: without commas and spaces.
        value: of the text, a percentage as displayed.
        fact: which fact it is of.
        place: its place among all numbers of the facts.
        row: stems of what names it: the row of a table, or the words near it in a sentence.
        column: stems of what else stands with it: the column, or the rest of the sentence.
        row_name: the name of a table row; empty for one of a sentence.
        years: that its row or column names, or that stand near it.
        percent: whether it is a percentage.
        money: whether a currency sign stands before it.
        scale: the word that follows it, such as "million"; empty for none.
        start: first character in its fact.
        end: one past the last.
        given: whether the question gives it, instead of a fact.
    """

    text: str
    value: float
    fact: int
    place: int
    row: frozenset[str]
    column: frozenset[str]
    row_name: str
    years: frozenset[int]
    percent: bool
    money: bool
    scale: str
    start: int
    end: int
    given: bool = False

    @property
    def of_table(self) -> bool:
        """Whether it is of a table row."""
        return bool(self.row_name)


def slots_of(facts: Sequence[str], question: str) -> list[Slot]:
    """The numbers of facts in their order, then those that the question gives; years and what a table entry repeats
    in brackets are left out.
    """
    found: list[Slot] = []
    for number, fact in enumerate(facts):
        entries = list(_ENTRY.finditer(fact if fact.rstrip().endswith(";") else ""))
        made = _of_entries(entries, number) if entries else _of_sentence(fact, number)
        found += [replace(slot, place=len(found) + i) for i, slot in enumerate(made)]
    given = [replace(slot, fact=len(facts), given=True) for slot in _of_sentence(question, 0)]
    return found + [replace(slot, place=len(found) + i) for i, slot in enumerate(given)]


def _of_entries(entries: Sequence[re.Match[str]], fact: int) -> Iterator[Slot]:
    for entry in entries:
        match = _NUMBER.search(entry["value"])
        if match is None or entry["value"].strip() in _DASHES:
            continue
        years = _years(entry["column"]) or _years(entry["row"])
        slot = _slot(match, entry["value"], fact, (entry["row"], entry["column"]), entry["row"].strip(), years)
        if not slot.scale and (named := _IN.search(f"{entry['row']} {entry['column']}")):
            slot = replace(slot, scale=named[1])
        yield replace(slot, start=slot.start + entry.start("value"), end=slot.end + entry.start("value"))


def _of_sentence(sentence: str, fact: int) -> Iterator[Slot]:
    numbers = [m for m in _NUMBER.finditer(sentence) if not _YEAR.fullmatch(m[0]) and not _is_date(sentence, m)]
    in_order = _years_in_order(sentence, len(numbers))
    for i, match in enumerate(numbers):
        before = numbers[i - 1].end() if i else 0
        after = numbers[i + 1].start() if i + 1 < len(numbers) else len(sentence)
        near = sentence[max(before, match.start() - _BEFORE) : min(after, match.end() + _AFTER)]
        years = in_order[i] if in_order else _nearest_year(sentence, match)
        yield _slot(match, sentence, fact, (near, sentence), "", years)


def _years_in_order(sentence: str, numbers: int) -> list[frozenset[int]]:
    """The year of each number of a sentence that gives one for each year in turn, or several; empty for others."""
    years = list(dict.fromkeys(map(int, _YEAR.findall(sentence))))
    if len(years) < 2 or numbers % len(years):
        return []
    return [frozenset({years[i % len(years)]}) for i in range(numbers)]


def _slot(
    match: re.Match[str], inside: str, fact: int, names: tuple[str, str], row_name: str, years: frozenset[int]
) -> Slot:
    text = match[0].replace(",", "").replace(" ", "")
    row = stems(names[0])
    return Slot(
        text=text,
        value=float(text.rstrip("%")),
        fact=fact,
        place=0,
        row=row,
        column=stems(names[1]) - (row if not row_name else frozenset()),
        row_name=row_name,
        years=years,
        percent=text.endswith("%"),
        money=inside[: match.start()].rstrip().endswith("$"),
        scale=_scale(inside[match.end() :]),
        start=match.start(),
        end=match.end(),
    )


def _scale(after: str) -> str:
    match = re.match(r"\s*(thousand|million|billion)\b", after)
    return match[1] if match else ""


def _years(text: str) -> frozenset[int]:
    return frozenset(map(int, _YEAR.findall(text)))


def _nearest_year(sentence: str, match: re.Match[str]) -> frozenset[int]:
    years = [(abs(y.start() - match.end()), int(y[0])) for y in _YEAR.finditer(sentence)]
    return frozenset({min(years)[1]}) if years else frozenset()


def _is_date(sentence: str, match: re.Match[str]) -> bool:
    """Whether a number is the day of a date."""
    return match[0].isdigit() and len(match[0]) < 3 and bool(_DAY.search(sentence[: match.start()]))


_DAY = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\s*$", re.IGNORECASE
)
