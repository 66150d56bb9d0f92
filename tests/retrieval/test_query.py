from datetime import date

import pytest

from retrieval.document import Identity
from retrieval.names import filers
from retrieval.query import parse_query

FILED = [
    Identity(company="Larkfield Instruments, Inc.", ticker="LKFD", fiscal_year=2023),
    Identity(company="Best Buy Co., Inc.", ticker="BBY", fiscal_year=2022),
    Identity(company="Block, Inc.", ticker="SQ", former_names=("Square, Inc.",)),
    Identity(company="3M Company", ticker="MMM"),
]


def named_companies(question, filed):
    return parse_query(question, filed).companies


@pytest.mark.parametrize(
    ("question", "company"),
    [
        ("What was Larkfield's revenue?", "Larkfield Instruments, Inc."),
        ("How many stores does Best Buy have?", "Best Buy Co., Inc."),
        ("BBY capex in 2022", "Best Buy Co., Inc."),
        ("What did Square, Inc. earn?", "Block, Inc."),
        ("What was 3M's operating margin?", "3M Company"),
        ("LKFD revenue", "Larkfield Instruments, Inc."),
    ],
)
def test_companies_are_named_in_many_ways(question, company):
    assert named_companies(question, FILED) == (company,)


def test_filings_under_names_of_one_company_have_one_filer():
    keys = filers(frozenset(("FACEBOOK, INC.", "Meta Platforms, Inc.", "ADOBE INC.", "Adobe Systems Incorporated", "")))
    assert keys["FACEBOOK, INC."] == keys["Meta Platforms, Inc."] != keys["ADOBE INC."]
    assert keys["ADOBE INC."] == keys["Adobe Systems Incorporated"] and keys[""] == ""


def test_one_name_that_begins_the_other_is_the_same_company():
    filed = [
        Identity(company="ADOBE INC."),
        Identity(company="ADOBE SYSTEMS INCORPORATED"),
        Identity(company="COCA COLA CO"),
    ]
    assert set(named_companies("What is Adobe's revenue?", filed)) == {"ADOBE INC.", "ADOBE SYSTEMS INCORPORATED"}
    assert named_companies("What is Coca-Cola's revenue?", filed) == ("COCA COLA CO",)
    amd = [Identity(company="AMD, INC.", ticker="AMDX"), Identity(company="AMD, Inc")]
    assert set(named_companies("What did AMDX earn?", amd)) == {"AMD, INC.", "AMD, Inc"}
    water = [Identity(company="American Water Works Company, Inc."), Identity(company="American Express Company")]
    assert named_companies("What did American say?", water) == ()


@pytest.mark.parametrize(
    "question", ["What was Tesla's revenue?", "the best way to buy", "a block of shares", "instruments"]
)
def test_other_words_name_no_company(question):
    assert named_companies(question, FILED) == ()


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("revenue in fiscal 2022", (2022,)),
        ("revenue in FY22", (2022,)),
        ("revenue in FY2021 and 2020", (2021, 2020)),
        ("revenue last decade", ()),
    ],
)
def test_fiscal_years(question, years):
    assert parse_query(question, FILED).fiscal_years == years


def test_quarters_forms_and_unknown_names():
    query = parse_query("What was Hollowmere Robotics' revenue in Q2 2023 according to its 10-Q?", FILED)
    assert (query.quarter, query.form, query.fiscal_years) == (2, "10-Q", (2023,))
    assert [mention.text for mention in query.mentions] == ["Hollowmere Robotics"]


@pytest.mark.parametrize("form", ["10-K", "10-K/A", "10-K405", "10-KSB", "10-KT", "10-K405/A", "20-F"])
def test_forms_of_annual_reports(form):
    assert parse_query(f"revenue in its {form.lower()}?", FILED).form == form


WELL_KNOWN = [
    Identity(company="ALPHABET INC."),
    Identity(company="SQUARE, INC."),
    Identity(company="JOHNSON & JOHNSON"),
    Identity(company="JPMORGAN CHASE & CO", ticker="JPM"),
    Identity(company="THE J. M. SMUCKER COMPANY"),
    Identity(company="AMAZON.COM, INC."),
    Identity(company="THERMO FISHER SCIENTIFIC INC."),
    Identity(company="Larkfield Gauge Works"),
]


@pytest.mark.parametrize(
    ("name", "company"),
    [
        ("Google", "ALPHABET INC."),
        ("Block", "SQUARE, INC."),
        ("J&J", "JOHNSON & JOHNSON"),
        ("JP Morgan", "JPMORGAN CHASE & CO"),
        ("JPM", "JPMORGAN CHASE & CO"),
        ("Smucker", "THE J. M. SMUCKER COMPANY"),
        ("J.M. Smucker", "THE J. M. SMUCKER COMPANY"),
        ("Amazon", "AMAZON.COM, INC."),
        ("amazon", "AMAZON.COM, INC."),
        ("jpm", "JPMORGAN CHASE & CO"),
        ("Thermo Fisher", "THERMO FISHER SCIENTIFIC INC."),
        ("LGW", "Larkfield Gauge Works"),
    ],
)
def test_former_names_usual_names_abbreviations_and_tickers(name, company):
    query = parse_query(f"What was {name}'s revenue in 2022?", WELL_KNOWN)
    assert query.companies == (company,) and not query.mentions[0].more


def test_two_companies():
    assert set(named_companies("Did Best Buy or 3M earn more?", FILED)) == {"Best Buy Co., Inc.", "3M Company"}


RETAILER = [
    Identity(company="Brindlevale", form="10-K", fiscal_year=2022, period_end=date(2023, 1, 28)),
    Identity(company="Brindlevale", form="10-K", fiscal_year=2021, period_end=date(2022, 1, 29)),
    Identity(company="Brindlevale", form="10-Q", fiscal_year=2023, quarter=2, period_end=date(2023, 7, 29)),
]


@pytest.mark.parametrize(
    ("question", "years", "quarter"),
    [
        ("revenue in the year ended January 28, 2023", (2022,), None),
        ("assets as of Jan. 28, 2023", (2022,), None),
        ("assets as of 28 January 2023", (2022,), None),
        ("revenue in the quarter ended July 29, 2023", (2023,), 2),
        ("revenue for the three months ended October 28, 2023", (2023,), 3),
        ("revenue in the quarter ended January 27, 2024", (2023,), 4),
        ("revenue in Q2 FY24", (2024,), 2),
        ("revenue in 3Q23", (2023,), 3),
        ("net income in 2021 Q1", (2021,), 1),
        ("the second fiscal quarter of 2023", (2023,), 2),
        ("revenue growth from FY2019 - FY2020", (2019, 2020), None),
        ("revenue last year", (2022,), None),
        ("revenue in the most recent fiscal year", (2022,), None),
        ("revenue in the prior year", (2021,), None),
        ("revenue in the last quarter", (2023,), 2),
        ("revenue in fiscal 2021 compared to the prior year", (2021,), None),
        ("revenue growth compared to last year", (), None),
    ],
)
def test_periods_as_the_company_counts_them(question, years, quarter):
    query = parse_query(question, RETAILER)
    assert (query.fiscal_years, query.quarter) == (years, quarter)


def test_what_last_year_was_read_as_is_said():
    query = parse_query("What was Brindlevale's revenue last year?", RETAILER)
    assert query.assumed == ("“last year” was read as fiscal 2022, counted from the latest filing",)
    assert query.text == "What was Brindlevale's revenue in fiscal 2022?"
    assert parse_query("revenue in its last quarter?", RETAILER).text == "revenue in Q2 of fiscal 2023?"
    assert parse_query("revenue last year", [*RETAILER, Identity(company="Other", fiscal_year=2020)]).assumed == ()


@pytest.mark.parametrize("nameless", [None, "", "***"])
def test_filings_without_a_company_s_name_hinder_no_question(nameless):
    filings = [Identity(company=nameless, fiscal_year=2022), Identity(company="Acme Inc.", fiscal_year=2022)]
    assert parse_query("What was revenue last year?", filings).companies == ()
    assert parse_query("What was Acme's revenue last year?", filings).companies == ("Acme Inc.",)


def test_filings_without_a_name_have_no_last_year_in_common():
    filings = [Identity(form="10-K", fiscal_year=2022), Identity(form="10-K", fiscal_year=2023)]
    assert parse_query("revenue last year", filings[:1]).fiscal_years == (2022,)
    assert parse_query("revenue last year", filings).fiscal_years == ()


@pytest.mark.parametrize(
    ("question", "within"),
    [
        ("What was Brindlevale's gross margin in fiscal 2022?", False),
        ("What was Brindlevale's working capital as of January 28, 2023?", False),
        ("What was Brindlevale's working capital as of July 30, 2022?", True),
        ("What was Brindlevale's gross margin for the six months ended July 30, 2022?", True),
        ("What was Brindlevale's gross margin for the three months ended July 30, 2022?", False),
        ("What was Brindlevale's revenue growth in Q2 2022?", False),
        ("What was Brindlevale's revenue growth from Q2 2021 to Q2 2022?", False),
        ("What was Brindlevale's revenue growth from Q1 2022 to Q2 2022?", True),
        (
            "What was Brindlevale's growth from the quarter ended April 30, 2022 to the quarter ended July 30, 2022?",
            True,
        ),
        ("What was Brindlevale's quarter-over-quarter revenue growth in Q2 2022?", True),
        ("What was Brindlevale's revenue year to date?", True),
    ],
)
def test_periods_within_a_year_are_told_from_years_and_one_quarter(question, within):
    assert parse_query(question, RETAILER).within_year == within
