"""Numbers looked up in tables: words, periods, probabilities, and questions that filings label by themselves."""

import random
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from qa.answers_evaluation import evaluate_answers
from qa.data.filing_lookup import _fiscally, filing_lookups, held_out
from qa.lookup.asked import _fiscal_quarter, asked_of, fits, is_balance
from qa.lookup.features import FEATURES, _are_alike, found_in
from qa.lookup.model import LookupModel, likeliest, load_model, probabilities, ranked_values
from qa.lookup.rows import filing_of
from qa.lookup.training import cases_of, fit, threshold_for
from qa.lookup.words import telling_words
from retrieval.bundled import ModelError
from retrieval.document import Cell, Document, Fact, Identity, Page, Period, Table
from retrieval.loading.load import load_documents
from retrieval.loading.parsed import Loaded
from retrieval.query import parse_query
from retrieval.samples import sample_folder

ANNUAL = Identity(company="Acme", form="10-K", fiscal_year=2022, period_end=date(2023, 1, 28))
YEAR = Period(date(2022, 1, 30), date(2023, 1, 28))
HALF = Period(date(2022, 1, 30), date(2022, 7, 30))
END = Period(None, date(2023, 1, 28))


@pytest.fixture(scope="module")
def filing():
    """Larkfield's tagged annual report of 2023."""
    documents = [x.document for x in load_documents([sample_folder()]) if isinstance(x, Loaded)]
    return next(d for d in documents if d.title == "Larkfield Instruments, Inc. 10-K FY2023")


QUARTERLY = Identity(company="Acme", form="10-Q", fiscal_year=2022, quarter=2, period_end=date(2022, 7, 30))


def cell(period=None, headers=(), label="Net sales", unit=None):
    return Cell("1", 1, 1, 2, 0, "value", (label,), headers, period, unit)


def test_words_of_labels_and_questions_meet():
    asked = telling_words("What were the total current liabilities as of December 31, 2022?")
    assert asked == telling_words("Total current liability (Note 5)") == {"total", "current", "liability"}
    assert telling_words("June 30, 2023 (Unaudited)") == frozenset()
    assert telling_words("income before the effect of tax") == {"income", "before", "effect", "tax"}


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How much revenue did the Lamps segment make?", {"lamp", "revenue"}),
        ("What was segment operating income in 2023?", {"segment", "operating", "income"}),  # a line of its own
        ("What were total segment assets in 2023?", {"total", "segment", "asset"}),
    ],
)
def test_a_segment_that_is_named_needs_no_such_word(question, words):
    assert asked_of(parse_query(question, [ANNUAL])).words == words


@pytest.mark.parametrize(
    ("label", "name", "called"),
    [
        ("Purchases of equipment excluding finance leases, net of sales", "purchases of equipment", True),
        ("Net income attributable to shareholders of The Acme Company", "net income", True),
        ("Net income (loss) attributable to Acme, net of tax", "net income", True),
        ("Net income attributable to noncontrolling interests", "net income", False),
        ("Net income including noncontrolling interests", "net income", False),
        ("Consolidated net income", "net income", False),
        ("Diluted EPS excluding certain items", "diluted EPS", False),
        ("Revenue, net of interest expense", "revenue", False),
        ("Net income before tax", "net income", False),
        ("Long-term debt, net of current portion", "long-term debt", False),
        ("Long-term debt, net of unamortized discount and current portion", "long-term debt", False),
        ("Long-term debt, excluding amounts due within one year", "long-term debt", False),
    ],
)
def test_a_row_is_also_called_what_its_label_says_before_it_is_qualified(label, name, called):
    cells = (replace(cell(label=label), text="8", start=0), Cell(label, 1, 0, 1, 2, "label", (label,)))
    page = Page(1, f"8 {label}", (Table(0, 2 + len(label), cells, "", ""),))
    (row,) = filing_of("d", ANNUAL, [page]).rows
    assert (telling_words(name) == row.bare) == called


@pytest.mark.parametrize(
    ("question", "period", "headers", "expected"),
    [
        ("What was net sales in fiscal 2022?", YEAR, (), "yes"),
        ("What was net sales in fiscal 2022?", HALF, (), "no"),
        ("What was net sales in fiscal 2021?", YEAR, (), "no"),
        ("What was net sales for the six months ended July 30, 2022?", HALF, (), "yes"),
        ("What was net sales for the six months ended July 30, 2022?", YEAR, (), "no"),
        ("What was net sales for the year ended January 28, 2023?", END, (), "yes"),
        ("What was cash as of January 28, 2023?", END, (), "yes"),
        ("What was cash as of January 28, 2023?", YEAR, (), "ends then"),
        ("What was net sales in fiscal 2022?", None, ("2021",), "no"),
        ("What was net sales in fiscal 2022?", None, (), "unsaid"),
        ("What was net sales as of January 28, 2023?", None, ("2021",), "no"),
        ("What was net sales in fiscal 2022?", None, ("Second Quarter 2022",), "no"),
        ("What was net sales in fiscal 2022?", None, ("Six Months 2022",), "no"),
        ("What was net sales in Q2 of fiscal 2022?", None, ("Second Quarter 2022",), "yes"),
        ("What was net sales in Q3 of fiscal 2022?", None, ("Second Quarter 2022",), "no"),
        ("What was net sales in Q2 of fiscal 2022?", None, ("Three Months 2022",), "yes"),
        ("What was net sales in Q2 of fiscal 2022?", None, ("Six Months 2022",), "no"),
        ("What was net sales in Q2 of fiscal 2022?", None, ("3 Months 2022",), "yes"),
        ("What was net sales in fiscal 2022?", None, ("Fourth quarter and full year 2022",), "yes"),
        ("What was net sales in fiscal 2022?", None, ("Year ended June 30, 2022",), "yes"),
        ("What were total assets at the end of fiscal 2022?", None, ("Q4 2022",), "yes"),
        ("What was the payment in fiscal 2022?", None, ("Less than six months",), "unsaid"),
    ],
)
def test_whether_a_column_is_of_the_period_asked_for(question, period, headers, expected):
    assert fits(cell(period, headers), ANNUAL, asked_of(parse_query(question, [ANNUAL]))) == expected


@pytest.mark.parametrize(("label", "expected"), [("Cash, beginning of year", "starts then"), ("Book value", "no")])
def test_only_an_opening_balance_is_that_of_the_day_its_column_starts_with(label, expected):
    asked = asked_of(parse_query("What was cash as of January 29, 2022?", [ANNUAL]))
    assert fits(cell(YEAR, label=label), ANNUAL, asked) == expected


def test_a_quarterly_report_has_no_fiscal_years_figures():
    asked = asked_of(parse_query("What was net sales in fiscal 2022?", [QUARTERLY]))
    half, year = Period(date(2022, 1, 30), date(2022, 7, 30)), Period(date(2021, 8, 1), date(2022, 7, 30))
    assert [fits(cell(each), QUARTERLY, asked) for each in (half, year)] == ["no", "no"]
    assert fits(cell(Period(None, date(2022, 7, 30))), QUARTERLY, asked) == "no"
    assert fits(cell(), QUARTERLY, asked) == "no"  # it does not say when, so it is of the quarter
    of_the_quarter = asked_of(parse_query("What was net sales in Q2 of fiscal 2022?", [QUARTERLY]))
    assert fits(cell(), QUARTERLY, of_the_quarter) == "unsaid"
    another = asked_of(parse_query("What was net sales in Q3 of fiscal 2022?", [QUARTERLY]))
    assert fits(cell(), QUARTERLY, another) == "no"
    due = asked_of(parse_query("What was the principal of the notes due 2030?", [QUARTERLY]))
    assert fits(cell(label="Notes due 2030"), QUARTERLY, due) == "unsaid"


@pytest.mark.parametrize(
    ("question", "label", "headers", "unit", "fit"),
    [
        ("What was net sales in fiscal 2022?", "Net sales", ("2022 vs. 2021", "Change"), "USD", False),
        ("What was the change in net sales in 2022?", "Net sales", ("2022 vs. 2021", "Change"), "USD", True),
        ("What was the effective income tax rate in 2022?", "Provision for income taxes", (), "USD", False),
        ("What was the effective income tax rate in 2022?", "Effective tax rate", (), "percent", True),
        ("What was the gross margin in 2022?", "Gross margin", (), "USD", True),
        ("What was diluted EPS in 2022?", "Diluted", (), "shares", False),
        ("What was diluted EPS in 2022?", "Basic", (), "USD/shares", False),
        ("What was diluted EPS in 2022?", "Diluted", (), "USD/shares", True),
        ("What was EPS in 2022?", "Basic", (), "USD/shares", True),
        ("What was the dividend per share in 2022?", "Dividends per share", (), "USD", False),
        ("What was net sales in 2022 in euros?", "Net sales", (), "USD", False),
        ("What was net sales in 2022 in euros?", "Net sales", (), "EUR", True),
        ("What was net sales in 2022 in dollars?", "Net sales", (), "CAD", True),
        ("How many diluted shares were there in 2022?", "Diluted", (), "USD/shares", False),
        ("How many diluted shares were there in 2022?", "Diluted", (), "shares", True),
        ("What was basic (shares used in computing earnings per share) in 2022?", "Basic", (), "shares", True),
        ("What was basic (shares used in computing earnings per share) in 2022?", "Diluted", (), "shares", False),
        ("What was net sales in Q2 2022?", "Net sales", ("2022",), "USD", False),
        ("What was net sales in Q2 2022?", "Net sales", ("Second quarter", "2022"), "USD", True),
    ],
)
def test_whether_a_number_is_of_the_kind_asked_for(question, label, headers, unit, fit):
    found = fits(cell(None, headers, label, unit), ANNUAL, asked_of(parse_query(question, [ANNUAL])))
    assert (found != "no") == fit


def test_a_balance_without_a_day_is_that_of_the_years_end():
    asked = {
        q: asked_of(parse_query(q, [ANNUAL]))
        for q in ("inventory 2022", "change in inventory 2022", "goodwill impairment 2022")
    }
    assert [each.instant for each in asked.values()] == [True, False, False]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("net income (loss)", "other income (loss) net", False),
        ("income taxes", "income before income taxes", False),
        ("diluted earnings per share", "diluted earnings per share from operations", True),
    ],
)
def test_labels_that_differ_by_a_word_may_be_of_one_line(one, other, alike):
    assert _are_alike(telling_words(one), telling_words(other)) == alike


def test_probabilities_by_hand():
    features = np.array([[1.0], [0.0]])
    assert probabilities(features, np.array([np.log(2.0)])) == pytest.approx([2 / 4, 1 / 4])
    assert probabilities(features, np.array([2000.0])) == pytest.approx([1.0, 0.0])


def test_a_number_below_the_threshold_is_none(filing):
    question = "What was Larkfield's cost of revenue in fiscal 2023?"
    asked = asked_of(parse_query(question, [filing.identity]))
    found = found_in([filing_of(filing.id, filing.identity, filing.pages)], asked)
    model = load_model()
    best = likeliest(found, model)
    assert best is not None and best.found.figure.cell.text == "528" and 0.9 < best.probability < 1
    assert best.sure and not likeliest(found, LookupModel(model.weights / 20, threshold=0.5)).sure
    assert likeliest(found, LookupModel(model.weights, threshold=1.0)) is None
    assert likeliest([], model) is None
    unsure = likeliest(found, LookupModel(model.weights / 20, threshold=0.0))
    values = [abs(each.figure.value) for each in (unsure.found, *unsure.others)]
    assert len(values) == len(set(values)) > 1 and not best.others


def test_values_are_ranked_by_their_probability_over_all_places():
    values = [Decimal(5), Decimal(7), Decimal(5), Decimal(1)]
    ranked = ranked_values(np.array([0.3, 0.4, 0.2, 0.05]), values)
    assert [places for places, _ in ranked] == [[0, 2], [1], [3]]
    assert [chance for _, chance in ranked] == pytest.approx([0.5, 0.4, 0.05])


def test_a_model_of_other_features_is_refused(tmp_path):
    (tmp_path / "model.json").write_text('{"weights": {"one": 1}}')
    with pytest.raises(ModelError, match=r"python -m qa\.lookup\.training"):
        load_model(tmp_path / "model.json")


def test_a_filing_asks_about_itself(filing):
    dropped = Counter()
    questions = list(filing_lookups(filing, seed=1, dropped=dropped))
    assert questions == list(filing_lookups(filing, seed=1)) != list(filing_lookups(filing, seed=2))
    answerable = [q for q in questions if q.value is not None]
    assert len(answerable) >= 20 and len(answerable) < len(questions)
    assert all(q.question.startswith(f"What was {q.label} of Larkfield Instruments, Inc. ") for q in questions)
    years = {fact.period.end.year for page in filing.pages for t in page.tables for c in t.cells for fact in c.facts}
    assert all((q.period.end.year in years) == (q.value is not None) for q in questions)
    twins = Counter(q.twin for q in answerable if q.twin)
    assert max(twins.values()) > 1


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("What was Acme's net sales in Canada in 2022?", {"canada"}),
        ("What was Acme's net sales in Latin America in 2022?", {"latin", "america"}),
        ("What was Acme's net income per employee in 2022?", {"employee"}),
        ("What was Acme's earnings per diluted share in 2022?", set()),
        ("What was Acme's net sales in 2022?", set()),
    ],
)
def test_what_a_question_names_besides_the_item_must_be_in_the_row(question, parts):
    assert asked_of(parse_query(question, [ANNUAL])).parts == parts


def test_numbers_of_parts_are_asked_for_by_what_heads_their_column():
    axis = (("us-gaap:StatementBusinessSegmentsAxis", "acme:Member"),)
    heads = ("Year ended January 28, 2023", "(in millions)", "Canada")
    cells, page = [], ""
    for text, column_path, dimensions in (("344", heads, axis), ("901", heads[:2], axis), ("5,927", heads[:2], ())):
        fact = Fact("us-gaap:Revenues", Decimal(text.replace(",", "")).scaleb(6), text, "USD", 6, False, YEAR, dimensions, len(page))  # fmt: skip
        where = {"row": 1, "column": len(cells), "column_end": len(cells) + 1, "start": len(page)}
        cells.append(Cell(text, **where, role="value", row_path=("Net sales",), column_path=column_path, period=YEAR, facts=(fact,)))  # fmt: skip
        page += f"{text} "
    document = Document("d", "t", ANNUAL, "s", (Page(1, page, (Table(0, len(page), tuple(cells), "", ""),)),))
    asked = [list(filing_lookups(document, seed=seed, kind="parts")) for seed in range(30)]
    assert {len(each) for each in asked} == {1}
    answered = [each[0] for each in asked if each[0].value is not None]
    assert {question.value for question in answered} == {344_000_000}
    phrases = {re.split(" in fiscal | for the ", question.question)[0] for question in answered}
    assert phrases == {
        f"What was {named}" for named in ("Net sales of Canada of Acme", "Net sales in Canada of Acme", "Canada Net sales of Acme", "Acme's Canada Net sales")
    }  # fmt: skip
    (whole,) = {question.question for question in filing_lookups(document, seed=1)}
    assert whole.startswith("What was Net sales of Acme ")


def test_companies_are_held_out_by_ticker():
    assert held_out("AAPL_0000320193-24-000123.html.gz") and held_out("some/folder/AAPL_other.html")
    assert not held_out("JPM_1.html.gz")


def test_fitting_finds_what_tells_right_from_wrong(filing):
    cases = cases_of(filing, seed=3)
    weights = dict(zip(FEATURES, fit(cases), strict=True))
    assert weights["label_is_asked"] > 0 > weights["one"]


def test_the_threshold_is_where_precision_is_met():
    found = [(0.9, 1.0, False)] * 95 + [(0.8, 0.0, False)] * 5 + [(0.3, 0.0, True)] * 50
    assert threshold_for(found) == 0.8


def test_the_system_answers_what_the_filing_asks(system, filing):
    record = next(r for r in system.index.documents() if r.title == filing.title)
    questions = list(filing_lookups(filing, seed=1))
    result = evaluate_answers(system, questions, given="question")
    assert result.metrics["right"] > 0.8 and result.metrics["absent_answered"] < 0.1
    documents = {o.answer["citations"][0]["document"] for o in result.outcomes if o.right and o.found}
    assert documents >= {record.id}
    assert result.n == len(questions) and "outcomes" not in result.summary()


@pytest.mark.parametrize(
    ("name", "balance"),
    [
        ("inventory", True),
        ("total assets", True),
        ("change in inventory", False),
        ("net income", False),
        ("zeal", False),
    ],
)
def test_names_of_balances(name, balance):
    assert is_balance(name) is balance


@pytest.mark.parametrize(
    ("question", "instant"),
    [
        ("What is the year end FY2019 total amount of inventories?", True),
        ("What was inventory as of the end of fiscal 2018?", True),
        ("What was revenue for the year ended December 31, 2018?", False),
    ],
)
def test_questions_of_a_balance(question, instant):
    assert asked_of(parse_query(question, [])).instant is instant


def _filed(end, year, quarter=None):
    return Identity(form="10-Q" if quarter else "10-K", fiscal_year=year, quarter=quarter, period_end=end)


@pytest.mark.parametrize(
    ("identity", "day", "found"),
    [
        (_filed(date(2022, 6, 30), 2022, 2), date(2022, 6, 30), (2022, 2)),
        (_filed(date(2022, 6, 30), 2022, 2), date(2021, 12, 31), (2021, 4)),
        (_filed(date(2022, 3, 31), 2022, 1), date(2021, 12, 31), (2021, 4)),
        (_filed(date(2023, 9, 9), 2023, 3), date(2022, 12, 31), (2022, 4)),
        (_filed(date(2022, 12, 31), 2022), date(2022, 3, 31), (2022, 1)),
        (_filed(date(2022, 12, 31), 2022), date(2022, 1, 1), (2021, 4)),
        (_filed(date(2022, 12, 31), 2022), date(2023, 2, 15), (2022, None)),
        (_filed(date(2023, 1, 31), 2022), date(2022, 10, 31), (2022, 3)),
    ],
)
def test_days_lie_in_fiscal_years_and_quarters_end_on_them(identity, day, found):
    assert _fiscal_quarter(day, identity) == found


def test_a_balance_of_the_year_before_is_not_that_of_the_quarter():
    filed = Identity(company="Acme Corp", form="10-Q", fiscal_year=2022, quarter=2, period_end=date(2022, 6, 30))
    own, before = (
        Cell("5", 1, 1, 2, 0, "value", ("Total assets",), period=Period(None, end), unit="USD")
        for end in (date(2022, 6, 30), date(2021, 12, 31))
    )
    at_quarter = asked_of(parse_query("What were Acme's total assets at the end of Q2 2022?", [filed]))
    assert (fits(own, filed, at_quarter), fits(before, filed, at_quarter)) == ("yes", "no")
    at_year = asked_of(parse_query("What were Acme's total assets at the end of fiscal 2022?", [filed]))
    assert fits(own, filed, at_year) == "no"
    at_year_before = asked_of(parse_query("What were Acme's total assets at the end of fiscal 2021?", [filed]))
    assert fits(before, filed, at_year_before) == "yes"


@pytest.mark.parametrize(
    ("identity", "period", "named"),
    [
        (
            QUARTERLY,
            Period(date(2022, 5, 1), date(2022, 7, 30)),
            r"in (Q2 of fiscal|Q2 FY|the second quarter of )\s?2022",
        ),
        (
            QUARTERLY,
            Period(None, date(2022, 7, 30)),
            r"at the end of (Q2 of fiscal|Q2 FY|the second quarter of )\s?2022",
        ),
        (
            QUARTERLY,
            Period(None, date(2021, 7, 31)),
            r"at the end of (Q2 of fiscal|Q2 FY|the second quarter of )\s?2021",
        ),
        (QUARTERLY, Period(None, date(2022, 1, 29)), r"at the end of (fiscal|fiscal year|FY)\s?2021"),
        (QUARTERLY, HALF, None),
        (QUARTERLY, Period(None, date(2022, 6, 15)), None),
        (ANNUAL, YEAR, r"in (fiscal|fiscal year|FY)\s?2022"),
        (ANNUAL, END, r"at the end of (fiscal|fiscal year|FY)\s?2022"),
        (ANNUAL, Period(None, date(2022, 1, 29)), r"at the end of (fiscal|fiscal year|FY)\s?2021"),
        (
            ANNUAL,
            Period(date(2022, 10, 30), date(2023, 1, 28)),
            r"in (Q4 of fiscal|Q4 FY|the fourth quarter of )\s?2022",
        ),
    ],
)
def test_periods_by_their_fiscal_names(identity, period, named):
    words = {_fiscally(period, identity, random.Random(seed)) for seed in range(20)}
    assert words == {None} if named is None else all(re.fullmatch(named, each) for each in words) and len(words) == 3
