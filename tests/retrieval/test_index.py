import shutil
import sqlite3

import pytest

from retrieval.index.index import Index
from retrieval.index.store import StoreError
from retrieval.search import fuse
from tests.fakes import HashEmbedder, clean_processes, document

SENTENCE = "The company reported revenue of $1,234.5 million for the {} segment this year."


@pytest.fixture
def folder(tmp_path):
    with Index.create(tmp_path / "index", embedder=HashEmbedder()) as index:
        for name, company, year in (("a", "Acme", 2021), ("b", "Acme", 2022), ("c", "Bolt", 2022)):
            doc = document(name, *(SENTENCE.format(f"{name}{i}") for i in range(30)), company=company, year=year)
            index.add(doc, path=name, digest="1")
    return tmp_path / "index"


def opened(folder, **options):
    return Index.open(folder, embedder=options.pop("embedder", HashEmbedder()), **options)


@pytest.mark.parametrize("damage", ["missing", "garbage", "half"])
def test_the_lexical_index_heals_itself(folder, damage):
    lexical = folder / "lexical"
    if damage == "missing":
        shutil.rmtree(lexical)
    elif damage == "garbage":
        (lexical / "meta.json").write_text("{")
    else:
        (lexical / "absorbed.json").write_text('{"transaction": 1}')
    with opened(folder) as index:
        assert index.search_lexical("b7", k=1)
        assert index.verify() == []


def test_verify_sees_what_is_wrong(folder):
    with sqlite3.connect(folder / "index.sqlite") as db:
        db.execute("DELETE FROM vectors WHERE passage = (SELECT min(passage) FROM vectors)")
    with opened(folder) as index:
        assert any("without a vector" in problem for problem in index.verify())


def test_rebuild_makes_what_is_derived_anew(folder):
    with opened(folder, writable=True) as index:
        index.rebuild()
        assert index.verify() == []


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: shutil.rmtree(f), "no index in"),
        (lambda f: (f / "index.sqlite").write_bytes(b"x" * 5000), "damaged"),
        (
            lambda f: (
                sqlite3.connect(f / "index.sqlite")
                .execute("UPDATE meta SET value='99' WHERE key='format'")
                .connection.commit()
            ),
            "format 99",
        ),
    ],
)
def test_what_is_no_index_is_refused_with_the_fix(folder, spoil, message):
    spoil(folder)
    with pytest.raises(StoreError, match=message):
        opened(folder)


def test_a_folder_with_other_files_is_not_made_an_index(tmp_path):
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(StoreError, match="not empty"):
        Index.create(tmp_path, embedder=HashEmbedder())
    assert (tmp_path / "thesis.doc").read_text() == "mine"


def test_a_second_writer_is_refused_and_readers_are_not(folder):
    with opened(folder, writable=True):
        with pytest.raises(StoreError, match="written by another process"):
            opened(folder, writable=True)
        with opened(folder) as reader:
            assert reader.search("revenue", k=3)
    with opened(folder, writable=True) as index:
        assert index.delete(index.documents()[0].id)


def _read_until_seen(folder, name, answer):
    with opened(folder) as index:
        answer.put("ready")
        for _ in range(400):
            found = {p.text for p, _ in index.search_dense(f"{name} arrives", k=50)}
            if any(name in text for text in found):
                answer.put("seen")
                return
        answer.put("never")


def test_readers_in_other_processes_see_new_documents(folder):
    context = clean_processes(__name__)
    answer = context.Queue()
    readers = [context.Process(target=_read_until_seen, args=(folder, "zebra", answer), daemon=True) for _ in range(2)]
    for reader in readers:
        reader.start()
    assert [answer.get(timeout=60) for _ in readers] == ["ready", "ready"]
    with opened(folder, writable=True) as index:
        for number in range(20):
            index.add(
                document(f"n{number}", f"Number {number} of many, and then zebra arrives here."),
                path=f"n{number}",
                digest="1",
            )
    assert [answer.get(timeout=60) for _ in readers] == ["seen", "seen"]
    for reader in readers:
        reader.join()


def test_fusion_by_hand():
    assert fuse({1: 0.4, 2: 0.8}, {1: 12.0, 3: 6.0}) == [(1, 0.7), (2, 0.4)]
    assert fuse({1: 0.4, 2: 0.8, 3: 0.2}, {}, called_for=[3, 1]) == [(1, 1.2), (3, 1.1), (2, 0.4)]
