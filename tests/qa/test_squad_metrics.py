import pytest

from qa.metrics.normalise import exact_match, is_right, normalise_answer, token_f1
from qa.metrics.squad import Squad, SquadV2

GOLD = [
    {"id": "a", "answers": {"text": ["The Denver Broncos", "Denver Broncos"], "answer_start": [0, 4]}},
    {"id": "b", "answers": {"text": ["in 1998, by two engineers"], "answer_start": [3]}},
    {"id": "c", "answers": {"text": [], "answer_start": []}},
    {"id": "d", "answers": {"text": [], "answer_start": []}},
]


def predictions(**texts):
    return [{"id": key, "prediction_text": text, "no_answer_probability": p} for key, (text, p) in texts.items()]


def test_normalisation():
    assert normalise_answer("  The  U.S. An-a a") == "us ana"
    assert exact_match("$1,234.5", "12345") == 1.0
    assert token_f1("two engineers", "in 1998, by two engineers") == pytest.approx(2 * 1 * 0.4 / 1.4)
    assert token_f1("", "") == 1.0
    assert token_f1("the", "x") == 0.0


@pytest.mark.parametrize(
    ("answer", "gold", "right"),
    [
        ("because freight and wages cost more", "freight and wages cost more", True),
        ("freight", "freight and wages cost more", False),
        ("$ 5 billion", "$ 6 billion", False),
        ("5 billion dollars", "$5 billion", True),
        ("an increase of 473,382 deliveries", "increase of 473,382 deliveries from 2022", True),
        ("sales rose 4% in 2023", "sales rose 4% in 2022", False),
        ("the", "a", True),
        ("", "x", False),
    ],
)
def test_an_answer_is_right_that_says_the_same_with_the_same_numbers(answer, gold, right):
    assert is_right(answer, gold) is is_right(gold, answer) is right


def test_squad_v1_takes_the_best_accepted_answer():
    result = Squad().compute(
        predictions=[{"id": "a", "prediction_text": "the Broncos"}, {"id": "b", "prediction_text": "1998"}],
        references=GOLD[:2],
    )
    # a: 1 of 2 tokens of "denver broncos"; b: 1 of 5
    assert result["exact_match"] == 0.0
    assert result["f1"] == pytest.approx(100 * (2 / 3 + 2 * 0.2 / 1.2) / 2)


def test_squad_v2_by_hand():
    given = predictions(a=("Denver Broncos", 0.1), b=("1998", 0.4), c=("", 0.9), d=("wrong", 0.3))
    result = SquadV2().compute(predictions=given, references=GOLD)
    f1_b = 100 * 2 * 0.2 / 1.2
    assert result["exact"] == pytest.approx(50.0)
    assert result["f1"] == pytest.approx((100 + f1_b + 100 + 0) / 4)
    assert result["HasAns_f1"] == pytest.approx((100 + f1_b) / 2)
    assert result["NoAns_exact"] == pytest.approx(50.0)
    assert result["total"] == 4
    # answering only "a" and nothing else is best: 3 of 4
    assert result["best_exact"] == pytest.approx(75.0)
    assert result["best_exact_thresh"] == pytest.approx(0.1)


def test_squad_v2_threshold_turns_predictions_into_no_answer():
    given = predictions(a=("Denver Broncos", 0.1), b=("1998", 0.4), c=("", 0.9), d=("wrong", 0.3))
    result = SquadV2().compute(predictions=given, references=GOLD, no_answer_threshold=0.2)
    assert result["exact"] == pytest.approx(75.0)


def test_a_missing_prediction_is_an_error():
    with pytest.raises(ValueError, match="'b'"):
        Squad().compute(predictions=[{"id": i, "prediction_text": "x"} for i in "az"], references=GOLD[:2])
