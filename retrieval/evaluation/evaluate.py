"""Recall, MRR and nDCG of search on judged questions, with confidence intervals and per-question rows."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, get_args

import numpy as np
import numpy.typing as npt

from retrieval.document import Statement
from retrieval.evaluation.judged import Judged
from retrieval.evaluation.record import EvaluationRecord
from retrieval.find import find
from retrieval.index.index import Index
from retrieval.query import Query, parse_query
from retrieval.ranking import Judge
from retrieval.search import Hit

Given = Literal["question", "company", "filing", "statement"]
GIVEN: tuple[Given, ...] = get_args(Given)
CUTS = (1, 3, 5, 10, 20)
DEPTH = 100  # passages looked at for a question
ROUNDS = 2000  # of the bootstrap


@dataclass(frozen=True, slots=True)
class Row:
    """One question: the units and filings that search gave, best first, and its scores."""

    id: str
    kind: str
    question: str
    relevant: tuple[str, ...]
    found: tuple[str, ...]
    filing_rank: int | None
    scores: dict[str, float]


@dataclass(frozen=True, slots=True)
class RetrievalEvaluation(EvaluationRecord):
    """Means over questions (0 to 1), their 95% bootstrap intervals, and means by kind of question."""

    only_in_file: ClassVar[tuple[str, ...]] = ("rows",)

    dataset: str
    split: str
    given: Given
    n: int
    metrics: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    by_kind: dict[str, dict[str, float]]
    seconds: float
    rows: tuple[Row, ...]


def evaluate_retrieval(
    index: Index,
    judged: Sequence[Judged],
    *,
    dataset: str,
    split: str,
    given: Given = "question",
    judge: Judge | None = None,
    understood: Callable[[Query], Query] = lambda query: query,
) -> RetrievalEvaluation:
    """Searches for every question and scores what comes back.

    Args:
        index: holds the documents.
        judged: the questions.
        dataset: for the record.
        split: for the record.
        given: what search is told beside the question: nothing, the company, the filing, or the filing and
            the statements of its relevant pages (an oracle's help, one rung above the other).
        judge: has its say on the first passages.
        understood: what search is told of what was read from the question; all of it unless given.

    Raises:
        ValueError: there are no questions, as where the index holds other documents than the data set's.
    """
    if not judged:
        raise ValueError(
            f"{index.address} holds nothing that a question of {dataset} is about; give an index of its documents"
        )
    started = time.perf_counter()
    rows = [_row(question, find_given(index, question, given, judge, understood)) for question in judged]
    names = list(rows[0].scores)
    table = np.array([[row.scores[name] for name in names] for row in rows])
    kinds: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        kinds[row.kind].append(row)
    return RetrievalEvaluation(
        dataset=dataset,
        split=split,
        given=given,
        n=len(rows),
        metrics=dict(zip(names, table.mean(axis=0).tolist(), strict=True)),
        intervals=dict(zip(names, _intervals(table), strict=True)),
        by_kind={kind: {name: _mean(row.scores[name] for row in of) for name in names} for kind, of in kinds.items()},
        seconds=time.perf_counter() - started,
        rows=tuple(rows),
    )


def find_given(
    index: Index,
    question: Judged,
    given: Given,
    judge: Judge | None = None,
    understood: Callable[[Query], Query] = lambda query: query,
) -> list[Hit]:
    """What search finds for a question with an oracle's help."""
    query = understood(parse_query(question.question, [record.identity for record in index.documents()]))
    if given == "question":
        return find(index, query, k=DEPTH, judge=judge)
    if given == "company":
        named = replace(query, companies=(question.company,) if question.company else ())
        return find(index, named, k=DEPTH, judge=judge)
    if given == "statement":
        query = replace(query, statements=_statements(index, question) or query.statements)
    return find(index, query, k=DEPTH, documents=tuple(question.filings), judge=judge)


def _statements(index: Index, question: Judged) -> tuple[Statement, ...]:
    found: list[Statement] = []
    for unit in sorted(question.relevant):
        document, _, page = unit.partition(":")
        if page:
            tables = index.page(document, int(page)).tables
            found += [table.statement for table in tables if table.statement]
    return tuple(dict.fromkeys(found))


def _row(question: Judged, hits: Sequence[Hit]) -> Row:
    units = list(dict.fromkeys(question.unit(hit) for hit in hits))
    filings = list(dict.fromkeys(hit.passage.document_id for hit in hits))
    ranks = [rank for rank, filing in enumerate(filings, start=1) if filing in question.filings]
    scores = _scores(units, question.relevant)
    if question.filings:
        scores |= {f"filing_recall@{cut}": float(bool(ranks) and ranks[0] <= cut) for cut in CUTS}
    return Row(
        id=question.id,
        kind=question.kind,
        question=question.question,
        relevant=tuple(sorted(question.relevant)),
        found=tuple(units[: max(CUTS)]),
        filing_rank=ranks[0] if ranks else None,
        scores=scores,
    )


def _scores(ranking: Sequence[str], relevant: frozenset[str]) -> dict[str, float]:
    """Of one ranking: whether any relevant unit is within each cut, the share of all that are, MRR and nDCG@10."""
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    qrels = [ir_measures.Qrel("q", unit, 1) for unit in relevant]
    run = [ir_measures.ScoredDoc("q", unit, -rank) for rank, unit in enumerate(ranking)]
    measures = {f"page_hit@{cut}": Success @ cut for cut in CUTS} | {f"page_recall@{cut}": R @ cut for cut in CUTS}
    measures |= {"mrr": RR, "ndcg@10": nDCG @ 10}
    values = ir_measures.calc_aggregate(list(measures.values()), qrels, run)
    return {name: float(values[measure]) for name, measure in measures.items()}


def _intervals(table: npt.NDArray[np.float64]) -> list[tuple[float, float]]:
    rng = np.random.default_rng(0)
    means = np.array([table[rng.integers(len(table), size=len(table))].mean(axis=0) for _ in range(ROUNDS)])
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
