import json
from decimal import Decimal

import numpy as np
import pytest
import typer

from experiments.inventions.ask_twice import asked_twice
from experiments.inventions.derivation_mining import mined
from experiments.inventions.lookup_cases import (
    Judged,
    LookupCase,
    echo_difference,
    judge,
    twins_companies,
    twins_right,
)
from experiments.inventions.occurrence_marginal import first, hard
from experiments.inventions.period_twins import drawn
from experiments.inventions.recorded import recorded
from experiments.inventions.table_lookups import Asked, fit_lookups, is_right
from qa.data.tatqa import TatQuestion, context_of
from qa.lookup.features import FEATURES
from qa.lookup.training import Case, fit
from qa.metrics.tatqa import GoldAnswer

GRID = [["", "2019", "2018"], ["Sales", "1,041", "940"], ["Costs", "900", "880"], ["Taxes", "30", "21"]]
CONTEXT = context_of(GRID, ["Figures are as reported."], "t")


def case(features, right, values):
    return Case(
        np.array(features, dtype=float), np.array(right, dtype=float), tuple(map(Decimal, values)), derived=False
    )


def looked_up(kind, group, features, right, tagged=None):
    numbers = case(features, right, range(len(right)))
    return LookupCase(kind, group, "f", "c", numbers, np.array(right if tagged is None else tagged, dtype=float))


def question(text, answer, kind, derivation=""):
    gold = GoldAnswer((answer,), "", computed=kind == "arithmetic")
    return TatQuestion(text, text, CONTEXT, gold, derivation, kind, "table")


def test_the_likeliest_of_all_values_and_none_is_judged():
    weights = np.array([1.0])
    cases = [
        looked_up("row", "a", [[5.0], [0.0]], [1, 0], tagged=[0, 1]),
        looked_up("twin", "a", [[0.0], [5.0]], [1, 0]),
        looked_up("absent", "b", [[-5.0]], [0]),
        looked_up("absent", "c", [[5.0]], [0]),
    ]
    judged = judge(cases, weights)
    assert judged == [Judged(True, False), Judged(False, False), Judged(True, True), Judged(False, False)]
    assert twins_right(cases, judged) == [0.0] and twins_companies(cases) == ["c"]


def test_a_draw_keeps_twins_together(monkeypatch):
    monkeypatch.setattr("experiments.inventions.period_twins.QUESTIONS", 4)
    cases = [looked_up(kind, str(i), [[1.0]], [1]) for i in range(5) for kind in ("row", "twin")]
    found = drawn(cases, ("row", "twin"), seed=1)
    assert [c.kind for c in found] == ["row", "twin"] * 2
    assert len({c.group for c in found}) == 2
    assert {c.kind for c in drawn(cases, ("row",), seed=1)} == {"row"}


def wide(features, right, values):
    """A case whose numbers differ in the first feature only."""
    rows = np.zeros((len(features), len(FEATURES)))
    rows[:, 0] = features
    return case(rows, right, values)


def test_losses_on_one_occurrence():
    assert list(first(wide([0, 1], [1, 1], [7, 7])).right) == [1, 0]
    assert list(first(wide([0, 1], [0, 0], [7, 7])).right) == [0, 0]
    clear = [wide([1, 0], [1, 0], [3, 4]) for _ in range(6)]
    several = [wide([0, 1, 0], [1, 1, 0], [7, 7, 8]) for _ in range(2)]
    on_the_first = fit([first(each) for each in [*several, *clear]])
    assert hard([*several, *clear])[0] > on_the_first[0] > 0


def test_operands_are_mined_as_lookups():
    found = list(mined(question("What was the change in sales from 2018 to 2019?", "101", "arithmetic", "1,041-940")))
    assert {(q.question, q.gold.texts) for q in found} == {
        ("What was Sales in 2019?", ("1,041",)),
        ("What was Sales in 2018?", ("940",)),
    }
    assert not list(mined(question("What was the change in sales?", "77777", "arithmetic")))


@pytest.fixture(scope="module")
def heads():
    return fit_lookups(
        [
            Asked(question(f"What was {row[0]} in {year}?", row[column], "span"))
            for row in GRID[1:]
            for column, year in ((1, 2019), (2, 2018))
        ]
    )


def test_lookups_asked_twice(heads):
    assert is_right(heads, Asked(question("What was Costs in 2018?", "880", "span"))) == 1.0
    assert asked_twice(heads, "What was the percentage change in sales from 2018 to 2019?", CONTEXT) == (
        "worked out",
        "10.74",
    )
    assert asked_twice(heads, "What are the taxes?", CONTEXT) == ("no plan", None)


def test_questions_of_a_document_hang_together(capsys):
    first, documents = [1.0] * 30 + [0.0] * 30, ["a"] * 30 + ["b"] * 30
    echo_difference("toy", first, [0.0] * 60, documents)
    told = capsys.readouterr().out
    assert told.startswith("toy: +50.0 [-585.3, +685.3] points over 2 documents, p 0.5; questions alone +50.0 [+")
    assert told.endswith("; 30 won, 0 lost\n")


def test_what_an_experiment_prints_is_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("experiments.inventions.recorded.FOLDER", tmp_path)

    @recorded("toy")
    def main(folds: int = 5) -> None:
        typer.echo(f"{folds} folds: 41.9")
        if folds < 2:
            raise ValueError("too few")

    main(folds=2)
    assert capsys.readouterr().out == "2 folds: 41.9\n"
    kept = json.loads((tmp_path / "toy.json").read_text())
    assert kept["printed"] == ["2 folds: 41.9"] and kept["arguments"] == {"folds": 2}
    assert kept["command"] == "python -m experiments.inventions.test_inventions"
    with pytest.raises(ValueError, match="too few"):
        main(folds=1)
    assert json.loads((tmp_path / "toy.json").read_text()) == kept
