import pytest

from qa.data.filing_prose import UNANSWERED, in_passages, load_filing_prose
from qa.data.squad_form import Example
from retrieval.passage import Passage, Segment

SENTENCE = "We opened “forty” stores in Ohio during fiscal 2022, mostly in small towns."
TEXTS = [
    f"Growth\n{SENTENCE} Each of them pays back within three years.",
    "In Ohio we closed two warehouses during fiscal 2021.",
    "Our board met six times.",
    "Stores in Ohio are leased for ten years.",
]


def passages():
    return [
        Passage(n + 1, "d", 1, "text", "Aldermoor", text, (Segment(0, len(text), 0),), 0, len(text))
        for n, text in enumerate(TEXTS)
    ]


def example(answer="Forty stores  in Ohio", context=None):
    context = context or f"{answer} were opened. We opened 'forty' stores."
    start = context.index(answer)
    return Example(
        "q1", "ALD", "How many stores did Aldermoor open in Ohio?", context, (answer,), (start,), "financial"
    )


def test_a_question_is_put_to_the_passage_that_answers_it_and_to_the_nearest_that_do_not():
    written_from = SENTENCE.replace("“", '"').replace("”", '"')
    found = list(in_passages([example("stores in ohio", f"{written_from} stores in ohio")], passages()))
    assert [e.answers for e in found] == [("stores in Ohio",), (), ()]
    assert found[0].context == TEXTS[0] and found[0].group == "ALD"
    assert found[0].starts == (TEXTS[0].index("stores in Ohio"),)
    assert len(found) == 1 + UNANSWERED and len({e.id for e in found}) == 3
    assert {e.context for e in found[1:]} <= set(TEXTS[1:3])  # the last says the same words


def test_a_question_that_no_passage_answers_is_left_out():
    assert list(in_passages([example("Twelve ships")], passages())) == []


def test_there_is_one_split(monkeypatch, tmp_path):
    with pytest.raises(ValueError, match="has the split train only, not 'dev'"):
        load_filing_prose("dev")
    monkeypatch.setenv("FINANCEQA_DATA", str(tmp_path))
    with pytest.raises(Exception, match="needs filings_html"):
        load_filing_prose("train")
