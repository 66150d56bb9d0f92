"""Answers that are worked out from several figures, each looked up as if it had been asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from string import ascii_lowercase
from typing import Any

from qa.answer import Answer, Derivation, Operand, not_found
from qa.arithmetic.comparison import amounts, comparison_of
from qa.arithmetic.compute import same_unit, written
from qa.arithmetic.expression import ExpressionError, Item, items
from qa.arithmetic.plan import Plan
from qa.figures import Figures
from qa.lookup.asked import asked_of, is_balance
from qa.number import plain_decimal, written_number
from qa.request import Request
from retrieval.query import Query, parse_query
from retrieval.scope import tiers


def computed(plan: Plan, request: Request, figures: Figures) -> Answer:
    """The value of an expression, each item of which is looked up as if it had been asked for.

    "Not found" where an item is not, or the value cannot be worked out.
    """
    question, parts = request.question, _looked_up(items(plan.expression), request, figures)
    if isinstance(parts, Item):
        return not_found(question, f"no figure is found for {_named(parts, request.asked.query)}")
    letters, values = _letters(parts), amounts(_values(parts))
    operands = _operands(parts, values, letters, request.asked.query)
    if not _are_distinct(operands):
        return not_found(question, "two of its figures are found in one place, so one of them is not what it is called")
    try:
        value = plain_decimal(round(plan.value(values), 6))
    except ExpressionError as error:
        return not_found(question, f"{written(plan.expression, letters)} cannot be computed: {error}")
    unit = plan.unit or same_unit(plan.expression, {item: answer.unit for item, answer in parts.items()})
    scales = {answer.scale for answer in parts.values()}
    scale = scales.pop() if plan.unit is None and len(scales) == 1 else None
    return Answer(
        question=question,
        text=written_number(value, unit, scale, plan.decimals),
        found=True,
        value=value,
        unit=unit,
        scale=scale,
        derivation=Derivation(written(plan.expression, letters), operands),
        **_evidence(parts, operands, request.asked.query),
    )


def compared(request: Request, figures: Figures) -> Answer | None:
    """The year or the yes or no that figures of several years decide.

    `None` where nothing is compared, a figure is missing or stands for two years, or two years have the largest.
    """
    comparison = comparison_of(request.asked.query)
    if comparison is None:
        return None
    parts = _looked_up(comparison.figures, request, figures)
    if isinstance(parts, Item):
        return None
    letters, values = _letters(parts), _values(parts)
    comparable = len(values) == len(parts) and len({answer.unit for answer in parts.values()}) == 1
    text = comparison.answer(values) if comparable else None
    if text is None:
        return None
    operands = _operands(parts, amounts(values), letters, request.asked.query)
    if not _are_distinct(operands):
        return None
    return Answer(
        question=request.question,
        text=text,
        found=True,
        derivation=Derivation(comparison.written(values, letters), operands),
        **_evidence(parts, operands, request.asked.query),
    )


def _looked_up(wanted: Sequence[Item], request: Request, figures: Figures) -> dict[Item, Answer] | Item:
    """Each figure as if it had been asked for, or the first one that is not found.

    Those of earlier years are taken from the last year's filing where it gives them, restated and classified like
    its own: figures of different filings cannot always be compared.
    """
    parts: dict[Item, Answer] = {}
    query, records = request.asked.query, request.records
    identities = [record.identity for record in records.values()]
    own_filings = [i for i in identities if not query.companies or i.company in query.companies]
    last = max((item.year for item in wanted if item.year is not None), default=0)
    of_last = [
        record
        for record in records.values()
        if (record.identity.fiscal_year, record.identity.quarter) == (last, query.quarter)
    ]
    for item in wanted:
        when = "as of the end of" if is_balance(item.name) else "in"
        text = f"What was {item.name} {when} fiscal {item.year}?"
        own = parse_query(text, own_filings)
        own = replace(own, companies=query.companies, mentions=(), quarter=query.quarter, form=query.form)
        part = replace(request, question=text, asked=asked_of(own), alternatives=0)
        beside = [] if item.year == last else tiers(replace(own, fiscal_years=(last,)), of_last)
        found = figures.find_in(part, beside) or figures.find(part, tiers(own, list(records.values())))
        if found is None:
            return item
        parts[item] = figures.answer(part, *found)
    return parts


def _letters(parts: Iterable[Item]) -> dict[Item, str]:
    """A name for each figure: a to z, then a1 and so on."""
    return {item: ascii_lowercase[i % 26] + (str(i // 26) if i >= 26 else "") for i, item in enumerate(parts)}


def _values(parts: Mapping[Item, Answer]) -> dict[Item, Decimal]:
    """The figures that are numbers, as filings print them."""
    return {item: answer.value for item, answer in parts.items() if answer.value is not None}


def _operands(
    parts: Mapping[Item, Answer], values: Mapping[Item, Decimal], letters: Mapping[Item, str], query: Query
) -> tuple[Operand, ...]:
    """The figures that an answer was worked out from, each with where it stands."""
    return tuple(
        Operand(
            letter=letters[item],
            name=_named(item, query),
            text=parts[item].text,
            value=value,
            unit=parts[item].unit,
            scale=parts[item].scale,
            citation=parts[item].citations[0],
        )
        for item, value in values.items()
    )


def _named(item: Item, query: Query) -> str:
    """A figure by its name and period."""
    return f"{item.name}, {f'Q{query.quarter} of ' if query.quarter else ''}fiscal {item.year}"


def _are_distinct(operands: Sequence[Operand]) -> bool:
    """Whether each figure was found in a place of its own: two in one place are not both what they are called."""
    return len({operand.citation for operand in operands}) == len(operands)


def _evidence(parts: Mapping[Item, Answer], operands: Sequence[Operand], query: Query) -> dict[str, Any]:
    """What an answer that was worked out has of its figures: the least probability, all citations and restatements."""
    return {
        "probability": min(answer.probability for answer in parts.values()),
        "citations": tuple(operand.citation for operand in operands),
        "assumed": tuple(dict.fromkeys((*query.assumed, *(n for a in parts.values() for n in a.assumed)))),
        "restated": tuple(restated for answer in parts.values() for restated in answer.restated),
    }
