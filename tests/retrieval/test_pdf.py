import io
from datetime import date
from itertools import groupby

import pytest

from retrieval.document import Table, Text
from retrieval.loading.pdf import parse_pdf


def drawn(draw, *others):
    """The first page of a PDF on which `draw(canvas)` has drawn; the last where further pages are drawn."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792), invariant=1)
    for page in (draw, *others):
        page(canvas)
        canvas.showPage()
    canvas.save()
    return parse_pdf(out.getvalue()).pages[-1]


def columns(*rows, title="", size=10, right=400):
    """Draws a title and rows of a label and its values, each row 14 points under the last."""

    def draw(canvas):
        canvas.setFont("Helvetica", size)
        canvas.drawString(72, 740, title)
        for place, (label, *values) in enumerate(rows):
            canvas.drawString(72, 726 - 14 * place, label)
            for number, value in enumerate(values):
                canvas.drawRightString(right + 80 * number, 726 - 14 * place, value)

    return draw


def read(page):
    """The tables of a page as {label: {year or other last header: value}}."""
    return [
        {
            row[0].row_path[-1]: {cell.column_path[-1]: cell.text for cell in row}
            for _, cells in groupby(table.cells, key=lambda cell: cell.row)
            if (row := [cell for cell in cells if cell.role == "value"])
        }
        for table in page.tables
    ]


def places(page):
    """The words and cells of a page with their boxes, to the point."""
    cells = [(cell.text, cell.box) for table in page.tables for cell in table.cells]
    words = [(page.text[word.start : word.end], word.box) for word in page.words]
    return [(text, tuple(map(round, (box.left, box.top, box.right, box.bottom)))) for text, box in cells + words]


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


HEAD = ("", "2022", "2021")
SHARES = "Class A common stock, without par value: 1,000,000,000 shares authorized at December 31, 2022 and December 31, 2021;"
ISSUED = "198,746,620 and 31,717,133 shares issued and outstanding"


def test_a_label_over_several_lines_does_not_end_the_table():
    rows = [("Debt", "9", "8"), (SHARES,), (ISSUED, "2", "1"), ("Equity", "30", "20")]
    assert read(drawn(columns(HEAD, *rows, size=6, right=450))) == [
        {
            "Debt": {"2022": "9", "2021": "8"},
            f"{SHARES} {ISSUED}": {"2022": "2", "2021": "1"},
            "Equity": {"2022": "30", "2021": "20"},
        }
    ]


def test_several_labels_without_numbers_do_not_end_the_table():
    labels = [(text,) for text in ("Commitments", "Equity:", "Capital stock:", "Common stock, par value $0.01;")]
    page = drawn(columns(HEAD, ("Debt", "9", "8"), *labels, ("1,500 shares", "2", "1"), ("Equity", "30", "20")))
    assert [list(table) for table in read(page)] == [["Debt", "Common stock, par value $0.01; 1,500 shares", "Equity"]]


@pytest.mark.parametrize("rest", [[HEAD, ("Rent", "7", "6")], [("Rent", "", "", "7", "6"), ("Tax", "", "", "5", "4")]])
def test_headers_or_other_columns_behind_several_labels_begin_a_new_table(rest):
    labels = [(text,) for text in ("Note 5", "Leases", "Costs", "Rent of the year was:")]
    page = drawn(columns(HEAD, ("Debt", "9", "8"), ("Equity", "30", "20"), *labels, *rest, right=300))
    assert len(page.tables) == 2


def test_a_long_line_that_ends_in_a_colon_introduces_a_new_table():
    intro = f"{SHARES.removesuffix(';')}:"
    page = drawn(columns(HEAD, ("Debt", "9", "8"), (intro,), HEAD, ("Equity", "30", "20"), size=6, right=450))
    assert read(page) == [{"Debt": {"2022": "9", "2021": "8"}}, {"Equity": {"2022": "30", "2021": "20"}}]


def test_two_digits_in_parentheses_are_numbers_beside_each_other():
    flow = "Purchases of long-term investments, intangibles and other assets"
    page = drawn(columns(HEAD, ("Sales", "9", "8"), (flow, "(46)", "(42)"), ("Total", "30", "20"), size=8))
    assert [table[flow] for table in read(page)] == [{"2022": "(46)", "2021": "(42)"}]


def test_an_unfinished_label_goes_on_and_numbers_below_their_label_are_its_own():
    rows = [
        ("EFFECT OF EXCHANGE RATES ON CASH AND",),
        ("CASH EQUIVALENTS", "5", "4"),
        ("Loss on sales",),
        ("", "7", "6"),
    ]
    page = drawn(columns(HEAD, ("Sales", "9", "8"), *rows))
    assert page.text.splitlines()[1:] == [
        "Sales  9  8",
        "EFFECT OF EXCHANGE RATES ON CASH AND CASH EQUIVALENTS  5  4",
        "Loss on sales  7  6",
    ]


def test_a_date_above_a_label_is_no_part_of_it():
    page = drawn(columns(HEAD, ("Sales", "9", "8"), ("Costs as of December 31,",), ("Rent", "5", "4")))
    assert [list(table) for table in read(page)] == [["Sales", "Rent"]]


FLOWS = columns(HEAD, ("Sales", "$ 900", "$ 800"), ("Costs", "(40)", "(30)"), title="Cash Flows (in millions)")
REST = (("Net change in cash", "30", "20"), ("Cash, end of year", "330", "300"))


def test_the_rest_of_a_table_on_the_next_page_keeps_its_columns():
    (table,) = drawn(FLOWS, columns(("", "", "")), columns(*REST)).tables
    values = [cell for cell in table.cells if cell.role == "value"]
    assert [(cell.text, cell.column_path) for cell in values] == [
        ("30", ("2022",)),
        ("20", ("2021",)),
        ("330", ("2022",)),
        ("300", ("2021",)),
    ]
    assert {(cell.unit, cell.scale) for cell in values} == {("USD", 6)}
    assert (table.title, table.unit_line) == ("Cash Flows", "(in millions)")


@pytest.mark.parametrize(
    "page",
    [
        columns(*REST, right=380),
        columns(*(row[:2] for row in REST)),
        columns(("", "2020", "2019"), *REST),
        columns(("(in euros)", "Issued", "Proceeds (1)"), *REST),
        columns(*((text,) for text in ["What was earned stood in no relation to what was spent."] * 8), *REST),
    ],
    ids=["other places", "fewer columns", "own headers", "words for headers", "behind prose"],
)
def test_another_table_on_the_next_page_has_its_own_columns(page):
    (table,) = drawn(FLOWS, page).tables
    assert not {"2022", "2021"} & {name for cell in table.cells for name in cell.column_path}


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
    pages = parse_pdf(out.getvalue()).pages
    assert [(page.number, page.text) for page in pages] == [(1, "one"), (2, ""), (3, "three")]


TURNS = {90: (0, 1, -1, 0, 792, 0), 180: (-1, 0, 0, -1, 612, 792), 270: (0, -1, 1, 0, 0, 612)}
SALES = columns(HEAD, ("Net sales", "9", "8"), ("Cost of goods sold", "7", "6"), title="Income")


@pytest.mark.parametrize("rotation", TURNS)
def test_a_turned_page_is_read_as_it_is_shown(rotation):
    def draw(canvas):
        canvas.setPageRotation(rotation)
        canvas.transform(*TURNS[rotation])  # so that the text is upright as shown
        SALES(canvas)

    page, unturned = drawn(draw), drawn(SALES)
    assert read(page) == [{"Net sales": {"2022": "9", "2021": "8"}, "Cost of goods sold": {"2022": "7", "2021": "6"}}]
    assert (page.text, page.width, page.height) == (unturned.text, 612, 792)
    assert places(page) == places(unturned)


@pytest.mark.parametrize(
    ("rotation", "shown"),
    [
        (90, lambda left, top, right, bottom: (612 - bottom, left, 612 - top, right)),
        (180, lambda left, top, right, bottom: (612 - right, 792 - bottom, 612 - left, 792 - top)),
        (270, lambda left, top, right, bottom: (top, 792 - right, bottom, 792 - left)),
    ],
)
def test_a_page_that_is_shown_on_its_side_is_read_and_its_boxes_are_where_it_shows(rotation, shown):
    def draw(canvas):
        canvas.setPageRotation(rotation)
        canvas.translate(0, 0 if rotation == 180 else -180)  # a page on its side is 612 points high in the file
        SALES(canvas)

    page, unturned = drawn(draw), drawn(SALES)
    assert read(page) == read(unturned)
    assert places(page) == [(text, shown(*box)) for text, box in places(unturned)]


def test_boxes_count_from_the_corner_of_what_is_shown():
    def draw(canvas):
        canvas.setCropBox((50, 20, 512, 742))
        SALES(canvas)

    page = drawn(draw)
    assert (page.width, page.height) == (462, 722)
    moved = [
        (text, (left - 50, top - 50, right - 50, bottom - 50))
        for text, (left, top, right, bottom) in places(drawn(SALES))
    ]
    assert places(page) == moved
