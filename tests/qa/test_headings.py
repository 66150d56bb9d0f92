import pytest

from qa.headings import is_heading, without_headings
from retrieval.document import Page, Table, Text


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


def test_headings_and_captions_are_told_from_sentences():
    lines = ["Item 8. Statements", "ACME LAMPS BALANCE SHEETS", "Cash  12", "Acme sells lamps.", "Cash  13", "Oslo"]
    text, blocks, at = "\n".join(lines), [], 0
    for line in lines:
        end = at + len(line)
        blocks.append(Table(at, end, ()) if "Cash" in line else Text(at, end, level=2 if "Item" in line else 0))
        at = end + 1
    page = Page(1, text, tuple(blocks))

    def judged(said):
        start = text.index(said)
        return is_heading(page, start, start + len(said))

    assert judged("Item 8") and judged("ACME LAMPS") and judged("Statements\nACME")
    assert not any(map(judged, ("Acme sells lamps", "12", "SHEETS\nCash", "Oslo")))
