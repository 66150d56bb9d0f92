"""Bar: dense search equals brute force, with and without filters, after adds, replacements and deletes."""

import numpy as np
import pytest

from retrieval.index.index import Index
from retrieval.passage import Passage, Segment
from retrieval.search import Filters
from tests.fakes import HashEmbedder, document

PASSAGES = 20_000
PER_DOCUMENT = 200
DIMENSIONS = 32


@pytest.fixture
def filled(tmp_path, monkeypatch):
    """An index of 20,000 passages with random vectors after random adds, replacements and deletes."""
    rng = np.random.default_rng(3)

    def passages(doc):
        return [
            Passage(i, doc.id, 1, "text", "", f"{doc.id} {i}", (Segment(0, 1, 0),), 0, 1)
            for i in rng.integers(1, 2**62, PER_DOCUMENT).tolist()
        ]

    class RandomEmbedder(HashEmbedder):
        def embed(self, texts):
            vectors = rng.normal(size=(len(texts), DIMENSIONS)).astype(np.float32)
            return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    monkeypatch.setattr("retrieval.index.index.passages_of", passages)
    index = Index.create(tmp_path / "index", embedder=RandomEmbedder(DIMENSIONS))
    count = PASSAGES // PER_DOCUMENT
    for number in range(count + 10):
        index.add(
            document(f"d{number}", f"text {number}", company=f"C{number % 7}", year=2015 + number % 5),
            path=f"p{number}",
            digest="1",
        )
        if number == 40:
            index.nearest(np.ones(DIMENSIONS, dtype=np.float32), k=1)  # FAISS is filled, and must follow from here on
    for number in rng.choice(count, 15, replace=False).tolist():
        index.add(
            document(f"d{number}", f"other {number}", company=f"C{number % 7}", year=2015 + number % 5),
            path=f"p{number}",
            digest="2",
        )
    for record in index.documents()[:10]:
        assert index.delete(record.id)
    with index:
        yield index, rng


def test_dense_search_equals_brute_force(filled):
    index, rng = filled
    stored = list(index.store.truth.vectors())
    ids = np.concatenate([ids for _, ids, _ in stored])
    vectors = np.concatenate([vectors for _, _, vectors in stored])
    assert len(ids) == PASSAGES
    records = {record.id: record for record in index.documents()}
    owners = {passage: records[document] for document, ids, _ in stored for passage in ids.tolist()}
    filters = [
        Filters(),
        Filters(companies=("C3",)),
        Filters(fiscal_years=(2016, 2018)),
        Filters(companies=("C1", "C2"), fiscal_years=(2017,)),
    ]
    for chosen in filters:
        keep = np.array([chosen.none or chosen.admits(owners[int(i)]) for i in ids])
        assert keep.sum() >= 20
        for _ in range(5):
            query = rng.normal(size=DIMENSIONS).astype(np.float32)
            query /= np.linalg.norm(query)
            scores = np.where(keep, vectors @ query, -2)
            expected = np.sort(scores)[::-1][:20]
            found = index.nearest(query, k=20, filters=chosen)
            assert len(found) == 20
            np.testing.assert_allclose([score for _, score in found], expected, atol=1e-5)
            by_id = dict(zip(ids.tolist(), scores.tolist(), strict=True))
            for passage, score in found:
                assert by_id[passage] == pytest.approx(score, abs=1e-5)
    assert index.verify() == []
