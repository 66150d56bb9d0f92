import numpy as np

from experiments.gaps.source import Source

HYPOTHESIS = "In 30 % of cases, because ten questions of a document count for fewer than ten."
PREDICTION = 30.0


def interval(differences, documents, resamples, seed):
    names, place = np.unique(documents, return_inverse=True)
    sums, counts = np.bincount(place, weights=differences), np.bincount(place)
    drawn = np.random.default_rng(seed).integers(len(names), size=(resamples, len(names)))
    low, high = np.quantile(sums[drawn].sum(1) / counts[drawn].sum(1), [0.025, 0.975])
    return float(low), float(high)


def source(rows):
    ordered = sorted(rows, key=lambda row: row["id"])
    runs = {seed: [row for row in ordered if row["seed"] == seed] for seed in sorted({row["seed"] for row in rows})}
    first = next(iter(runs.values()))
    return Source(
        name="mine",
        metric="made.right",
        scores={"system": {seed: np.array([row["right"] for row in run]) for seed, run in runs.items()}},
        baseline="system",
        rivals=(),
        documents=[row["document"] for row in first],
        slices=[row["slices"] for row in first],
        runs=["made up"],
        command="financeqa exercise 14",
    )
