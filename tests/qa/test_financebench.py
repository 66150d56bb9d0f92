from decimal import Decimal

import pytest

from qa.answer import Answer
from qa.data.financebench import MetricsQuestion


@pytest.mark.parametrize(
    ("question", "gold", "value", "unit", "right"),
    [
        ("Capex (in USD millions)?", "$1577.00", "1577000000", "USD", True),
        ("Capex (in USD millions)?", "$1577.00", "1577600000", "USD", False),
        ("Capex (in USD millions)?", "$1577.00", "-1577000000", "USD", False),
        ("PPNE? Answer in USD billions.", "$8.70", "8738000000", "USD", True),
        ("PPNE? Answer in USD billions.", "$8.70", "8766000000", "USD", False),
        ("Change of income in percents?", "65.4%", "65.387030", "percent", True),
        ("Change of income in percents?", "65.4%", "65.387030", None, False),
        ("Ratio?", "0.66", "0.663865", "ratio", True),
        ("Ratio?", "0.66", None, None, False),
    ],
)
def test_a_value_in_the_unit_asked_for_rounds_to_the_gold(question, gold, value, unit, right):
    answer = Answer(question, "x", True, value=None if value is None else Decimal(value), unit=unit)
    assert MetricsQuestion("q", question, gold).judge(answer) is right
