"""From what a run measured to what is compared: speed, latency, quality, memory, and the paired tests against ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.benchmarks.peers.system import OURS
from experiments.statistics import Comparison, compare, holm

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answering:
    """How one system answered the questions of one corpus with k passages each.

    Attributes:
        per_second: questions, one after the other.
        p50: of the seconds of a question.
        p95: as `p50`.
        exact: exact match, 0 to 100, "not found" counting 0.
        f1: token F1, as `exact`.
        not_found: questions without an answer.
        raised: questions that ended with an error.
        peak_megabytes: of its process.
    """

    per_second: float
    p50: float
    p95: float
    exact: float
    f1: float
    not_found: int
    raised: int
    peak_megabytes: float


@dataclass(frozen=True, slots=True)
class Against:
    """What ours has over a peer on one corpus with k passages.

    Attributes:
        speed: times as many questions a second.
        ingest: times as many pages a second.
        memory: its peak as a share of the peer's, asking.
        f1: the paired comparison of F1.
        p: that of no difference in F1, adjusted by Holm's method for the peers.
    """

    speed: float
    ingest: float
    memory: float
    f1: Comparison
    p: float


def answering(asked: Record) -> Answering:
    """The figures of one system's `asked` record."""
    seconds = np.array(asked["seconds"])
    p50, p95 = np.percentile(seconds, [50, 95])
    return Answering(
        per_second=len(seconds) / float(seconds.sum()),
        p50=float(p50),
        p95=float(p95),
        exact=100 * float(np.mean(asked["exact"])),
        f1=100 * float(np.mean(asked["f1"])),
        not_found=asked["not_found"],
        raised=sum(asked["raised"].values()),
        peak_megabytes=asked["peak_megabytes"],
    )


def against(corpus: Record, asked: Record) -> dict[str, Against]:
    """Ours beside every peer, by the peer's name; questions of one article or company are not taken for independent."""
    groups = [question["group"] for question in corpus["questions"]]
    systems, ingests = asked["systems"], corpus["ingest"]
    peers = [name for name in systems if name != OURS]
    tests = {name: compare(systems[OURS]["f1"], systems[name]["f1"], groups) for name in peers}
    adjusted = dict(zip(peers, holm([tests[name].p for name in peers]), strict=True))
    own = answering(systems[OURS])
    found = {}
    for name in peers:
        peer = answering(systems[name])
        found[name] = Against(
            speed=own.per_second / peer.per_second,
            ingest=ingests[name]["seconds"] / ingests[OURS]["seconds"],
            memory=own.peak_megabytes / peer.peak_megabytes,
            f1=tests[name],
            p=adjusted[name],
        )
    return found


def encoder_share(corpus: Record) -> float:
    """The share of our ingest's seconds that the tokens read would take at the encoder's measured rate."""
    seconds = corpus["encoder"]["tokens"] / corpus["encoder"]["tokens_per_second"]
    return float(seconds / corpus["ingest"][OURS]["seconds"])
