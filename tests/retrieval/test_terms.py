import pytest

from retrieval.index.terms import MAX_QUERY_TERMS, query_terms, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$1,234.5", ["$1,234.5"]),
        ("a margin of 5%", ["a", "margin", "of", "5%"]),
        ("Form 10-K", ["form", "10-k"]),
        ("COVID-19", ["covid-19"]),
        ("(1,234)", ["(1,234)"]),
        ("companies' revenues", ["compani", "revenu"]),
        ("R&D and U.S. sales", ["r&d", "and", "u.s", "sale"]),
        ("gross business losses increased, increasing", ["gross", "busi", "loss", "increas", "increas"]),
    ],
)
def test_terms(text, expected):
    assert terms(text) == expected


def test_a_question_is_cut_to_its_telling_terms():
    assert query_terms("What was the revenue of the year?") == ["revenu", "year"]
    assert query_terms("what is it") == ["what", "is", "it"]
    assert len(query_terms(" ".join(f"w{i}" for i in range(1000)))) == MAX_QUERY_TERMS
