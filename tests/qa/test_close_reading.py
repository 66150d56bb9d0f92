import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.close_reading import CLOSER, WORTH, read_closely
from qa.reader import Reader, Span

QUESTION = "What is the purpose of the leadership programs?"
SENTENCE = "Leadership programs run through the year, aimed at enhancing leaders' skills and at helping them to answer concerns."
TEXT = f"Lamps are sold in 40 countries. {SENTENCE} We employ 1,400 people in the U.S. and elsewhere."


class Scripted:
    """A reader that finds words in a text, with a score for each and a null score, as a script says for each reading."""

    def __init__(self, *readings):
        self.readings, self.texts = list(readings), []

    def read(self, question, contexts):
        (text,) = contexts
        scores, null = self.readings[len(self.texts)]
        self.texts.append(text)
        return [
            Span(word, 0, start, start + len(word), score, 0.0, null, 0.5, agreed=i == 0)
            for i, (word, score) in enumerate(scores.items())
            for start in [text.index(word)]
        ]


@pytest.fixture(scope="module")
def reader():
    return Reader.quick()


def test_the_sentence_of_the_answer_is_read_alone_and_both_readings_count():
    clause = "enhancing leaders' skills"
    reader = Scripted(({"skills": 3.0, clause: 1.0, "40": 0.0}, 1.0), ({clause: 13.0, "skills": 6.0}, 4.0))
    best, other, outside = read_closely(reader, QUESTION, TEXT)
    assert reader.texts == [TEXT, SENTENCE]
    assert TEXT[best.start : best.end] == best.text == clause
    assert best.margin == pytest.approx((1 - CLOSER) * (1 - 1) + CLOSER * (13 - 4))
    assert (other.text, other.margin) == ("skills", pytest.approx((1 - CLOSER) * (3 - 1) + CLOSER * (6 - 4)))
    assert (outside.text, outside.margin) == ("40", -1.0)
    assert [span.agreed for span in (best, other, outside)] == [True, False, False]


def test_a_span_that_one_reading_lacks_counts_there_as_its_last():
    reader = Scripted(({"skills": 6.0, "year": 2.0}, 0.0), ({"concerns": 7.0, "skills": 6.5}, 0.0))
    found = {span.text: span.margin for span in read_closely(reader, QUESTION, TEXT)}
    assert found == {
        "skills": pytest.approx((1 - CLOSER) * 6 + CLOSER * 6.5),
        "concerns": pytest.approx((1 - CLOSER) * 2 + CLOSER * 7),
        "year": pytest.approx((1 - CLOSER) * 2 + CLOSER * 6.5),
    }


def test_what_cannot_become_an_answer_is_read_once():
    reader = Scripted(({"skills": WORTH - 0.1, "40": WORTH - 1}, 0.0))
    assert [span.text for span in read_closely(reader, QUESTION, TEXT)] == ["skills", "40"]
    assert reader.texts == [TEXT]


def test_an_answer_over_two_sentences_has_both_read():
    reader = Scripted(({"countries. Leadership": 1.0}, 0.0), ({"countries. Leadership": 1.0}, 0.0))
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
