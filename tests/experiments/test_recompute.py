from copy import deepcopy

import pytest

from experiments.benchmarks.recompute import recomputes
from experiments.benchmarks.recompute_contexts import recomputes_from_facts, recomputes_in_table
from qa.data.finqa import FinQuestion
from qa.data.tatqa import context_of


@pytest.mark.parametrize(
    "question",
    [
        "What was Larkfield's cost of revenue in fiscal 2023?",
        "What was Larkfield's capital expenditure in fiscal 2023?",
        "What was Larkfield's gross margin in fiscal 2023 as a percentage?",
        "How many stores did Brindlevale Outfitters operate as of January 28, 2023?",
    ],
)
def test_answers_follow_from_their_citations_only_as_they_are(system, question):
    answer = system.ask(question).to_json()
    assert recomputes(system.index, answer)
    moved = deepcopy(answer)
    for citation in [*moved["citations"], *(o["citation"] for o in (moved["derivation"] or {}).get("operands", ()))]:
        citation["start"], citation["end"] = 0, 5
    assert not recomputes(system.index, moved)
    assert not recomputes(system.index, {**answer, "value": "12345"})


def test_answers_from_tables_follow_from_the_cells_they_name():
    grid = [["", "2019", "2018"], ["Sales", "$1,041", "(40)"], ["Costs", "900", "880"], ["Taxes", "(20)", "(30)"]]
    context = context_of(grid, [], "t")
    cells = {(cell.row, cell.column): cell for cell in context.table.cells}

    def outcome(operator, answer, *places):
        operands = [{"text": cells[place].text, "row": place[0], "column": place[1]} for place in places]
        return {"operator": operator, "answer": answer, "operands": operands}

    assert recomputes_in_table(context, outcome("difference", ["1081"], (1, 1), (1, 2)))
    assert recomputes_in_table(context, outcome("cell", [cells[2, 1].text], (2, 1)))
    assert not recomputes_in_table(context, outcome("difference", ["1082"], (1, 1), (1, 2)))
    assert recomputes_in_table(context, outcome("average", ["35"], (1, 2), (3, 2)))
    moved = outcome("cell", ["900"], (2, 1))
    moved["operands"][0]["column"] = 2
    assert not recomputes_in_table(context, moved)


def test_programs_follow_from_the_facts():
    facts = ("the sales of 2017 is $ 1,041 ; the sales of 2016 is 40 ;",)
    question = FinQuestion("A-1", "A", "what was the change of sales?", facts, {"sales": (1041.0, 40.0)}, (), None)
    program = ["subtract(", "1041", "40", ")", "divide(", "#0", "40", ")", "EOF"]
    assert recomputes_from_facts(question, {"program": program, "result": 25.025})
    assert recomputes_from_facts(question, {"program": ["table_sum(", "sales", "none", ")", "EOF"], "result": 1081.0})
    assert recomputes_from_facts(question, {"program": ["40", "EOF"], "result": 40.0})
    assert not recomputes_from_facts(question, {"program": program, "result": 25.0})
    assert not recomputes_from_facts(question, {"program": ["add(", "1041", "41", ")", "EOF"], "result": 1082.0})
