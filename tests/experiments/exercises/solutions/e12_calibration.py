import numpy as np

HYPOTHESIS = "It is 0.00, because true probabilities have no error."  # refuted: twenty questions a bin vary by chance
PREDICTION = 0.0


def temperature(margins, right):
    signs = np.where(right > 0, 1.0, -1.0)
    low, high = np.log(1e-2), np.log(1e3)
    for _ in range(6):  # a finer and finer grid over the logarithm
        grid = np.linspace(low, high, 41)
        losses = [np.logaddexp(0.0, -signs * margins / np.exp(each)).mean() for each in grid]
        best = int(np.argmin(losses))
        low, high = grid[max(0, best - 1)], grid[min(40, best + 1)]
    return float(np.exp((low + high) / 2))


def calibration_error(probabilities, right, bins):
    order = np.argsort(probabilities, kind="stable")
    return sum(
        len(each) * abs(probabilities[each].mean() - right[each].mean()) / len(order)
        for each in np.array_split(order, bins)
        if len(each)
    )
