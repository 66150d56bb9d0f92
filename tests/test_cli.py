import csv
import io
import json
import subprocess
import sys

import pytest

import experiments.cli
from retrieval.samples import sample_folder


def financeqa(*args, status=0):
    result = subprocess.run([sys.executable, "-m", "experiments.cli", *map(str, args)], capture_output=True, text=True)
    assert result.returncode == status, result.stderr
    assert "Traceback" not in result.stderr
    return result


def test_ask_json_keeps_its_contract(sample_index):
    out = financeqa(
        "ask", "--index", sample_index, "What was Larkfield's cost of revenue in fiscal 2023?", "--json"
    ).stdout
    answer = json.loads(out)
    contract = {
        "answer",
        "found",
        "value",
        "unit",
        "scale",
        "probability",
        "citations",
        "derivation",
        "assumed",
        "seconds",
    }
    assert contract <= answer.keys()
    assert (answer["answer"], answer["value"], answer["unit"], answer["scale"]) == (
        "528",
        "528000000",
        "USD",
        "million",
    )
    assert {"document", "page", "start", "end", "quote", "quote_start", "box"} <= answer["citations"][0].keys()


@pytest.mark.parametrize(
    "question", ["Why did Larkfield's gross margin rise in 2023?", "What was its cost of revenue?"]
)
def test_an_answer_takes_no_library_that_takes_seconds_to_import(sample_index, question):
    program = (
        "import sys; from qa.answering import FinanceQA\n"
        "with FinanceQA.open(sys.argv[1]) as system: assert system.ask(sys.argv[2], company='Larkfield').found\n"
        "print({'torch', 'transformers', 'sentence_transformers', 'scipy', 'sklearn', 'datasets'} & sys.modules.keys())"
    )
    command = [sys.executable, "-c", program, sample_index, question]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.stdout == "set()\n", result.stderr


def test_batches_give_json_lines_or_csv(sample_index, tmp_path):
    questions = tmp_path / "questions.txt"
    questions.write_text(
        "How many stores did Brindlevale Outfitters operate as of January 28, 2023?\n\nWhat was Hollowmere Robotics' revenue?\n"
    )
    lines = financeqa("ask", "--index", sample_index, "--batch", questions).stdout.splitlines()
    assert [json.loads(line)["found"] for line in lines] == [True, False]
    rows = list(
        csv.DictReader(io.StringIO(financeqa("ask", "--index", sample_index, "--batch", questions, "--csv").stdout))
    )
    assert [row["answer"] for row in rows] == ["187", "not found"]


def test_year_and_quarter_say_of_which_period(sample_index):
    def asked(*period):
        return financeqa("ask", "--index", sample_index, "What was Larkfield's cost of revenue?", *period).stdout

    assert asked("--year", 2022).startswith("475 ") and asked("--year", 2023).startswith("528 ")
    assert "no figure of it for that period" in asked("--year", 2023, "--quarter", 2)


def test_an_ingest_that_reads_nothing_fails(tmp_path):
    (tmp_path / "script.py").write_text("print('no filing')")
    told = financeqa("ingest", "--index", tmp_path / "index", tmp_path / "script.py", tmp_path / "absent.pdf", status=1)
    assert "a program or its settings are not a filing" in told.stdout and "does not exist" in told.stdout


def test_ingest_index_and_delete(tmp_path):
    index, sample = tmp_path / "index", sample_folder() / "tarrow-10k-2021.txt"
    first = json.loads(financeqa("ingest", "--index", index, sample, tmp_path / "absent.pdf", "--json").stdout)
    assert (first["added"], first["skipped"][0]["reason"]) == (1, "does not exist")
    assert "1 unchanged" in financeqa("ingest", "--index", index, sample).stdout
    assert financeqa("index", "verify", "--index", index).stdout == "sound\n"
    assert "sound" in financeqa("index", "rebuild", "--index", index).stdout
    (document,) = json.loads(financeqa("index", "info", "--index", index, "--json").stdout)["documents"]
    twice = document["id"], document["id"]
    assert financeqa("index", "delete", "--index", index, *twice).stdout == "1 deleted\n"
    assert "no document" in financeqa("index", "delete", "--index", index, document["id"], status=1).stderr


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (["ask", "--index", "/nonexistent", "What?"], 1, "no index in"),
        (["ask", "--index", "/nonexistent"], 2, "give one question"),
        (["ask", "--index", "x", "What?", "--k", "0"], 2, "greater than or equal to 1"),
        (["train", "/nonexistent.toml"], 1, "no recipe at"),
        (
            ["evaluate", "reader", "--dataset", "nosuch", "--split", "dev", "--out", "/tmp/x.json"],
            1,
            "unknown span data set",
        ),
        (["nosuch"], 2, "nosuch"),
        (["attribution", "", "text of some words"], 2, "give a question"),
        (["study", "report", "first_steps", "--results", "/nonexistent"], 1, "financeqa study run first_steps"),
        (["ingest", "--index", "/proc/nowhere", "x"], 1, "cannot be written"),
    ],
)
def test_errors_are_one_line_with_the_fix(args, status, message):
    error = financeqa(*args, status=status).stderr
    assert message in error
    if status == 1:
        assert len(error.strip().splitlines()) == 1


def test_an_error_that_nobody_thought_of_is_one_line_too(monkeypatch, capsys):
    monkeypatch.setattr(experiments.cli, "app", lambda: {}["x"])
    with pytest.raises(SystemExit) as ended:
        experiments.cli.main()
    error = capsys.readouterr().err
    assert ended.value.code == 1 and error.startswith("error: KeyError: 'x'") and len(error.splitlines()) == 1
