"""Heads with two hidden layers beside the linear ones, for features that matter together only.

An answer's score is that of its operator for the wording of the question, a sum over its n-grams, plus a linear part with
weights of the operator, plus a network of the standardised features and of the operator. One softmax runs over all
answers, as in `qa.heads.model`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from qa.heads.model import Case, Floats, Heads


@dataclass(frozen=True)
class NetworkHeads(Heads):
    """Fitted heads with hidden layers; `weights` are of standardised features, n-grams add up.

    Attributes:
        middle: what is taken off each feature, [features].
        spread: what it is then divided by, [features].
        layers: of the network by name: `hidden`, `deeper` and `score` with their biases, `operator` [operators, hidden].
    """

    middle: Floats
    spread: Floats
    layers: Mapping[str, Floats]

    def scores(self, case: Case) -> Floats:
        """Of each answer, [answers]."""
        known = [self.wording[gram] for gram in sorted(case.wordings) if gram in self.wording]
        prior = np.sum(known, axis=0) if known else np.zeros(len(self.weights))
        inputs, layers = (case.features - self.middle) / self.spread, self.layers
        hidden = inputs @ layers["hidden"].T + layers["hidden_bias"] + layers["operator"][case.operators]
        deeper = np.maximum(hidden, 0) @ layers["deeper"].T + layers["deeper_bias"]
        linear = np.einsum("nf,nf->n", inputs, self.weights[case.operators])
        found: Floats = linear + np.maximum(deeper, 0) @ layers["score"][0] + prior[case.operators]
        return found
