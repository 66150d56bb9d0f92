from dataclasses import replace
from decimal import Decimal

import pytest

from qa.number import cell_value
from retrieval.document import Identity, Page
from retrieval.loading.document_defaults import complete_tables
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


def table(*rows, lead=""):
    cells = [
        RawCell(text=text, row=r, column=c, column_end=c + 1, start=0)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        if text
    ]
    return structure_table([replace(c, start=n) for n, c in enumerate(cells)], start=0, end=1, lead=lead)


def units(*rows, lead="(in millions)"):
    """{cell: (unit, scale)} of a filing with one table."""
    [page] = complete_tables([Page(1, "", (table(*rows, lead=lead),))], Identity())
    return {cell.text: (cell.unit, cell.scale) for cell in page.tables[0].cells if cell.role == "value"}


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
    parsed = parse_text(text.encode())
    pages = complete_tables(parsed.pages, parsed.identity)
    cells = [cell for page in pages for table in page.tables for cell in table.cells]
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


SALES = [[f"Sales {place}", f"$ 1,{place}04", f"$ 1,{place}98"] for place in range(1, 7)]


def test_the_price_of_one_item_has_no_scale():
    found = units(["", "2023", "2022"], *SALES, ["Average ticket (1)", "$ 90.07", "$ 90.36"], ["Drops", "2.5", "3.5"])
    assert (found["$ 90.07"], found["$ 1,104"], found["2.5"]) == (("USD", 0), ("USD", 6), ("USD", 6))
    options = units(["", "Options", "Exercise price", "Remaining term (in years)"], *SALES,
                    ["Granted", "12", "$ 71.50", "8.25"], ["Exercised", "15", "48.38", "5.01"])  # fmt: skip
    assert (options["48.38"], options["5.01"], options["12"]) == (("USD/shares", 0), (None, 0), ("shares", 6))


def test_amounts_in_a_filing_that_writes_cents_keep_their_scale():
    rows = [["Sales", "$ 904.07", "$ 1,101.36"], ["Costs", "311.20", "288.15"], ["Price of one", "$ 12.50", "$ 11.50"]]
    found = units(["", "2023", "2022"], *rows)
    assert (found["311.20"], found["$ 904.07"], found["$ 12.50"]) == (("USD", 6), ("USD", 6), ("USD", 0))


def test_ratios_below_one_in_percent_are_percentages_and_others_have_no_unit():
    found = units(["", "2023", "2022"], *SALES, ["Care ratio", "83.2%", "82.0%"], ["Operating margin", "8.7", "8.8"],
                  ["Current ratio", "1.4", "1.5"], ["Return on equity", "27.0%", "27.2%"], ["Effects", "12", "14"],
                  ["Tax rate (b)", "20.5", "21.7"], ["Return on assets", "1.2%", "1.3%"])  # fmt: skip
    assert [found[text] for text in ("8.7", "1.4", "20.5")] == [("percent", 0), (None, 0), (None, 0)]
    assert found["12"] == ("USD", 6)


def test_amounts_that_a_rate_or_margin_names_stay_amounts():
    rows = [
        ["Sales", "$ 395.7", "$ 343.0"],
        ["Company margins", "61.4", "57.1"],
        ["Effect of exchange rates", "8.5", "(7.4)"],
    ]
    found = units(["", "2023", "2022"], *rows, ["Gross margin", "1,204", "1,100"], ["Growth", "4.1%", "3.9%"])
    assert {found[text] for text in ("61.4", "8.5", "(7.4)", "1,204")} == {("USD", 6)}


def test_a_row_s_own_scale_is_that_of_its_numbers():
    found = units(
        ["", "2023"], ["Sales", "$ 1,204"], ["Attendance (in thousands)", "66,368"], ["Loans (billions)", "$ 99"]
    )
    assert [scale for _, scale in found.values()] == [6, 3, 9]


@pytest.mark.parametrize(
    ("lead", "line"),
    [
        ("(a) In billions.\nNet income", ""),
        ("(in millions)\n(a)In billions.\nNet income", "(in millions)"),
        ("Change(1) (in millions)", "(in millions)"),
    ],
)
def test_a_footnote_of_the_table_above_says_no_units(lead, line):
    assert table(["", "2023"], ["Interest", "1,437"], lead=lead).unit_line == line


LANDS = [["Lamps", "United States", "$ 12,160"], ["", "International", "2,244"], ["", "Total", "$ 14,404"]]


def test_a_second_label_names_the_row_and_the_first_holds_for_the_rows_below():
    found = table(
        ["", "", "2023"], ["Lighting:"], *LANDS, ["Poles", "U.S.", "$ 97"], ["", "Total", "$ 468"], ["Sales", "", "9"]
    )
    assert [cell.row_path for cell in found.cells if cell.role == "value"] == [
        ("Lighting:", "Lamps United States"),
        ("Lighting:", "Lamps International"),
        ("Lighting:", "Lamps"),
        ("Lighting:", "Poles U.S."),
        ("Lighting:", "Poles"),
        ("Lighting:", "Sales"),
    ]


def test_words_under_a_heading_or_in_a_table_of_contents_name_no_row():
    headed = table(["", "Location", "2023"], ["Swaps", "Other assets", "$ 12"], ["", "Accrued items", "7"])
    assert [(c.role, c.row_path) for c in headed.cells if c.text == "Other assets"] == [("note", ("Swaps",))]
    contents = table(["Item 1.", "Business", "3"], ["", "Our history", "4"])
    assert [(c.role, c.row_path) for c in contents.cells if c.text == "Business"] == [("note", ("Item 1.",))]


def test_a_footnote_s_scale_holds_for_what_carries_its_mark():
    page = Page(
        1, "x\n(a)In thousands.\n(b) See Note 4.", (table(["", "Options(a)", "2023(b)"], ["Granted", "12", "15"]),)
    )
    values = [cell for cell in complete_tables([page], Identity())[0].tables[0].cells if cell.role == "value"]
    assert [(cell.text, cell.scale) for cell in values] == [("12", 3), ("15", 0)]


def test_a_rate_in_a_debt_s_name_is_not_the_unit_of_its_amount():
    found = units(["", "2023"], ["5.125% senior notes due April 2025", "498"], ["% of revenue", "3.5"])
    assert (found["498"], found["3.5"]) == ((None, 6), ("percent", 0))


@pytest.mark.parametrize(
    ("section", "row", "header", "text", "unit"),
    [
        ("Common shares:", "Share-based compensation", "2023", "687", None),
        ("Preferred stock, 15,000,000 shares authorized:", "Total equity", "2023", "1,240", None),
        ("Equity:", "Treasury stock, 795 shares at July 30, 2023", "2023", "(92,343)", None),
        ("Shares outstanding:", "Basic", "2023", "1,022", "shares"),
        ("Equity:", "Shares repurchased", "2023", "26", "shares"),
        ("Awards:", "Granted", "Number of RSUs", "142", "shares"),
        ("Awards:", "Number of options granted", "2023", "153", "shares"),
        ("Awards:", "Granted", "Weighted-average exercise price", "108", "/shares"),
        ("Awards:", "Granted", "Grant-date fair value", "231.72", "/shares"),
        ("Awards:", "Granted", "Total grant-date fair value", "419", None),
    ],
)
def test_what_is_shares_what_per_share_and_what_money(section, row, header, text, unit):
    rows = ([section], [row, text], ["Other", "1"]) if section else ([row, text],)
    assert units(["", header], *rows)[text] == (unit, 0 if unit == "/shares" else 6)


CASH_FLOWS = [
    ["Net income", "$ 1,150"],
    ["Depreciation and amortization", "301"],
    ["Deferred income taxes", "(22)"],
    ["Stock-based compensation", "44"],
    ["Net cash provided by operating activities", "1,473"],
    ["Purchases of treasury shares", "(1,308)"],
    ["Net cash used in investing activities", "(96)"],
    ["Net cash used in financing activities", "(1,310)"],
    ["Net increase in cash and cash equivalents", "67"],
]


def test_all_of_a_cash_flow_statement_is_money_and_its_scale_that_of_tables_that_say_none():
    lead = "Consolidated Statements of Cash Flows (in millions)"
    statement = table(["", "2023"], *CASH_FLOWS, *(["Other", str(n)] for n in range(500, 540)), lead=lead)
    vehicles = table(["", "2023"], *([f"Vehicles {n}", str(n)] for n in range(700, 750)), lead="(in thousands)")
    silent = table(["", "2023"], ["Dividends received", "$ 1,018"], ["Average price per share", "$ 21.50"])
    pages = [Page(number, "", (each,)) for number, each in enumerate((statement, vehicles, silent), 1)]
    tables = [each for page in complete_tables(pages, Identity()) for each in page.tables]
    found = {cell.text: (cell.unit, cell.scale) for each in tables for cell in each.cells if cell.role == "value"}
    assert tables[0].statement == "cash flow statement"
    assert found["(1,308)"] == found["$ 1,018"] == ("USD", 6)
    assert found["$ 21.50"] == ("USD/shares", 0) and found["701"] == (None, 3)
