import pytest

from retrieval import ranking
from retrieval.document import Identity
from retrieval.find import find
from retrieval.index.index import Index
from retrieval.index.store import DocumentRecord
from retrieval.query import Query, parse_query
from retrieval.scope import tiers
from retrieval.search import Filters


def asked(sample_index, question, k=5, judge=None):
    with Index.open(sample_index) as index:
        records = {record.id: record for record in index.documents()}
        query = parse_query(question, [record.identity for record in records.values()])
        return [(records[hit.passage.document_id], hit.passage) for hit in find(index, query, k=k, judge=judge)]


def test_the_statement_that_a_measure_needs_comes_first(sample_index):
    record, passage = asked(sample_index, "What was Brindlevale's capex in fiscal 2022?")[0]
    assert (record.identity.fiscal_year, passage.statement) == (2022, "cash flow statement")
    assert "Additions to property and equipment" in passage.text


def test_a_measure_of_two_statements_brings_both(sample_index):
    found = asked(sample_index, "What was Brindlevale's return on assets in fiscal 2022?", k=2)
    assert {passage.statement for _, passage in found} == {"balance sheet", "income statement"}


def called_for(sample_index, question, filters):
    with Index.open(sample_index) as index:
        records = {record.id: record for record in index.documents()}
        query = parse_query(question, [record.identity for record in records.values()])
        ids = ranking._called_for(index, query, filters)
        return [index.store.passages([i])[i] for i in ids], records


def test_over_many_companies_no_statement_is_called_for(sample_index):
    assert called_for(sample_index, "What was the cost of revenue in 2022?", Filters())[0] == []
    one = Filters(companies=("Larkfield Instruments, Inc.",))
    found, _ = called_for(sample_index, "What was the cost of revenue in 2022?", one)
    assert {passage.statement for passage in found} == {"income statement"}


def test_the_statements_of_each_company_named_are_called_for(sample_index):
    question = "Did Larkfield or Brindlevale have more total assets at the end of 2022?"
    named = ("Larkfield Instruments, Inc.", "Brindlevale Outfitters, Inc.")
    found, records = called_for(sample_index, question, Filters(companies=named, fiscal_years=(2022,)))
    assert {records[p.document_id].identity.company for p in found} == set(named)
    assert all(passage.statement == "balance sheet" and "Total assets" in passage.text for passage in found[:2])


def test_the_filing_asked_for_comes_before_the_others_and_k_is_met(sample_index):
    found = asked(sample_index, "What was Larkfield's net income in 2022?", k=40)
    filings = [(record.identity.company, record.identity.fiscal_year) for record, _ in found]
    assert filings[0] == ("Larkfield Instruments, Inc.", 2022)
    assert len(found) == 40 and len({passage.id for _, passage in found}) == 40
    assert {company for company, _ in filings} == {"Larkfield Instruments, Inc."}


def test_a_judge_has_its_say_on_the_first_passages(sample_index):
    question = "What was Brindlevale's capex in fiscal 2022?"
    before = asked(sample_index, question, k=10)
    last = before[-1][1]
    after = asked(sample_index, question, k=10, judge=lambda _, passages: [9.0 * (p.id == last.id) for p in passages])
    assert after[0][1].id == last.id
    assert [p.id for _, p in after[1:]] == [p.id for _, p in before[:-1]]


def test_a_year_without_a_company_leaves_later_filings_in_the_first_tier(sample_index):
    found = asked(sample_index, "What was the cost of revenue in 2022?", k=8)
    assert {record.identity.fiscal_year for record, _ in found} == {2022, 2023}


def filed(form, year):
    return DocumentRecord(f"{form} {year}", form, Identity(company="Acme", form=form, fiscal_year=year), "x", 1, 1)


@pytest.mark.parametrize("form", ["10-K405", "10-KSB", "10-KT", "10-K405/A"])
def test_every_form_of_an_annual_report_is_its_year_s_own_filing(form):
    query = Query("What was Acme's revenue in 1999?", companies=("Acme",), fiscal_years=(1999,))
    first, *_ = tiers(query, [filed(form, 1999), filed("10-K", 2003)])
    assert first.documents == (f"{form} 1999",) and first.assumed == ()
