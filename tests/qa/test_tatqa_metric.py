import pytest

from qa.metrics.tatqa import GoldAnswer, tatqa_scores


@pytest.mark.parametrize(
    ("predicted", "scale", "gold", "em", "f1"),
    [
        (("1,234",), "million", GoldAnswer(("1234",), "million", computed=False), 1, 1),
        (
            ("1,234",),
            "thousand",
            GoldAnswer(("1234",), "million", computed=False),
            0,
            0,
        ),  # the scale is half the answer
        (("1.234",), "billion", GoldAnswer(("1234",), "million", computed=True), 0, 0),  # rounded before it is scaled
        (("1.23",), "billion", GoldAnswer(("1230",), "million", computed=True), 1, 1),
        (("(134)",), "", GoldAnswer(("-134",), "", computed=False), 1, 1),
        (("(1,134)",), "", GoldAnswer(("1134",), "", computed=False), 1, 1),  # a comma hides the brackets' sign
        (("(1,134)",), "", GoldAnswer(("-1134",), "", computed=False), 0, 0),
        (("5.2",), "percent", GoldAnswer(("5.2",), "percent", computed=True), 1, 1),
        (("0.052",), "", GoldAnswer(("5.2",), "percent", computed=True), 1, 1),  # a share is as good as its percentage
        (("5.2%",), "", GoldAnswer(("5.2",), "percent", computed=True), 1, 1),
        (("5.2",), "", GoldAnswer(("5.2",), "percent", computed=True), 0, 0),
        (("the lower costs of sales.",), "", GoldAnswer(("lower costs of sales",), "", computed=False), 1, 1),
        (("lower costs",), "", GoldAnswer(("lower costs of sales",), "", computed=False), 0, 0.67),
        (("2018", "2019"), "", GoldAnswer(("2019", "2018"), "", computed=False), 1, 1),  # order is free
        (("2018",), "", GoldAnswer(("2019", "2018"), "", computed=False), 0, 0.67),
        (("3",), "", GoldAnswer(("4",), "", computed=True), 0, 0),
        ((), "", GoldAnswer(("4",), "", computed=True), 0, 0),
        (("",), "", GoldAnswer(("4",), "", computed=False), 0, 0),
        (("-",), "", GoldAnswer(("4",), "", computed=False), 0, 0),
    ],
)
def test_exact_match_and_f1(predicted, scale, gold, em, f1):
    assert tatqa_scores(predicted, scale, gold) == (em, f1)
