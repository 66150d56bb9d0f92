import errno
import os
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest

from retrieval.index import sqlite_connection
from retrieval.index.index import Index
from retrieval.index.lock import WriterLock
from retrieval.index.store import StoreBusyError, StoreError
from retrieval.ingest import ingest
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


def test_what_killed_writers_left_half_is_removed_by_the_next_and_by_no_reader(folder):
    left = [folder / ".dense.npz.ab12cd", folder / "lexical" / ".absorbed.json.ab12cd"]

    def are_there():
        return [path.exists() for path in left]

    for path in left:
        path.write_bytes(b"half")
    opened(folder).close()
    assert are_there() == [True, True]
    with opened(folder, writable=True) as index:
        assert are_there() == [False, True]
        left[0].write_bytes(b"half")
        index.rebuild()
        assert are_there() == [False, False]


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


def test_what_a_killed_creation_leaves_is_made_an_index(tmp_path):
    (tmp_path / "writer.lock").touch()
    (tmp_path / "index.sqlite.new").write_bytes(b"half")
    (tmp_path / "index.sqlite.new-wal").write_bytes(b"half")
    lock = WriterLock(tmp_path)
    lock.acquire()
    with pytest.raises(StoreBusyError, match="written by another process"):
        Index.create(tmp_path, embedder=HashEmbedder())
    lock.release()
    with Index.create(tmp_path, embedder=HashEmbedder()) as index:
        assert index.verify() == []


def test_of_two_that_make_one_index_one_does(tmp_path):
    together = Barrier(2)

    def create(folder):
        together.wait()
        try:
            Index.create(folder, embedder=HashEmbedder()).close()
        except StoreError:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        for number in range(8):
            folder = tmp_path / str(number)
            assert sorted(threads.map(create, [folder, folder])) == [False, True]
            opened(folder).close()


def test_a_full_disk_is_told_and_what_is_missing_is_added_later(folder):
    with opened(folder, writable=True) as index:
        database, more = index.store.truth._db, document("d", *(SENTENCE.format(f"d{i}") for i in range(300)))
        database.run("PRAGMA max_page_count=1")  # as many as there are
        with pytest.raises(StoreError, match="full; make room and give the command again"):
            index.add(more, path="d", digest="1")
        database.run("PRAGMA max_page_count=100000")
        index.add(more, path="d", digest="1")
        assert index.verify() == []


def test_only_a_damaged_file_is_said_to_be_damaged(folder, monkeypatch):
    monkeypatch.setattr(sqlite_connection, "_PATIENCE", 0)
    new = document("d", "Revenue rose by ten percent in the year.")
    with opened(folder, writable=True) as index:
        with closing(sqlite3.connect(folder / "index.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusyError, match="locked; another process has locked it"):
                index.add(new, path="d", digest="1")
        index.store.truth._db.run("PRAGMA query_only=1")
        with pytest.raises(StoreError, match="readonly database; see that this user may"):
            index.add(new, path="d", digest="1")


def test_a_second_writer_is_refused_and_readers_are_not(folder):
    with opened(folder, writable=True):
        with pytest.raises(StoreError, match="written by another process"):
            opened(folder, writable=True)
        with opened(folder) as reader:
            assert reader.search("revenue", k=3)
    with opened(folder, writable=True) as index:
        assert index.delete(index.documents()[0].id)


def test_a_folder_that_cannot_be_locked_is_not_said_to_be_written_and_can_be_read(folder, monkeypatch):
    def no_locks(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    (folder / "lexical" / "absorbed.json").unlink()  # which a reader with a lock would heal
    monkeypatch.setattr("fcntl.flock", no_locks)
    with pytest.raises(StoreError, match=r"writer.lock cannot be locked \(No locks available\); use a folder on"):
        opened(folder, writable=True)
    with opened(folder) as reader:
        assert reader.search_lexical("revenue", k=3)


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


def test_words_that_are_added_while_a_reader_loads_are_found_next_time(folder):
    with opened(folder) as reader, opened(folder, writable=True) as writer:
        lexical = reader.store._lexical
        tantivy = lexical._opened()

        class Loading:
            def __getattr__(self, name):
                return getattr(tantivy, name)

            def reload(self):
                tantivy.reload()
                lexical._tantivy = tantivy
                writer.add(document("z", "And then a zebra arrives here."), path="z", digest="1")
                writer.search_lexical("zebra")  # which takes it over

        lexical._tantivy, lexical._seen = Loading(), -1
        assert reader.search_lexical("zebra") == []
        assert len(reader.search_lexical("zebra")) == 1


def test_a_file_that_several_paths_lead_to_is_ingested_once(folder, tmp_path, monkeypatch):
    filings, file = tmp_path / "filings", tmp_path / "filings" / "a.txt"
    filings.mkdir()
    file.write_text("Revenue rose by ten percent in the year.")
    (filings / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    monkeypatch.chdir(filings)
    with opened(folder, writable=True) as index:
        for added, unchanged in ((1, 0), (0, 1)):
            report = ingest(index, [filings, file, "a.txt", filings / ".." / "filings"])
            assert (report.added, report.unchanged, len(report.skipped)) == (added, unchanged, 1)


def test_readers_find_words_while_the_index_is_rebuilt_and_after_it_was_broken_off(folder, monkeypatch):
    class Killed(BaseException):
        pass

    with opened(folder) as reader, opened(folder, writable=True) as writer:
        texts = writer.store.truth.texts

        def found():
            reader.store._lexical._opened().reload()  # as tantivy does by itself, sooner or later
            return sorted((passage.id, score) for passage, score in reader.search_lexical("revenue"))

        expected = found()

        def broken_off(documents=None):
            yield from texts(documents)
            assert found() == expected
            raise Killed

        with monkeypatch.context() as dying, pytest.raises(Killed):
            dying.setattr(writer.store.truth, "texts", broken_off)
            writer.rebuild()
        assert found() == expected
        writer.rebuild()
        assert found() == expected and reader.verify() == []


def test_words_of_an_older_store_that_was_put_back_are_those_found(folder):
    shutil.copy(folder / "index.sqlite", folder / "kept")
    with opened(folder, writable=True) as index:
        index.delete(index.documents()[0].id)
        index.add(document("z", "And then a zebra arrives here."), path="z", digest="1")
    (folder / "kept").replace(folder / "index.sqlite")
    with opened(folder) as index:
        assert len(index.documents()) == 3 and index.verify() == []
        assert index.search_lexical("zebra") == []


def test_any_number_of_passages_is_read_at_once(folder):
    with opened(folder) as index:
        (known, *_) = [passage.id for passage, _ in index.search_lexical("revenue", k=1)]
        assert list(index.store.passages([known, *range(300_000)])) == [known]


def test_what_is_deleted_while_it_is_copied_is_left_out(folder, tmp_path):
    with opened(folder) as source, Index.create(tmp_path / "copy", embedder=HashEmbedder()) as copy:
        copied = copy.copy_from(source)
        kept = next(copied)
        with opened(folder, writable=True) as writer:
            for record in source.documents():
                assert record == kept or writer.delete(record.id)
        assert list(copied) == [] and copy.documents() == [kept]


def test_fusion_by_hand():
    assert fuse({1: 0.4, 2: 0.8}, {1: 12.0, 3: 6.0}) == [(1, 0.7), (2, 0.4)]
    assert fuse({1: 0.4, 2: 0.8, 3: 0.2}, {}, called_for=[3, 1]) == [(1, 1.2), (3, 1.1), (2, 0.4)]
