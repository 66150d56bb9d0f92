"""What a study can find, by the spread of differences that runs have shown: of its own, or of a pilot before it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from experiments.statistics import smallest_detectable_effect
from experiments.statistics.crossed import variances
from experiments.statistics.documents import grouped
from experiments.study.results import Run, on_shared_seeds, score_matrix
from experiments.study.study import Size, Study

POWER = 0.8
ALPHA = 0.05


def detectable(study: Study, size: Size, runs: Sequence[Run]) -> dict[str, float]:
    """By confirmatory arm the smallest true difference, in points, that the study's seeds find with power 0.8.

    Its level is that of Holm's first step. The spread over seeds and documents is that of finished runs, at least two of
    the arm and of the one that it is compared with; arms without are left out.
    """
    found = {}
    for arm in study.confirmatory:
        own, others = on_shared_seeds(*([run for run in runs if run.arm == name] for name in (arm, study.against(arm))))
        if len(own) < 2:
            continue
        scores, documents = score_matrix(own, study.metric(size))
        difference = scores - score_matrix(others, study.metric(size))[0]
        found[arm] = 100 * _detectable(difference, documents, study, arm, size)
    return found


def _detectable(difference: np.ndarray, documents: Sequence[str], study: Study, arm: str, size: Size) -> float:
    sums, counts = grouped(difference, documents)
    spread = variances(sums / counts, counts)
    between_seeds = len(difference) * max(0.0, float(spread.seed - spread.interaction))
    between_documents = len(counts) * float(spread.document)
    if not between_seeds and not between_documents:
        return 0.0
    return smallest_detectable_effect(
        seed_sd=math.sqrt(between_seeds),
        document_sd=math.sqrt(between_documents),
        question_sd=0.0,
        seeds=min(study.planned(arm, size), study.planned(study.against(arm), size)),
        documents=len(counts),
        questions_per_document=1,
        power=POWER,
        alpha=ALPHA / len(study.confirmatory),
    )
