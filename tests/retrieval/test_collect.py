import gc
import os
import random
import subprocess
import sys
import threading
import time
from datetime import date

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from retrieval.collecting.collect import FILINGS, LISTING, TABLE, collect
from retrieval.collecting.edgar import Edgar, Filing
from retrieval.collecting.fetching import ATTEMPTS, Fetcher, FetchError
from retrieval.collecting.listing import Request, year_of
from retrieval.collecting.pace import Pace
from retrieval.document import Document
from retrieval.index.lock import WriterLock
from retrieval.loading.load import load_documents
from retrieval.loading.parsed import Loaded
from tests.edgar_stand_in import EdgarStandIn, StandInCompany, StandInFiling

AGENT = "Jane Doe jane@example.com"
REQUEST = Request.of("lark", "10-k", "2020-2022")


def page(year, said):
    return (
        "<html><body><p>FORM 10-K</p>"
        f"<p>For the fiscal year ended December 31, {year}</p><p>Old Larkfield Co</p>"
        f"<p>(Exact name of registrant as specified in its charter)</p><p>{said}</p></body></html>"
    ).encode()


def filing(number, year, form="10-K", *, end=None, document="main.htm", said="Revenue rose."):
    end = end or f"{year}-12-31"
    return StandInFiling(
        f"0000320193-{year % 100:02}-{number:06}", form, f"{year + 1}-02-20", end, document, page(year, said)
    )


def larkfield():
    """Three years of filings, one amended, one from before pages were HTML; and what is not asked for."""
    recent = [
        filing(9, 2023),
        filing(8, 2022, end="2023-01-01"),
        filing(7, 2022, "8-K", end="2022-06-01"),
        filing(6, 2021, "10-K/A", document="amendment.htm", said="Revenue fell."),
        filing(5, 2021),
    ]
    older = [filing(4, 2020, document=""), filing(3, 2020, "SC 13G", end="", document="xslForm/g.xml")]
    oldest = [filing(2, 1999)]
    return StandInCompany(320193, "LARKFIELD, INC.", ["LARK", "LARK-B"], recent, [older, oldest], ["Old Larkfield Co"])


@pytest.fixture
def server():
    with EdgarStandIn(larkfield()) as stand_in:
        yield stand_in


@pytest.fixture
def edgar(server, tmp_path):
    return Edgar(Fetcher(AGENT, pace=Pace(tmp_path / "pace"), backoff=0.01, timeout=0.5), server.url)


def tree(folder):
    """All files of a folder with their bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_filings_of_the_years_are_collected_with_their_amendments(server, edgar, tmp_path):
    collection = collect(REQUEST, tmp_path / "out", edgar)
    assert (collection.fetched, collection.skipped) == (4, ())
    assert sorted(path.name for path in (tmp_path / "out" / FILINGS).iterdir() if path.suffix != ".toml") == [
        "LARK-10-K-2020-12-31-0000320193-20-000004.txt",
        "LARK-10-K-2021-12-31-0000320193-21-000005.htm",
        "LARK-10-K-2023-01-01-0000320193-22-000008.htm",
        "LARK-10-K-A-2021-12-31-0000320193-21-000006.htm",
    ]
    assert not any("submissions-002" in path for path in server.paths)  # 1999 is too old to be looked at
    assert {agent for _, _, agent in server.requests} == {AGENT}


def test_a_collection_can_be_ingested_as_it_is(edgar, tmp_path):
    collect(REQUEST, tmp_path / "out", edgar)
    outcomes = list(load_documents([tmp_path / "out"]))
    skipped = [outcome.reason for outcome in outcomes if not isinstance(outcome, Loaded)]
    assert skipped == ["a README is not a filing", "a data file is not a filing"]
    identities = [outcome.document.identity for outcome in outcomes if isinstance(outcome, Loaded)]
    assert {(i.company, i.ticker, i.cik, i.former_names) for i in identities} == {
        ("LARKFIELD, INC.", "LARK", "0000320193", ("Old Larkfield Co",))
    }
    assert [(i.form, i.fiscal_year, i.period_end) for i in identities] == [
        ("10-K", 2020, date(2020, 12, 31)),
        ("10-K", 2021, date(2021, 12, 31)),
        ("10-K", 2022, date(2023, 1, 1)),
        ("10-K/A", 2021, date(2021, 12, 31)),
    ]


def test_a_collection_is_a_data_set(server, edgar, tmp_path):
    from datasets import load_dataset

    collect(REQUEST, tmp_path / "out", edgar)
    rows = load_dataset(str(tmp_path / "out"), split="train", cache_dir=str(tmp_path / "cache"))
    assert [(row["form"], row["fiscal_year"], row["period_end"]) for row in rows] == [
        ("10-K", 2020, date(2020, 12, 31)),
        ("10-K", 2021, date(2021, 12, 31)),
        ("10-K/A", 2021, date(2021, 12, 31)),
        ("10-K", 2022, date(2023, 1, 1)),
    ]
    assert "Revenue fell." in rows[2]["pages"][0] and rows[2]["filed"] == date(2022, 2, 20)
    assert rows[2]["url"] == f"{server.url}/Archives/edgar/data/320193/000032019321000006/amendment.htm"
    assert (tmp_path / "out" / rows[2]["file"]).read_bytes() == page(2021, "Revenue fell.")
    sums = subprocess.run(["sha256sum", "--check", ".collect/SHA256SUMS"], cwd=tmp_path / "out", capture_output=True)
    assert sums.returncode == 0 and sums.stdout.count(b": OK") == 10
    assert rows[2]["sha256"] in (tmp_path / "out" / ".collect" / "SHA256SUMS").read_text()


def test_filings_are_let_go_once_their_text_is_taken(edgar, tmp_path, monkeypatch):
    def living():
        return sum(isinstance(each, Document) for each in gc.get_objects())

    def watched(paths, **options):
        for outcome in load_documents(paths, **options):
            yield outcome
            held.append(living() - before)

    held, before = [], living()
    monkeypatch.setattr("retrieval.collecting.collect.load_documents", watched)
    collect(REQUEST, tmp_path / "out", edgar)
    assert len(held) == 4 and max(held) <= 2


def test_failures_change_nothing_but_the_time_it_takes(server, edgar, tmp_path):
    collect(REQUEST, tmp_path / "calm", edgar)
    documents = [path for path in server.paths if "Archives" in path]
    server.faults.update(
        {
            "/files/company_tickers.json": ["503", "truncate"],
            "/submissions/CIK0000320193.json": ["429:1"],
            documents[0]: ["truncate", "hang", "500"],
            documents[1]: ["503:Wed, 21 Oct 2015 07:28:00 GMT", "429:soon"],
        }
    )
    asked = len(server.requests)
    collect(REQUEST, tmp_path / "stormy", edgar)
    assert tree(tmp_path / "calm") == tree(tmp_path / "stormy")
    assert not any(server.faults.values()) and len(server.requests) == 2 * asked + 8
    first, second = (at for at, path, _ in server.requests[asked:] if path == "/submissions/CIK0000320193.json")
    assert second - first >= 1  # as Retry-After said


def test_what_stays_busy_is_given_up_and_what_was_fetched_is_kept(server, edgar, tmp_path):
    document = "/Archives/edgar/data/320193/000032019321000005/main.htm"
    server.faults[document] = ["503"] * ATTEMPTS
    with pytest.raises(FetchError, match=f"answers 503, {ATTEMPTS} times; run the same again later"):
        collect(REQUEST, tmp_path / "out", edgar)
    asked = len(server.requests)
    assert collect(REQUEST, tmp_path / "out", edgar).fetched == 3
    assert len(server.requests) == asked + 3


def test_a_long_wait_is_told_and_not_waited_for(server, edgar, tmp_path):
    server.faults["/files/company_tickers.json"] = ["429:3600"]
    with pytest.raises(FetchError, match="asks to wait 3600 s"):
        collect(REQUEST, tmp_path / "out", edgar)
    assert len(server.requests) == 1


def test_a_refusal_is_told_and_not_repeated(server, edgar, tmp_path):
    server.faults["/files/company_tickers.json"] = ["403"]
    with pytest.raises(FetchError, match=r"refused .403.*e-mail address"):
        collect(REQUEST, tmp_path / "out", edgar)
    assert len(server.requests) == 1


def test_whoever_does_not_say_who_asks_does_not_ask():
    for agent in (
        "",
        "Jane Doe",
        "jane@",
        "Jane\r\nX: y jane@example.com",
        "Jané jane@example.com",
        "jané@example.com",
    ):
        with pytest.raises(ValueError, match="does not say who asks"):
            Fetcher(agent)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (Request.of("LARKS", "10-K", "2021"), "no company with the ticker 'LARKS' .near it: LARK"),
        (Request.of("123", "10-K", "2021"), "no company of the CIK 0000000123"),
        (Request.of("320193", "20-F", "2021-2022"), "filed no 20-F for 2021 to 2022; it filed 10-K, "),
        (Request.of("LARK-B", "10-K", "1995"), "filed no 10-K for 1995 to 1995; nor anything else"),
    ],
)
def test_what_edgar_does_not_have_is_told_and_leaves_no_folder(request_, message, edgar, tmp_path):
    with pytest.raises(ValueError, match=message):
        collect(request_, tmp_path / "out", edgar)
    assert not (tmp_path / "out").exists()


def test_other_shapes_are_told(server, edgar, tmp_path):
    server.companies[320193].recent[0].accession = "../../etc"
    with pytest.raises(FetchError, match=r"has not the shape that EDGAR describes .filings.recent.accessionNumber.0"):
        collect(REQUEST, tmp_path / "out", edgar)


def test_only_what_is_missing_or_damaged_is_fetched_again(server, edgar, tmp_path):
    out = tmp_path / "out"
    collect(REQUEST, out, edgar)
    whole, asked = tree(out), len(server.requests)
    assert collect(REQUEST, out, edgar).fetched == 0 and len(server.requests) == asked
    damaged, missing, *_ = sorted(path for path in (out / FILINGS).iterdir() if path.suffix != ".toml")
    damaged.write_bytes(damaged.read_bytes()[:-1])
    missing.unlink()
    (out / TABLE).write_bytes(b"PAR1")
    (out / FILINGS / f".{missing.name}.abc123").write_bytes(b"half")
    assert collect(REQUEST, out, edgar).fetched == 2 and len(server.requests) == asked + 2
    assert tree(out) == whole
    (out / LISTING).write_bytes(b"{")
    assert collect(REQUEST, out, edgar).fetched == 0 and tree(out) == whole


def test_a_folder_is_for_one_collection_and_one_process(edgar, tmp_path):
    out = tmp_path / "out"
    collect(REQUEST, out, edgar)
    with pytest.raises(ValueError, match=r"holds --company LARK --form 10-K --years 2020-2022, not .* --years 2021;"):
        collect(Request.of("LARK", "10-K", "2021"), out, edgar)
    lock = WriterLock(out / ".collect")
    assert lock.acquire()
    with pytest.raises(ValueError, match="another process collects"):
        collect(REQUEST, out, edgar)
    lock.release()
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(ValueError, match="no collection"):
        collect(REQUEST, tmp_path, edgar)
    assert (tmp_path / "README.md").read_text() == "mine"


def test_a_filing_that_cannot_be_read_is_told_and_has_no_text(server, edgar, tmp_path):
    from datasets import load_dataset

    server.companies[320193].recent[-1].content = b"GIF89a"
    collection = collect(REQUEST, tmp_path / "out", edgar)
    assert [skipped.reason for skipped in collection.skipped] == ["an image has no text; run OCR first"]
    rows = load_dataset(str(tmp_path / "out"), split="train", cache_dir=str(tmp_path / "cache"))
    assert [bool(row["pages"]) for row in rows] == [True, False, True, True]
    assert "not readable" in (tmp_path / "out" / "README.md").read_text()


def test_all_who_ask_from_one_machine_together_ask_seldom(server, tmp_path):
    def ask():
        fetcher = Fetcher(AGENT, pace=Pace(tmp_path / "pace"))
        for _ in range(8):
            fetcher.get(f"{server.url}/files/company_tickers.json")

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.requests) == 24 and server.busiest_second < 10


def test_turns_are_kept_where_the_clock_is_set_back(tmp_path):
    pace = Pace(tmp_path / "pace")
    pace.wait()
    os.utime(tmp_path / "pace", (time.time() + 3600,) * 2)
    started = time.monotonic()
    pace.wait()
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("form", "end", "year"),
    [
        ("10-K", date(2023, 1, 28), 2022),
        ("10-K", date(2023, 2, 28), 2023),
        ("8-K", date(2023, 1, 9), 2023),
        ("S-1", None, 2024),
    ],
)
def test_years_are_those_of_periods(form, end, year):
    assert year_of(Filing("", form, date(2024, 1, 2), end, "")) == year


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--company", "LARK", "--years", "2020"], "EDGAR wants to know who asks"),
        (["--company", "LARK", "--years", "2020", "--user-agent", "me"], "does not say who asks"),
        (["--company", "LARK", "--years", "2024-2020", "--user-agent", AGENT], "give them as 2020-2024"),
        (["--company", "LARK", "--years", "now", "--user-agent", AGENT], "give them as 2020-2024"),
        (["--company", "X", "--years", "2020", "--user-agent", AGENT, "--edgar", "sec.gov"], "begin with http"),
        (["--company", "../x", "--years", "2020", "--user-agent", AGENT], "neither a ticker nor a CIK"),
    ],
)
def test_wrong_usage_is_told(options, message):
    result = CliRunner().invoke(app, ["collect", *options], env={"FINANCEQA_USER_AGENT": None, "COLUMNS": "200"})
    assert result.exit_code == 2 and message in result.output


def command(server, out, tmp_path):
    """The collecting process."""
    return subprocess.Popen(
        [sys.executable, "-m", "experiments.cli", "collect", "--company", "LARK", "--years", "2000-2020", "--out", out],
        env={**os.environ, "FINANCEQA_EDGAR": server.url, "FINANCEQA_USER_AGENT": AGENT, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kills", [3, pytest.param(10, marks=pytest.mark.slow)])
def test_a_process_that_is_killed_again_and_again_ends_with_the_same_files(kills, tmp_path):
    """`kills` times, the last two of them while data set and card are made."""
    filings = [filing(year, year) for year in range(2000, 2021)]
    company = StandInCompany(320193, "LARKFIELD, INC.", ["LARK"], filings[10:], [filings[:10]])
    chance = random.Random(kills)
    with EdgarStandIn(company, delay=0.05) as server:
        whole, out = command(server, tmp_path / "whole", tmp_path), tmp_path / "killed"
        assert whole.wait() == 0
        asked = len(server.requests)
        for kill in range(kills):
            late = kill >= kills - 2
            process = command(server, out, tmp_path)
            until = asked + len(filings) if late else len(server.requests) + chance.randint(1, 3)
            while process.poll() is None and not (all_fetched(out, filings) if late else len(server.requests) >= until):
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.2))
            process.kill()
            process.communicate()
            assert process.returncode == -9  # it was not done before
        last = command(server, out, tmp_path)
        said, _ = last.communicate()
        assert last.returncode == 0 and f"21 filings of LARKFIELD, INC. in {out}: 0 fetched" in said
        assert tree(out) == tree(tmp_path / "whole")
        assert server.busiest_second < 10
        assert len(server.requests) <= 2 * asked + 3 * kills  # what was there was not fetched again


def all_fetched(out, filings):
    """Whether the checksums of all documents are written."""
    sums = out / ".collect" / "SHA256SUMS"
    return sums.is_file() and sums.read_text().count(".toml\n") == len(filings)
