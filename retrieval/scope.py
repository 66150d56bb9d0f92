"""Which filings a question is about: those searched first, and those it widens to.

A figure is looked for in its period's own filing first, an amendment of it before the original, then
in later filings of the company, which repeat it. What had to be assumed is said in the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.index.store import DocumentRecord
from retrieval.query import Query


@dataclass(frozen=True, slots=True)
class Tier:
    """Documents that are searched together, and what answering from them takes for granted."""

    documents: tuple[str, ...]
    assumed: tuple[str, ...] = ()


def tiers(query: Query, records: Sequence[DocumentRecord]) -> list[Tier]:
    """The filings to search, first choice first; each tier adds what those before it left out."""
    pool = [r for r in records if not query.companies or r.identity.company in query.companies]
    notes = list(query.assumed)
    companies = {r.identity.company or r.id for r in pool}
    if not query.companies and len(companies) > 1:
        notes.append("the question names no company of the index, so all were searched")
    if query.form:
        pool = [r for r in pool if r.identity.is_form(query.form.removesuffix("/A"))] or pool
    kind = [r for r in pool if _fits_quarter(r, query)] or pool
    found: list[Tier] = []
    if not query.companies:
        # any year's filing may speak of it: the named year only says which filings are too early
        since = max(query.fiscal_years, default=0)
        groups = [[r for r in kind if (r.identity.fiscal_year or 0) >= since], kind, pool]
    elif query.fiscal_years:
        year = max(query.fiscal_years)
        own = [r for r in kind if r.identity.fiscal_year == year]
        later = [r for r in kind if (r.identity.fiscal_year or 0) > year]
        if not own:
            notes.append(f"the index holds no filing for fiscal year {year}, so others were searched")
        groups = [[r for r in own if r.identity.amended], [r for r in own if not r.identity.amended], later, pool]
    else:
        latest = _latest(kind)
        if latest:
            name = latest[0].identity.period_name or latest[0].title
            notes.append(f"the question names no period, so the latest filing ({name}) was searched first")
        groups = [latest, pool]
    seen: set[str] = set()
    for group in groups:
        fresh = tuple(r.id for r in group if r.id not in seen)
        seen.update(fresh)
        if fresh:
            found.append(Tier(fresh, tuple(notes)))
    return found


def _fits_quarter(record: DocumentRecord, query: Query) -> bool:
    """Whether a filing's length of period is the one that the question asks for: a year unless it says otherwise."""
    identity = record.identity
    if query.quarter is None:
        return identity.annual
    form = (identity.form or "").removesuffix("/A")
    return identity.quarter == query.quarter or (form == "10-Q" and identity.quarter is None)


def _latest(records: Sequence[DocumentRecord]) -> list[DocumentRecord]:
    dated = [r for r in records if r.identity.fiscal_year is not None]
    if not dated:
        return []
    year = max(r.identity.fiscal_year or 0 for r in dated)
    return [r for r in dated if r.identity.fiscal_year == year]
