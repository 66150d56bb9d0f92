"""The sample filings add up, are up to date, and parse as they should."""

import tomllib
from decimal import Decimal

import pytest

from retrieval.document import Table
from retrieval.loading.load import load_documents
from retrieval.quantity import cell_quantities
from retrieval.samples import QUESTIONS, sample_folder
from retrieval.samples.make import contents


@pytest.fixture(scope="module")
def documents():
    return {loaded.file.path.name: loaded.document for loaded in load_documents([sample_folder()])}


def lines(document, title):
    """The first amounts of each line of a statement, by label; of lines with the same label the first."""
    found = {}
    for page in document.pages:
        for block in page.blocks:
            if isinstance(block, Table) and title.casefold() in block.title.casefold():
                for cell in block.cells:
                    if cell.role == "value":
                        found.setdefault(cell.row_path[-1], []).append(cell_quantities(cell.text)[0].value)
    return found


def test_the_committed_files_are_what_the_scripts_make():
    for name, data in contents().items():
        assert (sample_folder() / name).read_bytes() == data, f"{name}: run python -m retrieval.samples.make"


def test_the_filings_say_who_they_are(documents):
    said = {
        name: (d.identity.company, d.identity.form, d.identity.fiscal_year, d.identity.ticker)
        for name, d in documents.items()
    }
    assert said == {
        "larkfield-10k-2022.html": ("Larkfield Instruments, Inc.", "10-K", 2022, "LKFD"),
        "larkfield-10k-2023.html": ("Larkfield Instruments, Inc.", "10-K", 2023, "LKFD"),
        "brindlevale-10k-fy2022.pdf": ("Brindlevale Outfitters, Inc.", "10-K", 2022, "BVOF"),
        "tarrow-10k-2021.txt": ("TARROW POINT UTILITIES CORPORATION", "10-K", 2021, "TPUC"),
    }


SUMS = [
    ("larkfield-10k-2023.html", "statements of income", "Gross profit", {"Revenue": 1, "Cost of revenue": -1}),
    (
        "larkfield-10k-2023.html",
        "statements of income",
        "Net income",
        {"Income before income taxes": 1, "Provision for income taxes": -1},
    ),
    ("larkfield-10k-2023.html", "balance sheets", "Total assets", {"Total liabilities and stockholders' equity": 1}),
    (
        "larkfield-10k-2022.html",
        "balance sheets",
        "Total liabilities and stockholders' equity",
        {"Total liabilities": 1, "Total stockholders' equity": 1},
    ),
    (
        "larkfield-10k-2023.html",
        "cash flows",
        "Cash and cash equivalents, end of year",
        {"Cash and cash equivalents, beginning of year": 1, "Net increase (decrease) in cash and cash equivalents": 1},
    ),
    (
        "brindlevale-10k-fy2022.pdf",
        "statements of operations",
        "Net income",
        {"Income before income taxes": 1, "Income tax expense": -1},
    ),
    (
        "brindlevale-10k-fy2022.pdf",
        "balance sheets",
        "Total assets",
        {"Total liabilities": 1, "Total shareholders' equity": 1},
    ),
    (
        "brindlevale-10k-fy2022.pdf",
        "cash flows",
        "Net (decrease) increase in cash and cash equivalents",
        {
            "Net cash provided by operating activities": 1,
            "Net cash used in investing activities": 1,
            "Net cash used in financing activities": 1,
        },
    ),
    (
        "tarrow-10k-2021.txt",
        "statements of income",
        "Net income",
        {"Income before income taxes": 1, "Income taxes": -1},
    ),
    (
        "tarrow-10k-2021.txt",
        "balance sheets",
        "Total assets",
        {"Utility plant, net": 1, "Total current assets": 1, "Regulatory assets": 1},
    ),
    (
        "tarrow-10k-2021.txt",
        "cash flows",
        "Cash at end of year",
        {"Cash at beginning of year": 1, "Increase (decrease) in cash": 1},
    ),
]


@pytest.mark.parametrize(("name", "title", "total", "parts"), SUMS)
def test_the_numbers_add_up(documents, name, title, total, parts):
    found = lines(documents[name], title)
    for column, amount in enumerate(found[total]):
        assert amount == sum(sign * found[part][column] for part, sign in parts.items())


def test_cash_of_the_balance_sheet_is_that_of_the_cash_flow_statement(documents):
    for name, label in (
        ("larkfield-10k-2023.html", "Cash and cash equivalents, end of year"),
        ("brindlevale-10k-fy2022.pdf", "Cash and cash equivalents at end of year"),
    ):
        balance = lines(documents[name], "balance sheets")["Cash and cash equivalents"]
        assert lines(documents[name], "cash flows")[label][: len(balance)] == balance


def test_earnings_per_share_are_net_income_by_shares(documents):
    found = lines(documents["larkfield-10k-2023.html"], "statements of income")
    earned, shares = found["Diluted"][:3], found["Diluted"][3:]
    for net, each, count in zip(found["Net income"], earned, shares, strict=True):
        assert each == (net / count).quantize(Decimal("0.01"))


def test_every_question_quotes_a_filing(documents):
    records = tomllib.loads(QUESTIONS.read_text())["question"]
    assert len(records) >= 20 and sum(r.get("demo", False) for r in records) == 6
    for record in records:
        if record.get("answers"):
            text = "\n".join(page.text for page in documents[record["document"]].pages)
            assert any(answer in text for answer in record["answers"]), record["question"]
