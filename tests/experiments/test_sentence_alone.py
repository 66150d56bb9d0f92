import pytest

from experiments.inventions.sentence_alone import paragraphs_index, read_once, scored
from qa.answering import FinanceQA
from qa.close_reading import read_closely
from qa.data.squad_form import Example
from qa.reader import Reader

PARAGRAPHS = {
    "Alder": "Alder sells lamps in forty countries, mostly to hotels that furnish their rooms anew.",
    "Brook": "Brook mends bridges. Its largest customer is the harbour board of Northport, which pays by the hour.",
}


def example(group, question, answer):
    context = PARAGRAPHS[group]
    return Example(question, group, question, context, (answer,), (context.index(answer),), "test")


@pytest.mark.parametrize("read", [read_once, read_closely])
def test_a_hidden_passage_answers_nothing(tmp_path, read):
    examples = [
        example("Alder", "To whom does Alder sell its lamps?", "hotels"),
        example("Brook", "Who is Brook's largest customer?", "the harbour board of Northport"),
    ]
    with paragraphs_index(tmp_path / "index", examples) as index:
        scores = scored(FinanceQA(index, Reader.quick()), examples, read)
    assert scores["answered"] == [1.0, 1.0] and min(scores["F1"]) > 0.3
    assert scores["hidden answered"] == [0.0, 0.0]
