"""Attention rollout (Abnar and Zuidema, 2020): how much of each token's attention, layer after layer, comes from which token."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from experiments.attribution.answered import Answered


def attention_rollout(answered: Answered) -> npt.NDArray[np.float64]:
    """For each token its share in what the answer's first and last token attend to, [tokens], adding up to 1.

    The heads of a layer are averaged, half of each token's own vector is taken to pass through the layer as it is, and
    the layers are multiplied. It tells where the model looked, not what looking there did to the score.

    Raises:
        ValueError: the model does not tell its attention.
    """
    import torch

    model = answered.model
    before = model.config._attn_implementation
    model.set_attn_implementation("eager")  # others do not tell it
    try:
        with torch.no_grad():
            layers = model(**answered.inputs, output_attentions=True).attentions
    finally:
        model.set_attn_implementation(before)
    if not layers:
        raise ValueError(f"{type(model).__name__} does not tell its attention; choose a model that does")
    size = len(answered.tokens)
    rolled = np.eye(size)
    for layer in layers:
        mean = layer[0].double().mean(0).numpy()  # [tokens, tokens] of [heads, tokens, tokens]
        rolled = (mean + np.eye(size)) / 2 @ rolled
    share: npt.NDArray[np.float64] = (rolled[answered.first] + rolled[answered.last]) / 2
    return share
