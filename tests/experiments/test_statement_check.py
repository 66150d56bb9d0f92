from decimal import Decimal

from experiments.benchmarks.statement_check import Row, assets_add_up, balances, cash_adds_up, check, statement_rows
from retrieval.document import Cell, Document, Identity, Page, Table
from retrieval.loading.load import load_documents
from retrieval.samples import sample_folder

COLUMN = ("2023",)


def rows(*pairs):
    return [Row(label, {COLUMN: Decimal(value)}) for label, value in pairs]


BALANCE = [
    ("cash", 10),
    ("receivables", 20),
    ("total current assets", 30),
    ("plant", 100),
    ("less accumulated depreciation", 40),
    ("plant, net", 60),
    ("goodwill", 5),
    ("total assets", 95),
    ("debt", 50),
    ("equity", 45),
    ("total liabilities and equity", 95),
]


def changed(pairs, label, value):
    return rows(*((name, value if name == label else number) for name, number in pairs))


def test_a_balance_sheet_that_adds_up_and_two_that_do_not():
    assert balances(rows(*BALANCE)) == assets_add_up(rows(*BALANCE)) == "ok"
    assert balances(changed(BALANCE, "total liabilities and equity", 90)) == "2023: 95 stated, 90 reached"
    assert assets_add_up(changed(BALANCE, "goodwill", 15)) == "2023: 95 stated, 105 reached"
    assert balances(rows(("cash", 1))) == assets_add_up(rows(("cash", 1))) == "no total of assets"


def test_cash_flows_add_up_to_the_change_in_cash():
    flows = [
        ("net cash provided by operating activities", 90),
        ("net cash used in investing activities", -50),
        ("net cash used in financing activities", -30),
        ("effect of exchange rates on cash", 1),
        ("net increase in cash", 11),
    ]
    assert cash_adds_up(rows(*flows)) == "ok"
    assert cash_adds_up(changed(flows, "net increase in cash", 15)) == "2023: 15 stated, 11 reached"
    assert cash_adds_up(rows(*flows[1:])) == "no total of an activity"


def test_discontinued_operations_count_once():
    flows = [
        ("net cash provided by operating activities", 90),
        ("net cash used in investing activities", -50),
        ("net cash used in financing activities", -30),
        ("net cash provided by operating activities of discontinued operations", 6),
        ("net cash used in investing activities of discontinued operations", -2),
        ("net cash provided by discontinued operations", 4),
        ("net increase (decrease) during the year", 14),
    ]
    assert cash_adds_up(rows(*flows)) == "ok"
    assert cash_adds_up(rows(*flows[:-2], flows[-1])) == "2023: 14 stated, 10 reached"


def balance_sheet(number, header):
    """A page with a table of one row, 95 and 80, under the year 2023 and the header."""
    values = [
        Cell(text, 0, column, column + 1, 0, "value", row_path=("Total assets",), column_path=(year,))
        for column, (text, year) in enumerate([("95", "2023"), ("80", header)], start=1)
    ]
    return Page(number, "Total assets", (Table(0, 12, tuple(values), statement="balance sheet"),))


def filing(*pages):
    return Document("id", "title", Identity(), "source", pages)


def test_numbers_under_the_same_header_are_not_compared():
    assert statement_rows(filing(balance_sheet(1, "2022")), "balance sheet") == [
        Row("total assets", {("2023",): Decimal(95), ("2022",): Decimal(80)})
    ]
    assert statement_rows(filing(balance_sheet(1, "2023")), "balance sheet") == []


def test_a_statement_goes_on_behind_a_page_of_its_number_alone():
    number, words = Page(2, "68", ()), Page(2, "Words", ())
    first, third = balance_sheet(1, "2022"), balance_sheet(3, "2022")
    assert len(statement_rows(filing(first, number, third), "balance sheet")) == 2
    assert len(statement_rows(filing(first, words, third), "balance sheet")) == 1


def test_the_statements_of_the_samples_add_up():
    for outcome in load_documents([sample_folder()]):
        verdict = check(outcome.document, outcome.document.title)
        assert (verdict.balances, verdict.assets_add_up, verdict.cash_adds_up) == ("ok", "ok", "ok"), verdict
