import io
from datetime import date

import pytest

from retrieval.document import Table, Text
from retrieval.loading.pdf import parse_pdf


def drawn(draw):
    """A one-page PDF on which `draw(canvas)` has drawn."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792), invariant=1)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return parse_pdf(out.getvalue(), source="x.pdf").pages[0]


def statement(canvas):
    y = 740
    for text in ("Consolidated Statements of Income", "(In millions)"):
        canvas.drawString(72, y, text)
        y -= 14
    canvas.drawCentredString(430, y, "Year Ended December 31,")
    rows = [("", "2022", "2021"), ("Net sales", "$ 1,234", "$ 1,100"), ("Cost of sales, including the cost of", "", ""),
            ("returned goods", "(640)", "(588)"), ("Other", "—", "12")]  # fmt: skip
    for label, *values in rows:
        y -= 14
        canvas.drawString(72, y, label)
        for right, value in zip((400, 500), values, strict=True):
            digits = value.removesuffix(")")
            canvas.drawRightString(right, y, digits)
            if digits != value:
                canvas.drawString(right, y, ")")


def test_a_statement_is_rebuilt_from_places():
    page = drawn(statement)
    (table,) = [block for block in page.blocks if isinstance(block, Table)]
    values = {cell.text: cell for cell in table.cells if cell.role == "value"}
    assert set(values) == {"$ 1,234", "$ 1,100", "(640)", "(588)", "—", "12"}
    sales, cost = values["$ 1,234"], values["(588)"]
    assert (sales.row_path, sales.column_path) == (("Net sales",), ("Year Ended December 31,", "2022"))
    assert (sales.period.start, sales.period.end) == (date(2022, 1, 1), date(2022, 12, 31))
    assert (sales.unit, sales.scale) == ("USD", 6)
    assert cost.row_path == ("Cost of sales, including the cost of returned goods",)
    assert cost.period.end == date(2021, 12, 31)
    assert (table.title, table.unit_line) == ("Consolidated Statements of Income", "(In millions)")


def test_cells_and_words_know_their_characters_and_boxes():
    page = drawn(statement)
    for word in page.words:
        assert page.text[word.start : word.end].strip()
        assert 0 <= word.box.left < word.box.right <= 612 and 0 <= word.box.top < word.box.bottom <= 792
    (table,) = [block for block in page.blocks if isinstance(block, Table)]
    assert all(page.text[cell.start : cell.end] == cell.text for cell in table.cells)
    first = next(cell for cell in table.cells if cell.text == "$ 1,234")
    second = next(cell for cell in table.cells if cell.text == "$ 1,100")
    assert first.box.right < second.box.left and abs(first.box.top - second.box.top) < 2


def test_lines_become_paragraphs_and_headings():
    def draw(canvas):
        canvas.setFont("Helvetica-Bold", 12)
        canvas.drawString(72, 740, "Item 7. Discussion")
        canvas.setFont("Helvetica", 10)
        for place, line in enumerate(["Net sales rose because we opened", "eleven new stores.", "", "Costs fell."]):
            canvas.drawString(72, 715 - 12 * place, line)

    page = drawn(draw)
    found = [(page.text[b.start : b.end], b.level) for b in page.blocks if isinstance(b, Text)]
    assert found == [
        ("Item 7. Discussion", 2),
        ("Net sales rose because we opened eleven new stores.", 0),
        ("Costs fell.", 0),
    ]


def test_two_columns_of_prose_are_read_one_after_the_other():
    def draw(canvas):
        canvas.setFont("Helvetica", 9)
        for row in range(40):
            canvas.drawString(50, 740 - 12 * row, f"left words of this line {'abcdefgh'[row % 8]} here")
            canvas.drawString(320, 740 - 12 * row, f"right words of that line {'abcdefgh'[row % 8]} there")

    text = drawn(draw).text
    assert text.rindex("left words") < text.index("right words")


def test_a_page_without_text_among_others_keeps_its_number():
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for text in ("one", "", "three"):
        canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    pages = parse_pdf(out.getvalue(), source="x").pages
    assert [(page.number, page.text) for page in pages] == [(1, "one"), (2, ""), (3, "three")]


@pytest.mark.parametrize("rotation", [90, 180])
def test_a_turned_page_is_read(rotation):
    def draw(canvas):
        canvas.setPageRotation(rotation)
        canvas.drawString(72, 700, "Revenue was up.")

    assert "Revenue" in drawn(draw).text
