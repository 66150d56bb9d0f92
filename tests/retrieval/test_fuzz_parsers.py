"""Small filings of each kind, changed piece by piece: parsers give pages that hold together, or say why not."""

import re
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.document import Table
from retrieval.loading.load import _document
from retrieval.loading.parse import parse_file
from retrieval.loading.parsed import LoadError
from retrieval.loading.sandbox import Sandbox
from retrieval.passages import passages_of
from tests.hostile import ODD, pdf

HTML = b"""<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"
xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" xmlns:xbrli="http://www.xbrl.org/2003/instance"><head><title>Acme 10-K</title>
</head><body><div style="display:none"><ix:header><ix:resources><xbrli:context id="c"><xbrli:entity><xbrli:identifier
scheme="x">1</xbrli:identifier></xbrli:entity><xbrli:period><xbrli:startDate>2022-01-01</xbrli:startDate>
<xbrli:endDate>2022-12-31</xbrli:endDate></xbrli:period></xbrli:context><xbrli:unit id="u"><xbrli:measure>iso4217:USD
</xbrli:measure></xbrli:unit></ix:resources></ix:header></div><h1>Item 7. Results</h1><p>Revenue rose by <b>5%</b> to
$1,234.5&nbsp;million.</p><p style="page-break-before:always">(In millions)</p><table><tr><th></th><th colspan="2">2022</th>
<th colspan="2">2021</th></tr><tr><td>Net sales</td><td>$</td><td><ix:nonFraction name="us-gaap:Revenues" contextRef="c"
unitRef="u" scale="6" decimals="-6">1,234</ix:nonFraction></td><td>$</td><td>1,100</td></tr><tr><td rowspan="2">Costs</td>
<td></td><td>(56)</td><td></td><td>(44)</td></tr></table><ul><li>One<br/>two</li></ul></body></html>"""
TEXT = b"""ACME CORPORATION
FORM 10-K for the fiscal year ended December 31, 2022

Item 7. Results

Revenue rose by 5% to $1,234.5 million, net of (56) million.

(In millions)                  2022      2021
                             -------   -------
Net sales .............      $ 1,234   $ 1,100
Cost of sales                    (56)      (44)
\f
# Notes

| | 2022 | 2021 |
|---|---|---|
| Sales | 5 | 4 |
"""
PDF = pdf("Acme Corporation annual report", "Net sales 1,234 1,100", "")


@dataclass(frozen=True)
class Kind:
    """A filing as pieces, and what may be put between them."""

    suffix: str
    pieces: tuple[bytes, ...]
    more: tuple[bytes, ...]


KINDS = {
    "html": Kind(
        ".html",
        tuple(re.findall(rb"<[^>]*>|[^<]+", HTML)),
        (
            *(b"<table>", b"<td colspan='9999999'>", b"<td rowspan='-1'>", b"</div>", b"<p style='page-break-after: always'>"),
            *(b"<ix:nonFraction>", b"<ix:nonFraction contextRef='c' unitRef='u' scale='99999'>", b"<!--", b"]]>", b"<![CDATA["),
            *(b"&#0;", b"&#x110000;", b"&nosuch;", b"<a:b xmlns:a='&#10;'>", b"<h9>", b"<math><svg>", b"<?php", b"<!DOCTYPE html>"),
        ),
    ),
    "text": Kind(".txt", tuple(TEXT.splitlines(keepends=True)), (b"\f", b"\r", b"|", b"| 5 |\n| 6 |\n", b"<TABLE>\n", b"<S> <C>\n", *ODD)),
    "pdf": Kind(
        ".pdf",
        tuple(re.findall(rb"[^\n ]+[\n ]?|[\n ]", PDF)),
        (
            *(b"<<", b">>", b"[", b"]", b"endobj ", b"stream\n", b"endstream ", b"xref\n", b"trailer ", b"%%EOF", b"1 0 R ", b"2 0 R "),
            *(b"/Kids ", b"/Count 99999999 ", b"/Length -1 ", b"/MediaBox [0 0 0 0] ", b"/Rotate 45 ", b"99999999999999999999 ", b"(("),
        ),
    ),
}  # fmt: skip
_PLACE = st.integers(0, 1 << 16)


def changes(kind):
    """Up to six changes: what to do, where, and with what."""
    more = st.sampled_from(kind.more) | st.binary(max_size=6)
    return st.lists(
        st.tuples(st.sampled_from("remove repeat swap insert cut damage".split()), _PLACE, _PLACE, more),
        min_size=1,
        max_size=6,
    )


def changed(kind, asked):
    pieces = list(kind.pieces)
    for what, a, b, more in asked:
        at, other = a % (len(pieces) or 1), b % (len(pieces) or 1)
        if what == "insert" or not pieces:
            pieces.insert(at, more)
        elif what == "remove":
            del pieces[at : at + 1 + b % 5]
        elif what == "repeat":
            pieces[at:at] = [pieces[at]] * (b % 300)
        elif what == "swap":
            pieces[at], pieces[other] = pieces[other], pieces[at]
        elif what == "cut":
            pieces[at] = pieces[at][: b % (len(pieces[at]) + 1)]
        else:
            pieces[at] = more.join([pieces[at][: len(pieces[at]) // 2], pieces[at][len(pieces[at]) // 2 :]])
    return b"".join(pieces)


@pytest.fixture(scope="module")
def sandbox():
    """One for all: it starts anew only where a file brings it down."""
    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


def check(kind, path, asked, sandbox):
    path = path.with_suffix(kind.suffix)
    path.write_bytes(changed(kind, asked))
    sandbox.submit(path, ())
    try:
        document = _document(sandbox.result(), path)
    except LoadError as error:
        assert not re.search("crashed|cannot be parsed|took longer|needs more", str(error)), error
        return
    pages = {page.number: page for page in document.pages}
    assert list(pages) == list(range(1, len(pages) + 1))
    for page in pages.values():
        for block in page.blocks:
            assert 0 <= block.start < block.end <= len(page.text)
            for cell in block.cells if isinstance(block, Table) else ():
                assert page.text[cell.start : cell.end] == cell.text and cell.column < cell.column_end
    for passage in passages_of(document):
        for segment in passage.segments:
            there = pages[passage.page].text[segment.page_start :][: segment.end - segment.start]
            assert passage.text[segment.start : segment.end] == there


def fuzzed(name, path, sandbox, **options):
    """Checks many changes of one kind of filing."""

    @settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True, **options)
    @given(changes(KINDS[name]))
    def run(asked):
        check(KINDS[name], path, asked, sandbox)

    run()


@pytest.mark.parametrize("name", KINDS)
def test_the_filing_itself_is_read(name, tmp_path):
    path = (tmp_path / "a").with_suffix(KINDS[name].suffix)
    path.write_bytes(changed(KINDS[name], ()))
    assert "1,234" in "".join(page.text for page in parse_file(path).pages)


@pytest.mark.parametrize("name", KINDS)
def test_changed_a_little_it_is_read_or_refused(name, tmp_path, sandbox):
    fuzzed(name, tmp_path / "a", sandbox, max_examples=50, derandomize=True)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", KINDS)
def test_changed_very_often_it_is_read_or_refused(name, tmp_path, sandbox):
    fuzzed(name, tmp_path / "a", sandbox, max_examples=2000)
