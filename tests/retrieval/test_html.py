from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.document import Period, Table, Text
from retrieval.loading.html import parse_html
from retrieval.loading.parsed import LoadError

STATEMENT = """
<p><b>CONSOLIDATED STATEMENTS OF INCOME</b></p><p>(In millions, except per share data)</p>
<table>
<tr><td></td><td colspan="6">Year Ended December 31,</td></tr>
<tr><td></td><td colspan="3">2023</td><td colspan="3">2022</td></tr>
<tr><td>Net sales</td><td>$</td><td>1,234</td><td></td><td>$</td><td>1,100</td><td></td></tr>
<tr><td>Operating expenses:</td></tr>
<tr><td style="padding-left:12pt">Restructuring</td><td></td><td>(56</td><td>)</td><td></td><td>—</td><td></td></tr>
<tr><td>Diluted earnings per share</td><td>$</td><td>2.16</td><td></td><td>$</td><td>1.95</td><td></td></tr>
<tr><td>Weighted-average shares outstanding</td><td></td><td>59.8</td><td></td><td></td><td>60.4</td><td></td></tr>
<tr><td>Effective tax rate</td><td></td><td>21.8</td><td>%</td><td></td><td>22.0</td><td>%</td></tr>
</table>"""


def parse(body):
    return parse_html(f"<html><body>{body}</body></html>".encode())


def table_of(body):
    (page,) = parse(body).pages
    (table,) = [block for block in page.blocks if isinstance(block, Table)]
    return page, table


def test_a_statement_knows_its_rows_columns_periods_units_and_scales():
    page, table = table_of(STATEMENT)
    assert (table.title, table.unit_line) == (
        "CONSOLIDATED STATEMENTS OF INCOME",
        "(In millions, except per share data)",
    )
    values = {cell.text: cell for cell in table.cells if cell.role == "value"}
    sales = values["$ 1,234"]
    assert sales.row_path == ("Net sales",)
    assert sales.column_path == ("Year Ended December 31,", "2023")
    assert sales.period == Period(date(2023, 1, 1), date(2023, 12, 31))
    assert (sales.unit, sales.scale) == ("USD", 6)
    assert values["$ 1,100"].period.end == date(2022, 12, 31)
    assert values["(56)"].row_path == ("Operating expenses:", "Restructuring")
    assert (values["$ 2.16"].unit, values["$ 2.16"].scale) == ("USD/shares", 0)
    assert (values["59.8"].unit, values["59.8"].scale) == ("shares", 6)
    assert (values["21.8%"].unit, values["21.8%"].scale) == ("percent", 0)
    assert all(page.text[cell.start : cell.end] == cell.text for cell in table.cells)


def test_forced_page_breaks_make_pages_and_others_do_not():
    body = (
        '<p>one</p><hr style="page-break-after:always"/><p>two</p>'
        '<div style="page-break-before: always">three</div><p style="page-break-inside:avoid">still three</p>'
    )
    assert [page.text for page in parse(body).pages] == ["one", "two", "three\nstill three"]


def test_what_is_hidden_is_left_out_and_headings_are_told():
    page = parse(
        "<div style='display:none'>secret</div><script>x</script><h2>Risks</h2><p>Item 7. Discussion</p><p>Plain words.</p>"
    ).pages[0]
    assert "secret" not in page.text and "x" not in page.text.split()
    levels = {page.text[b.start : b.end]: b.level for b in page.blocks if isinstance(b, Text)}
    assert levels == {"Risks": 2, "Item 7. Discussion": 2, "Plain words.": 0}


@pytest.mark.parametrize("declared", ["", '<?xml version="1.0"?>'])
@pytest.mark.parametrize("aside", ["<!-- x -->", "<?x y?>"])
def test_text_goes_on_behind_comments_and_instructions(declared, aside):
    table = f"<table><tr><td>Net {aside}sales</td><td>{aside}123</td></tr></table>"
    data = f"{declared}<html><body><p>Net sales {aside} rose 5%</p>{table}</body></html>"
    (page,) = parse_html(data.encode()).pages
    assert page.text == "Net sales rose 5%\nNet sales  123"


XHTML = (
    '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd" [<!ENTITY own "secret">]>'
)


def test_html_s_entities_are_read_in_xml():
    row = "<tr><td>Net&nbsp;sales &own;&amp; fees</td><td>&mdash;</td><td>5</td></tr>"
    tagged = IXBRL.replace("Capital spending", "R&amp;D &lt;&ndash;&gt; spending").replace("<table>", f"<table>{row}")
    (page,) = parse_html((XHTML + tagged).encode()).pages
    assert page.text.startswith("R&D <–> spending was $73 million.\nNet sales & fees  —  5")
    assert [fact.value for fact in page.blocks[0].facts] == [Decimal(73_000_000)]


@pytest.mark.parametrize(
    "rows",
    [
        "<tr style='display:none'><td>Draft</td><td>9</td></tr>",
        "<tr style='visibility: hidden'><td>Draft</td><td>9</td></tr>",
        "<tbody style='display:none'><tr><td>Draft</td><td>9</td></tr></tbody>",
        "<tr><td style='visibility:hidden'>Draft</td><td>7</td></tr>",
        "<tr><td><span style='visibility:hidden'>Draft</span></td><td>7</td></tr>",
    ],
    ids=["row", "invisible row", "group", "cell", "part of a cell"],
)
def test_what_is_hidden_in_a_table_is_left_out(rows):
    page, table = table_of(f"<table><tr><td>Sales</td><td>5</td></tr>{rows}<tr><td>Costs</td><td>4</td></tr></table>")
    assert "Draft" not in page.text and "9" not in page.text
    assert {cell.column for cell in table.cells if cell.text in "457"} == {1}


def test_layout_tables_become_paragraphs():
    page = parse(
        "<table><tr><td>•</td><td>We sell lamps.</td></tr><tr><td>•</td><td>We buy oil.</td></tr></table>"
    ).pages[0]
    assert page.text == "• We sell lamps.\n• We buy oil."


IXBRL = """<html xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" xmlns:xbrli="http://www.xbrl.org/2003/instance"><body>
<div style="display:none"><ix:header><ix:hidden>
<ix:nonNumeric name="dei:EntityRegistrantName" contextRef="c">Acme Corp</ix:nonNumeric>
<ix:nonNumeric name="dei:DocumentType" contextRef="c">10-K/A</ix:nonNumeric>
<ix:nonNumeric name="dei:DocumentFiscalYearFocus" contextRef="c">2023</ix:nonNumeric>
<ix:nonNumeric name="dei:DocumentPeriodEndDate" contextRef="c">2023-12-31</ix:nonNumeric>
</ix:hidden><ix:resources>
<xbrli:context id="c"><xbrli:period><xbrli:startDate>2023-01-01</xbrli:startDate><xbrli:endDate>2023-12-31</xbrli:endDate></xbrli:period></xbrli:context>
<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
</ix:resources></ix:header></div>
<p>Capital spending was $<ix:nonFraction name="us-gaap:Capex" contextRef="c" unitRef="usd" scale="6" format="ixt:num-dot-decimal">73</ix:nonFraction> million.</p>
<table><tr><td></td><td>2023</td></tr><tr><td>Net loss</td><td>(<ix:nonFraction name="us-gaap:NetIncomeLoss" contextRef="c" unitRef="usd" scale="3" sign="-" format="ixt:num-dot-decimal">1,234</ix:nonFraction>)</td></tr></table>
</body></html>"""


def test_facts_stay_with_their_cells_and_identity_comes_from_the_filing():
    parsed = parse_html(IXBRL.encode())
    identity = parsed.identity
    assert (identity.company, identity.form, identity.fiscal_year, identity.amended) == (
        "Acme Corp",
        "10-K/A",
        2023,
        True,
    )
    page = parsed.pages[0]
    (spending,) = page.blocks[0].facts
    assert page.text[spending.start : spending.start + len(spending.text)] == "73"
    assert spending.value == Decimal(73_000_000)
    (cell,) = [cell for cell in page.blocks[1].cells if cell.facts]
    assert (cell.text, cell.facts[0].value) == ("(1,234)", Decimal(-1_234_000))
    assert page.text[cell.facts[0].start :].startswith("1,234")


def test_no_identity_is_guessed():
    identity = parse("<p>Some words about nobody in 2023.</p>").identity
    assert (identity.company, identity.form, identity.fiscal_year, identity.period_end) == (None, None, None, None)


@pytest.mark.parametrize("body", ["", "<div style='display:none'>x</div>"])
def test_no_text_is_an_error(body):
    with pytest.raises(LoadError, match="no text"):
        parse(body)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/=\"' tdrhablepsni123,.$()%&;-—\n", max_size=400))
def test_any_markup_is_parsed_or_refused_and_offsets_hold(markup):
    try:
        parsed = parse(markup)
    except LoadError:
        return
    for page in parsed.pages:
        ends = 0
        for block in page.blocks:
            assert ends <= block.start < block.end <= len(page.text)
            ends = block.end
            for cell in block.cells if isinstance(block, Table) else ():
                assert page.text[cell.start : cell.end] == cell.text
