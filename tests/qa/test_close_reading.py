from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.close_reading import WORTH, read_closely
from qa.reader import Reader, Span

QUESTION = "What is the purpose of the leadership programs?"
SENTENCE = "Leadership programs run through the year, aimed at enhancing leaders' skills and at helping them to answer concerns."
TEXT = f"Lamps are sold in 40 countries. {SENTENCE} We employ 1,400 people in the U.S. and elsewhere."


class Scripted:
    """A reader that finds the first of some words in a text, with a margin for each text."""

    def __init__(self, words, margins):
        self.words, self.margins, self.texts = words, margins, []

    def read(self, question, contexts, *, top_k=20):
        (text,) = contexts
        self.texts.append(text)
        word = next(word for word in self.words if word in text)
        start, margin = text.index(word), self.margins[len(self.texts) - 1]
        best = Span(word, 0, start, start + len(word), margin, 1.0, 1.0, 0.5, agreed=True)
        return [best, replace(best, end_logit=0.0, agreed=False)][:top_k]


@pytest.fixture(scope="module")
def reader():
    return Reader.quick()


def test_the_sentence_of_the_answer_is_read_alone_and_both_readings_count():
    reader = Scripted(["skills"], [2.0, 5.0])
    best, other = read_closely(reader, QUESTION, TEXT)
    assert reader.texts == [TEXT, SENTENCE]
    assert TEXT[best.start : best.end] == best.text == "skills"
    assert (best.margin, best.agreed) == (3.5, True)
    assert (other.margin, other.agreed) == (1.0, False)


def test_what_cannot_become_an_answer_is_read_once():
    reader = Scripted(["skills"], [WORTH - 0.1])
    assert [span.text for span in read_closely(reader, QUESTION, TEXT)] == ["skills", "skills"]
    assert reader.texts == [TEXT]


def test_an_answer_over_two_sentences_has_both_read():
    reader = Scripted(["countries. Leadership"], [1.0, 1.0])
    read_closely(reader, QUESTION, TEXT)
    assert reader.texts[1] == f"Lamps are sold in 40 countries. {SENTENCE}"


@given(
    text=st.text(max_size=80)
    | st.lists(st.sampled_from(["Sales rose. ", "\n", "U.S. ", "3.2% ", "é\u200b", "—"])).map("".join)
)
@settings(max_examples=60, deadline=None)
def test_any_text_gives_spans_of_itself(reader, text):
    for span in read_closely(reader, "What rose?", text):
        assert text[span.start : span.end] == span.text
        assert span.start < span.end
