import gzip
import json

import pytest

from qa.data.filing_lookup import filing_of_file
from qa.data.kept import kept_examples
from qa.data.squad_form import Example, load_examples, to_dataset
from qa.data.table_lookup import FORMS, lookups_of, twins_of
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
        load_examples("table_lookup", "train")


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


@pytest.fixture(scope="module")
def smallest_filing():
    """The smallest filing whose statements are tagged, parsed."""
    found = (data_folder() / "filings_html" / "10-K").glob("*.html.gz")
    paths = sorted((p for p in found if not p.name.startswith("IBM")), key=lambda path: path.stat().st_size)
    if not paths:
        pytest.skip("the tagged filings are not here")
    return filing_of_file(paths[0])


@pytest.mark.data
def test_a_filing_asks_the_same_of_its_tables_in_every_form(smallest_filing):
    words, printed, bound = (list(lookups_of(smallest_filing, "x", cut)) for cut in FORMS.values())
    assert len(words) > 50 and any(not example.answerable for example in words)
    for one, two, three in zip(words, printed, bound, strict=True):
        assert one.id == two.id == three.id and one.question == two.question == three.question
        assert one.answers == two.answers == three.answers
        assert three.context.endswith(one.context) and " | " in three.context.partition("\n")[0]


@pytest.mark.data
def test_twins_differ_in_their_period_only(smallest_filing):
    twins = list(twins_of(smallest_filing, "x"))
    assert len(twins) > 20 and len(twins) % 2 == 0
    for one, two in zip(twins[::2], twins[1::2], strict=True):
        assert one.id[:-1] == two.id[:-1] and one.context == two.context
        assert one.question != two.question and one.starts != two.starts
        apart = [a != b for a, b in zip(one.question.split(), two.question.split(), strict=False)]
        assert sum(apart) <= 4  # a date at most


def test_what_was_made_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("qa.data.kept.FOLDER", tmp_path / "kept")
    made = []

    def make():
        made.append(1)
        return {"a": [Example("1", "g", "Q?", "In Rome.", ("Rome",), (3,), "s")], "b": []}

    first = kept_examples("a", make)
    assert kept_examples("a", make) == first and kept_examples("b", make) == [] and len(made) == 1
    monkeypatch.setattr("qa.data.kept._mark", lambda: "other code")
    assert kept_examples("a", make) == first and len(made) == 2


def own_file(path, **change):
    record = {
        "id": "1", "title": "Acme", "question": "Where?", "context": "It is in Rome.",
        "answers": {"text": ["Rome"], "answer_start": [9]},
    }  # fmt: skip
    unanswered = {**record, "id": "2", "answers": {"text": [], "answer_start": []}}
    path.write_text("".join(json.dumps(each) + "\n" for each in ({**record, **change}, unanswered)), encoding="utf-8")
    return str(path)


def test_a_file_in_squads_form_is_a_data_set(tmp_path):
    found = load_examples(own_file(tmp_path / "own.jsonl"), "train")
    assert [(e.id, e.group, e.answers, e.answerable) for e in found] == [
        ("1", "Acme", ("Rome",), True),
        ("2", "Acme", (), False),
    ]
    (tmp_path / "own.jsonl.gz").write_bytes(gzip.compress((tmp_path / "own.jsonl").read_bytes()))
    assert [e.id for e in load_examples(str(tmp_path / "own.jsonl.gz"), "train")] == ["1", "2"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"answers": {"text": ["Paris"], "answer_start": [9]}}, "'Paris' is not at character 9"),
        ({"answers": ["Rome"]}, r"own\.jsonl:1 is no question in SQuAD's form"),
        ({"question": None}, r"own\.jsonl:1 is no question"),
    ],
)
def test_a_broken_file_is_told_by_its_line(tmp_path, change, told):
    with pytest.raises(ValueError, match=told):
        load_examples(own_file(tmp_path / "own.jsonl", **change), "train")


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(MissingDataError, match=r"own\.jsonl does not exist"):
        load_examples(str(tmp_path / "own.jsonl"), "train")
