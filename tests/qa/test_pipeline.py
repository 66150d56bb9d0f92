import pytest
from transformers import pipeline

import qa.pipeline  # noqa: F401 (registers the task)
from qa.reader import SHIPPED, Reader

CONTEXT = "Larkfield makes instruments in Duluth, Minnesota. It has 3,870 employees."
LONG = " ".join([CONTEXT.replace("3,870", f"{i},870") for i in range(40)])


@pytest.fixture(scope="module")
def pipe():
    shipped = Reader.from_pretrained(SHIPPED)
    model, tokenizer = shipped.model, shipped.tokenizer
    return pipeline("question-answering", model=model, tokenizer=tokenizer)


def test_single(pipe):
    answer = pipe(question="Where does Larkfield make instruments?", context=CONTEXT)
    assert set(answer) == {"score", "start", "end", "answer"}
    assert answer["answer"] == CONTEXT[answer["start"] : answer["end"]] == "Duluth, Minnesota"
    assert 0 < answer["score"] <= 1


def test_lists_and_dicts(pipe):
    one = {"question": "How many employees are there?", "context": CONTEXT}
    expected = pipe(**one)
    assert pipe(one) == expected
    assert pipe([one, one]) == [expected, expected]
    assert pipe(question=[one["question"]] * 2, context=[CONTEXT] * 2) == [expected, expected]
    assert pipe(question=[one["question"]] * 2, context=CONTEXT) == [expected, expected]
    assert pipe({"question": [one["question"]], "context": CONTEXT}) == [expected]


def test_top_k_gives_distinct_answers_in_order(pipe):
    answers = pipe(question="Where?", context=CONTEXT, top_k=5)
    assert len(answers) == 5 and len({(a["start"], a["end"]) for a in answers}) == 5
    assert [a["score"] for a in answers] == sorted((a["score"] for a in answers), reverse=True)
    assert sum(a["score"] for a in answers) <= 1 + 1e-6


def test_impossible_answers_over_many_windows(pipe):
    """transformers #14277 and #14311: this raised where the context became several windows."""
    question = "Who won the cup final in 1966?"
    answers = pipe(
        question=question,
        context=LONG,
        handle_impossible_answer=True,
        max_seq_len=64,
        doc_stride=16,
        max_question_len=20,
        top_k=3,
    )
    assert {"", *[a["answer"] for a in answers]} and len(answers) == 3
    nothing = [
        a for a in pipe(question=question, context=LONG, handle_impossible_answer=True, top_k=50) if not a["answer"]
    ]
    assert len(nothing) == 1 and (nothing[0]["start"], nothing[0]["end"]) == (0, 0)


def test_answers_far_into_a_long_context_are_found(pipe):
    text = LONG + " The auditor is Brandt and Partners."
    answer = pipe(question="Who is the auditor?", context=text)
    assert answer["answer"] == text[answer["start"] : answer["end"]] and "Brandt" in answer["answer"]


def test_words_are_whole_where_asked(bert):
    model, tokenizer = bert
    pipe = pipeline("question-answering", model=model, tokenizer=tokenizer)
    context = "internationalisation of unaccountable instrumentation"
    for answer in pipe(question="what?", context=context, top_k=6, align_to_words=True):
        assert all(word in context.split() for word in answer["answer"].split())


def test_lengths_are_kept(pipe):
    for answer in pipe(question="What?", context=CONTEXT, top_k=10, max_answer_len=1, align_to_words=False):
        assert " " not in answer["answer"]


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ((), {"question": "", "context": CONTEXT}),
        ((), {"question": "Where?", "context": ""}),
        ((), {"question": "Where?"}),
        ((), {"question": None, "context": CONTEXT}),
        (({"question": "Where?"},), {}),
        (("Where?",), {}),
        ((), {"question": ["a", "b"], "context": [CONTEXT]}),
        ((), {"question": "Where?", "context": CONTEXT, "top_k": 0}),
        ((), {"question": "Where?", "context": CONTEXT, "max_answer_len": 0}),
        ((), {"question": "Where?", "context": CONTEXT, "topk": 3}),
    ],
)
def test_wrong_use_is_told(pipe, args, kwargs):
    with pytest.raises(ValueError, match=r"\w+ "):
        pipe(*args, **kwargs)


def test_it_reads_as_the_reader_does(pipe):
    shipped = Reader.from_pretrained(SHIPPED)
    model, tokenizer = shipped.model, shipped.tokenizer
    span = Reader(model, tokenizer, max_length=384, stride=128, max_answer_tokens=15).read("Where?", [CONTEXT])[0]
    answer = pipe(question="Where?", context=CONTEXT, align_to_words=False)
    assert (answer["start"], answer["end"]) == (span.start, span.end)
