import pytest

from retrieval.document import Identity
from retrieval.mentions import mentions
from retrieval.names import name_book

BOOK = name_book(frozenset((Identity(company="Apple Inc.", ticker="AAPL"), Identity(company="Bank of Marlow"))))


def found(question):
    return {mention.text: mention for mention in mentions(question, BOOK)}


@pytest.mark.parametrize(
    ("question", "standing"),
    [
        ("What was Osterby's revenue?", "asked"),
        ("What was Osterby Corp.'s revenue?", "asked"),
        ("What was the revenue of Osterby, in millions?", "asked"),
        ("What was Osterby revenue in 2023?", "asked"),
        ("Did Osterby (formerly Osterby Mills) report a profit?", "asked"),
        ("Osterby other assets 2023", "asked"),
        ("Which companies compete with Osterby?", "party"),
        ("Who visited Osterby?", "elsewhere"),
        ("What was revenue of the Osterby segment?", "elsewhere"),
        ("What did the Osterby Act require?", "elsewhere"),
    ],
)
def test_how_a_name_stands(question, standing):
    (mention,) = [m for text, m in found(question).items() if text.startswith("Osterby") and "Mills" not in text]
    assert mention.standing == standing


def test_names_are_found_whole():
    assert found("How did Bank of Marlow and Procter & Gamble do?").keys() == {"Bank of Marlow", "Procter & Gamble"}
    assert found("What is W. Craig Jelinek's age?").keys() == {"W. Craig Jelinek"}
    assert found("How did sales of non-Apple goods and of Coca-Cola grow?").keys() == {"Apple", "Coca-Cola"}
    assert found("What did iShine.com, Inc. and 7Eleven report?").keys() == {"iShine.com, Inc", "7Eleven"}


def test_a_company_s_name_may_say_more():
    question = "How many Apple Watch units were sold, and what did Apple Inc. and AAPL report?"
    assert [(m.text, m.companies, m.more) for m in mentions(question, BOOK)] == [
        ("Apple Watch", ("Apple Inc.",), "Watch"),
        ("Apple Inc", ("Apple Inc.",), ""),
        ("AAPL", ("Apple Inc.",), ""),
    ]


@pytest.mark.parametrize(
    "question",
    [
        "What was FY2022 EBITDA in USD millions according to the P&L and the 10-K?",
        "How did Class A Common Stock trade on the NYSE in New York in the United States?",
        "Which apple is best?",
        "How are promises in contracts for On-Premises Software accounted for?",
    ],
)
def test_words_of_reports_bodies_and_places_are_no_names(question):
    assert not found(question)
