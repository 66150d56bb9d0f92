import gzip
import json

import numpy as np
import pytest

from qa.data.convfinqa import convfinqa_conversations
from qa.data.finqa import FinQuestion, is_executed_right, table_rows
from qa.heads.model import Case
from qa.heads.network_fitting import fit_network
from qa.metrics.finqa import ProgramError, Step, execute, parse_program, same_program
from qa.programs.evaluation import FinOutcome
from qa.programs.features import FEATURES
from qa.programs.intent import division_of, intent_of
from qa.programs.model import case_of, rights
from qa.programs.slots import slots_of

ROWS = {"sales": (41.0, 40.0)}


@pytest.mark.parametrize(
    ("program", "result"),
    [
        ("subtract(5829, 5735)", 94.0),
        ("subtract(5,829, 5735), divide(#0, 5735)", 0.01639),
        ("multiply(25.5%, const_1000)", 255.0),
        ("subtract(const_m1, 2)", -3.0),
        ("greater(3, 2)", "yes"),
        ("60.94", 60.94),
        ("table_average(sales, none)", 40.5),
        ("table_max(sales, none), table_min(sales, none), subtract(#0, #1)", 1.0),
    ],
)
def test_programs_are_executed(program, result):
    assert execute(parse_program(program), ROWS) == result


@pytest.mark.parametrize("program", ["divide(1, 0)", "add(#3, 1)", "add(x, 1)", "table_sum(costs, none)", "root(4, 2)"])
def test_what_cannot_be_executed_says_so(program):
    with pytest.raises(ProgramError):
        execute(parse_program(program), ROWS)


@pytest.mark.parametrize("text", ["", "five", "add(3)"])
def test_what_is_no_program_says_so(text):
    with pytest.raises(ProgramError):
        parse_program(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("add(1, 2), add(#0, 3)", "add(3, 2), add(#0, 1)", True),
        ("multiply(2, 3)", "multiply(3, 2)", True),
        ("subtract(2, 3)", "subtract(3, 2)", False),
        ("divide(6%, 2)", "divide(0.06, 2)", True),
        ("add(1, 2), divide(#0, const_2)", "add(2, 1), divide(#0, const_2)", True),
    ],
)
def test_programs_are_compared_as_expressions(one, other, same):
    assert same_program(parse_program(one), parse_program(other)) is same


def test_rows_of_percentages_are_shares():
    rows = table_rows([["", "2019", "2018"], ["Rate", "26%", "28.5%"], ["Sales", "$ 1,200", "n/a"]])
    assert rows == {"rate": (0.26, 0.285)}


FACTS = (
    "( in millions ) the sales of 2017 is $ 1,041 ; the sales of 2016 is $ 40 ( 40 ) ;",
    "costs were $ 2.8 million and 3.1% in 2017 and 2016 , respectively , as of december 31 , 2017 .",
)


def test_numbers_of_facts_know_what_they_are_of():
    slots = slots_of(FACTS, "what if sales grow by 7 % ?")
    assert [slot.text for slot in slots] == ["1041", "40", "2.8", "3.1%", "7%"]
    assert [slot.years for slot in slots] == [{2017}, {2016}, {2017}, {2016}, set()]
    assert slots[0].row_name == "sales" and slots[2].row_name == ""
    assert slots[2].scale == "million" and slots[2].money
    assert FACTS[1][slots[3].start : slots[3].end] == "3.1%"


def test_a_first_row_that_stands_where_names_of_columns_should_gives_its_number_once():
    facts = [
        f"cash paid the {row} of $ 3967866 is {value} ;" for row, value in (("options", "2655"), ("total", "3972176"))
    ]
    slots = slots_of(facts, "?")
    assert [slot.text for slot in slots] == ["2655", "3967866", "3972176"]
    assert slots[1].head and slots[1].row_name == "cash paid"
    assert facts[0][slots[1].start : slots[1].end] == "3967866"


def test_bracketed_numbers_come_again_without_their_sign():
    question = FinQuestion(
        "A-1",
        "A",
        "what share of sites closed ?",
        ("the closed of 2013 is -57 ( 57 ) ; the open of 2013 is 268 ;",),
        {},
        (),
        None,
    )
    slots = slots_of(question.facts, question.question)
    assert [(slot.text, slot.place) for slot in slots] == [("-57", 0), ("268", 1), ("57", 0)]
    divided = {(p.steps[0].left, p.steps[0].right) for p in case_of(question).programs if p.operator == "divide"}
    assert divided == {("-57", "268"), ("268", "-57"), ("57", "268"), ("268", "57")}


def test_code_points_and_dates_are_no_numbers():
    facts = (
        "the rate of december 312008 is 5 ; the rate of dec 312007 is june 2016 ;",
        "in the 201cless than 1 year 201d period , 20ac750 was due .",
    )
    slots = slots_of(facts, "?")
    assert [slot.text for slot in slots] == ["5", "1", "750"]
    assert slots[0].years == {2008}


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("what was the average net revenue between 2016 and 2017", "average"),
        ("what was the percentage change in net revenue ?", "relative change"),
        ("what portion of total debt is due ?", "share"),
        ("did sales in 2016 exceed costs ?", "greater"),
        ("what is the weighted average price per share ?", "per unit"),
        ("what were sales ?", "none"),
    ],
)
def test_a_question_asks_for_something_to_be_done(question, name):
    named = frozenset({"averag", "price"} if "price" in question else ())  # what rows and columns are called
    assert intent_of(question, named).name == name


@pytest.mark.parametrize(
    "question",
    [
        "what was the ratio of cash to debt ?",
        "what percentage of debt was cash ?",
        "cash was what percent of debt ?",
    ],
)
def test_a_question_divides_a_part_by_a_whole(question):
    division = division_of(question)
    assert division.lean(frozenset({"cash"})) == 1
    assert division.lean(frozenset({"debt"})) == -1


def test_the_gold_program_is_among_the_candidates():
    gold = parse_program("subtract(1041, 40), divide(#0, 40)")
    question = FinQuestion(
        "A-1", "A", "what was the growth of sales from 2016 to 2017 ?", FACTS, {"sales": (1041.0, 40.0)}, gold, 25.025
    )
    case = case_of(question)
    right = rights(question, case.programs)
    assert [case.programs[i].steps for i in right.nonzero()[0]] == [gold]
    assert is_executed_right(question, gold)
    assert not is_executed_right(question, ())


def test_a_program_is_written_as_the_benchmark_wants_it():
    tokens = [
        token for step in (Step("subtract", "5829", "5735"), Step("divide", "#0", "5735")) for token in step.tokens()
    ]
    assert tokens == ["subtract(", "5829", "5735", ")", "divide(", "#0", "5735", ")"]
    assert FinOutcome("a", ("EOF",), "", None, 0.0, executed=False, same=False).program == ("EOF",)


CONVERSATION = {
    "id": "Double_A/2017/page_1.pdf-2",
    "doc": {
        "pre_text": "sales grew . in 2017 , the company had 12 stores .",
        "post_text": ".",
        "table": {"2017": {"sales": 1041.0, "costs": 900.5}, "2016": {"sales": 40.0, "costs": "n/a"}},
    },
    "dialogue": {
        "conv_questions": ["what were sales in 2017?", "and in 2016?", "what was the change?"],
        "turn_program": ["1041", "40", "subtract(1041, 40)"],
        "executed_answers": [1041.0, 40.0, 1001.0],
    },
}


def test_a_conversation_is_read_turn_by_turn(tmp_path, monkeypatch):
    file = tmp_path / "convfinqa" / "dev.jsonl.gz"
    file.parent.mkdir()
    file.write_bytes(gzip.compress(json.dumps(CONVERSATION).encode()))
    monkeypatch.setenv("FINANCEQA_DATA", str(tmp_path))
    [turns] = convfinqa_conversations("dev")
    assert {turn.page for turn in turns} == {"A/2017/page_1.pdf"}
    assert turns[0].facts == (
        "sales grew .",
        "in 2017 , the company had 12 stores .",
        "the sales of 2017 is 1041 ; the sales of 2016 is 40 ;",
        "the costs of 2017 is 900.5 ; the costs of 2016 is n/a ;",
    )
    assert turns[0].rows == {"sales": (1041.0, 40.0)}
    assert [turn.earlier for turn in turns][:2] == [(), ("what were sales in 2017?",)]
    assert all(is_executed_right(turn, turn.program) for turn in turns)
    assert turns[0].program[0].tokens() == ["1041"]
    for turn, question in enumerate(turns):
        case = case_of(question, [earlier.program for earlier in turns[:turn]])
        assert [case.programs[i].steps for i in rights(question, case.programs).nonzero()[0]] == [question.program]


def test_what_the_last_program_used_is_seen():
    question = FinQuestion("A#1", "A", "and what was the change?", FACTS, {}, (), None, ("what of sales?",))
    case = case_of(question, [parse_program("subtract(1041, 40)")])
    last = case.features[:, FEATURES.index("same_as_last")]
    assert {program.operator for program, same in zip(case.programs, last, strict=True) if same} >= {
        "subtract",
        "change",
    }
    assert all({slot.text for slot in p.slots} == {"1041", "40"} for p, s in zip(case.programs, last, strict=True) if s)


def test_a_network_learns_what_no_weighted_sum_can():
    """One of four answers is right: the one whose two features agree."""
    answers = np.array([[1, 1], [1, 0], [0, 1], [1, 0]], dtype=np.float32)
    cases, wanted = [], []
    for turn in range(200):
        mirrored = np.abs(answers - turn % 2)
        cases.append(Case(mirrored, np.zeros(4, dtype=np.int64), frozenset({"what"})))
        wanted.append(np.array([1.0, 0, 0, 0]))
    heads = fit_network(cases, wanted, operators=1)
    assert all(heads.probabilities(case).argmax() == 0 for case in cases[:2])
    assert len(heads.probabilities(Case(np.zeros((0, 2), np.float32), np.zeros(0, np.int64), frozenset()))) == 0
