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


def is_right(prediction: str, gold: str) -> bool:
    """Whether both say the same: they match, or at least half of their tokens (F1) and all numbers of one are the other's.

    Of a clause that answers there are many ways to mark where it begins and ends; of a number there are none.
    """
    ours, theirs = (
        {t for t in normalise_answer(text).split() if any(map(str.isdigit, t))} for text in (prediction, gold)
    )
    return exact_match(prediction, gold) == 1 or (
        token_f1(prediction, gold) >= 0.5 and (ours <= theirs or theirs <= ours)
    )


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
