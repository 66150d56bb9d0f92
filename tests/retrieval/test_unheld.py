"""Which questions are refused because the company that they ask about has filed nothing in the index."""

import pytest

from retrieval.index.index import Index
from retrieval.query import parse_query
from retrieval.unheld import unheld_company
from tests.fakes import HashEmbedder, document

FILINGS = {
    "Marlow Beverages, Inc.": (
        "Our segments: Brightwell Snacks and Tallis Waters. Brightwell Snacks grew, and so did Tallis Waters.",
        "Net sales of Brightwell Snacks rose. Our Tallis Waters unit grew. We advertise our Brightwell Snacks brand on television.",
        "We acquired Pellmere Foods in 2021. The acquisition of Pellmere Foods cost $300 million.",
        "Our competitors include Dunhallow Drinks Company and Osterby. Osterby competes on price.",
        "We have an equity investment in Vantress Motors, Inc. Our investment in Vantress Motors lost value.",
        "Our investment in Vantress Motors is marked to market. We sell in Canada and report to the SEC under GAAP.",
    ),
    "General Harbor Company": (
        "We build ports. The Harbor Pilot program trains pilots. General Harbor Pilots are our product.",
        "We sold our cranes to Osterby under an agreement with Osterby. Regulators at the Port Authority watch.",
    ),
    "J. T. Quill & Sons Co": (
        "Quill makes pens and paper. The company's revenue fell last year. Pens compete with paper.",
    ),
}

REFUSED = {
    # a competitor that a filing names, in many ways of asking
    "What was Osterby's total revenue in fiscal 2023?": "Osterby",
    "What was the revenue of Osterby in 2023?": "Osterby",
    "What net income did Osterby report for FY22?": "Osterby",
    "For Osterby, what was net income?": "Osterby",
    "Osterby revenue 2023": "Osterby",
    "what was osterby's revenue in 2023?": "osterby",
    "hollowmere robotics other assets 2023": "hollowmere robotics",
    "osterby corp. long-term debt 2023": "osterby",
    "WHAT WAS OSTERBY'S REVENUE IN 2023?": "osterby",
    "what was paper pens's revenue in 2023?": "paper pens",
    "What Was The Net Income Of Osterby In 2023?": "Osterby",
    "How does Osterby Corp. describe its strategy?": "Osterby Corp",
    # one in which a company has a stake, and one that no filing speaks of
    "What was Vantress Motors' revenue?": "Vantress Motors",
    "What was Hollowmere Robotics' revenue?": "Hollowmere Robotics",
    "Who runs Qwertzuiop?": "Qwertzuiop",
    # well known ones, by name and ticker
    "What was Microsoft's total revenue in fiscal 2023?": "Microsoft",
    "MSFT revenue 2023": "MSFT",
    "Did Bank of America increase its dividend?": "Bank of America",
    "what was the revenue of procter & gamble in 2022?": "procter & gamble",
    # its name begins as a held company's does
    "What was General Mills' revenue?": "General Mills",
    "What was General Sprocket's revenue?": "General Sprocket",
    # figures of both are asked for
    "Compare the revenue of Marlow Beverages and Osterby.": "Osterby",
    "How does Marlow's revenue compare to Osterby's?": "Osterby",
    "Did Microsoft or Marlow earn more in 2023?": "Microsoft",
}
ANSWERED = [
    # held companies
    "What was Marlow's revenue in 2023?",
    "What was marlow beverages' revenue in 2023?",
    "What did J.T. Quill earn?",
    "What was Quill's revenue?",
    "GENERAL HARBOR REVENUE 2023",
    "quill other assets 2023",
    # their segments, brands and subsidiaries
    "What was Brightwell Snacks' revenue in 2023?",
    "what was brightwell snacks' revenue in 2023?",
    "What was the operating income of Tallis Waters?",
    "How much revenue did Pellmere Foods report?",
    "How many General Harbor Pilots were sold?",
    # another company beside the one asked about
    "What did Marlow pay for its stake in Vantress Motors?",
    "How much revenue did General Harbor get from Osterby?",
    "What agreement did General Harbor and Osterby sign?",
    "Which companies compete with Osterby?",
    # no company at all
    "What was total revenue in Canada?",
    "What does the SEC require under GAAP?",
    "What does Item 8 of the 10-K contain?",
    "What Was Total Revenue In Fiscal 2023?",
    "what was the company's revenue last year?",
    "what was last year's revenue?",
    "what was paper's share of revenue in 2023?",
    "equity investment 2023",
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    with Index.create(tmp_path_factory.mktemp("unheld") / "index", embedder=HashEmbedder()) as index:
        for company, paragraphs in FILINGS.items():
            for number, paragraph in enumerate(paragraphs):  # each a document, so that each is a passage of its own
                made = document(company, paragraph, company=company, year=2023)
                index.add(made, path=f"{company}{number}", digest=made.id)
        yield index


def refused(index, question):
    return unheld_company(parse_query(question, [record.identity for record in index.documents()]), index)


@pytest.mark.parametrize(("question", "name"), REFUSED.items())
def test_a_company_that_the_index_does_not_hold_is_refused(index, question, name):
    assert refused(index, question) == name


@pytest.mark.parametrize("question", ANSWERED)
def test_nothing_else_is_refused(index, question):
    assert refused(index, question) is None


def test_words_of_accounting_are_no_company_s_first_word(index):
    identities = [record.identity for record in index.documents()]
    assert parse_query("What were General and administrative expenses?", identities).companies == ()
    assert parse_query("For Quill, what was general taxes?", identities).companies == ("J. T. Quill & Sons Co",)
