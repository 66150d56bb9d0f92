import pytest

from qa.headings import without_headings


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Used Vehicle Sales\nOur used cars support sales", "Our used cars support sales"),
        ("Table of Contents\nCross-Guarantees\nAcme and Larkfield", "Acme and Larkfield"),
        ("Sales rose by 9%.\n38", "Sales rose by 9%."),
        ("with most proceedings focused\n55", "with most proceedings focused"),
        ("judgments are complex.\nRevenue Allowances", "judgments are complex."),
        ("the following:\n• boats\n• kites", "the following:\n• boats\n• kites"),
        ("risks of our\nrevenue", "risks of our\nrevenue"),
        ("Larkfield Instruments", "Larkfield Instruments"),
        ("2023", "2023"),
        ("\n38", "\n38"),
    ],
)
def test_lines_that_are_no_part_of_the_answer_are_left_out(said, kept):
    text = f"Before. {said} After."
    start, end = without_headings(text, 8, 8 + len(said))
    assert text[start:end] == kept
