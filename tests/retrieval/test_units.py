from decimal import Decimal

import pytest

from qa.number import cell_value
from retrieval.loading.parsed import RawCell
from retrieval.loading.plain_text import parse_text
from retrieval.loading.table_structure import structure_table
from retrieval.loading.units import scale_in


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("(In millions, except per share data)", 6),
        ("$000s", 3),
        ("2019 €m", 6),
        ("£bn", 9),
        ("All figures in USD ‘000, except TCE rate per day", 3),
        ("Expressed in US $000's except share amounts", 3),
        ("RMB’000", 3),
        ("$ million", 6),
        ("gain of €0.1 and more", 0),
        ("$ 1,000", 0),
        ("Margin $", 0),
        ("$0001 par", 0),
        ("US$ M&A expense", 0),
    ],
)
def test_scales_as_filings_write_them(text, scale):
    assert scale_in(text) == scale


def table(*rows):
    cells = [
        RawCell(text=text, row=r, column=c, column_end=c + 1, start=0)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        if text
    ]
    return structure_table(cells, start=0, end=1, lead="")


def test_a_scale_among_the_headers_is_that_of_the_values():
    values = [
        cell for cell in table(["", "2019 €m", "2018 €m"], ["Sales", "1,204", "998"]).cells if cell.role == "value"
    ]
    assert [(cell.scale, cell.unit) for cell in values] == [(6, "EUR"), (6, "EUR")]


def test_basis_points_are_hundredths_of_a_percent():
    [cell] = [c for c in table(["", "2019"], ["Spread", "25 bps"]).cells if c.role == "value"]
    assert (cell.unit, cell_value(cell)) == ("percent", Decimal("0.25"))


def test_terms_over_obligations_are_headers_not_values():
    found = table(["", "Total", "1-3 Years", "More than 5 years"], ["Leases", "1,204", "998", "35"])
    assert [cell.text for cell in found.cells if cell.role == "header"] == ["Total", "1-3 Years", "More than 5 years"]
    only = table(["", "1-3 Years", "3-5 years"], ["Leases", "998", "35"])
    assert [cell.text for cell in only.cells if cell.role == "header"] == ["1-3 Years", "3-5 years"]


def units_of(line, form="10-K", sign="", notes="", due="$ "):
    """The unit of revenue, of earnings per share, and of what is due, in a filing's text."""
    text = f"""FORM {form}

For the fiscal year ended December 31, 2022

CONSOLIDATED STATEMENTS OF OPERATIONS
{line}

                                     2022        2021
Total revenue                  {sign}1,000   {sign}  900
Cost of revenue                     475         440
Income before income taxes           25          (5)
Income taxes                          5           5
Net income (loss)                    20         (10)
Basic earnings per share           1.20       (0.50)

What falls due in later years:
{notes}

                                     2024        2023
Due to banks                         15          16
Due to others                      {due}17        {due}18
"""
    cells = [
        cell for page in parse_text(text.encode(), source="").pages for table in page.tables for cell in table.cells
    ]
    units = {cell.row_path[-1]: cell.unit for cell in cells if cell.role == "value"}
    return units["Total revenue"], units["Basic earnings per share"], units["Due to others"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("(In millions of Canadian dollars)", "CAD"),
        ("In millions of C$", "CAD"),
        ("Expressed in Canadian dollars", "CAD"),
        ("(In thousands of Australian dollars, except per share data)", "AUD"),
        ("Singapore dollars in thousands", "SGD"),
        ("HK$ in millions", "HKD"),
        ("HK$’000", "HKD"),
        ("(NT$ in thousands)", "TWD"),
        ("($ in millions)", "USD"),
        ("(In millions of U.S. dollars)", "USD"),
        ("(dollars in millions, except per pound amounts)", "USD"),
    ],
)
@pytest.mark.parametrize("sign", ["", "$ "])
def test_a_dollar_is_the_one_that_the_statements_are_in(line, code, sign):
    assert units_of(line, sign=sign) == (code, f"{code}/shares", code)


@pytest.mark.parametrize(
    ("line", "code"),
    [("(In millions of yen)", "JPY"), ("(RMB in thousands)", "CNY"), ("CHF in millions", "CHF"), ("€m", "EUR")],
)
def test_other_currencies_are_named_too_and_a_dollar_stays_one(line, code):
    assert units_of(line, form="20-F") == (code, f"{code}/shares", "USD")


def test_american_dollars_among_others_stay_american():
    assert units_of("(In millions of Canadian dollars)", sign="US$ ") == ("USD", "CAD/shares", "CAD")
    assert units_of("(In millions of Canadian dollars)", notes="(in millions of US dollars)")[2] == "USD"
    [rmb, dollars] = [
        cell.unit
        for cell in table(["(RMB in millions)", "2022 RMB", "2022 US$"], ["Sales", "1,204", "173"]).cells
        if cell.role == "value"
    ]
    assert (rmb, dollars) == ("CNY", "USD")


def test_no_currency_is_claimed_where_none_is_known():
    rows = ["", "2022", "2021"], ["Basic earnings per share", "1.20", "1.10"]
    assert {cell.unit for cell in table(*rows).cells if cell.role == "value"} == {"/shares"}
    assert units_of("(In millions)", form="20-F", due="") == (None, "/shares", None)
    assert units_of("(In millions)", form="10-K", due="") == (None, "USD/shares", None)
