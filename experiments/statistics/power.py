"""What a comparison can find, before it is run."""

from __future__ import annotations

import numpy as np

from experiments.statistics.crossed import CrossedMean


def smallest_detectable_effect(
    *,
    seed_sd: float,
    document_sd: float,
    question_sd: float,
    seeds: int,
    documents: int,
    questions_per_document: int,
    power: float = 0.8,
    alpha: float = 0.05,
) -> float:
    """The smallest true difference that `compare_runs` finds with this power, in the unit of the deviations.

    It is (t_(1 - alpha/2) + t_power) standard errors (Bloom, 1995, "Minimum detectable effects"); the squared error is
    seed_sd^2 / seeds + (document_sd^2 + question_sd^2 / questions_per_document) / documents, and quantiles of seeds and
    documents are put together as in `CrossedMean.half_width`. What differs anew for each seed and question shrinks with
    the number of seeds too, so counting it in `question_sd` errs on the side of more.

    Args:
        seed_sd: standard deviation of the paired difference between seeds, each taken over very many documents.
        document_sd: between documents, each taken over very many seeds and questions. From a pilot the deviation of
            its documents' mean differences serves, which holds that of its questions: then `question_sd` is 0.
        question_sd: between the questions of a document.
        seeds: runs of each arm. With one, the effect is that of these very runs, and `seed_sd` must be 0.
        documents: how many, of one size.
        questions_per_document: how many each.
        power: probability that the interval excludes 0.
        alpha: two-sided level; of several comparisons divide it by their number.

    Raises:
        ValueError: fewer than one seed or question or two documents, a negative deviation, no deviation, one seed that
            is to vary, or power or alpha outside of 0 to 1 (power at least 0.5).
    """
    if seeds < 1 or documents < 2 or questions_per_document < 1:
        raise ValueError(f"{seeds} seeds, {documents} documents of {questions_per_document}; give at least 1, 2 and 1")
    if min(seed_sd, document_sd, question_sd) < 0 or not max(seed_sd, document_sd, question_sd):
        raise ValueError("standard deviations must not be negative, nor all be 0")
    if seeds == 1 and seed_sd:
        raise ValueError("one seed does not tell how seeds vary; give seed_sd 0, or more seeds")
    if not (0.5 <= power < 1 and 0 < alpha < 1):
        raise ValueError(f"power {power} must be in [0.5, 1) and alpha {alpha} in (0, 1)")
    of_seeds = np.asarray(seed_sd**2 / seeds)
    of_documents = np.asarray((document_sd**2 + question_sd**2 / questions_per_document) / documents)
    planned = CrossedMean(np.zeros(()), of_seeds, of_documents, max(1, seeds - 1), documents - 1)
    return float(planned.half_width(alpha) + planned.half_width(2 * (1 - power)))
