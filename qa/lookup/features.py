"""What a number in a table has in common with a question, as a vector of named features."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa.lookup.asked import Asked, fits
from qa.lookup.rows import Figure, Filing, Row, Words

FEATURES = (
    "one",  # for all numbers alike: against "no answer"
    "label_asked",  # share of the label's words that the question has, rare words counting more
    "asked_in_label",  # share of the question's words that the label has
    "asked_in_path",  # share of the question's words that label, headings, column and title have
    "nothing_else_asked",  # all of the question's words are among these
    "label_is_asked",  # label and question have the same words
    "path_is_asked",  # label and headings together have the same words as the question
    "label_verbatim",  # the label stands in the question word for word
    "verbatim_share",  # the share of the question's words that a label has that stands there word for word
    "item_label",  # the label is one that companies print for an item that the question names, or nearly
    "item_on_statement",  # the same, and the table is the statement on which the item stands
    "whole_on_statement",  # the same, and the question names the item and nothing else, as of a part of the company
    "headings_asked",  # share of the headings' words that the question has; 0 without headings
    "headings_strange",  # share that it has not
    "column_strange",  # share of the column's words that the question has not
    "column_verbatim",  # the column is headed by more than a period, and that stands in the question word for word
    "title_asked",  # share of the title's words that the question has
    "period_unsaid",  # the table does not say of which period the number is
    "instant_unsaid",  # the number's period has an end but no length
    "ends_then",  # a balance is asked for, and the number's column is of a span that ends then
    "closing",  # the same, and the label says that it is the balance at the end
    "starts_then",  # a balance is asked for, and the number's column is of a span that starts then
    "opening",  # the same, and the label says that it is the balance at the beginning
    "opening_at_end",  # the label says that it is the balance at the beginning, and the column ends then
    "balance_for_flow",  # a length of time or what lasts for one is asked about, and the table is a balance sheet
    "flow_for_balance",  # a balance is asked for, and the table is of income or of cash flows
    "zero",  # the number is nothing, or a dash
    "percent_unasked",  # the number is a percentage, and the question speaks of none
    "shares_unasked",  # the number is of shares or per share, and the question speaks of none
    "repeated",  # in how many other places the same number was found (a logarithm)
    "statement_called_for",  # the question calls for the statement that the table is
    "statement",  # the table is a primary statement
    "first_column",  # of the admissible numbers of its row
)
_ALIKE = 0.75  # of the words of two labels together are in both
_ANOTHER_LINE = frozenset(("other", "equity", "comprehensive", "adjusted", "before", "excluding"))
_PERCENT = frozenset(("percent", "percentage", "rate", "margin"))
_SHARES = frozenset(("share", "eps", "basic", "diluted"))
_END = re.compile(r"\bend(?:ing)?\b")
_BEGINNING = re.compile(r"\bbeginning\b")
Features = npt.NDArray[np.float64]
Called = Sequence[tuple[Words, frozenset[Words]]]  # the names of items in a question, with the labels that rows have


@dataclass(frozen=True, slots=True)
class Found:
    """A number that may be asked for."""

    row: Row
    figure: Figure
    features: tuple[float, ...]


def found_in(filings: Sequence[Filing], asked: Asked) -> list[Found]:
    """The numbers that share a word of their label with the question and may be of its period."""
    rows = [row for filing in filings for row in filing.rows]
    weights = _rarity(row.label | row.headings for row in rows)
    called = [(name, _held(labels, rows)) for name, labels in asked.called]
    found: list[tuple[Row, Figure, dict[str, float]]] = []
    for filing in filings:
        for row in filing.rows:
            words = _in_its_words(asked, row, called)
            if not row.label & words:
                continue
            shared = _row_features(row, words, asked, weights, called)
            first = True
            for figure in row.figures:
                fit = fits(figure.cell, filing.identity, asked)
                if fit == "no":
                    continue
                period = figure.cell.period
                named = row.label | row.headings | row.around | figure.column
                if not asked.parts <= named:
                    continue  # of another segment or product, or of the whole company
                values = {
                    **shared,
                    "asked_in_path": _share(words, named, weights),
                    "nothing_else_asked": float(words <= named),
                    "column_strange": 1 - _share(figure.column, words, weights) if figure.column else 0.0,
                    "column_verbatim": float(bool(figure.heads) and all(_says(asked.text, h) for h in figure.heads)),
                    "period_unsaid": float(fit == "unsaid"),
                    "ends_then": float(fit == "ends then"),
                    "closing": float(fit == "ends then" and bool(_END.search(row.name))),
                    "starts_then": float(fit == "starts then"),
                    "opening": float(fit == "starts then" and bool(_BEGINNING.search(row.name))),
                    "opening_at_end": float(fit in ("yes", "ends then") and bool(_BEGINNING.search(row.name))),
                    "zero": float(not figure.value),
                    "percent_unasked": float(figure.cell.unit == "percent" and not words & _PERCENT),
                    "shares_unasked": float("shares" in (figure.cell.unit or "") and not words & _SHARES),
                    "instant_unsaid": float(period is not None and not period.days and not asked.instant),
                    "first_column": float(first),
                }
                first = False
                found.append((row, figure, values))
    places = Counter(abs(figure.value) for _, figure, _ in found)
    return [
        Found(
            row,
            figure,
            tuple((values | {"repeated": math.log(places[abs(figure.value)])}).get(name, 0.0) for name in FEATURES),
        )
        for row, figure, values in found
    ]


def names_a_row(filings: Sequence[Filing], asked: Asked) -> bool:
    """Whether a row of any period is called just what is asked for, alone or with its headings."""
    rows = [row for filing in filings for row in filing.rows]
    called = [(name, _held(labels, rows)) for name, labels in asked.called]
    words = ((row, _in_its_words(asked, row, called)) for row in rows)
    return any(own and (own in row.labels or own == row.label | row.headings) for row, own in words)


def _held(labels: frozenset[Words], rows: Sequence[Row]) -> frozenset[Words]:
    """Of the labels that companies print for an item those of the rows.

    Where none is, those of rows that are called so and more, as "net income attributable to Acme"; else those that nearly are.
    """
    own = frozenset(label for row in rows for label in row.labels)
    outright = own & labels
    bare = frozenset() if outright else frozenset(name for row in rows if row.bare in labels for name in row.labels)
    return outright or bare or frozenset(one for one in own if any(_are_alike(one, label) for label in labels))


def _are_alike(one: Words, other: Words) -> bool:
    """Whether two labels nearly have the same words, and none that makes another line of it."""
    return len(one & other) >= _ALIKE * len(one | other) and not (one ^ other) & _ANOTHER_LINE


def _in_its_words(asked: Asked, row: Row, called: Called) -> Words:
    """The question's words, with the label in place of another name of the same line item."""
    words = asked.words
    for name, labels in called:
        if row.labels & labels:
            words = (words - (name - row.headings)) | row.label
    return words


def _row_features(
    row: Row, words: Words, asked: Asked, weights: Mapping[str, float], called: Called
) -> dict[str, float]:
    path = row.label | row.headings
    headings = _share(row.headings, words, weights)
    verbatim = float(_says(asked.text, row.name))
    asked_in_label = _share(words, row.label, weights)
    item_label = any(row.labels & labels for _, labels in called)
    called_for = row.statement is not None and row.statement in asked.query.statements
    return {
        "one": 1.0,
        "label_verbatim": verbatim,
        "verbatim_share": verbatim * asked_in_label,
        "label_asked": _share(row.label, words, weights),
        "asked_in_label": asked_in_label,
        "label_is_asked": float(row.label == words),
        "path_is_asked": float(path == words),
        "item_label": float(item_label),
        "item_on_statement": float(item_label and called_for),
        "whole_on_statement": float(item_label and called_for and asked.plain),
        "headings_asked": headings if row.headings else 0.0,
        "headings_strange": 1 - headings if row.headings else 0.0,
        "title_asked": _share(row.around, words, weights) if row.around else 0.0,
        "balance_for_flow": float(
            row.statement == "balance sheet" and (asked.flow or (asked.period is not None and asked.period.days > 0))
        ),
        "flow_for_balance": float(asked.instant and row.statement not in (None, "balance sheet")),
        "statement_called_for": float(called_for),
        "statement": float(row.statement is not None),
    }


def _says(text: str, name: str) -> bool:
    """Whether a name stands in a text word for word."""
    return name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _rarity(paths: Iterable[Words]) -> dict[str, float]:
    """Inverse document frequency (Spärck Jones, 1972) of the words over rows; unknown ones weigh as much as the rarest."""
    counts = Counter(word for words in paths for word in words)
    total = sum(counts.values()) + 1
    rarities = {word: math.log(total / count) for word, count in counts.items()}
    rarest = max(rarities.values(), default=1.0)
    return defaultdict(lambda: rarest, rarities)


def _share(of: Words, held: Words, weights: Mapping[str, float]) -> float:
    """The share of the weight of some words that other words hold."""
    whole = sum(weights[word] for word in of)
    return sum(weights[word] for word in of & held) / whole if whole else 0.0
