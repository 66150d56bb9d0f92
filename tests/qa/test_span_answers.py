from dataclasses import replace

import pytest

from qa.data.squad_form import Example
from qa.shipping import RECIPE
from qa.span_answers_evaluation import evaluate_span_answers, unseen_examples
from qa.training.recipe import load_recipe

CONTEXT = "Cost of revenue 475 440 419"


def test_answers_over_an_index_are_scored_and_their_quotes_checked(system):
    right = Example(
        "a", "Larkfield", "What was Larkfield's cost of revenue in fiscal 2022?", CONTEXT, ("475",), (16,), "x"
    )
    wrong = replace(right, id="b", answers=("440",), starts=(20,))
    unheld = replace(right, id="c", group="Nobody Knows Ltd", question="What was the cost of revenue in fiscal 2022?")
    found = evaluate_span_answers(system, [right, wrong, unheld], dataset="toy", given="company")
    assert [o.f1 for o in found.outcomes] == [1.0, 0.0, 0.0]
    assert found.metrics["f1"] == found.metrics["exact_match"] == pytest.approx(100 / 3)
    assert (found.metrics["not_found"], found.metrics["not_verbatim"]) == (1.0, 0.0)


def test_a_quote_that_is_not_on_the_page_is_counted(system, monkeypatch):
    ask = system.ask

    def shifted(question, **told):
        answer = ask(question, **told)
        moved = replace(answer.citations[0], start=answer.citations[0].start + 1, end=answer.citations[0].end + 1)
        return replace(answer, citations=(moved,))

    monkeypatch.setattr(system, "ask", shifted)
    right = Example(
        "a", "Larkfield", "What was Larkfield's cost of revenue in fiscal 2022?", CONTEXT, ("475",), (16,), "x"
    )
    assert evaluate_span_answers(system, [right], dataset="toy", given="question").metrics["not_verbatim"] == 1.0


@pytest.mark.data
def test_companies_that_the_shipped_reader_knows_are_not_asked_about():
    recipe = load_recipe(RECIPE)
    asked = {example.group for example in unseen_examples(recipe)}
    assert asked and asked <= set(recipe.held_out) and not asked & set(recipe.calibration)
