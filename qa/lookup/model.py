"""A listwise logistic model over numbers: the probability of each, and of none, given their features.

p(i) = exp(w·f_i) / (1 + sum_j exp(w·f_j)), the 1 standing for "no answer": McFadden's conditional logit (1974).
Each weight belongs to one named feature, so the model can be read.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import numpy as np

from qa.calibration import Calibration
from qa.lookup.features import FEATURES, Features, Found
from retrieval.bundled import ModelError

FILE = Path(__file__).parent.parent / "models" / "lookup.json"
OTHERS = 0.005  # the least probability of a number that is worth a look beside the likeliest


@dataclass(frozen=True)
class LookupModel:
    """A fitted model.

    Attributes:
        weights: by feature.
        threshold: from what probability on a value is an answer.
        curve: from a value's log-odds to how often such values are right on filings that the fit left out.
    """

    weights: Features
    threshold: float
    curve: Calibration = field(default_factory=Calibration)


@dataclass(frozen=True, slots=True)
class Lookup:
    """The likeliest number.

    Attributes:
        found: where it stands best.
        probability: how likely it is, wherever it stands.
        others: other numbers that are not unlikely, where each stands best, likeliest first.
        sure: whether it beats the threshold alone; else it may be either of several.
    """

    found: Found
    probability: float
    others: tuple[Found, ...]
    sure: bool


@lru_cache(maxsize=4)
def load_model(file: Path = FILE) -> LookupModel:
    """The shipped model.

    Raises:
        ModelError: its file is missing, damaged or of other features.
    """
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        weights = np.array([record["weights"][name] for name in FEATURES])
        curve = Calibration(slope=float(record["slope"]), intercept=float(record["intercept"]))
        return LookupModel(weights, float(record["threshold"]), curve)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{file} is no lookup model ({error}); make it again: python -m qa.lookup.training") from error


def probabilities(features: Features, weights: Features) -> Features:
    """The probability of each number, [n] of [n, features]; what is missing to 1 is that of "no answer"."""
    scores = features @ weights
    top = max(0.0, float(scores.max(initial=0.0)))
    each = np.exp(scores - top)
    chances: Features = each / (np.exp(-top) + each.sum())
    return chances


def ranked_values(chances: Features, values: Sequence[Decimal]) -> list[tuple[list[int], float]]:
    """For each value its places and its probability over all of them, likeliest first."""
    places: dict[Decimal, list[int]] = defaultdict(list)
    for i, value in enumerate(values):
        places[value].append(i)
    each = [(of, float(chances[of].sum())) for of in places.values()]
    return sorted(each, key=lambda value: -value[1])


def likeliest(found: Sequence[Found], model: LookupModel) -> Lookup | None:
    """The likeliest value, signs aside, and where it stands best; `None` where all together don't beat the threshold."""
    if not found:
        return None
    chances = probabilities(np.array([number.features for number in found]), model.weights)
    ranked = ranked_values(chances, [abs(number.figure.value) for number in found])
    chance = ranked[0][1]
    if float(chances.sum()) < model.threshold:
        return None
    likely = [places for places, value_chance in ranked if value_chance >= min(chance, OTHERS)]
    best, *others = (found[max(places, key=lambda i: float(chances[i]))] for places in likely)
    return Lookup(best, model.curve.probability(log_odds(chance)), tuple(others), chance >= model.threshold)


def log_odds(probability: float) -> float:
    """The logarithm of the odds; those of 0 and 1 are as of a millionth from them."""
    inside = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(inside / (1 - inside))
