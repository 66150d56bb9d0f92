import re
import string
from collections import Counter

HYPOTHESIS = "It is wrong, because the two amounts differ by a factor of ten."  # refuted: the point is punctuation
PREDICTION = "wrong"


def normalise(text):
    plain = "".join(character for character in text.lower() if character not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", plain).split())


def exact_match(prediction, gold):
    return float(normalise(prediction) == normalise(gold))


def token_f1(prediction, gold):
    one, other = normalise(prediction).split(), normalise(gold).split()
    if not one or not other:
        return float(one == other)
    shared = sum((Counter(one) & Counter(other)).values())
    return 2 * shared / (len(one) + len(other))
