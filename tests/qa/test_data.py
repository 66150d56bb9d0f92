import gzip
import json

import pytest

from qa.data.squad_form import Example, load_examples, to_dataset
from qa.data.table_lookup import table_lookups
from qa.data.unanswerable import unanswerable_twins
from retrieval.data_folder import MissingDataError, data_folder

RECORD = {
    "id": "1",
    "title": "T",
    "question": " Where? ",
    "context": "In Rome, they say.",
    "answers": {"text": ["Rome"], "answer_start": [3]},
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A data folder with one SQuAD split."""
    (tmp_path / "squad").mkdir()
    with gzip.open(tmp_path / "squad" / "toy.jsonl.gz", "wt") as file:
        file.write(
            json.dumps(RECORD)
            + "\n"
            + json.dumps({**RECORD, "id": "2", "answers": {"text": [], "answer_start": []}})
            + "\n"
        )
    monkeypatch.setenv("FINANCEQA_DATA", str(tmp_path))
    return tmp_path


def test_records_become_examples_and_a_dataset(folder):
    first, second = load_examples("squad", "toy")
    assert (first.question, first.answers, first.starts, first.answerable) == ("Where?", ("Rome",), (3,), True)
    assert not second.answerable
    rows = to_dataset([first, second])
    assert rows[0]["answers"] == {"text": ["Rome"], "answer_start": [3]} and rows.num_rows == 2


def test_missing_data_says_where_it_should_be(folder):
    with pytest.raises(MissingDataError, match="FINANCEQA_DATA"):
        load_examples("squad", "nosuch")
    with pytest.raises(ValueError, match="unknown span data set 'x'"):
        load_examples("x", "toy")
    with pytest.raises(MissingDataError, match="tagged filings"):
        list(table_lookups("train"))


def test_a_broken_record_is_told(folder):
    with gzip.open(folder / "squad" / "bad.jsonl.gz", "wt") as file:
        file.write('{"id": \n')
    with pytest.raises(ValueError, match="line 1"):
        load_examples("squad", "bad")


def test_an_answer_must_stand_where_it_is_said_to():
    with pytest.raises(ValueError, match="not at character 4"):
        Example("1", "g", "Where?", "In Rome.", ("Rome",), (4,), "s")


def examples(count=40):
    made = []
    for i in range(count):
        context = f"The Acme plant {i} in Duluth made {i} lamps in 19{i:02}. It was sold in 20{i:02} to Bolt."
        answer = f"19{i:02}"
        made.append(
            Example(
                f"q{i}",
                f"g{i % 5}",
                f"When did the Acme plant {i} make lamps?",
                context,
                (answer,),
                (context.index(answer),),
                "toy",
            )
        )
    return made


def test_twins_are_unanswerable_and_as_many_as_asked_for():
    known = examples()
    twins = unanswerable_twins(known, 0.5, seed=1)
    assert 0 < len(twins) <= 20
    assert not any(twin.answerable for twin in twins)
    assert len({twin.id for twin in [*known, *twins]}) == len(known) + len(twins)
    pairs = {(e.question, e.context) for e in known}
    assert not any((twin.question, twin.context) in pairs for twin in twins)
    assert unanswerable_twins(known, 0.5, seed=1) == twins
    assert unanswerable_twins(known, 0.0, seed=1) == []


@pytest.mark.data
def test_table_lookups_are_split_by_company():
    if not (data_folder() / "filings_html").is_dir():
        pytest.skip("the tagged filings are not here")
    train, dev = (
        {next(table_lookups(split)).group}
        if split == "train"
        else {e.group for e, _ in zip(table_lookups(split), range(300), strict=False)}
        for split in ("train", "dev")
    )
    assert train and dev and not train & dev
