from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.quantity import cell_quantities, parse_quantities, written


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
        ("€ 1.234,5", ["1234.5"]),
        ("€ 12.345.678", ["12345678"]),
        ("1.234.567,8", ["1234567.8"]),
        ("Section 1.125,3", ["1.125"]),
        ("$0.001,1,000 shares", ["0.001"]),
        ("notes of 3.375,4.250", ["3.375"]),
        ("2.345, 12", ["2.345", "12"]),
        ("rule 10b5", []),
        ("2.5x", []),
        ("1,234a", []),
        ("12,345sq and 1.5GW", []),
        ("5.0K", []),
        ("12.5(a)", ["12.5"]),
        ("$5 – $10 million", ["5", "10"]),
        ("from 5 - 10%", ["5", "10"]),
        ("5% - 10%", ["5", "10"]),
        ("5%–10%", ["5", "10"]),
        ("2020 – 2024", ["2020", "2024"]),
        ("5 -10", ["5", "-10"]),
        ("(5)% – (10)%", ["-5", "-10"]),
        ("(12 percent)", ["12"]),
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
        ("(12.5) bps", "percent", -2, "-0.125"),
        ("25 basis points", "percent", -2, "0.25"),
        ("£3", "GBP", 0, "3"),
        ("$40 mm", "USD", 6, "40000000"),
        ("14,000", None, 0, "14000"),
        ("$394.3B", "USD", 9, "394300000000"),
        ("$1,234M", "USD", 6, "1234000000"),
        ("($1.2m)", "USD", 6, "-1200000"),
        ("€12k", "EUR", 3, "12000"),
        ("HK$ 5", "HKD", 0, "5"),
        ("12 percent", "percent", 0, "12"),
        ("5.5 per cent", "percent", 0, "5.5"),
        ("(12) percent", "percent", 0, "-12"),
        ("12 percentage points", None, 0, "12"),
    ],
)
def test_units_and_scales(text, unit, scale, scaled):
    (quantity,) = parse_quantities(text)
    assert (quantity.unit, quantity.scale, quantity.scaled) == (unit, scale, Decimal(scaled))


def test_a_range_s_second_number_begins_after_the_dash():
    text = "costs of $5 – $10 million"
    assert [text[q.start : q.end] for q in parse_quantities(text)] == ["$5", "$10 million"]


@pytest.mark.parametrize("text", ["- 5", "-  5", "– 5", "(– 5)", "$ – 5"])
def test_a_dash_before_the_only_number_of_a_cell_is_a_minus(text):
    assert [q.value for q in cell_quantities(text)] == [-5]


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


UNITS_AND_SCALES = st.sampled_from(
    [(unit, scale) for unit in (None, "USD", "EUR", "GBP", "JPY", "CAD", "INR") for scale in (0, 3, 6, 9, 12)]
    + [("percent", 0), ("percent", -2)]
)
VALUES = st.decimals(min_value="-1e12", max_value="1e12", places=3, allow_nan=False)


@given(VALUES, UNITS_AND_SCALES)
def test_what_is_written_is_read_again(value, unit_and_scale):
    unit, scale = unit_and_scale
    text = written(value, unit, scale)
    (quantity,) = parse_quantities(f"It was {text} then.")
    assert (quantity.value, quantity.unit, quantity.scale) == (value, unit, scale)
    assert f"It was {text} then."[quantity.start : quantity.end].strip() == text


@given(VALUES, UNITS_AND_SCALES)
def test_what_is_read_is_written_again(value, unit_and_scale):
    text = written(value, *unit_and_scale)
    (quantity,) = parse_quantities(text)
    assert written(quantity.value, quantity.unit, quantity.scale) == text


@pytest.mark.parametrize(("unit", "scale"), [("USD", 2), ("USD", -2), ("percent", 6), (None, 1)])
def test_a_scale_without_a_word_is_not_written(unit, scale):
    with pytest.raises(ValueError, match="no word says"):
        written(Decimal(1), unit, scale)
