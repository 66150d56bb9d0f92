from datetime import date
from decimal import Decimal

import pytest

from qa.arithmetic.comparison import Comparison, amounts, comparison_of
from qa.arithmetic.compute import compute, same_unit, written
from qa.arithmetic.expression import ExpressionError, Item, in_year, items, parse_expression
from qa.arithmetic.plan import plan_of
from qa.asking import describe
from qa.lookup.words import telling_words
from qa.number import written_number
from qa.worked_out import _named
from retrieval.document import Identity
from retrieval.query import parse_query
from retrieval.vocabulary.named import _entries

ACME = Identity(company="Acme Corp", form="10-K", fiscal_year=2023, period_end=date(2023, 12, 31))


def shown(expression):
    return written(expression, {item: f"{item.name} {item.year}" for item in items(expression)})


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (
            "cash from operations / total current liabilities",
            "cash from operations None / total current liabilities None",
        ),
        (
            "(FY2019 COGS) / (average inventory between FY2018 and FY2019)",
            "COGS 2019 / ((inventory 2018 + inventory 2019) / 2)",
        ),
        (
            "net income divided by average total assets",
            "net income None / ((total assets 2022 + total assets 2023) / 2)",
        ),
        ("revenue minus cost of revenue (COGS)", "revenue None - cost of revenue None"),
        ("365 * (a - b) / c", "365 * (a None - b None) / c None"),
        ("a - (b - c)", "a None - (b None - c None)"),
        ("(a / b) ^ (1 / 3) - 1", "(a None / b None) ^ (1 / 3) - 1"),
        ("(a ^ 2) ^ 3", "(a None ^ 2) ^ 3"),
    ],
)
def test_expressions_as_people_write_them(text, result):
    assert shown(parse_expression(text, 2023)) == result


@pytest.mark.parametrize(
    "text",
    [
        "", "/ a", "a +", "(a", "a ) b", "12 34", "average inventory in 2019", "sales 2018 2019",
        "(" * 400 + "a" + ")" * 400, " + ".join("a" * 500),
    ],
)  # fmt: skip
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(ExpressionError):
        parse_expression(text)


@pytest.mark.parametrize("text", ["a * a * a", "a * 10000000000000000000"])
def test_what_is_beyond_all_figures_is_refused(text):
    with pytest.raises(ExpressionError, match="more digits than any figure"):
        compute(parse_expression(text), {Item("a"): Decimal("1e12")})


@pytest.mark.parametrize(
    ("name", "before", "after", "grown"),
    [
        ("net income", 10, 20, 100),
        ("net income", 10, -20, -300),
        ("net income", -10, 20, None),
        ("net loss", -10, -20, None),
        ("diluted EPS", -10, 20, None),
        ("EBIT", -10, 20, None),
        ("capital expenditures", -10, -12, 20),
        ("other items", -10, 20, None),
    ],
)
def test_from_a_loss_nothing_grows_by_a_percentage(name, before, after, grown):
    plan = plan_of(parse_query(f"What was the percentage change in {name} from 2022 to 2023?", [ACME]))
    figures = amounts(dict(zip(reversed(items(plan.expression)), (Decimal(before), Decimal(after)), strict=True)))
    assert [item.year for item in figures] == [2022, 2023]
    if grown is not None:
        assert plan.value(figures) == grown
        return
    with pytest.raises(ExpressionError, match="from a loss"):
        plan.value(figures)


def test_computing_and_units():
    expression = parse_expression("(a + b) / 2")
    figures = {Item("a"): Decimal(3), Item("b"): Decimal(4)}
    assert compute(expression, figures) == Decimal("3.5")
    assert same_unit(expression, {Item("a"): "USD", Item("b"): "USD"}) == "USD"
    assert same_unit(expression, {Item("a"): "USD", Item("b"): "shares"}) is None
    assert same_unit(parse_expression("a / b"), {Item("a"): "USD", Item("b"): "USD"}) is None
    with pytest.raises(ExpressionError, match="zero"):
        compute(parse_expression("a / b"), {Item("a"): Decimal(1), Item("b"): Decimal(0)})
    assert compute(parse_expression("(a / b) ^ (1 / 2)"), {Item("a"): Decimal(9), Item("b"): Decimal(4)}) == Decimal(
        "1.5"
    )
    with pytest.raises(ExpressionError, match="not above zero"):
        compute(parse_expression("(a / b) ^ (1 / 2)"), {Item("a"): Decimal(-9), Item("b"): Decimal(4)})
    with pytest.raises(ExpressionError, match="more digits"):
        compute(parse_expression("a ^ 999999999"), {Item("a"): Decimal(9)})
    assert items(in_year(parse_expression("a / b 2020"), 2023)) == [Item("a", 2023), Item("b", 2020)]


def plan(question):
    return plan_of(parse_query(question, [ACME]), latest=2023)


@pytest.mark.parametrize(
    ("question", "result", "unit"),
    [
        ("What was Acme's operating margin in 2022?", "operating income 2022 / revenue 2022 * 100", "percent"),
        ("What was Acme's revenue growth in 2022?", "(revenue 2022 - revenue 2021) / revenue 2021 * 100", "percent"),
        (
            "What is the percentage change in net income of Acme from FY2020 to FY2022?",
            "(net income 2022 - net income 2020) / net income 2020 * 100",
            "percent",
        ),
        (
            "By what percentage did Acme's gaming revenue decrease in 2022?",
            "(gaming revenue 2022 - gaming revenue 2021) / gaming revenue 2021 * 100",
            "percent",
        ),
        ("What was the change in Acme's inventories from 2021 to 2022?", "inventories 2022 - inventories 2021", None),
        (
            "What was Acme's average net income for FY2020 - FY2022?",
            "(net income 2020 + net income 2021 + net income 2022) / 3",
            None,
        ),
        ("What was the sum of Acme's net income in 2020 and 2022?", "net income 2020 + net income 2022", None),
        ("What was Acme's R&D as a percentage of revenue in 2022?", "R&D 2022 / revenue 2022 * 100", "percent"),
        (
            "What was the ratio of total debt to total assets of Acme in 2022?",
            "total debt 2022 / total assets 2022",
            "ratio",
        ),
        (
            "What is Acme's FY2022 liquidity? Define liquidity as cash divided by total debt. Round to two decimal places.",
            "cash 2022 / total debt 2022",
            "ratio",
        ),
        (
            "What was the compound annual growth rate (CAGR) of Acme's revenue from 2020 to 2022?",
            "((revenue 2022 / revenue 2020) ^ (1 / 2) - 1) * 100",
            "percent",
        ),
        (
            "What was Acme's 3-year net income CAGR for FY2023?",
            "((net income 2023 / net income 2020) ^ (1 / 3) - 1) * 100",
            "percent",
        ),
        (
            "What was Acme's free cash flow?",
            "cash flow from operating activities 2023 - capital expenditures 2023",
            None,
        ),
        (
            "What is the FY2020 - FY2021 total revenue growth rate for Acme? Answer in percents.",
            "(total revenue 2021 - total revenue 2020) / total revenue 2020 * 100",
            "percent",
        ),
    ],
)
def test_questions_as_plans(question, result, unit):
    found = plan(question)
    assert (shown(found.expression), found.unit) == (result, unit)


@pytest.mark.parametrize(
    "question",
    [
        "What was Acme's net income in 2022?",
        "What was the change in accounts receivable of Acme in 2022?",
        "What were Acme's weighted average shares in 2022?",
        "Which segment of Acme grew in 2022?",
        "What drove Acme's operating margin in 2022?",
        "What led to the increase in Acme's revenue in 2022 compared to 2021?",
        "What contributed to the growth of Acme's revenue in 2022?",
        "What is the effective tax rate of Acme?",
        "What is the CAGR of Acme's revenue?",
        "What was the 3-year CAGR of Acme's revenue from 2020 to 2022?",
    ],
)
def test_questions_that_are_not_worked_out(question):
    assert plan(question) is None


def test_a_row_that_prints_the_measure_itself_answers():
    found = plan("What was Acme's gross margin in 2022?")
    assert found.is_printed_as(frozenset({"total", "gross", "margin"})) and not found.is_printed_as(
        frozenset({"gross"})
    )


def test_every_formula_of_the_vocabulary_is_an_expression():
    for entry in _entries("measure"):
        if "formula" in entry:
            assert items(parse_expression(entry["formula"], 2023)), entry["names"]


@pytest.mark.parametrize(
    ("value", "unit", "scale", "decimals", "text"),
    [
        ("65.387", "percent", None, None, "65.4%"),
        ("0.825766", "ratio", None, 3, "0.826"),
        ("36.52", "days", None, None, "36.5"),
        ("1832000000", "USD", "million", None, "1,832 million"),
        ("-1500", "USD", None, None, "-1,500"),
        ("2.185", "USD/shares", None, None, "2.18"),
    ],
)
def test_computed_numbers_for_people(value, unit, scale, decimals, text):
    assert written_number(Decimal(value), unit, scale, decimals) == text


def test_the_system_computes_from_cited_cells(system):
    answer = system.ask("What was Larkfield's gross margin in fiscal 2023 as a percentage?")
    assert answer.found and answer.unit == "percent", answer
    values = {o.letter: o.value for o in answer.derivation.operands}
    assert answer.derivation.expression == "(a - b) / a * 100"
    assert answer.value == round((values["a"] - values["b"]) / values["a"] * 100, 6)
    assert len(answer.citations) == 2 and answer.text == f"{answer.value:.1f}%"
    assert "(a - b) / a * 100, where a = " in describe(answer)


def test_growth_is_computed_from_one_filing_where_it_has_both_years(system):
    answer = system.ask("What was the percentage change in Larkfield's cost of revenue from 2022 to 2023?")
    new, old = (Decimal(528), Decimal(489))  # which the filing of 2022 gave as 475
    assert round(answer.value, 3) == round((new - old) / old * 100, 3)
    assert all(o["citation"]["title"].endswith("FY2023") for o in answer.to_json()["derivation"]["operands"])
    assert system.ask("What was Larkfield's cost of revenue in fiscal 2022?").text == "475"


@pytest.mark.parametrize(
    ("question", "computed"),
    [
        ("What was Larkfield's gross margin in fiscal 2023 as a percentage of net sales?", True),
        ("What was the total gross margin percentage reported by Larkfield for 2023 compared to 2022?", True),
        ("What was Larkfield's gross margin for the storage segment in fiscal 2023?", False),
        ("What was the change in Larkfield's automotive gross margin from 2022 to 2023?", False),
        ("What was the operating margin of Larkfield's Consumer Wireline in fiscal 2023?", False),
        ("What should investors consider when comparing Larkfield's EBITDA across companies in 2023?", False),
    ],
)
def test_measures_of_a_part_are_not_those_of_the_company(question, computed):
    filed = [Identity(company="Larkfield Instruments, Inc.", fiscal_year=2023)]
    assert (plan_of(parse_query(question, filed)) is not None) == computed


def test_what_is_asked_of_a_part_is_not_worked_out_of_the_whole():
    filed = [Identity(company="Acme Corp", fiscal_year=2023)]
    plan = plan_of(parse_query("What was Acme's Humira revenue growth in 2023?", filed))
    assert {item.name for item in items(plan.expression)} == {"Humira revenue"}
    assert comparison_of(parse_query("Did Acme's Humira revenue increase in 2023?", filed)) is None
    assert comparison_of(parse_query("Did Acme's revenue increase in 2023?", filed)) is not None


def test_a_figure_is_not_divided_by_itself(system):
    answer = system.ask("What was Larkfield's revenue as a percentage of total revenue in 2023?")
    assert not answer.found and "found in one place" in answer.reason


def test_a_figure_that_is_missing_is_named(system):
    answer = system.ask("What was Larkfield's inventory turnover in fiscal 2009?")
    assert not answer.found and "fiscal 200" in answer.reason


def test_a_payment_is_an_amount(system):
    answer = system.ask("What was Larkfield's capital expenditure in fiscal 2023?")
    assert (answer.text, answer.value) == ("(73)", Decimal(73_000_000))


@pytest.mark.parametrize(
    ("question", "figures", "asks"),
    [
        ("In which year was total revenue the highest, 2021 or 2022?", [2021, 2022], "largest"),
        ("Which fiscal year had lower net income, 2020, 2021 or 2022?", [2020, 2021, 2022], "smallest"),
        ("Between 2019 and 2021, in what year was total revenue largest?", [2019, 2020, 2021], "largest"),
        ("Did total revenue increase from 2021 to 2022?", [2022, 2021], "more"),
        ("Was net income in 2021 lower than in 2022?", [2021, 2022], "less"),
        ("Has gross profit declined in 2022?", [2022, 2021], "less"),
        ("Was total revenue higher in FY2023 than in 2022?", [2023, 2022], "more"),
        ("Was total revenue higher in 2022 than in FY23?", [2022, 2023], "more"),
    ],
)
def test_questions_that_compare(question, figures, asks):
    comparison = comparison_of(parse_query(question, []))
    assert comparison is not None
    assert [figure.year for figure in comparison.figures] == figures
    assert comparison.asks == asks
    assert len({telling_words(figure.name) for figure in comparison.figures}) == 1


@pytest.mark.parametrize(
    "question",
    [
        "In which year was the company founded?",
        "In which year did the company open a plant in Ohio, 2021 or 2022?",
        "Did the company acquire a competitor in 2022?",
        "Does the company have more than one class of stock?",
        "What drove the increase in revenue in 2022?",
        "Did it increase from 2021 to 2022?",
        "Which year?",
        "Did total revenue not increase in 2023?",
        "Did total revenue increase every year from 2021 to 2023?",
        "Did the company say why goodwill increased in 2023?",
        "Has total revenue grown since 2022?",
        "Did total revenue grow more in 2022 than in 2021?",
        "Was total revenue lower in 2022 than its cost of revenue?",
        "Was operating income less than net income in 2023?",
        "Did the company have more than $30 billion in revenue in 2022?",
        "In which year did the company report more than $5 billion in revenue, 2020 or 2021?",
        "In which year did total revenue grow more, 2022 or 2023?",
        "In which year was total revenue lowest in the two most recent years, 2022 and 2023?",
        "Did total revenue increase in Q4 2022 from Q3 2022?",
        "Did total revenue improve in 2023?",
        "Did inventory increase from June 30, 2022 to December 31, 2022?",
        "Did total revenue increase in the six months ended June 30, 2023?",
    ],
)
def test_questions_that_do_not_compare(question):
    assert comparison_of(parse_query(question, [])) is None


def test_a_tie_has_no_year():
    figures = (Item("revenue", 2021), Item("revenue", 2022))
    values = dict.fromkeys(figures, Decimal(5))
    assert Comparison(figures, "largest").answer(values) is None
    assert Comparison(figures, "more").answer(values) == "no"
    assert Comparison(figures, "more").answer({figures[0]: Decimal(-5), figures[1]: Decimal(5)}) is None


@pytest.mark.parametrize(
    ("name", "answer"),
    [("interest expense", "yes"), ("net income", None), ("net loss", None), ("EPS", None), ("book value", None)],
)
def test_costs_in_parentheses_are_compared_as_amounts(name, answer):
    figures = (Item(name, 2023), Item(name, 2022))
    values = dict(zip(figures, (Decimal(-15), Decimal(-12)), strict=True))
    assert Comparison(figures, "more").answer(values) == answer


def test_equal_values_are_written_as_such():
    figures = (Item("revenue", 2021), Item("revenue", 2022))
    values = dict.fromkeys(figures, Decimal(5))
    assert Comparison(figures, "more").written(values, {figures[0]: "a", figures[1]: "b"}) == "a = b"


def test_the_system_compares_cited_cells(system):
    answer = system.ask("In which year was Larkfield's cost of revenue higher, 2022 or 2023?")
    assert answer.text == "fiscal 2023" and answer.derivation.expression == "b > a"
    assert [operand.text for operand in answer.derivation.operands] == ["489", "528"]
    assert len(answer.citations) == 2 and answer.probability > 0.5
    assert system.ask("Did Larkfield's cost of revenue fall from 2022 to 2023?").text == "no"


@pytest.mark.parametrize(
    "question",
    [
        "What was the percentage change in Larkfield's cost of revenue from Q1 2022 to Q2 2022?",
        "What was Larkfield's quarter-over-quarter growth of cost of revenue in Q2 2023?",
        "By how much did Larkfield's cost of revenue change from the six months ended June 30, 2022 to those of 2023?",
        "What was Larkfield's gross margin for the six months ended June 30, 2023?",
    ],
)
def test_what_is_asked_of_parts_of_a_year_is_not_worked_out_of_years(system, question):
    answer = system.ask(question)
    assert not answer.found and "for years and for one quarter" in answer.reason


def test_operands_say_their_quarter():
    query = parse_query("What was Acme's gross margin in Q2 2023?", [ACME])
    assert _named(Item("revenue", 2023), query) == "revenue, Q2 of fiscal 2023"
