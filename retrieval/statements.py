"""Which primary statement a table is, told from its row labels.

A statement has rows that nothing else has: a balance sheet its total of assets, a cash flow statement
the net cash of its three kinds of activities. Beside such an anchor, a good share of the rows must be
line items that the vocabulary places on that statement, or its title must name it. Of the tables of a
filing that pass, those with far fewer such rows than the best are summaries and are let go.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from retrieval.document import Page, Statement, Table
from retrieval.vocabulary.labels import normalised_label
from retrieval.vocabulary.line_items import items_by_label

MIN_ITEMS = 5  # rows that the vocabulary places on the statement
MIN_SHARE = 0.3  # of all rows
MIN_ROWS = 8  # of a table that is taken for a statement by its title
MIN_OF_BEST = 0.5

_TITLES: dict[Statement, re.Pattern[str]] = {
    "balance sheet": re.compile(
        r"balance sheets?|statements? of (?:consolidated )?financial (?:position|condition)", re.I
    ),
    "cash flow statement": re.compile(r"statements? of (?:consolidated )?cash flows?|cash flows? statements?", re.I),
    "income statement": re.compile(
        r"statements? of (?:consolidated )?(?:operations|income|earnings|net income)|income statements?", re.I
    ),
    "comprehensive income statement": re.compile(r"statements? of (?:consolidated )?comprehensive", re.I),
}

# Of each statement: patterns of which so many must be among the row labels.
_ANCHORS: dict[Statement, tuple[int, tuple[re.Pattern[str], ...]]] = {
    "balance sheet": (
        1,
        (
            re.compile(r"^total assets$"),
            re.compile(r"^total liabilities(?:,| and| &) .*(?:equity|deficit|investment|capital)"),
            re.compile(r"^total capitalization and liabilities$"),
        ),
    ),
    "cash flow statement": (
        1,
        tuple(
            re.compile(rf"^(?:net |total )?cash\b.*\b{kind}(?: activities)?\b")
            for kind in ("operat\\w+", "invest\\w+", "financing")
        ),
    ),
    "income statement": (
        2,
        (
            re.compile(r"\btaxes?\b"),
            re.compile(r"^(?:consolidated )?net (?:\(?loss\)?|income|earnings|\(loss\)[ /]income)"),
            re.compile(r"\bper (?:common )?share\b|^basic\b|^diluted\b"),
        ),
    ),
    "comprehensive income statement": (
        1,
        (re.compile(r"^(?:total )?comprehensive (?:income|loss|earnings|\(loss\))"),),
    ),
}


def mark_statements(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages of a filing with their statements' tables marked."""
    scored = [(page.number, table, statement_scores(table)) for page in pages for table in page.tables]
    best: dict[Statement, int] = {}
    for _, _, found in scored:
        for kind, score in found.items():
            best[kind] = max(score, best.get(kind, 0))

    chosen: dict[tuple[int, int], Statement] = {}
    before: tuple[int, Table | None, Statement | None] = (0, None, None)
    for number, table, found in scored:
        able = [(score, kind) for kind, score in found.items() if score >= MIN_OF_BEST * best[kind]]
        name: Statement | None = max(able)[1] if able else None
        last, above, statement = before
        if name is None and above is not None and statement is not None:
            alike = statement in found and number - last <= 1
            name = statement if alike or _goes_on(above, table) else None  # the rest of one that was cut in two
        if name is not None:
            chosen[number, table.start] = name
        before = (number, table, name)
    return tuple(_marked(page, chosen) for page in pages)


def _goes_on(above: Table, table: Table) -> bool:
    """Whether a table has no headers of its own and its values stand under those of the one above."""
    headed = any(cell.role == "header" for cell in table.cells)
    paths, others = ({c.column_path for c in t.cells if c.role == "value"} for t in (table, above))
    return not headed and len(paths) > 1 and paths <= others


def _marked(page: Page, chosen: dict[tuple[int, int], Statement]) -> Page:
    if not any((page.number, block.start) in chosen for block in page.blocks):
        return page
    return replace(
        page,
        blocks=tuple(
            replace(b, statement=chosen.get((page.number, b.start))) if isinstance(b, Table) else b for b in page.blocks
        ),
    )


def statement_scores(table: Table) -> dict[Statement, int]:
    """For each statement that a table may be, how many of its rows tell so."""
    labels = list(dict.fromkeys(row_labels(table)))
    scores: dict[Statement, int] = {}
    for name, (needed, patterns) in _ANCHORS.items():
        anchors = sum(any(pattern.search(label) for label in labels) for pattern in patterns)
        if anchors < needed:
            continue
        placed = sum(any(item.statement == name for item in items_by_label().get(label, ())) for label in labels)
        titled = _TITLES[name].search(table.title) is not None and len(labels) >= MIN_ROWS
        if titled or placed >= max(MIN_ITEMS, MIN_SHARE * len(labels)):
            scores[name] = placed + (len(labels) // 2 if titled else 0)
    return scores


def row_labels(table: Table) -> list[str]:
    """The normalised labels of the rows that hold values, in order."""
    rows: dict[int, str] = {}
    for cell in table.cells:
        if cell.role == "value" and cell.row_path:
            rows.setdefault(cell.row, normalised_label(cell.row_path[-1]))
    return [label for label in rows.values() if label]
