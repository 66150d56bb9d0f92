"""What a reader of an index pays: time, memory, and how many of the true neighbours it finds."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.benchmarks.resident import own_megabytes
from retrieval.embedding import TextEmbedder, Vectors
from retrieval.index.index import Index
from retrieval.index.sqlite_file import FILE, SqliteFile
from retrieval.index.store import DocumentRecord
from retrieval.search import Filters

K = 20
RECALL_AT = 10
_WARM = 10  # searches before any is timed


@dataclass(frozen=True, slots=True)
class Setting:
    """Questions, each with the filter that it is asked under."""

    name: str
    filters: Sequence[Filters]


def measure(folder: Path, embedder: TextEmbedder, questions: Sequence[str], seed: int) -> dict[str, Any]:
    """Opens an index as a new process would, and measures; all times in milliseconds unless named otherwise."""
    started = time.perf_counter()
    with Index.open(folder, embedder=embedder) as index:
        opened = time.perf_counter()
        index.search(questions[0], k=K)
        first = time.perf_counter()
        settings = _settings(index.documents(), len(questions), seed)
        times = {setting.name: _times(index, questions, setting) for setting in settings}
        memory = own_megabytes(os.getpid())
        vectors = embedder.embed(questions)
        recall = {setting.name: _recall(index, vectors, setting) for setting in settings}
    return {
        "open_seconds": opened - started,
        "first_search_seconds": first - opened,
        "resident_megabytes": memory,
        "times": times,
        f"recall_at_{RECALL_AT}": recall,
    }


def _settings(records: Sequence[DocumentRecord], count: int, seed: int) -> list[Setting]:
    rng = random.Random(seed)
    companies = sorted({r.identity.company for r in records if r.identity.company})
    years = sorted({r.identity.fiscal_year for r in records if r.identity.fiscal_year})
    return [
        Setting("none", [Filters()] * count),
        Setting("company", [Filters(companies=(rng.choice(companies),)) for _ in range(count)]),
        Setting("year", [Filters(fiscal_years=(rng.choice(years),)) for _ in range(count)]),
    ]


def _times(index: Index, questions: Sequence[str], setting: Setting) -> dict[str, dict[str, float]]:
    searches: dict[str, Callable[..., object]] = {
        "dense": index.search_dense,
        "lexical": index.search_lexical,
        "hybrid": index.search,
    }
    found = {}
    for name, search in searches.items():
        taken = []
        pairs = list(zip(questions, setting.filters, strict=True))
        for question, filters in [*pairs[:_WARM], *pairs]:
            started = time.perf_counter()
            search(question, k=K, filters=filters)
            taken.append(1000 * (time.perf_counter() - started))
        p50, p95 = np.percentile(taken[-len(pairs) :], [50, 95])
        found[name] = {"p50": float(p50), "p95": float(p95)}
    return found


def _recall(index: Index, vectors: Vectors, setting: Setting) -> float:
    """Mean share of the true nearest that dense search finds; the truth by comparing with every vector."""
    truth = _exact(index, vectors, setting.filters)
    shares = []
    for vector, filters, true in zip(vectors, setting.filters, truth, strict=True):
        found = {i for i, _ in index.nearest(vector, k=RECALL_AT, filters=filters)}
        shares += [len(found & true) / len(true)] if true else []
    return float(np.mean(shares))


def _exact(index: Index, vectors: Vectors, filters: Sequence[Filters]) -> list[set[int]]:
    records = {record.id: record for record in index.documents()}
    best_ids = [np.zeros(0, dtype=np.int64) for _ in filters]
    best_scores = [np.zeros(0, dtype=np.float32) for _ in filters]
    truth = SqliteFile(Path(index.address) / FILE)
    for document, ids, stored in truth.vectors():
        asking = [row for row, f in enumerate(filters) if len(ids) and f.admits(records[document])]
        for row, scores in zip(asking, vectors[asking] @ stored.T if asking else (), strict=True):
            joined = np.concatenate([best_scores[row], scores])
            order = np.argsort(-joined, kind="stable")[:RECALL_AT]
            best_ids[row] = np.concatenate([best_ids[row], ids])[order]
            best_scores[row] = joined[order]
    truth.close()
    return [set(ids.tolist()) for ids in best_ids]
