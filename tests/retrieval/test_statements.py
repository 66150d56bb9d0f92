from collections import defaultdict
from dataclasses import replace

from retrieval.document import Cell, Page, Table
from retrieval.loading.load import load_documents
from retrieval.passages import passages_of
from retrieval.samples import sample_folder
from retrieval.statements import mark_statements, statement_scores


def table(labels, title=""):
    cells, text = [], ""
    for row, label in enumerate(labels):
        cells.append(Cell(label, row, 0, 1, len(text), "label"))
        text += f"{label} "
        cells.append(Cell("1", row, 1, 2, len(text), "value", row_path=(label,)))
        text += "1\n"
    return Page(1, text, (Table(0, len(text), tuple(cells), title),))


def test_every_sample_filing_has_its_three_statements_each_once():
    for outcome in load_documents([sample_folder()]):
        found = defaultdict(set)
        for page in outcome.document.pages:
            for block in page.blocks:
                if isinstance(block, Table) and block.statement:
                    found[block.statement].add((page.number, block.title))
        assert {name: len(places) for name, places in found.items()} == {
            "balance sheet": 1,
            "income statement": 1,
            "cash flow statement": 1,
        }, outcome.document.title
        headed = [p for p in passages_of(outcome.document) if p.statement == "balance sheet"]
        assert headed and all("balance sheet" in p.header for p in headed)


def test_a_table_of_the_notes_is_no_statement():
    notes = table(["Raw materials", "Work in process", "Finished goods", "Total inventories"], "Inventories")
    assert mark_statements([notes]) == (notes,)


def test_a_summary_beside_the_statement_is_let_go():
    flows = ["Net cash provided by operating activities", "Net cash used in investing activities",
             "Net cash used in financing activities", "Depreciation and amortization", "Capital expenditures"]  # fmt: skip
    rest = ["Net income", "Deferred income taxes", "Inventories", "Accounts payable", "Dividends paid",
            "Proceeds from issuance of long-term debt", "Repurchases of common stock"]  # fmt: skip
    summary = table(flows)
    whole = table([*rest, *flows], "Consolidated Statements of Cash Flows")
    assert statement_scores(summary.blocks[0])["cash flow statement"] > 0
    marked = mark_statements([summary, Page(2, whole.text, whole.blocks)])
    assert [page.blocks[0].statement for page in marked] == [None, "cash flow statement"]


def test_a_table_under_the_headers_of_a_statement_is_its_rest():
    def under(page, *years):
        (found,) = page.blocks
        cells = [
            replace(cell, column=column, column_path=(year,))
            for cell in found.cells
            for column, year in enumerate(years, start=1)
            if cell.role == "value"
        ]
        return replace(page, blocks=(replace(found, cells=tuple(cells)),))

    flows = ["Net cash provided by operating activities", "Net cash used in investing activities",
             "Depreciation and amortization", "Capital expenditures", "Dividends paid"]  # fmt: skip
    end = ["Net increase in cash", "Balance at end of year"]
    statement, rest = under(table(flows), "2022", "2021"), under(table(end), "2022", "2021")
    other = under(table(end), "2020", "2019")
    for last, expected in ((rest, "cash flow statement"), (other, None)):
        marked = mark_statements([statement, replace(last, number=3)])
        assert [page.blocks[0].statement for page in marked] == ["cash flow statement", expected]


def test_a_side_of_capitalization_and_liabilities_is_a_balance_sheet():
    side = table(["Long-term debt", "Retained earnings", "Accounts payable", "Deferred income taxes", "Accrued taxes",
                  "Short-term debt", "Other", "Total capitalization and liabilities"], "Consolidated Balance Sheets")  # fmt: skip
    assert "balance sheet" in statement_scores(side.blocks[0])
