from experiments.exercises.e15_invention import first_found

HYPOTHESIS = "It gains 60 points, because two thirds of the passages answer in another sentence than the first."
PREDICTION = 60.0

SMALLEST = 5.0

PAGE = """
Gap: the first amount or reason of a passage is often that of another figure.

Hypothesis: the sentence that shares most words with the question is the one that answers it.

Prediction: exact match rises by 60 points.

Refuted if: the 95% interval over companies does not lie above zero, or the gain is below 5 points.

Measure: exact match on the generated questions of dev, over companies.
"""


def answer(question, context):
    asked = set(question.lower().replace("?", "").split())
    sentences = context.replace(". ", ".\n").splitlines()
    return first_found(question, max(sentences, key=lambda each: len(asked & set(each.lower().split()))))


def verdict(gain):
    return "kept" if gain.low > 0 and 100 * gain.difference >= SMALLEST else "lost"
