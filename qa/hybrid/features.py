"""What speaks for and against a derivation: how the headings of its numbers fit the question, and their order."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal

from qa.hybrid.asked import Asked, leans
from qa.hybrid.context import Context, Heading, stems
from qa.hybrid.derivation import Derivation
from qa.hybrid.match import Fit, Match
from qa.hybrid.prose import PROSE_FEATURES, Prose, prose_features
from retrieval.document import Cell

FEATURES = (
    "row_cover", "row_cover_min", "row_recall", "row_phrase", "row_above", "row_top", "row_rank", "row_total",
    "column_cover", "column_cover_min", "column_recall", "column_phrase", "column_above", "column_top",
    "column_rank", "said", "said_with_above", "unsaid_rows",
    "year_right", "year_wrong", "years_exact", "years_covered", "latest_if_no_year",
    "one_row", "one_column", "rows", "columns", "figures", "all_columns", "all_rows", "figures_as_years",
    "later_first", "said_first", "divided", "left_first", "upper_first", "neighbours",
    "positive", "flipped", "above_hundred", "below_one", "like_units", "same_above", "magnitude_gap",
    "percent", "percent_as_asked", "change_column", "change_column_asked",
    "direction", "direction_against", "picks_first", "limit", "limit_against", "labels", "label_said", "label_title",
    "label_year", "label_is_row", "label_kind",
    "parts",
    *PROSE_FEATURES,
)  # fmt: skip
_TOTAL = re.compile(r"\btotal\b", re.IGNORECASE)
_CHANGE = re.compile(r"\b(?:change|increase|decrease|variance|over|vs|growth)\b", re.IGNORECASE)
_PERCENT = re.compile(r"percent|%|\brates?\b|\bproportion|\bmargins?\b|\bshares? of\b", re.IGNORECASE)
_ORDINAL = re.compile(r"\b(first|second|third|fourth)\b|\bQ([1-4])\b", re.IGNORECASE)
_KIND = re.compile(r"\b(?:which|what)\s+(?:\w+\s+){0,3}?(year|years|quarter|quarters|period|periods|fiscal)\b", re.I)


class Scorer:
    """Features of derivations of one question."""

    def __init__(self, context: Context, asked: Asked, match: Match, prose: Prose) -> None:
        """Ranks the rows and columns once."""
        self._context, self._asked, self._match, self._prose = context, asked, match, prose
        self._row_rank = _ranks(match.rows)
        self._column_rank = _ranks(match.columns)
        self._asks_percent = bool(_PERCENT.search(asked.text))
        self._asks_year = bool(_KIND.search(asked.text))

    def features(self, derivation: Derivation) -> list[float]:
        """One number for each of `FEATURES`."""
        found: dict[str, float] = {}
        if derivation.figures:
            self._of_numbers(derivation, found)
        if derivation.labels:
            self._of_labels(derivation, found)
        if derivation.spans:
            found |= prose_features(derivation, self._prose, self._asked)
        found["parts"] = min(len(derivation.parts), 6) / 6
        return [found.get(name, 0.0) for name in FEATURES]

    def _of_numbers(self, derivation: Derivation, found: dict[str, float]) -> None:
        context, match, asked = self._context, self._match, self._asked
        figures = derivation.figures
        rows = list(dict.fromkeys(figure.row for figure in figures))
        columns = list(dict.fromkeys(figure.column for figure in figures))
        row_fits, column_fits = [match.rows[row] for row in rows], [match.columns[column] for column in columns]
        for name, fits in (("row", row_fits), ("column", column_fits)):
            found[f"{name}_cover"] = _mean([fit.cover for fit in fits])
            found[f"{name}_cover_min"] = min(fit.cover for fit in fits)
            found[f"{name}_recall"] = _mean([fit.recall for fit in fits])
            found[f"{name}_phrase"] = _mean([fit.phrase for fit in fits])
            found[f"{name}_above"] = _mean([fit.above for fit in fits])
        found["row_rank"] = _mean([min(self._row_rank[row], 5) / 5 for row in rows])
        found["row_top"] = float(max(self._row_rank[row] for row in rows) < len(rows))
        found["column_rank"] = _mean([min(self._column_rank[column], 5) / 5 for column in columns])
        found["column_top"] = float(max(self._column_rank[column] for column in columns) < len(columns))
        headings = [context.rows[row] for row in rows] + [context.columns[column] for column in columns]
        words = frozenset[str]().union(*(heading.words for heading in headings))
        above = words.union(*(heading.above for heading in headings))
        found["said"] = match.recall(words & asked.words)
        found["said_with_above"] = match.recall(above & asked.words)
        found["unsaid_rows"] = _mean([fit.cover < 0.34 for fit in row_fits])
        totals = _mean([bool(_TOTAL.search(context.rows[row].text)) for row in rows])
        found["row_total"] = totals if not _TOTAL.search(asked.text) else -totals
        self._of_years(headings, column_fits + row_fits, found)
        found["one_row"], found["one_column"] = float(len(rows) == 1), float(len(columns) == 1)
        found["rows"], found["columns"] = min(len(rows), 6) / 6, min(len(columns), 6) / 6
        found["figures"] = min(len(figures), 6) / 6
        found["all_columns"] = float(len(columns) == len(context.columns))
        found["all_rows"] = float(len(rows) == len(context.rows))
        found["figures_as_years"] = float(len(figures) == len(asked.every_year))
        if len(figures) > 1:
            self._of_order(derivation, found)
        found["like_units"] = float(len({figure.cell.unit for figure in figures}) == 1)
        found["same_above"] = float(len({heading.above for heading in headings[len(rows) :]}) == 1)
        sizes = [abs(float(figure.value)) for figure in figures if figure.value]
        found["magnitude_gap"] = min(math.log10(max(sizes) / min(sizes)), 6) / 6 if sizes else 0.0
        percent = _mean(["%" in figure.cell.text or figure.cell.unit == "percent" for figure in figures])
        found["percent"] = percent
        found["percent_as_asked"] = percent if self._asks_percent else -percent
        change = _mean([bool(_CHANGE.search(context.columns[column].text)) for column in columns])
        found["change_column"] = change
        found["change_column_asked"] = change if _CHANGE.search(asked.text) else -change
        if derivation.value is not None:
            size = abs(derivation.value)
            found["positive"] = float(derivation.value > 0)
            found["above_hundred"], found["below_one"] = float(size > 100), float(size < 1)
            shown = any((figure.value < 0) != _is_negative(figure.cell.text) for figure in figures)
            found["flipped"] = float(shown)

    def _of_years(self, headings: Sequence[Heading], fits: Sequence[Fit], found: dict[str, float]) -> None:
        asked = self._asked
        years = frozenset[int]().union(*(heading.years for heading in headings))
        dated = [fit for fit in fits if fit.year]
        if dated:
            found["year_right"] = _mean([fit.year > 0 for fit in dated])
            found["year_wrong"] = _mean([fit.year < 0 for fit in dated])
        if asked.years:
            found["years_covered"] = len(years & asked.every_year) / len(asked.every_year)
            found["years_exact"] = float(years in (asked.every_year, frozenset(asked.years)))
        elif years:
            latest = max((max(h.years) for h in self._context.columns.values() if h.years), default=0)
            found["latest_if_no_year"] = float(max(years) == latest)

    def _of_order(self, derivation: Derivation, found: dict[str, float]) -> None:
        first, second = derivation.figures[0], derivation.figures[1]
        if first.row == second.row and first.column == second.column:
            return
        headings, fits = self._context.columns, self._match.columns
        one, other = headings[first.column], headings[second.column]
        if first.column != second.column:
            if one.years and other.years and one.years != other.years:
                found["later_first"] = _sign(max(one.years) - max(other.years))
            elif (one_at := _ordinal(one.text)) and (other_at := _ordinal(other.text)):
                found["later_first"] = _sign(one_at - other_at)
            found["said_first"] = _sign(fits[second.column].said_at - fits[first.column].said_at)
            found["left_first"] = _sign(second.column - first.column)
            found["neighbours"] = float(abs(first.column - second.column) == 1)
        else:
            upper, lower = self._context.rows[first.row], self._context.rows[second.row]
            if upper.years and lower.years:
                found["later_first"] = _sign(max(upper.years) - max(lower.years))
            elif (one_at := _ordinal(upper.text)) and (other_at := _ordinal(lower.text)):
                found["later_first"] = _sign(one_at - other_at)
            found["said_first"] = _sign(self._match.rows[second.row].said_at - self._match.rows[first.row].said_at)
            found["upper_first"] = _sign(second.row - first.row)
            found["neighbours"] = float(abs(first.row - second.row) == 1)
        names = [self._context.rows[figure.row].words | headings[figure.column].words for figure in (first, second)]
        found["divided"] = leans(self._asked, names[0], names[1])

    def _of_labels(self, derivation: Derivation, found: dict[str, float]) -> None:
        asked, context = self._asked, self._context
        picked, figures = derivation.labels, derivation.figures
        found["labels"] = min(len(picked), 8) / 8
        label_words = [cell.text.lower() for cell in picked]
        found["label_said"] = _mean([f" {text} " in asked.plain for text in label_words])
        is_row = picked[0].role == "label"
        found["label_is_row"] = float(is_row)
        years = _mean([bool(re.search(r"\b(?:19|20)\d\d\b", cell.text)) for cell in picked])
        found["label_year"] = years
        found["label_kind"] = years if self._asks_year else -years
        if not figures:
            for group in context.groups:
                if group.cells == picked:
                    named = self._match.recall(stems(group.title) & asked.words)
                    found["label_title"] = max(named, self._match.recall(stems(group.total) & asked.words))
            return
        chosen = [figure for figure in figures if any(_heads(cell, figure.cell, is_row) for cell in picked)]
        rest = [figure for figure in figures if figure not in chosen]
        if not chosen or not rest:
            found["picks_first"] = 0.0
            return
        if derivation.operator == "heading":
            top = chosen[0].value > max(figure.value for figure in rest)
            way = asked.most
        else:
            top = min(figure.value for figure in chosen) > max(figure.value for figure in rest)
            way = asked.beyond
            found["limit"] = float(way == (1 if top else -1))
            found["limit_against"] = float(way == (-1 if top else 1))
        found["direction"] = float(way == (1 if top else -1))
        found["direction_against"] = float(way == (-1 if top else 1))


def _heads(label: Cell, cell: Cell, is_row: bool) -> bool:
    """Whether a label stands in a number's row, or over its column."""
    if is_row:
        return label.row == cell.row
    return label.column < cell.column_end and cell.column < label.column_end


def _ranks(fits: dict[int, Fit]) -> dict[int, int]:
    return {place: rank for rank, place in enumerate(sorted(fits, key=lambda place: -fits[place].score))}


def _mean(values: Sequence[float | bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def _sign(value: float | Decimal) -> float:
    return float((value > 0) - (value < 0))


def _ordinal(text: str) -> int:
    """Which quarter a heading names, from 1; 0 for none."""
    match = _ORDINAL.search(text)
    return (
        0
        if match is None
        else ["first", "second", "third", "fourth"].index(match[1].lower()) + 1
        if match[1]
        else int(match[2])
    )


def _is_negative(text: str) -> bool:
    return "(" in text or text.strip().startswith(("-", "−", "–"))
