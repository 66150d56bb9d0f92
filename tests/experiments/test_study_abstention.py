import math

import numpy as np
import pytest

from experiments.statistics import risk_coverage
from experiments.studies.abstention import STUDY
from experiments.study import once
from experiments.study.abstention import measure, selective_facts, with_twins
from experiments.study.confidence import (
    CONFIDENCES,
    Answers,
    consensus,
    isotonic,
    left_out,
    platt,
    softmax,
    temperature,
)
from experiments.study.snapshots import Snapshots
from qa.calibration import Calibration, fit_logistic
from qa.data.generated import generated_examples
from qa.training.fit import Fit

FITTED = [name for name in CONFIDENCES if name != "softmax"]


def answers(n=2000, seed=0, *, sharpness=1.0, told_by_agreement=0.0):
    """Answers right as often as a softmax over two candidates and "no answer", its scores times `sharpness`, says."""
    rng = np.random.default_rng(seed)
    scores = np.sort(rng.normal(scale=2.0, size=(n, 2)))[:, ::-1]
    scores = np.column_stack([scores, np.zeros(n)])
    share = np.exp(scores[:, 0] * sharpness) / np.exp(scores * sharpness).sum(axis=1)
    right = (rng.random(n) < share).astype(float)
    agreement = np.where(rng.random(n) < told_by_agreement, right, rng.integers(0, 3, n) / 2)
    return Answers(scores, agreement, right, np.array([f"company {i % 8}" for i in range(n)]))


def test_softmax_is_the_readers_own_share():
    one = Answers(np.array([[2.0, 1.0, -np.inf, 0.0]]), np.ones(1), np.ones(1), np.array(["a"]))
    expected = math.exp(2) / (math.exp(2) + math.exp(1) + 1)
    assert softmax(one, one) == pytest.approx([expected])


@pytest.mark.parametrize("sharpness", [0.25, 1.0, 2.0])
def test_temperature_finds_how_sharp_the_scores_should_be(sharpness):
    known, asked = answers(20_000, sharpness=sharpness), answers(500, seed=1)
    scaled = Answers(asked.scores * sharpness, asked.agreement, asked.right, asked.documents)
    assert temperature(known, asked) == pytest.approx(softmax(scaled, scaled), abs=0.02)


def test_platt_is_the_curve_of_the_readers_calibration():
    known = answers()
    curve = Calibration(0.0, *fit_logistic(known.margin.tolist(), known.right.tolist()))
    assert platt(known, known) == pytest.approx([curve.probability(margin) for margin in known.margin], abs=1e-3)


def test_isotonic_never_falls_and_takes_ties_together():
    known = answers()
    found = isotonic(known, known)
    assert (np.diff(found[np.argsort(known.margin)]) >= 0).all()
    assert found.mean() == pytest.approx(known.right.mean())
    tied = Answers(np.array([[1.0, 0.0]] * 4), np.ones(4), np.array([1.0, 0.0, 0.0, 0.0]), np.array(list("abcd")))
    assert isotonic(tied, tied) == pytest.approx([0.25] * 4)


def test_consensus_orders_better_where_agreement_tells_more():
    telling = answers(told_by_agreement=0.8)
    areas = {each: risk_coverage(left_out(each, telling), 1 - telling.right).area for each in (platt, consensus)}
    assert areas[consensus] < 0.8 * areas[platt]
    idle = answers()
    assert left_out(consensus, idle) == pytest.approx(left_out(platt, idle), abs=0.05)


@pytest.mark.parametrize("name", FITTED)
def test_a_company_is_calibrated_without_its_own_answers(name):
    known = answers(400, told_by_agreement=0.5)
    own = known.documents == "company 3"
    turned = Answers(known.scores, known.agreement, np.where(own, 1 - known.right, known.right), known.documents)
    before, after = (left_out(CONFIDENCES[name], each) for each in (known, turned))
    assert after[own] == pytest.approx(before[own])
    assert after[~own] != pytest.approx(before[~own])


@pytest.mark.parametrize("name", FITTED)
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_where_all_are_alike_a_confidence_is_still_a_probability(name, value):
    alike = answers(64)
    alike = Answers(alike.scores, np.ones(64), np.full(64, value), alike.documents)
    found = left_out(CONFIDENCES[name], alike)
    assert ((found >= 0) & (found <= 1)).all()
    assert abs(found - value).mean() < 0.5


def test_facts_of_a_confidence():
    right = np.array([1.0] * 5 + [0.0] * 5)
    perfect = selective_facts(right, right)
    assert perfect["coverage_at_90"] == 0.5 and perfect["excess_aurc"] == 0 and perfect["ece"] == 0
    turned = selective_facts(1 - right, right)
    assert turned["coverage_at_90"] == 0 and turned["aurc"] > perfect["aurc"] and turned["ece"] == 1


def test_each_question_is_asked_with_its_unanswerable_twin():
    asked = with_twins(list(generated_examples("train"))[:24])
    assert asked and [example.answerable for example in asked] == [True, False] * (len(asked) // 2)
    assert all(twin.id.startswith(example.id) for example, twin in zip(asked[::2], asked[1::2], strict=True))
    assert with_twins(list(generated_examples("train"))[:24]) == asked


def test_snapshots_are_the_weights_at_their_shares():
    import torch

    model = torch.nn.Linear(1, 1)
    seen = []

    def fitted(fit):
        for step in range(1, 8):
            torch.nn.init.constant_(fit.model.weight, step)
            for technique in fit.techniques:
                technique.after_step(fit.model, step / 7)
        seen.append(fit)
        return []

    snapshots = Snapshots(after=(0.6, 0.8))
    fit = Fit(model, None, None, None, 1, 1, 0.1, 0.0, 0.0, 0, 0)
    snapshots.watching(fitted)(fit)
    assert [kept["weight"].item() for kept in snapshots.kept] == [5, 6]  # 5/7 is the first beyond 0.6, 6/7 beyond 0.8
    assert seen[0].loss() is fit.loss()


def test_arms_of_a_seed_share_one_training(tmp_path, monkeypatch):
    monkeypatch.setattr(once, "FOLDER", tmp_path / "shared")
    by_arm = {arm: measure(STUDY.arguments(arm, "smoke"), 1, tmp_path / arm) for arm in ("softmax", "consensus")}
    first, second = by_arm.values()
    assert first.facts["answers"] == second.facts["answers"] and first.facts["asked"] == second.facts["asked"]
    assert len(list((tmp_path / "shared").iterdir())) == 1
    for name in ("id", "document", "right", "margin", "agreement"):
        assert [row[name] for row in first.rows] == [row[name] for row in second.rows]
    assert [row["probability"] for row in first.rows] != [row["probability"] for row in second.rows]
    for row in first.rows:
        assert row["brier"] == pytest.approx(1 - (row["probability"] - row["right"]) ** 2)
        assert row["answerable"] or row["right"] == 0
        assert row["agreement"] in (0, 0.5, 1)
    assert sum(row["answerable"] for row in first.rows) * 2 == len(first.rows) == first.facts["questions"]
