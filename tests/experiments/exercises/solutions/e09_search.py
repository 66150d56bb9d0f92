from collections import Counter
from math import log

HYPOTHESIS = "It changes by -5 points, because hashed words know less than BM25 does and bring noise."
PREDICTION = -5.0


def bm25(question, passages):
    mean = sum(map(len, passages)) / len(passages)
    counts = [Counter(passage) for passage in passages]
    scores = [0.0] * len(passages)
    for word in question:
        n = sum(word in count for count in counts)
        weight = log(1 + (len(passages) - n + 0.5) / (n + 0.5))
        for i, count in enumerate(counts):
            scores[i] += weight * count[word] / (count[word] + 1.2 * (0.25 + 0.75 * len(passages[i]) / mean))
    return scores


def fuse(cosines, scores, semantic):
    best = max(scores) or 1.0
    mixed = [semantic * cosine + (1 - semantic) * score / best for cosine, score in zip(cosines, scores, strict=True)]
    return sorted(range(len(mixed)), key=lambda i: (-mixed[i], i))
