import numpy as np
import pytest
from scipy.stats import ttest_1samp

from experiments.statistics import (
    benjamini_hochberg,
    compare,
    compare_runs,
    document_bootstrap,
    holm,
    risk_coverage,
    sign_flip_test,
    sign_test,
    smallest_detectable_effect,
)
from experiments.statistics.check import main as write_report
from experiments.statistics.crossed import crossed_mean, variances
from experiments.statistics.simulation import QUESTIONS, UNEQUAL, Cell, bootstrap, coverage, familywise_errors

DOCUMENTS = [f"company {i // 4}" for i in range(24)]


def scores(*shape, seed=0):
    return np.random.default_rng(seed).random(shape)


def test_the_sign_test_is_the_binomial_one():
    assert sign_test(0, 0) == 1.0
    assert sign_test(5, 5) == pytest.approx(1.0)
    assert sign_test(6, 0) == sign_test(0, 6) == pytest.approx(2 / 2**6)
    assert sign_test(8, 2) == pytest.approx(2 * (45 + 10 + 1) / 2**10)


def test_flipping_signs_of_right_and_wrong_is_the_sign_test_on_what_differs():
    first, second = [1, 1, 1, 1, 0, 0, 1], [0, 0, 0, 0, 1, 0, 1]
    assert sign_test(4, 1) == pytest.approx(sign_flip_test(np.subtract(first, second)))
    assert compare(first, second).p == sign_test(4, 1)


def test_holm_multiplies_the_smallest_by_their_number_and_keeps_the_order():
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_benjamini_hochberg_multiplies_by_their_number_over_the_rank():
    assert benjamini_hochberg([0.04, 0.01, 0.03, 0.5]) == pytest.approx([0.16 / 3, 0.04, 0.16 / 3, 0.5])
    assert benjamini_hochberg([]) == []


def test_a_comparison_counts_what_was_won_and_lost():
    found = compare([1, 1, 1, 0, 1, 0], [0, 0, 1, 0, 1, 1])
    assert (found.won, found.lost, found.p) == (2, 1, 1.0)
    assert (found.seeds, found.questions, found.documents) == (1, 6, 6)
    assert found.difference == pytest.approx(1 / 6)
    assert found.low < 0 < found.high
    assert found.points.startswith("+16.7 [-")
    assert compare([0.5] * 4, [0.25] * 4).low == pytest.approx(0.25)


def test_scores_that_cannot_be_paired_are_refused():
    with pytest.raises(ValueError, match="3 and 2 questions"):
        compare([1, 0, 1], [1, 0])
    with pytest.raises(ValueError, match="0 and 0 questions"):
        compare([], [])
    with pytest.raises(ValueError, match="2 x 24 and 1 x 24 questions"):
        compare_runs(scores(2, 24), scores(1, 24), DOCUMENTS)
    with pytest.raises(ValueError, match="give seeds, questions"):
        compare_runs(scores(24), scores(24), DOCUMENTS)
    with pytest.raises(ValueError, match="missing or infinite"):
        compare([1, float("nan")], [0, 0])
    with pytest.raises(ValueError, match="23 documents are named for 24 questions"):
        compare_runs(scores(2, 24), scores(2, 24), DOCUMENTS[1:])
    with pytest.raises(ValueError, match="one document does not tell"):
        compare(list(scores(24)), list(scores(24)), ["the same"] * 24)


def test_sign_flips_are_by_document_and_exact_where_they_can_be():
    differences = np.repeat([0.1, 0.2, 0.3, 0.4], 5)
    documents = np.repeat(list("abcd"), 5).tolist()
    assert sign_flip_test(differences, documents) == pytest.approx(2 / 2**4)
    assert sign_flip_test(differences) == pytest.approx(2 / 10_001)
    assert sign_flip_test([0, 0]) == 1.0


def test_the_bootstrap_draws_whole_documents():
    differences = np.repeat([0.0, 1.0], 50) + scores(100) / 1000
    together = document_bootstrap(differences, np.repeat(["a", "b"], 50).tolist())
    assert (together.low, together.high) == pytest.approx((0, 1), abs=0.001)
    apart = document_bootstrap(differences)
    assert apart.low == pytest.approx(0.5 - 1.96 * 0.05, abs=0.02) and apart.p == pytest.approx(2 / 10_001)
    assert apart == document_bootstrap(differences) != document_bootstrap(differences, seed=1)


def test_one_seed_of_equal_documents_is_the_t_test_over_their_means():
    first, second = scores(24), scores(24, seed=1)
    found = compare(list(first), list(second), DOCUMENTS)
    expected = ttest_1samp((first - second).reshape(6, 4).mean(1), 0)
    interval = expected.confidence_interval()
    assert (found.p, found.low, found.high) == pytest.approx((expected.pvalue, interval.low, interval.high))
    assert "how seeds vary is left out" in found.method
    assert found == compare_runs([first], [second], DOCUMENTS)


def test_the_variance_is_that_of_the_two_way_analysis_by_hand():
    means = scores(3, 4)
    of_seeds, of_documents, mean = means.mean(1), means.mean(0), means.mean()
    ms_seed = 4 * ((of_seeds - mean) ** 2).sum() / 2
    ms_document = 3 * ((of_documents - mean) ** 2).sum() / 3
    ms_interaction = ((means - of_seeds[:, None] - of_documents + mean) ** 2).sum() / 6
    found = variances(means, [10] * 4)
    assert 12 * np.array(found[1:4]) == pytest.approx([ms_seed, ms_document, ms_interaction])
    assert found.total == pytest.approx(max(ms_seed + ms_document - ms_interaction, ms_seed, ms_document) / 12)
    assert (found.seed_df, found.document_df) == pytest.approx((2, 3))


def test_documents_weigh_as_their_questions_do():
    first, second = scores(3, 24), scores(3, 24, seed=1)
    documents = ["large"] * 16 + ["small"] * 5 + ["smaller"] * 3
    found = compare_runs(first, second, documents)
    assert found.difference == pytest.approx((first - second).mean())
    assert (found.seeds, found.questions, found.documents) == (3, 24, 3)
    order = np.random.default_rng(0).permutation(24)
    moved = compare_runs(first[:, order], second[:, order], [documents[i] for i in order])
    assert (moved.low, moved.high, moved.p) == pytest.approx((found.low, found.high, found.p))


def test_p_is_the_level_at_which_the_interval_ends_at_zero():
    found = crossed_mean(scores(200, 3, 6) - 0.3, [1, 2, 3, 4, 5, 6])
    assert found.half_width(found.p()) == pytest.approx(np.abs(found.mean))
    assert ((found.p() < 0.05) == (found.half_width() < np.abs(found.mean))).all()
    turned = compare_runs(scores(3, 24), scores(3, 24, seed=1), DOCUMENTS)
    back = compare_runs(scores(3, 24, seed=1), scores(3, 24), DOCUMENTS)
    assert (turned.low, turned.p) == pytest.approx((-back.high, back.p))


def test_differences_that_never_vary():
    same = compare_runs(np.ones((3, 24)), np.ones((3, 24)), DOCUMENTS)
    assert (same.low, same.high, same.p) == (0, 0, 1)
    always = compare_runs(np.ones((3, 24)), np.zeros((3, 24)), DOCUMENTS)
    assert (always.low, always.high) == (1, 1) and always.p < 1e-9


# The rates that follow are of fixed seeds. Bounds lie three standard errors of their rounds beyond what is asked of the
# method, 93% covered and 6% false: sqrt(0.93 * 0.07 / 600) = 1.04 points and sqrt(0.06 * 0.94 / 600) = 0.97 points.
ROUNDS = 600
COVERED, FALSE = 0.93 - 3 * 0.0104, 0.06 + 3 * 0.0097


@pytest.mark.parametrize("ratio", [0.1, 1, 10])
@pytest.mark.parametrize("questions", [QUESTIONS, UNEQUAL])
@pytest.mark.parametrize("seeds", [5, 3])
@pytest.mark.parametrize("kind", ["0 or 1", "F1", "normal"])
def test_intervals_over_seeds_and_documents_cover(kind, seeds, questions, ratio):
    assert coverage(Cell(kind, seeds, questions, ratio, effect=0.05), ROUNDS, 0).crossed > COVERED


@pytest.mark.parametrize("seeds", [5, 3])
def test_nothing_is_found_in_noise(seeds):
    assert coverage(Cell("0 or 1", seeds, document_sd=0), ROUNDS, 0).crossed > COVERED


def test_intervals_of_one_seed_cover_that_seed_only():
    assert coverage(Cell("F1", 1, UNEQUAL, ratio=0, effect=0.05), ROUNDS, 0).crossed > COVERED
    assert coverage(Cell("F1", 1, ratio=10, effect=0.05), ROUNDS, 0).crossed < 0.5


@pytest.mark.parametrize(("seeds", "ratio"), [(5, 0.1), (5, 1), (5, 10), (3, 10)])
def test_families_of_null_comparisons_are_rarely_rejected(seeds, ratio):
    assert familywise_errors(Cell("0 or 1", seeds, ratio=ratio, arms=7), ROUNDS, 0) < FALSE


def test_percentiles_over_few_seeds_fall_short():
    assert coverage(Cell("normal", 5, ratio=10), ROUNDS, 0).bootstrap < 0.9
    low, high = bootstrap(np.ones((2, 3, 4)), (1, 2, 3, 4), np.random.default_rng(0))
    assert low == pytest.approx([1, 1]) and high == pytest.approx([1, 1])


def test_the_smallest_detectable_effect_is_found_four_times_in_five():
    study = {"seed_sd": 0.02, "document_sd": 0.03, "question_sd": 0.2}
    size = {"seeds": 5, "documents": 16, "questions_per_document": 40}
    effect = smallest_detectable_effect(**study, **size)
    rng = np.random.default_rng(0)
    of_seeds, of_documents = rng.normal(0, 0.02, (4000, 5, 1)), rng.normal(0, 0.03, (4000, 1, 16))
    of_questions = rng.normal(0, 0.2 / 40**0.5, (4000, 1, 16))
    found = crossed_mean(effect + of_seeds + of_documents + of_questions, QUESTIONS).p() < 0.05
    assert found.mean() == pytest.approx(0.8, abs=0.05)  # the formula is approximate; standard error 0.006
    assert smallest_detectable_effect(**study, **size | {"seeds": 3}) > effect
    assert smallest_detectable_effect(**study, **size, power=0.9) > effect
    assert smallest_detectable_effect(**study, **size, alpha=0.05 / 6) > effect


def test_the_smallest_detectable_effect_of_one_seed_by_hand():
    found = smallest_detectable_effect(
        seed_sd=0, document_sd=0.03, question_sd=0.4, seeds=1, documents=16, questions_per_document=100
    )
    assert found == pytest.approx((2.13145 + 0.86624) * (0.03**2 + 0.04**2) ** 0.5 / 4, rel=1e-4)
    wrong = {"document_sd": 0.1, "question_sd": 0, "seeds": 1, "documents": 16, "questions_per_document": 9}
    with pytest.raises(ValueError, match="one seed does not tell"):
        smallest_detectable_effect(seed_sd=0.1, **wrong)
    with pytest.raises(ValueError, match="give at least 1, 2 and 1"):
        smallest_detectable_effect(seed_sd=0, **wrong | {"documents": 1})
    with pytest.raises(ValueError, match="power"):
        smallest_detectable_effect(seed_sd=0, **wrong, power=0.1)
    with pytest.raises(ValueError, match="must not be negative"):
        smallest_detectable_effect(seed_sd=0, **wrong | {"document_sd": -1})


def test_risk_and_coverage_by_hand():
    found = risk_coverage([0.9, 0.2, 0.8, 0.4], [0, 1, 1, 0])
    assert found.coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert found.risk == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert found.area == pytest.approx((1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert found.excess == pytest.approx(found.area - (1 / 3 + 1 / 2) / 4)
    assert risk_coverage([3, 2, 1], [0, 0, 1]).excess == 0
    assert risk_coverage([1, 1, 1, 1], [0, 1, 1, 0]).risk == pytest.approx([0.5] * 4)
    with pytest.raises(ValueError, match="must have one shape"):
        risk_coverage([1, 2], [1])
    with pytest.raises(ValueError, match="missing or infinite"):
        risk_coverage([1, float("nan")], [1, 0])


def test_the_report_names_its_command(tmp_path):
    write_report(20, 3, tmp_path / "report.md")
    report = (tmp_path / "report.md").read_text()
    assert "`python -m experiments.statistics.check --rounds 20 --seed 3`" in report
    assert report.count("\n| 5 | 40 each | 0 or 1 | 10 |") == 2
