import math

import numpy as np
import pytest

from qa.calibration import (
    Calibration,
    best_threshold,
    expected_calibration_error,
    fit_logistic,
    load_calibration,
    save_calibration,
    steady_threshold,
)
from retrieval.bundled import ModelError


def test_logistic_recovers_the_curve_that_made_the_data():
    rng = np.random.default_rng(0)
    margins = rng.normal(0, 4, 20_000)
    right = rng.random(20_000) < 1 / (1 + np.exp(-(0.7 * margins - 0.4)))
    slope, intercept = fit_logistic(margins, right)
    assert slope == pytest.approx(0.7, abs=0.03)
    assert intercept == pytest.approx(-0.4, abs=0.06)


def test_logistic_stays_finite_when_margins_separate():
    slope, intercept = fit_logistic([-2, -1, 1, 2], [0, 0, 1, 1])
    assert math.isfinite(slope) and slope > 0 and abs(intercept) < 1e-6


@pytest.mark.parametrize("right", [[1, 1, 1], [0, 0, 0], []])
def test_logistic_needs_both_kinds(right):
    with pytest.raises(ValueError, match="right and wrong"):
        fit_logistic([0.0] * len(right), right)


def test_threshold_is_where_the_score_is_highest():
    rng = np.random.default_rng(1)
    margins, gains, losses = rng.normal(size=200), rng.random(200), rng.integers(0, 2, 200)
    gains = gains * (1 - losses)

    def score(threshold):
        return sum(g if m >= threshold else lost for m, g, lost in zip(margins, gains, losses, strict=True))

    found = best_threshold(margins, gains, losses)
    assert score(found) == pytest.approx(max(score(t) for t in [*margins, 1e9]))


def test_threshold_at_the_ends():
    assert best_threshold([1.0, 2.0], [1, 1], [0, 0]) < 1.0
    assert best_threshold([1.0, 2.0], [0, 0], [1, 1]) > 2.0


def test_a_steady_threshold_hangs_less_on_which_questions_were_drawn():
    rng = np.random.default_rng(4)

    def drawn():
        answerable = rng.random(200) < 0.5
        margins = rng.normal(np.where(answerable, 2, -2), 3)
        return margins, np.where(answerable, 0.8, 0.0), np.where(answerable, 0.0, 1.0)

    samples = [drawn() for _ in range(30)]
    best = [best_threshold(*sample) for sample in samples]
    steady = [steady_threshold(*sample, rounds=100) for sample in samples]
    assert np.std(steady) < 0.8 * np.std(best)
    assert abs(np.mean(steady) - np.mean(best)) < 1


def test_probability_is_a_probability_far_out():
    calibration = Calibration(0, 2, 1)
    assert calibration.probability(-1e6) == 0.0
    assert calibration.probability(1e6) == 1.0
    assert calibration.probability(-0.5) == 0.5


def test_calibration_error_by_hand():
    # two bins: probabilities .2 with accuracy 0, and .9 with accuracy .5
    assert expected_calibration_error([0.2, 0.2, 0.9, 0.9], [0, 0, 1, 0], bins=2) == pytest.approx(0.3)


def test_calibration_survives_its_file(tmp_path):
    save_calibration(Calibration(1.5, 0.25, -0.125), tmp_path)
    assert load_calibration(tmp_path) == Calibration(1.5, 0.25, -0.125)
    (tmp_path / "calibration.json").write_text("{")
    with pytest.raises(ModelError, match="damaged"):
        load_calibration(tmp_path)
