import gzip
import os
from datetime import date

import pytest

from retrieval.document import Identity, Period, Table
from retrieval.index.index import Index
from retrieval.ingest import ingest
from retrieval.loading.cover import completed_by_text, cover_identity
from retrieval.loading.load import load_documents
from retrieval.loading.plain_text import parse_text
from tests.fakes import HashEmbedder
from tests.hostile import HTML, TEXT

COVER = """UNITED STATES SECURITIES AND EXCHANGE COMMISSION
FORM {form}
For the {period} ended {end}
Commission file number 1-3285
ACME LAMPS, INC.
(Exact name of registrant as specified in its charter)
Common stock   Trading symbol ACML   New York Stock Exchange
"""


def cover(form="10-K", period="fiscal year", end="December 31, 2022"):
    return cover_identity(COVER.format(form=form, period=period, end=end))


def test_a_cover_says_who_filed_what_for_when():
    identity = cover()
    assert (identity.company, identity.form, identity.fiscal_year, identity.ticker) == (
        "ACME LAMPS, INC.",
        "10-K",
        2022,
        "ACML",
    )
    assert identity.period_end.isoformat() == "2022-12-31"


@pytest.mark.parametrize(
    ("form", "period", "end", "expected"),
    [
        ("10-K/A", "fiscal year", "June 30, 2021", ("10-K/A", 2021, None)),
        ("10-K", "fiscal year", "January 28, 2023", ("10-K", 2022, None)),
        ("10-Q", "quarterly period", "March 31, 2020", ("10-Q", 2020, None)),
        ("10-K405", "fiscal year", "December 31, 1999", ("10-K405", 1999, None)),
    ],
)
def test_forms_and_periods(form, period, end, expected):
    identity = cover(form, period, end)
    assert (identity.form, identity.fiscal_year, identity.quarter) == expected


def test_the_company_s_own_count_of_years_is_taken_from_the_text():
    identity = cover(end="January 28, 2023")
    assert completed_by_text(identity, "fiscal 2023 " * 9 + "fiscal 2022 " * 4).fiscal_year == 2023
    assert completed_by_text(identity, "fiscal 2023 " * 2).fiscal_year == 2022
    assert completed_by_text(identity, "fiscal 2023 " * 40 + "fiscal 2022 " * 50).fiscal_year == 2023
    december = cover(end="December 26, 2015")
    assert completed_by_text(december, "fiscal 2016 " * 9 + "fiscal 2015 ").fiscal_year == 2015


def test_a_company_that_shows_its_name_as_a_picture_signs_with_it():
    signed = "duly authorized.\nTHE LAMP COMPANY\n(Registrant) By: /s/ A. Wick"
    assert completed_by_text(Identity(), signed).company == "THE LAMP COMPANY"
    assert completed_by_text(Identity(company="Acme"), signed).company == "Acme"


@pytest.mark.parametrize(
    ("periods", "quarter"),
    [
        ("Three Months Ended March 31, " * 6, 1),
        ("three months ended June 30, " * 6 + "six months ended June 30, " * 6, 2),
        ("thirteen weeks ended " * 6 + "thirty-nine weeks ended " * 4 + "twenty-six weeks ended", 3),
        ("in the year", None),
    ],
)
def test_a_quarterly_report_s_quarter_is_told_by_its_longest_periods(periods, quarter):
    assert completed_by_text(Identity(form="10-Q"), periods).quarter == quarter
    assert completed_by_text(Identity(form="10-K"), periods).quarter is None


def test_what_a_text_does_not_say_is_not_guessed():
    assert cover_identity("Dear shareholders, 2022 was a good year.") == Identity()


def test_sidecar_beats_the_filing_and_flags_beat_the_sidecar(tmp_path):
    (tmp_path / "a.txt").write_text(COVER.format(form="10-K", period="fiscal year", end="December 31, 2022"))
    (tmp_path / "a.txt.meta.toml").write_text('company = "Sidecar Co"\nfiscal_year = 1999\nperiod_end = 1999-12-31\n')
    (first,) = load_documents([tmp_path])
    (second,) = load_documents([tmp_path], overrides=Identity(fiscal_year=2001))
    assert (first.document.identity.company, first.document.identity.fiscal_year, first.document.identity.form) == (
        "Sidecar Co",
        1999,
        "10-K",
    )
    assert second.document.identity.fiscal_year == 2001
    assert first.document.id != second.document.id and first.file.digest != second.file.digest


@pytest.mark.parametrize(("form", "year"), [("10-K", 2022), ("10-Q/A", 2022), ("8-K", None)])
def test_a_report_whose_period_alone_is_known_is_counted_to_its_fiscal_year(form, year, tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT)
    (tmp_path / "a.txt.meta.toml").write_text(f'form = "{form}"\nperiod_end = 2023-01-28\n')
    (loaded,) = load_documents([tmp_path])
    assert loaded.document.identity.fiscal_year == year


def test_a_form_is_the_same_however_people_write_it(tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT)
    (tmp_path / "a.txt.meta.toml").write_text('form = "10-q/a "')
    (by_sidecar,) = load_documents([tmp_path])
    (by_flag,) = load_documents([tmp_path], overrides=Identity(form=" 10-k"))
    assert (by_sidecar.document.identity.form, by_flag.document.identity.form) == ("10-Q/A", "10-K")


def test_gzipped_files_are_read_and_formats_are_told_by_content(tmp_path):
    (tmp_path / "a.dat").write_bytes(gzip.compress(HTML))
    (loaded,) = load_documents([tmp_path])
    assert loaded.document.pages[0].text == "Revenue was $5 million in the year."


SUBMISSION = """-----BEGIN PRIVACY-ENHANCED MESSAGE-----
Proc-Type: 2001,MIC-CLEAR

<SEC-DOCUMENT>0000001234-01-000005.txt : 20010330
<SEC-HEADER>0000001234-01-000005.hdr.sgml : 20010330
CONFORMED SUBMISSION TYPE:\t10-K
FILER:
\tCOMPANY CONFORMED NAME:\t\tACME LAMPS INC
\tCENTRAL INDEX KEY:\t\t0000001234
{address}
</SEC-HEADER>
<DOCUMENT>
<TYPE>10-K
<SEQUENCE>1
<TEXT>
{text}
</TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>GRAPHIC
<FILENAME>lamp.jpg
<TEXT>
begin 644 lamp.jpg
M_]C_X  02D9)1@ ! 0   0 !  #_VP!#  @&!@<&!0@'!P<)"0@*#!0-# L+
end
</TEXT>
</DOCUMENT>
</SEC-DOCUMENT>
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", f'<XBRL>\n<?xml version="1.0"?>\n{HTML.decode()}\n</XBRL>'),
        ("a.txt", HTML.decode()),
        ("a.txt.gz", f"<PAGE>\n{TEXT.decode()}"),
    ],
    ids=["inline XBRL", "HTML", "text"],
)
def test_of_a_full_submission_the_filing_is_read(name, text, tmp_path):
    data = SUBMISSION.format(address="\tSTREET 1:\t\t1 LAMP STREET\n" * 40, text=text).encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    (loaded,) = load_documents([tmp_path])
    assert [page.text for page in loaded.document.pages] == ["Revenue was $5 million in the year."]
    assert loaded.document.identity.cik == "0000001234"


def test_unchanged_files_are_not_parsed(tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT)
    (loaded,) = load_documents([tmp_path])
    assert list(load_documents([tmp_path], unchanged=lambda file: file.digest == loaded.file.digest)) == []


def test_a_name_that_is_no_text_is_skipped_and_the_rest_goes_on(tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    (files / os.fsdecode(b"re\xffport.txt")).write_bytes(TEXT)
    (files / "report.txt").write_bytes(TEXT)
    with Index.create(tmp_path / "index", embedder=HashEmbedder()) as index:
        report = ingest(index, [files])
    assert report.added == 1 and [skipped.reason for skipped in report.skipped] == ["its name is not UTF-8; rename it"]
    assert str(report.skipped[0]).isprintable()


def test_ingest_adds_replaces_remembers_and_resumes(tmp_path):
    files, embedder = tmp_path / "files", HashEmbedder()
    files.mkdir()
    (files / "a.txt").write_text("Revenue was up by five percent.")
    (files / "b.csv").write_text("x,y")
    (files / "c.pdf").write_bytes(b"%PDF-1.7 broken")
    with Index.create(tmp_path / "index", embedder=embedder) as index:
        first = ingest(index, [files])
        assert (first.added, first.passages, len(first.skipped)) == (1, 1, 2)
        before = embedder.embedded
        second = ingest(index, [files])
        assert (second.added, second.unchanged, second.passages) == (0, 1, 0)
        assert sorted(s.reason for s in second.skipped) == sorted(s.reason for s in first.skipped)
        assert embedder.embedded == before
        (files / "a.txt").write_text("Revenue was down by five percent.")
        third = ingest(index, [files])
        assert third.added == 1 and len(index.documents()) == 1
        assert "down" in index.search_lexical("revenue", k=1)[0][0].text


def test_what_another_parser_reads_of_a_file_takes_the_place_of_what_was_read(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("Revenue was up by five percent.")
    with Index.create(tmp_path / "index", embedder=HashEmbedder()) as index:
        ingest(index, [tmp_path / "a.txt"])
        [before] = index.documents()
        monkeypatch.setattr("retrieval.loading.load.PARSER_VERSION", b"another")
        assert ingest(index, [tmp_path / "a.txt"]).added == 1
        [after] = index.documents()
    assert after.id != before.id and after.title == before.title


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda file: file.write_bytes(b""), "empty file"),
        (lambda file: file.write_bytes(b"PK\x03\x04"), "zip archive"),
        (lambda file: file.with_name("a.txt.meta.toml").write_text("company = "), "sidecar is not TOML"),
        (
            lambda file: file.with_name("a.txt.meta.toml").write_text(f"fiscal_year = {'9' * 5000}"),
            "sidecar is not TOML",
        ),
        (lambda file: file.with_name("a.txt.meta.toml").write_text("fiscal_year = 99999"), "between 1900 and 2100"),
        (lambda file: file.with_name("a.txt.meta.toml").write_text("fiscal_year = 23"), "between 1900 and 2100"),
        (lambda file: file.with_name("a.txt.meta.toml").write_text("quarter = 4"), "quarter is 4, not between 1 and 3"),
        (
            lambda file: file.with_name("a.txt.meta.toml").write_text("period_end = 2023-12-31T00:00:00"),
            "sidecar's period_end is datetime.datetime(2023, 12, 31, 0, 0), not a date",
        ),
    ],
)
def test_a_file_that_is_no_filing_any_more_is_not_cited_any_more(spoil, reason, tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    (files / "a.txt").write_text("Revenue was up by five percent.")
    with Index.create(tmp_path / "index", embedder=HashEmbedder()) as index:
        ingest(index, [files])
        spoil(files / "a.txt")
        (skipped,) = ingest(index, [files]).skipped
        assert reason in skipped.reason and index.documents() == []
        assert [again.reason for again in ingest(index, [files]).skipped] == [skipped.reason]


@pytest.mark.parametrize("said", ["sidecar", "flags"])
def test_tables_know_what_is_said_of_the_filing_beside_it(said, tmp_path):
    rows = ["CONSOLIDATED STATEMENTS OF INCOME", "", f"{'':40}2023       2022", f"{'Net sales':38}$ 1,234    $ 1,100"]
    rows += [f"{name:40}1,000        900" for name in ("Income taxes", "Net income", "Diluted earnings per share")]
    (tmp_path / "a.txt").write_text("\n".join(rows))
    if said == "sidecar":
        (tmp_path / "a.txt.meta.toml").write_text('form = "10-K"\nfiscal_year = 2023\nperiod_end = 2023-06-30\n')
    flags = Identity(form="10-K", fiscal_year=2023, period_end=date(2023, 6, 30))
    (loaded,) = load_documents([tmp_path], overrides=flags if said == "flags" else None)
    (table,) = loaded.document.pages[0].tables
    sales = next(cell for cell in table.cells if cell.text == "$ 1,100")
    assert (sales.unit, sales.period) == ("USD", Period(date(2021, 7, 1), date(2022, 6, 30)))


FIXED = b"""                      CONSOLIDATED BALANCE SHEETS
                            (In thousands)

                                             June 30,
                                         2021            2020
                                 ------------    ------------
Assets
Current assets:
  Cash                           $      6,214    $      5,870
  Receivables                          24,108          22,945
Other, net                             (1,605)             --
"""


def test_fixed_width_tables_are_read_in_columns():
    (page,) = parse_text(FIXED).pages
    (table,) = [block for block in page.blocks if isinstance(block, Table)]
    values = {cell.text: cell for cell in table.cells if cell.role == "value"}
    cash = values["$ 6,214"]
    assert (cash.row_path[-1], cash.column_path[-1], cash.period.end.isoformat(), cash.scale) == (
        "Cash",
        "2021",
        "2021-06-30",
        3,
    )
    assert values["5,870" if "5,870" in values else "$ 5,870"].column_path[-1] == "2020"
    assert values["(1,605)"].column_path[-1] == "2021"


def test_markdown_tables_and_headings():
    (page,) = parse_text(
        b"# Item 7\n\nSales rose.\n\n| | 2022 | 2021 |\n|---|---:|---:|\n| Sales | 5 | 4 |\n", markdown=True
    ).pages
    assert [type(block).__name__ for block in page.blocks] == ["Text", "Text", "Table"]
    assert page.blocks[0].level == 1
    value = next(cell for cell in page.blocks[2].cells if cell.text == "4")
    assert (value.row_path, value.column_path) == (("Sales",), ("2021",))


def test_form_feeds_part_pages():
    assert [page.text for page in parse_text(b"Page one.\fPage two.").pages] == ["Page one.", "Page two."]
