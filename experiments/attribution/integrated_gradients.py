"""Integrated gradients (Sundararajan, Taly and Yan, 2017): a score shared out among the tokens that it was computed from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments.attribution.answered import Answered

POINTS = 64
_BATCH = 8


@dataclass(frozen=True)
class Attribution:
    """What each token brought to a score.

    Attributes:
        tokens: [tokens]; 0 for special ones, which the baseline has as well.
        score: of the answer.
        baseline: the same where nothing is said.
    """

    tokens: npt.NDArray[np.float64]
    score: float
    baseline: float

    @property
    def missing(self) -> float:
        """How far the tokens' shares are from adding up to what saying something changed; 0 but for the integral's error."""
        return self.score - self.baseline - float(self.tokens.sum())


def integrated_gradients(answered: Answered, points: int = POINTS) -> Attribution:
    """The gradient of the answer's score by the words' embeddings, integrated from the baseline to what was read.

    A token's share is that integral times how far its embedding is from the baseline's, summed over the embedding.

    Args:
        answered: an answer.
        points: of the Gauss-Legendre quadrature along the straight line from the baseline to the embeddings.
    """
    import torch

    nodes, weights = np.polynomial.legendre.leggauss(points)  # on [-1, 1]
    places = torch.tensor((nodes + 1) / 2, dtype=answered.embeddings.dtype)
    shares = torch.tensor(weights / 2, dtype=answered.embeddings.dtype)
    difference = answered.embeddings - answered.baseline
    integral = torch.zeros_like(difference)
    for place, share in zip(places.split(_BATCH), shares.split(_BATCH), strict=True):
        between = (answered.baseline + place[:, None, None] * difference).requires_grad_()
        [gradient] = torch.autograd.grad(answered.scores(between).sum(), between)
        integral += (share[:, None, None] * gradient).sum(0)
    tokens = (integral * difference).sum(-1).double().numpy()
    everything = [i for i, special in enumerate(answered.special) if not special]
    return Attribution(tokens, answered.score, answered.score_without(everything))
