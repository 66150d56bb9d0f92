"""Bar: above a size an approximate index takes over, finds 95 of 100 true neighbours, and stays in step."""

import errno
import os

import numpy as np
import pytest

from retrieval.index import dense, dense_file, held
from retrieval.index.index import Index
from retrieval.passage import Passage, Segment
from retrieval.search import Filters
from tests.fakes import HashEmbedder, document

DIMENSIONS = 32
PER_DOCUMENT = 100
THRESHOLD = 3_000
EVERYTHING = Filters()
SMALL = 800  # passages of a filter that is searched exactly


class ClusteredEmbedder(HashEmbedder):
    """Vectors around 60 centres, the same for the same text."""

    def embed(self, texts):
        centres = np.random.default_rng(1).normal(size=(60, DIMENSIONS))
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            rng = np.random.default_rng(abs(int(text.split()[-1])))
            vectors[row] = centres[rng.integers(60)] + 0.5 * rng.normal(size=DIMENSIONS)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def passages_of(doc):
    rng = np.random.default_rng(int(doc.id, 16))
    numbers = rng.integers(1, 2**62, PER_DOCUMENT).tolist()
    return [Passage(i, doc.id, 1, "text", "", f"passage {i}", (Segment(0, 1, 0),), 0, 1) for i in numbers]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr("retrieval.index.index.passages_of", passages_of)
    monkeypatch.setattr(dense, "EXACT_UP_TO", THRESHOLD)
    monkeypatch.setattr(dense, "EXACT_SUBSET", SMALL)
    monkeypatch.setattr(held, "PROBED_AT_LEAST", 1_200)


def add(index, numbers, digest="1"):
    for number in numbers:
        doc = document(f"d{number}", f"{digest} {number}", company=f"C{number % 10}", year=2015 + number % 2)
        index.add(doc, path=f"p{number}", digest=digest)


def opened(folder, **options):
    return Index.open(folder, embedder=ClusteredEmbedder(DIMENSIONS), **options)


@pytest.fixture
def folder(tmp_path):
    with Index.create(tmp_path / "index", embedder=ClusteredEmbedder(DIMENSIONS)) as index:
        add(index, range(60))
    return tmp_path / "index"


def recall(index, filters=EVERYTHING, k=10):
    """Share of the true `k` nearest that are found, over 40 questions; the scores must be exact."""
    records = {record.id: record for record in index.documents()}
    stored = [(ids, vectors) for d, ids, vectors in index.store.truth.vectors() if filters.admits(records[d])]
    ids = np.concatenate([pair[0] for pair in stored])
    vectors = np.concatenate([pair[1] for pair in stored])
    hits = 0
    for question in ClusteredEmbedder(DIMENSIONS).embed([f"question {i}" for i in range(40)]):
        scores = vectors @ question
        true = dict(zip(ids.tolist(), scores.tolist(), strict=True))
        found = index.nearest(question, k=k, filters=filters)
        assert len(found) == k
        assert [score for _, score in found] == pytest.approx([true[i] for i, _ in found], abs=1e-5)
        hits += len({i for i, _ in found} & set(ids[np.argsort(-scores)[:k]].tolist()))
    return hits / (40 * k)


def approximate(index):
    return index.store.dense._current().trained_for > 0


def test_it_takes_over_above_the_threshold_and_hands_back_below_half(tmp_path):
    with Index.create(tmp_path / "index", embedder=ClusteredEmbedder(DIMENSIONS)) as index:
        add(index, range(30))
        assert not approximate(index) and recall(index) == 1.0
        add(index, [30])
        assert approximate(index) and recall(index) >= 0.95
        for record in index.documents()[:10]:
            index.delete(record.id)
        assert approximate(index)
        for record in index.documents()[:10]:
            index.delete(record.id)
        assert not approximate(index) and recall(index) == 1.0


def test_it_follows_adds_replacements_and_deletes(folder):
    with opened(folder, writable=True) as index:
        assert recall(index) >= 0.95
        add(index, range(50, 80), digest="2")
        for record in index.documents()[::7]:
            index.delete(record.id)
        assert recall(index) >= 0.95 and approximate(index)
        assert index.verify() == []
    with opened(folder) as reader:
        assert recall(reader) >= 0.95
        assert reader.verify() == []


def test_a_small_subset_is_searched_exactly_and_a_large_one_well(folder):
    with opened(folder) as index:
        assert recall(index, Filters(companies=("C3",))) == 1.0  # 600 passages
        assert recall(index, Filters(companies=("C1", "C2", "C5"))) >= 0.95
        assert recall(index, Filters(fiscal_years=(2015,))) >= 0.95
        assert index.nearest(np.ones(DIMENSIONS, dtype=np.float32), filters=Filters(companies=("Nobody",))) == []


def test_readers_take_the_file_and_what_it_lacks_and_build_nothing(folder, monkeypatch):
    before = (folder / dense_file.FILE).stat().st_mtime_ns
    monkeypatch.setattr("retrieval.index.held.Held.approximate", None)  # building would fail
    with opened(folder, writable=True) as index:
        add(index, [60])
    assert (folder / dense_file.FILE).stat().st_mtime_ns == before  # one document is not worth a new file
    with opened(folder) as reader:
        new = next(r.id for r in reader.documents() if r.title == "d60")
        wanted = next(reader.store.truth.vectors([new]))
        assert reader.nearest(wanted[2][0], k=1)[0][0] == wanted[1][0]


def test_the_file_is_written_anew_when_much_has_changed(folder):
    before, _ = dense_file.state(folder / dense_file.FILE)
    with opened(folder, writable=True) as index:
        add(index, range(60, 66))
    assert dense_file.state(folder / dense_file.FILE)[0] == before + 6


def test_cells_are_learned_anew_when_the_index_has_outgrown_them(folder):
    with opened(folder, writable=True) as index:
        assert index.store.dense._current().trained_for == 60 * PER_DOCUMENT
        add(index, range(60, 245))
        assert index.store.dense._current().trained_for == 245 * PER_DOCUMENT
        assert recall(index) >= 0.95


@pytest.mark.parametrize("damage", ["missing", "garbage", "half", "one byte", "from the future"])
def test_it_heals_itself(folder, damage):
    path = folder / dense_file.FILE
    data = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "garbage":
        path.write_bytes(b"x" * 5000)
    elif damage == "half":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "one byte":
        path.write_bytes(_with_a_byte_changed(data))
    else:
        kept = dense_file.read(path)
        kept.transaction += 1000
        dense_file.write(path, kept)
    with opened(folder) as index:
        assert recall(index) >= 0.95
        assert index.verify() == []
    with opened(folder) as index:
        assert dense_file.state(path)[0] == dense_file.read(path).transaction == index.version


def test_a_reader_that_cannot_read_the_file_now_leaves_it_to_the_writer(folder, monkeypatch):
    def no_more_files(*_):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    path = folder / dense_file.FILE
    before = path.read_bytes()
    with opened(folder, writable=True) as writer:
        with opened(folder) as reader:
            with monkeypatch.context() as patch:
                patch.setattr("faiss.deserialize_index", no_more_files)
                assert recall(reader) >= 0.95
            assert path.read_bytes() == before
        assert path.read_bytes() == before  # another process is the writer
        path.write_bytes(_with_a_byte_changed(before))
        assert recall(writer) >= 0.95
    assert dense_file.read(path).transaction == dense_file.state(path)[0]


def _with_a_byte_changed(data):
    middle = len(data) - len(data) // 3
    return data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :]


def test_a_crash_before_the_file_is_written_leaves_nothing_out_of_step(folder, monkeypatch):
    def crash(*_, **__):
        raise KeyboardInterrupt

    index = opened(folder, writable=True)
    add(index, range(30, 70), digest="2")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("retrieval.index.dense_file.np.savez", crash)
        index.close()
    assert sorted(p.name for p in folder.iterdir() if "dense" in p.name) == [dense_file.FILE]
    with opened(folder) as reader:
        assert reader.verify() == [] and recall(reader) >= 0.95
        assert dense_file.state(folder / dense_file.FILE)[0] == reader.version


def test_verify_sees_a_lost_and_a_changed_vector(folder):
    with opened(folder) as index:
        current = index.store.dense._current()
        lost = current.slots.of([index.documents()[3].id])
        current.faiss.remove_ids(np.flatnonzero(lost)[:1])
        assert any("lacks a passage" in problem for problem in index.verify())
    with opened(folder) as index:
        current = index.store.dense._current()
        numbers = np.flatnonzero(current.slots.of([index.documents()[3].id]))[:1]
        current.faiss.remove_ids(numbers)
        current.faiss.add_with_ids(np.eye(1, DIMENSIONS, dtype=np.float32), numbers)
        assert any("other vectors" in problem for problem in index.verify())


def test_rebuild_writes_the_same_file(folder):
    before = dense_file.read(folder / dense_file.FILE)
    with opened(folder, writable=True) as index:
        index.rebuild()
        assert index.verify() == []
    after = dense_file.read(folder / dense_file.FILE)
    assert sorted(after.slots.passages) == sorted(before.slots.passages)
    assert after.faiss.ntotal == before.faiss.ntotal
