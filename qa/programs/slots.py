"""The numbers of facts, each with the words that say what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.hybrid.context import stems

_NUMBER = re.compile(r"(?<![\w.])-?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s?%)?(?![a-z\d])")
_ENTRY = re.compile(r"\bthe (?P<row>.*?) of (?P<column>[^;]*) is (?P<value>[^;]*?) ;")
_HEAD = re.compile(r"^(?:\$ )?\d[\d,.]*(?: \( [\d,.]+ \))?$")  # the column of a table whose first row has no headings
_SIGNS = re.compile(r"\b(?:201[89cd](?=[a-z\d])|20ac(?=\d)|201[cd]\b)")  # code points of quotes and of the euro
_IN_BRACKETS = re.compile(r"\( [\d,.]+ \)")  # after -57: what the filing prints
_MONTH_OF_YEAR = re.compile(r"[a-z]{3,} (?:19|20)\d\d")
_CLAUSE_ENDS = (" ; ", " , ", " and ")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_GLUED = re.compile(r"(?:(?<!\d)|(?<=[a-z.] \d)|(?<=[a-z.] \d\d))(?:19|20)\d\d(?!\d)")  # also "december 312008"
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
        column_name: the name of a table column; empty for one of a sentence.
        entry: its place in its row or sentence.
        last: whether it is the last one there.
        bracketed: whether it is a negative number that the filing prints in brackets.
        head: whether it stands where the names of columns should.
        clause: stems of the part of a sentence between commas that it is in.
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
    column_name: str = ""
    entry: int = 0
    last: bool = False
    bracketed: bool = False
    head: bool = False
    clause: frozenset[str] = frozenset()

    @property
    def of_table(self) -> bool:
        """Whether it is of a table row."""
        return bool(self.row_name)


def slots_of(facts: Sequence[str], question: str) -> list[Slot]:
    """The numbers of facts in their order, those that the question gives, then bracketed ones again without their sign;
    years and what a table entry repeats in brackets are left out.
    """
    found: list[Slot] = []
    heads: set[str] = set()
    for number, fact in enumerate(facts):
        text = _SIGNS.sub(lambda match: " " * len(match[0]), fact)
        entries = list(_ENTRY.finditer(text if text.rstrip().endswith(";") else ""))
        made = list(_of_entries(entries, number) if entries else _of_sentence(text, number))
        made += [slot for slot in _of_heads(text, entries, number) if slot.text not in heads]
        heads |= {slot.text for slot in made if slot.head}
        found += [replace(slot, place=len(found) + i) for i, slot in enumerate(made)]
    given = [replace(slot, fact=len(facts), given=True) for slot in _of_sentence(question, 0)]
    found += [replace(slot, place=len(found) + i) for i, slot in enumerate(given)]
    return found + [as_printed(slot) for slot in found if slot.bracketed]


def as_printed(slot: Slot) -> Slot:
    """The same number without the sign that the brackets around it stand for; its place stays."""
    return (
        replace(slot, text=slot.text.lstrip("-"), value=abs(slot.value)) if slot.bracketed and slot.value < 0 else slot
    )


def _of_heads(fact: str, entries: Sequence[re.Match[str]], number: int) -> Iterator[Slot]:
    """The numbers of the first row of a table without headings, which stand where its columns should."""
    name = fact[: entries[0].start()].strip() if entries else ""
    for entry in entries:
        column = entry["column"].strip()
        if not name or not _HEAD.match(column) or _YEAR.fullmatch(column):
            continue
        match = _NUMBER.search(column)
        if match is None or match[0] in _DASHES:
            continue
        slot = _slot(match, column, number, (name, ""), name, _years(name))
        start = entry.start("column") + match.start()
        yield replace(slot, start=start, end=start + len(match[0]), head=True)


def _of_entries(entries: Sequence[re.Match[str]], fact: int) -> Iterator[Slot]:
    for place, entry in enumerate(entries):
        value = entry["value"]
        match = _NUMBER.search(value)
        if match is None or value.strip() in _DASHES or _is_date(value, match) or _MONTH_OF_YEAR.search(value):
            continue
        years = _years(entry["column"]) or _years(entry["row"])
        slot = _slot(match, entry["value"], fact, (entry["row"], entry["column"]), entry["row"].strip(), years)
        if not slot.scale and (named := _IN.search(f"{entry['row']} {entry['column']}")):
            slot = replace(slot, scale=named[1])
        yield replace(
            slot,
            start=slot.start + entry.start("value"),
            end=slot.end + entry.start("value"),
            column_name=entry["column"].strip(),
            entry=place,
            last=place == len(entries) - 1,
            bracketed=slot.value < 0 and bool(_IN_BRACKETS.search(value)),
        )


def _of_sentence(sentence: str, fact: int) -> Iterator[Slot]:
    numbers = [m for m in _NUMBER.finditer(sentence) if not _YEAR.fullmatch(m[0]) and not _is_date(sentence, m)]
    in_order = _years_in_order(sentence, len(numbers))
    for i, match in enumerate(numbers):
        before = numbers[i - 1].end() if i else 0
        after = numbers[i + 1].start() if i + 1 < len(numbers) else len(sentence)
        near = sentence[max(before, match.start() - _BEFORE) : min(after, match.end() + _AFTER)]
        years = in_order[i] if in_order else _nearest_year(sentence, match)
        slot = _slot(match, sentence, fact, (near, sentence), "", years)
        yield replace(slot, clause=stems(_clause(sentence, match)), entry=i, last=i == len(numbers) - 1)


def _clause(sentence: str, match: re.Match[str]) -> str:
    begin = max(0, *(sentence.rfind(mark, 0, match.start()) for mark in _CLAUSE_ENDS))
    ends = [end for mark in _CLAUSE_ENDS if (end := sentence.find(mark, match.end())) >= 0]
    return sentence[begin : min(ends, default=len(sentence))]


def _years_in_order(sentence: str, numbers: int) -> list[frozenset[int]]:
    """The year of each number of a sentence that gives one for each year in turn, or several; empty for others."""
    years = list(dict.fromkeys(map(int, _GLUED.findall(sentence))))
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
    return frozenset(map(int, _GLUED.findall(text)))


def _nearest_year(sentence: str, match: re.Match[str]) -> frozenset[int]:
    years = [(abs(y.start() - match.end()), int(y[0])) for y in _GLUED.finditer(sentence)]
    return frozenset({min(years)[1]}) if years else frozenset()


def _is_date(sentence: str, match: re.Match[str]) -> bool:
    """Whether a number is the day of a date, or day and year glued together."""
    day = match[0].isdigit() and (len(match[0]) < 3 or bool(re.fullmatch(r"\d{1,2}(?:19|20)\d\d", match[0])))
    return day and bool(_DAY.search(sentence[: match.start()]))


_DAY = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul"
    r"|aug|sep|sept|oct|nov|dec)\s*\.?\s*$",
    re.IGNORECASE,
)
