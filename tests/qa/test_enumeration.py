import time

import pytest

from qa.enumeration import asks_for_several, whole_list


@pytest.mark.parametrize(
    ("text", "pointed", "listed"),
    [
        (
            "Its segments consist of the Americas, Europe, Greater China, Japan and Rest of Asia Pacific. Each has a head.",
            "Greater China",
            "the Americas, Europe, Greater China, Japan and Rest of Asia Pacific",
        ),
        ("We have three segments: Client, Gaming, and Embedded, which are run apart.", "Client", "Client, Gaming, and Embedded"),
        ("Our core products — credit, debit and prepaid — grew.", "debit", "credit, debit and prepaid"),
        (
            "Segments include Europe, Middle East and Africa; Latin America; and Asia Pacific.",
            "Latin America",
            "Europe, Middle East and Africa; Latin America; and Asia Pacific",
        ),
        ("Costs include wages (mostly in Ohio) and rent of $1.5 million.", "wages", "wages (mostly in Ohio) and rent of $1.5 million"),
        ("We sell cars. They are red, green and blue.", "cars", "cars"),
        ("We sell cars and trucks are bought.", "cars", "cars"),
        ("Products such as pens, ink and paper, sold in shops", "ink and paper, sold", "pens, ink and paper, sold"),
    ],
)  # fmt: skip
def test_a_span_grows_to_the_list_that_holds_it(text, pointed, listed):
    start = text.index(pointed)
    first, last = whole_list(text, start, start + len(pointed))
    assert text[first:last] == listed


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("What are Apple's reportable segments?", True),
        ("Which products does Tesla sell?", True),
        ("List AMD's segments.", True),
        ("Who are the directors?", True),
        ("What was revenue?", False),
        ("Which segment grew?", False),
        ("What business does it do?", False),
        ("Which class does it trade?", False),
    ],
)
def test_questions_that_ask_for_several(question, several):
    assert asks_for_several(question) == several


@pytest.mark.parametrize(
    "text", ["include a, " * 3000, "include " * 6000, "such as a; " * 3000, "into " + "a " * 9000 + "(" * 5000]
)
def test_hostile_text_takes_no_time(text):
    started = time.perf_counter()
    whole_list(text, 0, 1)
    assert time.perf_counter() - started < 5
