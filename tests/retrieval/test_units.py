from decimal import Decimal

import pytest

from qa.number import cell_value
from retrieval.loading.parsed import RawCell
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
