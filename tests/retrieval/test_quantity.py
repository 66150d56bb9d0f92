from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.quantity import cell_quantities, parse_quantities


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("$1,234.5", ["1234.5"]),
        ("(1,234)", ["-1234"]),
        ("$ (1,234)", ["-1234"]),
        ("($ 1,234)", ["-1234"]),
        ("−5.2%", ["-5.2"]),
        ("– 5", ["-5"]),
        (".75", ["0.75"]),
        ("2.16", ["2.16"]),
        ("two hundred and five thousand", ["205000"]),
        ("twenty-five stores", ["25"]),
        ("no shares", ["0"]),
        ("9 and 12 months", ["9", "12"]),
        ("rose to 48.4% from 47.5%", ["48.4", "47.5"]),
        ("rule 10b5", []),
        ("", []),
    ],
)
def test_values(text, values):
    assert [q.value for q in parse_quantities(text)] == [Decimal(v) for v in values]


@pytest.mark.parametrize(
    ("text", "unit", "scale", "scaled"),
    [
        ("$1.2 billion", "USD", 9, "1200000000"),
        ("€12 million", "EUR", 6, "12000000"),
        ("31%", "percent", 0, "31"),
        ("£3", "GBP", 0, "3"),
        ("$40 mm", "USD", 6, "40000000"),
        ("14,000", None, 0, "14000"),
    ],
)
def test_units_and_scales(text, unit, scale, scaled):
    (quantity,) = parse_quantities(text)
    assert (quantity.unit, quantity.scale, quantity.scaled) == (unit, scale, Decimal(scaled))


@pytest.mark.parametrize("dash", ["—", "-", "–", "$ —", "$—", "— %"])
def test_a_lone_dash_is_zero_in_a_cell_only(dash):
    assert [q.value for q in cell_quantities(dash)] == [0]
    assert parse_quantities("a — b") == []


def test_mentions_cover_their_characters():
    text = "It fell by $ (1,234.5) million in 2022."
    first, second = parse_quantities(text)
    assert text[first.start : first.end].strip() == "$ (1,234.5) million"
    assert text[second.start : second.end] == "2022"


@given(st.integers(-(10**12), 10**12), st.sampled_from(["", "$", "€"]))
def test_what_is_written_with_separators_is_read_back(number, currency):
    digits = f"{currency}{abs(number):,}"
    (quantity,) = parse_quantities(f"({digits})" if number < 0 else digits)
    assert quantity.value == number


@given(st.text(alphabet="0123456789.,()$%-— abno", max_size=200))
def test_any_text_is_read_without_error(text):
    for quantity in cell_quantities(text):
        assert 0 <= quantity.start < quantity.end <= len(text)


def test_endless_digits_are_no_amount_and_take_no_time():
    assert parse_quantities("9" * 200_000) == []
    assert parse_quantities("1," * 100_000 + "5") is not None
