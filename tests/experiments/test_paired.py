import pytest

from experiments.paired import compare, holm, sign_test


def test_the_sign_test_is_the_binomial_one():
    assert sign_test(0, 0) == 1.0
    assert sign_test(5, 5) == pytest.approx(1.0)
    assert sign_test(6, 0) == sign_test(0, 6) == pytest.approx(2 / 2**6)
    assert sign_test(8, 2) == pytest.approx(2 * (45 + 10 + 1) / 2**10)


def test_a_comparison_counts_what_was_won_and_lost():
    found = compare([1, 1, 1, 0, 1, 0], [0, 0, 1, 0, 1, 1])
    assert (found.won, found.lost, found.p) == (2, 1, 1.0)
    assert found.difference == pytest.approx(1 / 6)
    assert found.low < 0 < found.high
    assert compare([0.5] * 4, [0.25] * 4).low == pytest.approx(0.25)


def test_scores_that_cannot_be_paired_are_refused():
    with pytest.raises(ValueError, match="3 and 2 questions"):
        compare([1, 0, 1], [1, 0])
    with pytest.raises(ValueError, match="0 and 0 questions"):
        compare([], [])


def test_holm_multiplies_the_smallest_by_their_number_and_keeps_the_order():
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []
