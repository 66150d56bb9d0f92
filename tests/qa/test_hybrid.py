from decimal import Decimal

import numpy as np
import pytest

from qa.data.tatqa import context_of
from qa.heads.fitting import fit_heads
from qa.heads.model import Case, Heads
from qa.hybrid.answering import HybridReader
from qa.hybrid.asked import leans, read_question
from qa.hybrid.candidates import derivations
from qa.hybrid.context import stems
from qa.hybrid.match import Match
from qa.hybrid.model import joined, load_model, prose_case, table_case
from qa.hybrid.prose import Pointed, Prose
from qa.hybrid.scale import ScaleModel, fit_scale, rule_scale, scale_clues
from retrieval.bundled import ModelError

GRID = [
    ["", "2019 €m", "2018 €m", "2017 €m"],
    ["Product sales", "120", "100", "80"],
    ["Service sales", "30", "25", "20"],
    ["Total sales", "150", "125", "100"],
    ["Gross margin %", "40.0%", "38.5%", "35.0%"],
]
TEXT = "Sales of products grew on new stores. Service sales were 30 and 25 in 2019 and 2018, respectively."
CONTEXT = context_of(GRID, ["Product sales rose to €120.4 million.", TEXT], "acme")


def found(question, context=CONTEXT):
    asked = read_question(question, context.vocabulary)
    return derivations(context, asked, Match(context, asked))


def answers(question, operator):
    return {d.parts: d for d in found(question) if d.operator == operator}


@pytest.mark.parametrize(
    ("question", "operator", "parts"),
    [
        ("What were product sales in 2019?", "cell", ("120",)),
        ("What was the change in product sales from 2018 to 2019?", "difference", ("20",)),
        ("What was the percentage change in total sales from 2018 to 2019?", "change", ("20",)),
        ("What were average service sales from 2017 to 2019?", "average", ("25",)),
        ("What were service sales as a percentage of total sales in 2019?", "share", ("20",)),
        ("In which year were product sales highest?", "heading", ("2019",)),
        ("In which years did total sales exceed €110 million?", "headings", ("2019", "2018")),
        ("In how many years did total sales exceed €110 million?", "count", ("2",)),
        ("What were product sales in 2019 and 2018?", "cells", ("120", "100")),
    ],
)
def test_the_right_derivation_is_among_the_candidates(question, operator, parts):
    derivation = answers(question, operator)[parts]
    assert all(figure.cell.text for figure in derivation.figures)


def test_what_is_computed_follows_from_its_operands():
    for derivation in found("What was the percentage change in product sales from 2018 to 2019?"):
        if derivation.operator == "change":
            new, old = (figure.value for figure in derivation.figures)
            assert derivation.value == 100 * (new - old) / old


def test_columns_know_their_years_and_rows_their_words():
    assert [heading.years for _, heading in sorted(CONTEXT.columns.items())] == [{2019}, {2018}, {2017}]
    assert stems("product sales") <= CONTEXT.rows[1].words


@pytest.mark.parametrize(
    ("question", "part", "whole"),
    [
        ("What were service sales as a percentage of total sales?", "service sales", "total sales"),
        ("What is the ratio of product sales to gross margin?", "product sales", "gross margin"),
        ("What percentage of total sales were service sales?", "service sales", "total sales"),
    ],
)
def test_what_is_divided_by_what(question, part, whole):
    asked = read_question(question, CONTEXT.vocabulary)
    assert leans(asked, stems(part), stems(whole)) > 0 > leans(asked, stems(whole), stems(part))


def test_the_scale_of_a_result_comes_from_the_table_or_from_the_operator():
    assert rule_scale(answers("What were product sales in 2019?", "cell")["120",], CONTEXT) == "million"
    share = answers("What were service sales as a percentage of total sales in 2019?", "share")["20",]
    assert rule_scale(share, CONTEXT) == "percent"
    margin = answers("What was the gross margin % in 2019?", "cell")["40.0%",]
    assert rule_scale(margin, CONTEXT) == "percent"


def test_the_text_says_by_which_scale_the_table_is_written():
    grid = [["", "2019", "2018"], ["Product sales", "120,412", "98,731"], ["Service sales", "30,118", "28,003"]]
    assert context_of(grid, ["Product sales rose to €120.4 million."], "").restated_scale == 3
    assert context_of(grid, ["Product sales rose."], "").restated_scale is None


def test_a_fitted_scale_overrules_the_rule_and_survives_its_file():
    question = "What were product sales in 2019?"
    derivation = answers(question, "cell")["120",]
    clues = scale_clues(derivation, CONTEXT, question)
    model = ScaleModel.of_record(fit_scale([clues] * 3, ["thousand"] * 3).record())
    assert model.scale(derivation, CONTEXT, question) == "thousand"
    assert ScaleModel({}).scale(derivation, CONTEXT, question) == "million"


def test_spans_are_widened_to_their_sentence_and_lists_are_taken_apart():
    text = "Costs fell. Sales of lamps, chairs and tables rose by $5.2 million in 2019."
    start = text.index("lamps")
    prose = Prose(text, [Pointed(start, text.index(" rose"), 0.9, 3.0)])
    parts = {derivation.parts for derivation in prose.derivations()}
    assert ("lamps, chairs and tables",) in parts
    assert ("Sales of lamps, chairs and tables rose by $5.2 million in 2019",) in parts
    assert ("lamps", "chairs", "tables") in parts


def test_a_case_holds_the_answers_of_table_and_text():
    question = "What were service sales in 2018?"
    at = CONTEXT.text.index("25 in")
    both = joined(table_case(question, CONTEXT), prose_case(question, CONTEXT, [Pointed(at, at + 2, 0.5, 1.0)]))
    assert len(both.derivations) == len(both.features) == len(both.operators)
    assert {"cell", "span"} <= {derivation.operator for derivation in both.derivations}


def test_a_question_without_a_table_has_no_candidates():
    empty = context_of([["", "a"]], ["Nothing."], "empty")
    assert found("What were sales in 2019?", empty) == []


def test_heads_learn_features_and_wording():
    rng = np.random.default_rng(1)
    cases, wanted = [], []
    for i in range(60):
        features = rng.normal(size=(6, 2)).astype(np.float32)
        operators = np.array([0, 0, 0, 1, 1, 1])
        word = "sum" if i % 2 else "change"
        inside = operators == (i % 2)
        right = np.zeros(6)
        right[np.where(inside, features[:, 0], -np.inf).argmax()] = 1
        cases.append(Case(features, operators, frozenset({word})))
        wanted.append(right)
    heads = fit_heads(cases[:40], wanted[:40], operators=2)
    kept = Heads.of_record(heads.record(["a", "b"]), ["a", "b"])
    for case, right in zip(cases[40:], wanted[40:], strict=True):
        chances = kept.probabilities(case)
        assert chances.sum() == pytest.approx(1)
        assert right[kept.likeliest(case, chances)] == 1


def test_negative_costs_are_also_taken_as_the_amounts_that_people_say():
    grid = [["", "2019", "2018"], ["Cost of sales", "(130)", "(150)"]]
    context = context_of(grid, [], "")
    values = {d.value for d in found("What was the change in cost of sales?", context) if d.operator == "difference"}
    assert {Decimal(20), Decimal(-20)} <= values


def test_the_shipped_model_answers_with_its_derivation():
    questions = [
        "What was the percentage change in total sales from 2018 to 2019?",
        "What were service sales in 2018?",
        "Why did sales of products grow?",
    ]
    change, cell, why = HybridReader().answers(questions, [CONTEXT] * 3)
    assert (change.derivation.parts, change.scale) == (("20",), "percent")
    assert [figure.cell.text for figure in change.derivation.figures] == ["150", "125"]
    assert (cell.derivation.parts, cell.scale) == (("25",), "million")
    assert why.derivation.operator == "span" and "new stores" in why.derivation.parts[0]
    assert all(0 < answer.probability < 1 for answer in (change, cell, why))


def test_a_damaged_model_file_says_how_to_make_it_again(tmp_path):
    (tmp_path / "hybrid.json").write_text('{"operators": []}')
    with pytest.raises(ModelError, match=r"qa\.hybrid\.shipping"):
        load_model(tmp_path / "hybrid.json")
