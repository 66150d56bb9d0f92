"""Answer strings made comparable, and their token overlap, as SQuAD defines both (Rajpurkar et al., 2016)."""

import re
import string
from collections import Counter

_ARTICLES = re.compile(r"\b(a|an|the)\b", re.UNICODE)
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise_answer(text: str) -> str:
    """Lower case, without punctuation, articles and extra white space."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(prediction: str, gold: str) -> float:
    """1 where both are the same after normalisation, else 0."""
    return float(normalise_answer(prediction) == normalise_answer(gold))


def token_f1(prediction: str, gold: str) -> float:
    """F1 of the tokens both share, 0 to 1; where either is empty, 1 if both are (the v2 rule)."""
    predicted, golden = normalise_answer(prediction).split(), normalise_answer(gold).split()
    if not predicted or not golden:
        return float(predicted == golden)
    shared = sum((Counter(predicted) & Counter(golden)).values())
    if shared == 0:
        return 0.0
    precision, recall = shared / len(predicted), shared / len(golden)
    return 2 * precision * recall / (precision + recall)
