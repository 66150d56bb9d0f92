import shutil
import sqlite3

import pytest

from retrieval.index.index import Index, IndexFolderError
from retrieval.search import Filters, fuse
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


def test_filters_hold_during_the_search_so_k_results_are_k_results(folder):
    with opened(folder) as index:
        hits = index.search("revenue of the segment", k=5, filters=Filters(companies=("Acme",), fiscal_years=(2022,)))
        assert len(hits) == min(5, index.documents()[0].passages)
        records = {r.id: r for r in index.documents()}
        assert {records[h.passage.document_id].title for h in hits} == {"b"}
        assert index.search("revenue", filters=Filters(companies=("Nobody",))) == []


def test_an_unchanged_text_is_not_embedded_again(tmp_path):
    embedder = HashEmbedder()
    with Index.create(tmp_path / "i", embedder=embedder) as index:
        first = document("a", "Revenue rose by ten percent in the year.", company="Acme")
        index.add(first, path="a", digest="1")
        before = embedder.embedded
        index.add(
            document("b", "Revenue rose by ten percent in the year.", company="Acme", form="10-K"), path="b", digest="1"
        )
        assert embedder.embedded == before


def test_a_changed_document_replaces_the_old_one_and_a_deleted_one_is_gone(folder):
    with opened(folder, writable=True) as index:
        index.add(document("a2", "Now it speaks of walruses only.", company="Acme", year=2021), path="a", digest="2")
        assert len(index.documents()) == 3
        assert index.search_lexical("walruses", k=3)[0][0].text.startswith("Now")
        assert not any("a7 segment" in p.text for p, _ in index.search_lexical("a7", k=50))
        gone = index.search_lexical("walruses", k=1)[0][0].document_id
        assert index.delete(gone) and not index.delete(gone)
        assert index.search_lexical("walruses", k=3) == []
        assert index.verify() == []


def test_two_sources_of_one_document_share_it_until_both_are_gone(tmp_path):
    with Index.create(tmp_path / "i", embedder=HashEmbedder()) as index:
        doc = document("same", "One and the same report is filed twice here.")
        index.add(doc, path="p1", digest="1")
        index.add(doc, path="p2", digest="1")
        index.remember_skipped(path="p1", digest="2", reason="damaged")
        assert [r.id for r in index.documents()] == [doc.id]
        index.remember_skipped(path="p2", digest="2", reason="damaged")
        assert index.documents() == [] and index.verify() == []


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
    with pytest.raises(IndexFolderError, match=message):
        opened(folder)


def test_another_model_is_refused(folder):
    with pytest.raises(IndexFolderError, match="built with the model"):
        opened(folder, embedder=HashEmbedder(fingerprint="other"))


def test_a_folder_with_other_files_is_not_made_an_index(tmp_path):
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(IndexFolderError, match="not empty"):
        Index.create(tmp_path, embedder=HashEmbedder())
    assert (tmp_path / "thesis.doc").read_text() == "mine"


def test_a_second_writer_is_refused_and_readers_are_not(folder):
    with opened(folder, writable=True):
        with pytest.raises(IndexFolderError, match="written by another process"):
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


def test_numbers_and_codes_are_found_whole(tmp_path):
    texts = [
        "Sales were $1,234.5 in all.",
        "Sales were 234 in all.",
        "A loss of (1,234) was booked.",
        "See the 10-K about COVID-19 here.",
    ]
    with Index.create(tmp_path / "i", embedder=HashEmbedder()) as index:
        for text in texts:
            index.add(document(text, text, form=None), path=text, digest="1")
        for query, expected in (("$1,234.5", 0), ("(1,234)", 2), ("10-K", 3), ("COVID-19", 3), ("covid-19", 3)):
            assert [p.text for p, _ in index.search_lexical(query, k=3)] == [texts[expected]]


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "x" * 100_000,
        "a AND (b OR",
        '"',
        "text:*",
        "\x00\x01",
        "'; DROP TABLE passages; --",
        "收入 是 多少",
        "🙂" * 50,
    ],
)
def test_no_query_breaks_the_search(folder, query):
    with opened(folder) as index:
        assert isinstance(index.search(query, k=3), list)
        assert index.verify() == []


def test_fusion_by_hand():
    assert fuse({1: 0.4, 2: 0.8}, {1: 12.0, 3: 6.0}) == [(1, 0.7), (2, 0.4)]
    assert fuse({1: 0.4, 2: 0.8, 3: 0.2}, {}, called_for=[3, 1]) == [(1, 1.2), (3, 1.1), (2, 0.4)]
