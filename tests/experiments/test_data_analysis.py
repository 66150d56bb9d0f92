import gzip
import json
import os
import re

import pytest
import typer
from typer.testing import CliRunner

from experiments.data_analysis.__main__ import main
from experiments.data_analysis.derivations import parse_derivation, value_of
from experiments.data_analysis.described import describe
from experiments.data_analysis.duplicates import Repeated, across_companies, repeated, sentences, within_companies
from experiments.data_analysis.filing_text import SHARD, write_filing_text
from experiments.data_analysis.labels import JudgedError, Suspect, read_judged, sample
from experiments.data_analysis.memory import BAR, read_in_process
from experiments.data_analysis.operations import Stopwatch
from experiments.data_analysis.program_labels import program_checks
from experiments.data_analysis.prose_labels import prose_checks
from experiments.data_analysis.questions import finance_questions
from experiments.data_analysis.table_labels import table_checks

app = typer.Typer()
app.command()(main)

GRID = [["", "2019", "2018"], ["(in thousands)", "", ""], ["Revenue", "$1,250", "$1,000"], ["Costs", "900", "800"]]
BARE = [["", "2019", "2018"], ["Boats", "17", "12"]]


def tatqa(uid, question, answer, scale="", derivation="", kind="arithmetic"):
    return {
        "uid": uid, "question": question, "answer": answer, "scale": scale, "derivation": derivation,
        "answer_type": kind, "answer_from": "table",
    }  # fmt: skip


TATQA = [
    {
        "table": {"uid": "t1", "table": GRID},
        "paragraphs": [{"order": 1, "text": "Revenue rose in 2019."}],
        "questions": [
            tatqa("good", "What was the change in revenue from 2018 to 2019?", 250, "thousand", "1,250 - 1,000"),
            tatqa("rate", "What was the percentage change in costs from 2018 to 2019?", 12.5, "percent", "(900-800)/800"),
            tatqa("unscaled", "What were the costs in 2018?", ["800"], kind="span"),
            tatqa("share", "What are the costs as a percentage of revenue in 2019?", 0.72, "percent", "900/1,250"),
            tatqa("wrong", "What was the total of revenue?", 2300, "thousand", "1,250 + 1,000"),
            tatqa("reversed", "What was the change in costs from 2018 to 2019?", -100, "thousand", "800 - 900"),
            tatqa("twice", "What was revenue in 2019?", ["$1,250"], "thousand", kind="span"),
            tatqa("again", "What was revenue in 2019?", ["$1,000"], "thousand", kind="span"),
        ],
    },
    {
        "table": {"uid": "t2", "table": BARE},
        "paragraphs": [{"order": 1, "text": "Boats are counted at the end of the year."}],
        "questions": [tatqa("unsaid", "What was the average of boats?", 14.5, "million", "(17+12)/2")],
    },
]  # fmt: skip


def finqa(name, question, program, answer, table=None):
    facts = ["the sales of 2017 is 50 ; the sales of 2016 is 40 ;", "margins were 12% and 10% ."]
    return {
        "id": f"A/2017/page_1.pdf-{name}", "question": question, "program": program, "exe_ans": answer, "facts": facts,
        "table": table or [["", "2017", "2016"], ["sales", "50", "40"]],
    }  # fmt: skip


FINQA = [
    finqa("good", "what is the percent change in sales from 2016 to 2017?", "subtract(50, 40), divide(#0, 40)", 0.25),
    finqa("rate", "what percentage of 2017 is 2016?", "divide(40, 50)", 0.8),
    finqa("wrong", "what were sales?", "add(50, 40)", 91.0),
    finqa("average", "what is the average?", "add(50, 40), add(#0, const_2), divide(#1, const_2)", 46.0),
    finqa("points", "what percent of sales is it?", "subtract(50, 40)", 10.0),
    finqa("again", "what is a tenth of it?", "divide(10%, const_100)", 0.001),
    finqa("added", "what will sales be?", "add(50, 10%)", 50.1),
    finqa("hundred", "what percentage of 2017 is 2016, then?", "divide(40, 50), multiply(#0, const_100)", 80.0),
    finqa("nowhere", "what is the sum?", "add(50, 77)", 127.0),
    finqa("reversed", "what is the change from 2016 to 2017?", "subtract(40, 50)", -10.0),
    finqa("dash", "how much is it?", "add(50, 40)", 90.0, [["", "2017", "2016"], ["sales", "50", "2014"]]),
]
CONVFINQA = {
    "id": "Single_A/2017/page_1.pdf-1",
    "doc": {"pre_text": "sales rose .", "post_text": "", "table": {"2017": {"sales": 50.0}, "2016": {"sales": 40.0}}},
    "dialogue": {
        "conv_questions": ["what were sales in 2017?", "and before?"],
        "turn_program": ["50", "40"],
        "executed_answers": [50.0, 40.0],
    },
}
ARITHMETIC = {
    "id": "arithmetic-1", "question": "What is the total?", "program": "add(726, 4088)", "exe_ans": 4814.0,
    "pre_text": ["Report"], "post_text": [], "table": [["", "2019", "2018"], ["Software", "726", "4088"]],
}  # fmt: skip


def passage(name, question, answer, context, ticker="TOY"):
    return {
        "id": name, "question": question, "answer": answer, "context": context, "ticker": ticker,
        "silver_text": context[:4], "silver_start": 0,
    }  # fmt: skip


PASSAGES = [
    passage("good", "What was revenue in 2023?", "$1.25 billion", "Revenue was $1,250 million in 2023."),
    passage("nowhere", "What was revenue?", "Revenue was $77 million.", "Revenue was $1,250 million in 2023."),
    passage("years", "What was revenue in 2023?", "$1,250 million", "Revenue was $1,250 million in 2020."),
    passage("empty", "What?", "", "Revenue was $1,250 million in 2023."),
]
CAUSES = [
    {
        "id": f"fc-{i}",
        "text": "A because B",
        "cause": cause,
        "effect": effect,
        "cause_start": at,
        "effect_start": 10 - at,
    }
    for i, (cause, effect, at) in enumerate([("B", "A", 10), ("A", "B", 0)])
]
EVIDENCE = [{"evidence_text": "Revenue 1,250"}]
BENCH = {
    "financebench_id": "fb-1",
    "question": "Revenue?",
    "answer": "$1250.00",
    "doc_name": "TOY",
    "evidence": EVIDENCE,
}
SAID = "We sell toys to children in many countries and make them all in {} of our own"
FILINGS = [
    {"company": "TOY INC", "filing_type": "10-K", "period_of_report": "2022", "item_1": f"{SAID.format(4)}.\nShort."},
    {"company": "TOY INC", "filing_type": "10-K", "period_of_report": "2023", "item_1": f"{SAID.format(5)}.\nShort."},
    {
        "company": "BOAT CORP",
        "filing_type": "10-K",
        "period_of_report": "2023",
        "item_1": f"{SAID.format('six')}.\nShort.",
    },
]
FILES = {
    "tatqa/dev": TATQA, "finqa/dev": FINQA, "convfinqa/dev": [CONVFINQA], "tatqa_arithmetic/train": [ARITHMETIC],
    "financial_qa_10k/train": PASSAGES, "fincausal/train": CAUSES, "financebench/questions": [BENCH],
    "filings_items/filings": FILINGS, "filings_text/lcit_10k_10q": [], "filings_text/ragmate_10k": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder of made-up questions, one wrong in each way that the checks know."""
    folder = tmp_path_factory.mktemp("data")
    for name, records in FILES.items():
        path = folder / f"{name}.jsonl.gz"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(gzip.compress("".join(json.dumps(record) + "\n" for record in records).encode()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "environ", os.environ)  # Dataset.map with processes leaves a copy in its place
        patch.setenv("FINANCEQA_DATA", str(folder))
        yield folder


@pytest.fixture(scope="module")
def questions(data, tmp_path_factory):
    return finance_questions(tmp_path_factory.mktemp("arrow"))


def test_each_check_finds_what_is_wrong_and_nothing_else(questions):
    checks = [*table_checks(), *program_checks(), *prose_checks(questions)]
    found = {check.name: [suspect.id.rpartition("pdf-")[2] for suspect in check.find()] for check in checks}
    assert found == {
        "result": ["wrong"], "share as percent": ["share"], "scale left out": ["unscaled"], "scale not said": ["unsaid"],
        "years reversed, tables": ["reversed"], "program": ["wrong"], "average": ["average"], "no share": ["points"],
        "percent twice": ["again"], "percent added": ["added"], "rarer percent": ["hundred"],
        "operand nowhere": ["nowhere"], "years reversed, programs": ["reversed"], "dash as year": ["dash"],
        "number nowhere": ["nowhere"], "other year": ["years"], "no answer": ["empty"],
        "cause and effect": ["fc-0 and fc-1"], "asked twice": ["twice and again"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("derivation", "value"),
    [
        ("1,250 - 1,000", 250),
        ("-114 - (71)", -43),
        ("$0.09 * [2+3]", 0.45),
        ("50%*$23,406", 11703),
        ("(3.7 + 1.6)/2", 2.65),
    ],
)
def test_derivations_are_read_as_accounts(derivation, value):
    assert float(value_of(parse_derivation(derivation))) == pytest.approx(value)


@pytest.mark.parametrize("derivation", ["60.3 million + 2", "2018##2019", "__import__('os')", ""])
def test_what_is_no_derivation_is_told(derivation):
    with pytest.raises(ValueError, match="no arithmetic"):
        value_of(parse_derivation(derivation))


def test_questions_are_described():
    batch = {
        "question": ["How much?"], "context": ["It cost 12 and 12 or 123"], "answers": [["12"]], "starts": [[8]],
    }  # fmt: skip
    row = {name: values[0] for name, values in describe(batch).items()}
    assert (row["context_words"], row["occurrences"], row["numeric"]) == (7, 2, True)
    assert row["numbers"] == pytest.approx(3 / 7) and row["position"] == pytest.approx(8 / 24)


def test_sentences_are_found_again_in_three_ways():
    one = f"We make toys. {SAID.format(4)}."
    assert sentences(one) == [SAID.format(4).lower()]
    said = [SAID.format(n).lower() for n in (4, 5)]
    other = "nothing of all this was ever said by anyone else in any filing at all"
    near = said[0].replace("children", "grownups")
    assert repeated({"a": [said[0], other], "b": [said[0]]}) == Repeated(2, 3, 2, 0, 0)
    assert repeated({"a": [said[0], other], "b": [said[1]]}) == Repeated(2, 3, 0, 2, 0)
    assert repeated({"a": [said[0], other], "b": [near]}) == Repeated(2, 3, 0, 0, 0)
    long, changed = f"{said[0]} and {other}", f"{near} and {other}"
    assert repeated({"a": [long, other], "b": [changed]}) == Repeated(2, 3, 0, 0, 2)
    assert repeated({"a": [said[0], other]}) == Repeated(1, 2, 0, 0, 0)


def test_filings_are_compared_within_and_across_companies():
    filings = {"toy": {"22": ["a b c", "d e 1"], "23": ["a b c", "d e 2"]}, "boat": {"23": ["a b c"]}}
    assert within_companies(filings) == Repeated(2, 4, 2, 2, 0)
    assert across_companies(filings) == Repeated(2, 4, 2, 0, 0)


def test_filing_text_is_the_same_each_time(tmp_path):
    one, two = (write_filing_text(tmp_path / name, 100_000) for name in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
    assert 100_000 <= sum(path.stat().st_size for path in one) < 110_000
    with pytest.raises(OSError, match="bytes of room"):
        write_filing_text(tmp_path / "three", 1 << 60)


def test_a_sample_does_not_hang_on_the_order():
    suspects = [Suspect("toys", str(i), "") for i in range(40)]
    assert sample(suspects) == sample(suspects[::-1]) and len(sample(suspects)) == 10


def test_what_was_judged_is_whole(tmp_path):
    names = {check.name for check in [*table_checks(), *program_checks(), *prose_checks(None)]}
    assert {check for check, _ in read_judged()} <= names
    path = tmp_path / "judged.toml"
    entry = '[[judged]]\ncheck = "result"\nid = "a"\nverdict = "wrong"\nwhy = "it is"\n'
    for broken, fault in (
        (entry.replace('why = "it is"\n', ""), "each .* needs check, id, verdict and why"),
        (entry.replace("wrong", "bad"), "a verdict is wrong, unclear, right"),
        (entry * 2, "judged twice"),
        ("judged = ", "judged.toml"),
    ):
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(JudgedError, match=fault):
            read_judged(path)


def test_of_several_tries_the_quickest_counts(monkeypatch):
    ticks = iter([0.0, 5.0, 10.0, 12.0, 20.0, 23.0])
    monkeypatch.setattr("experiments.data_analysis.operations.time.perf_counter", lambda: next(ticks))
    watch = Stopwatch(rows=8)
    assert watch.timed("read", lambda: 8, str, tries=3) == 8
    assert [(each.seconds, each.gives, each.rows) for each in watch.found] == [(2.0, "8", 8)]


def test_the_command_writes_its_report(data, tmp_path):
    done = CliRunner().invoke(
        app, ["--out", str(tmp_path / "out"), "--work", str(tmp_path / "work"), "--size", "0.002"]
    )
    assert done.exit_code == 0, done.output
    assert re.search(r"Streaming over 0\.00 GB had \d+ MB resident at most, under the 500 MB", done.output)
    assert list((tmp_path / "work").iterdir()) == []
    page, text = ((tmp_path / "out" / f"data.{kind}").read_text(encoding="utf-8") for kind in ("html", "md"))
    assert "A/2017/page_1.pdf-dash" not in text  # nobody looked at it
    assert "| dash as year |" in text and "| financial_qa_10k | 4 |" in text and "interleave_datasets" in text
    assert not re.search(r"<script|<link|https?://(?!www\.w3\.org/2000/svg)", page)
    assert {path.name for path in (tmp_path / "out" / "figures").iterdir()} == {
        f"data-{name}.svg" for name in ("memory", "reading", "numbers")
    }


def test_reading_that_fails_is_told(tmp_path):
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"text": ', encoding="utf-8")
    with pytest.raises(RuntimeError, match="reading 9 bytes streamed failed: "):
        read_in_process("streamed", [broken], tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_streaming_two_gigabytes_takes_little_memory(tmp_path):
    files = write_filing_text(tmp_path, 1 << 31)
    reading = read_in_process("streamed", files, tmp_path)
    assert len(files) == (1 << 31) // SHARD and reading.characters > 0.95 * (1 << 31)
    assert reading.before < reading.peak < BAR
