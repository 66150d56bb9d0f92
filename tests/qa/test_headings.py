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


@pytest.mark.parametrize(
    ("line", "said", "running"),
    [
        ("Apple Inc. | 2024 Form 10-K | 40", "40", True),
        ("McDonald's Corporation 2023 Annual Report 43", "2023 Annual Report 43", True),
        ("27 2022 Form 10-K", "27", True),
        ("70", "70", True),
        ("Acme employed 70", "70", False),
        ("Acme's annual report is filed with the commission.", "annual report", False),
        ("On Form 10-K for 2023 Acme reported 12 stores.", "12", False),
    ],
)
def test_page_numbers_and_what_stands_beside_them_are_no_answers(line, said, running):
    text = f"Acme sells lamps.\n{line}\nAnd oil."
    page = Page(1, text, (Text(0, len(text)),))
    start = text.index(said, text.index(line))
    assert is_heading(page, start, start + len(said)) == running
