"""Of what period a table's values are: what its columns, its rows and the text before it say."""

from datetime import date

import pytest

from retrieval.document import Identity, Page
from retrieval.loading.document_defaults import complete_tables
from retrieval.loading.parsed import RawCell
from retrieval.loading.periods import is_period
from retrieval.loading.table_structure import structure_table


def table_of(rows, lead):
    cells = [
        RawCell(text=text, row=i, column=column, column_end=column + 1, start=0)
        for i, row in enumerate(rows)
        for column, text in enumerate(row)
        if text
    ]
    return structure_table(cells, start=0, end=0, lead=lead)


def ends(*rows, lead=""):
    """The end of each value's period, by its text."""
    return {cell.text: cell.period and cell.period.end for cell in table_of(rows, lead).cells if cell.role == "value"}


def test_a_row_that_names_a_period_alone_is_of_all_rows_below_it():
    found = ends(
        ("(in millions)", "Europe", "Americas"),
        ("As of and for the Year Ended December 31, 2023",),
        ("Net operating revenues:",),
        ("Third party", "$ 7,392", "$ 5,830"),
        ("As of and for the Year Ended December 31, 2022",),
        ("Net operating revenues:",),
        ("Third party", "$ 6,896", "$ 4,910"),
        lead="Our segments in 2023 and 2022:",
    )
    assert found["$ 7,392"] == found["$ 5,830"] == date(2023, 12, 31)
    assert found["$ 6,896"] == found["$ 4,910"] == date(2022, 12, 31)


def test_years_that_head_rows_are_not_of_rows_that_years_name():
    found = ends(
        ("Description", "Beginning", "End"),
        ("Credit losses",),
        ("2023",),
        ("Current", "467", "431"),
        ("2022",),
        ("Current", "418", "466"),
        ("2021", "505", "417"),
        lead="For the Years Ended December 31:",
    )
    assert {text: end and end.year for text, end in found.items()} == {
        "467": 2023, "431": 2023, "418": 2022, "466": 2022, "505": None, "417": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lead", "end"),
    [
        ("Of the year that ended on January 28, 2024:", None),  # which is fiscal 2023: the filing knows when that ended
        ("Of the years ended December 31, 2023 and 2022:", date(2023, 12, 31)),
        ("Of the years ended December 31:", date(2023, 12, 31)),
    ],
)
def test_a_day_before_the_table_is_of_its_columns_where_it_is_of_their_years(lead, end):
    assert ends(("", "2023", "2022"), ("Shares", "1,002", "1,025"), lead=lead)["1,002"] == end


def test_when_a_debt_is_due_is_no_period_of_its_amount():
    lead = "Our debt as of January 28, 2024:"
    found = ends(("", "Principal"), ("2.70% notes due April 2025", "$ 500"), ("At April 30, 2023", "$ 7"), lead=lead)
    assert found == {"$ 500": date(2024, 1, 28), "$ 7": date(2023, 4, 30)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Three Months Ended June 30, 2022 (unaudited)", True),
        ("Fiscal year 2022", True),
        ("2022", True),
        ("Balance at June 30, 2022", False),
        ("Notes due 2022", False),
        ("Revenue", False),
        ("for the year", False),
    ],
)
def test_labels_that_name_a_period_and_nothing_else(text, expected):
    assert is_period(text) == expected


def test_the_days_before_a_table_are_each_of_the_column_with_its_year():
    rows = (("", "2023", "2022"), ("Level 1", "66", "74"))
    found = ends(*rows, lead="Fair values as of September 30, 2023 and December 31, 2022:")
    assert found == {"66": date(2023, 9, 30), "74": date(2022, 12, 31)}
    assert set(ends(*rows, lead="Years ended February 3, 2024 and January 28, 2023:").values()) == {None}


def test_a_year_alone_is_a_fiscal_year_where_years_stand_one_above_the_other():
    rows = [("", "Media", "Other"), ("Fiscal 2023",), ("Revenue", "14", "5"), ("Fiscal 2022",), ("Revenue", "12", "4")]
    identity = Identity(form="10-K", fiscal_year=2023, period_end=date(2023, 12, 1))
    page = Page(1, "", (table_of(rows, "Segments"),))
    found = {c.text: c.period and c.period.end for c in complete_tables([page], identity)[0].tables[0].cells}
    assert (found["14"], found["12"]) == (date(2023, 12, 1), date(2022, 12, 1))


def test_quarters_that_stand_one_above_the_other_head_the_columns_of_their_rows():
    rows = [
        ("", "North America", "EAME"),
        ("Second Quarter 2023",),
        ("Machines", "3,968", "1,438"),
        ("Second Quarter 2022",),
        ("Machines", "3,006", "1,202"),
    ]
    identity = Identity(form="10-Q", fiscal_year=2023, quarter=2, period_end=date(2023, 6, 30))
    table = complete_tables([Page(1, "", (table_of(rows, "As of June 30, 2023"),))], identity)[0].tables[0]
    found = {cell.text: (cell.column_path, cell.period) for cell in table.cells}
    assert found["3,968"] == (("North America", "Second Quarter 2023"), None)
    assert found["1,202"] == (("EAME", "Second Quarter 2022"), None)
    quarters = ends(("", "Fourth Quarter 2022"), ("Sales", "7"), lead="Balances of June 30, 2023")
    assert quarters == {"7": None}
