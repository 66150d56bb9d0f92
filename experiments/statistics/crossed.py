"""The mean of paired differences where seeds and documents are both drawn at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from experiments.statistics.documents import Floats

_HALVINGS = 50  # of the bracket around the logarithm of a p value, which is at most 69 wide
_SMALLEST_P = 1e-30  # below it quantiles of few degrees of freedom overflow


@dataclass(frozen=True, slots=True)
class CrossedMean:
    """A mean over crossed random seeds and documents with its variance, for each of any number of comparisons.

    Attributes:
        mean: over seeds and questions, [...].
        seed: variance of the mean by what seeds differ, the interaction with documents in it, [...].
        rest: by what documents differ otherwise, [...].
        seed_df: degrees of freedom of `seed`.
        document_df: of `rest`.
    """

    mean: Floats
    seed: Floats
    rest: Floats
    seed_df: float
    document_df: float

    def half_width(self, alpha: ArrayLike = 0.05) -> Floats:
        """How far the interval of level 1 - alpha reaches from the mean to either side, [...].

        The squared half widths of Student's intervals for either variance are added up, as Banerjee (1960),
        "Approximate confidence interval for linear functions of means of k populations when the population variances
        are not equal", does: were the two variances estimated independently, such an interval would cover at least
        1 - alpha. They share the interaction, so that simulation has to show it. Satterthwaite's degrees of freedom
        would be too many whenever the few seeds happen to agree more than they should, so that their variance is
        underestimated and weighs less; `experiments/reports/statistics.md` has both.
        """
        tail = np.asarray(alpha, dtype=np.float64) / 2
        of_seeds, of_documents = (np.asarray(stdtrit(df, tail)) for df in (self.seed_df, self.document_df))
        return np.asarray(np.sqrt(of_seeds**2 * self.seed + of_documents**2 * self.rest))

    def p(self) -> Floats:
        """The alpha at which the interval begins to hold 0, [...]; not below 1e-30."""
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(self.mean == 0, 0.0, np.abs(self.mean) / np.sqrt(self.seed + self.rest))
        ends = [np.log(np.maximum(2 * stdtr(df, -t), _SMALLEST_P)) for df in (self.seed_df, self.document_df)]
        low, high = np.minimum(*ends), np.maximum(*ends)  # one variance alone gives either end
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            inside = self.half_width(np.exp(middle)) > np.abs(self.mean)
            low, high = np.where(inside, middle, low), np.where(inside, high, middle)
        return np.asarray(np.exp(high))


class Variances(NamedTuple):
    """What the variance of a mean is made of, for each of any number of comparisons.

    Attributes:
        mean: over seeds and questions, [...].
        seed: variance of the mean by what seeds differ, the interaction in it, [...].
        document: by what documents differ, the interaction in it, [...].
        interaction: by the interaction alone, [...].
        seed_df: degrees of freedom of `seed`.
        document_df: of `document`.
    """

    mean: Floats
    seed: Floats
    document: Floats
    interaction: Floats
    seed_df: float
    document_df: float

    @property
    def total(self) -> Floats:
        """Both with the interaction counted once; not below the larger, as neither is too large on average, [...]."""
        return np.maximum(self.seed + self.document - self.interaction, np.maximum(self.seed, self.document))


def crossed_mean(means: Floats, questions: ArrayLike) -> CrossedMean:
    """Estimates the mean over questions from the means of documents in each seed.

    Args:
        means: of the paired differences, [..., seeds, documents]. With one seed the variance is that between documents.
        questions: of each document, [documents].

    Raises:
        ValueError: there is only one document.
    """
    found = variances(means, questions)
    return CrossedMean(found.mean, found.seed, found.total - found.seed, found.seed_df, found.document_df)


def variances(means: Floats, questions: ArrayLike) -> Variances:
    """The variance of the mean in the two-way random-effects model without replication.

    For documents of one size the total is (MS_seed + MS_document - MS_interaction) / (seeds * documents) (Searle,
    Casella and McCulloch, 1992, "Variance Components", chapter 4).

    Documents of several sizes weigh as their questions do. Their variance is the jackknife's over documents (MacKinnon,
    Nielsen and Webb, 2023, "Fast and reliable jackknife and bootstrap methods for cluster-robust inference"), its
    degrees of freedom are those of as many documents of one size as would give the same sum of squared weights (Kish,
    1965, "Survey Sampling"). With documents of one size both are the above.

    Args:
        means: as for `crossed_mean`.
        questions: as for `crossed_mean`.

    Raises:
        ValueError: there is only one document.
    """
    seeds, documents = means.shape[-2:]
    if documents < 2:
        raise ValueError("one document does not tell how documents vary; give at least two")
    weights = np.asarray(questions, dtype=np.float64) / np.sum(questions)
    squares = float((weights**2).sum())
    of_seeds, of_documents = means @ weights, means.mean(-2)
    mean = np.asarray(of_seeds.mean(-1))
    left_out = weights / (1 - weights) * (of_documents - mean[..., None])  # how leaving each out moves the mean
    document = np.asarray((documents - 1) / documents * (left_out**2).sum(-1))
    seed = interaction = np.zeros_like(mean)
    if seeds > 1:
        seed = np.asarray(of_seeds.var(-1, ddof=1) / seeds)
        rest = means - of_documents[..., None, :] - (of_seeds - mean[..., None])[..., None]
        unbiased = squares / (weights**2 * (1 - 2 * weights + squares)).sum()
        interaction = np.asarray(unbiased * (weights**2 * rest**2).sum((-1, -2)) / (seeds * (seeds - 1)))
    return Variances(mean, seed, document, interaction, float(max(1, seeds - 1)), 1 / squares - 1)
