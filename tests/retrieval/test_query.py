import pytest

from retrieval.document import Identity
from retrieval.names import named_companies
from retrieval.query import parse_query

FILED = [
    Identity(company="Larkfield Instruments, Inc.", ticker="LKFD", fiscal_year=2023),
    Identity(company="Best Buy Co., Inc.", ticker="BBY", fiscal_year=2022),
    Identity(company="Block, Inc.", ticker="SQ", former_names=("Square, Inc.",)),
    Identity(company="3M Company", ticker="MMM"),
]


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
    assert query.names == ("Hollowmere Robotics",)
