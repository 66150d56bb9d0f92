"""What every store must do, on each: the embedded one in a folder, and Milvus Lite on a file."""

import contextlib
from dataclasses import replace

import numpy as np
import pytest

from retrieval.index.index import Index
from retrieval.index.milvus_connection import Connection
from retrieval.index.store import KnownSource, StoreError
from retrieval.ingest import ingest
from retrieval.passages import passages_of
from retrieval.search import Filters
from tests.fakes import HashEmbedder, document

SENTENCE = "The company reported revenue of $1,234.5 million for the {} segment this year."
FILINGS = (("a", "Acme", 2021, "10-K"), ("b", "Acme", 2022, "10-Q"), ("c", 'Bolt "B" \\ Söhne', 2022, "10-K"))


@pytest.fixture(params=["embedded", "milvus"])
def place(request, tmp_path):
    """An address where there is no store yet."""
    return str(tmp_path / "index") if request.param == "embedded" else f"milvus+file://{tmp_path}/lite.db/filings"


@pytest.fixture(params=["embedded", "milvus"])
def place_of_copy(request, tmp_path):
    return str(tmp_path / "copy") if request.param == "embedded" else f"milvus+file://{tmp_path}/copy.db/filings"


@pytest.fixture
def address(place):
    with Index.create(place, embedder=HashEmbedder()) as index:
        for name, company, year, form in FILINGS:
            texts = (SENTENCE.format(f"{name}{i}") for i in range(30))
            index.add(document(name, *texts, company=company, year=year, form=form), path=name, digest="1")
    return place


def opened(address, **options):
    return Index.open(address, embedder=options.pop("embedder", HashEmbedder()), **options)


def titles(index, passages):
    names = {record.id: record.title for record in index.documents()}
    return {names[passage.document_id] for passage in passages}


def brute_force(index, vector, chosen):
    """Ids and cosines of the passages of some documents, nearest first."""
    found = {}
    for record in index.documents():
        if record.title in chosen:
            passages, vectors = index.store.contents(record.id)
            found |= dict(zip([p.id for p in passages], (vectors @ vector).tolist(), strict=True))
    return sorted(found.items(), key=lambda pair: -pair[1])


def test_what_was_added_is_all_there(address):
    with opened(address) as index:
        records = index.documents()
        assert [r.id for r in records] == sorted(r.id for r in records)
        assert {r.title: (r.identity.company, r.identity.fiscal_year, r.identity.form) for r in records} == {
            name: about for name, *about in ((n, c, y, f) for n, c, y, f in FILINGS) for about in [tuple(about)]
        }
        for name, company, year, form in FILINGS:
            texts = (SENTENCE.format(f"{name}{i}") for i in range(30))
            whole = document(name, *texts, company=company, year=year, form=form)
            record = next(r for r in records if r.title == name)
            assert tuple(index.pages(record)) == whole.pages
            passages, vectors = index.store.contents(whole.id)
            wanted = sorted(passages_of(whole), key=lambda p: p.id)
            assert passages == wanted and record.passages == len(wanted)
            assert index.store.passages([p.id for p in wanted] + [5]) == {p.id: p for p in wanted}
            np.testing.assert_array_equal(vectors, HashEmbedder().embed([p.indexed_text for p in wanted]))
            ids, some = index.store.vectors_of([wanted[0].id, 5])
            assert ids.tolist() == [wanted[0].id] and np.array_equal(some[0], vectors[0])
        assert index.size == sum(len(index.store.contents(r.id)[0]) for r in records)
        assert index.sources() == {r.title: KnownSource("1", r.id, None) for r in records}
        assert index.verify() == []


@pytest.mark.parametrize("number", [0, 2])
def test_a_page_that_is_not_there(address, number):
    with opened(address) as index, pytest.raises(KeyError):
        index.page(index.documents()[0].id, number)
    with opened(address) as index, pytest.raises(KeyError):
        index.page("nobody", 1)


@pytest.mark.parametrize(
    ("filters", "chosen"),
    [
        (Filters(), "abc"),
        (Filters(companies=("Acme",)), "ab"),
        (Filters(companies=("Acme", FILINGS[2][1])), "abc"),
        (Filters(companies=(FILINGS[2][1],)), "c"),
        (Filters(fiscal_years=(2022,)), "bc"),
        (Filters(forms=("10-K",)), "ac"),
        (Filters(companies=("Acme",), fiscal_years=(2022,), forms=("10-Q",)), "b"),
        (Filters(quarters=(1,)), ""),
        (Filters(companies=("Nobody",)), ""),
        (Filters(documents=("nobody",)), ""),
    ],
)
def test_filters_hold_in_both_searches(address, filters, chosen):
    with opened(address) as index:
        vector = HashEmbedder().embed(["revenue of the segment"])[0]
        wanted = brute_force(index, vector, chosen)
        found = index.nearest(vector, k=7, filters=filters)
        assert [i for i, _ in found] == [i for i, _ in wanted[:7]]
        np.testing.assert_allclose([s for _, s in found], [s for _, s in wanted[:7]], atol=1e-5)
        matches = index.search_lexical("revenue of the segment", k=1000, filters=filters)
        assert {p.id for p, _ in matches} == {i for i, _ in wanted}
        assert all(score > 0 for _, score in matches)
        assert titles(index, [hit.passage for hit in index.search("revenue", k=50, filters=filters)]) == set(chosen)


def test_documents_are_a_filter_too(address):
    with opened(address) as index:
        ids = {record.title: record.id for record in index.documents()}
        for chosen in ("a", "c", "bc", "abc"):
            filters = Filters(documents=tuple(ids[name] for name in chosen))
            assert titles(index, (p for p, _ in index.search_dense("revenue", k=99, filters=filters))) == set(chosen)
            assert titles(index, (p for p, _ in index.search_lexical("revenue", k=99, filters=filters))) == set(chosen)


def test_numbers_and_codes_are_found_whole(place):
    texts = [
        "Sales were $1,234.5 in all.",
        "Sales were 234 in all.",
        "A loss of (1,234) was booked.",
        "See the 10-K about COVID-19 here.",
        "Ventes de 3 € en été.",
    ]
    with Index.create(place, embedder=HashEmbedder()) as index:
        for text in texts:
            index.add(document(text, text, form=None), path=text, digest="1")
        for query, expected in (("$1,234.5", 0), ("234", 1), ("(1,234)", 2), ("10-K", 3), ("covid-19", 3), ("Été", 4)):
            assert [p.text for p, _ in index.search_lexical(query, k=3)][:1] == [texts[expected]]


@pytest.mark.parametrize(
    "query",
    ["", " ", "x" * 100_000, "a AND (b OR", '"', "'; DROP TABLE", "收入 是 多少", "🙂" * 50, "\x00\x01", "text:*"],
)
def test_no_query_breaks_the_search(address, query):
    with opened(address) as index:
        assert len(index.search(query, k=3)) == 3
        assert index.search_lexical("revenue", k=0) == []


def test_a_changed_document_replaces_the_old_one_and_a_deleted_one_is_gone(address):
    with opened(address, writable=True) as index:
        before = index.version
        index.add(document("a2", "Now it speaks of walruses only.", company="Acme", year=2021), path="a", digest="2")
        assert index.version != before
        assert {record.title for record in index.documents()} == {"a2", "b", "c"}
        assert index.search_lexical("walruses", k=3)[0][0].text.startswith("Now")
        assert not any("a7 segment" in p.text for p, _ in index.search_lexical("a7", k=50))
        gone = index.search_lexical("walruses", k=1)[0][0].document_id
        assert index.delete(gone) and not index.delete(gone)
        assert index.search_lexical("walruses", k=3) == []
        assert set(index.sources()) == {"b", "c"}
        assert index.verify() == []


def test_an_unchanged_text_is_not_embedded_again(place):
    embedder = HashEmbedder()
    with Index.create(place, embedder=embedder) as index:
        index.add(document("a", "Revenue rose by ten percent in the year.", company="Acme"), path="a", digest="1")
        before = embedder.embedded
        other = document("b", "Revenue rose by ten percent in the year.", company="Acme", form="10-K")
        index.add(replace(other, id="another"), path="b", digest="1")
        assert embedder.embedded == before and index.size == 2


def test_two_sources_of_one_document_share_it_until_both_are_gone(place):
    with Index.create(place, embedder=HashEmbedder()) as index:
        doc = document("same", "One and the same report is filed twice here.")
        index.add(doc, path="p1", digest="1")
        index.add(doc, path="p2", digest="1")
        assert index.size == 1
        index.remember_skipped(path="p1", digest="2", reason="damaged")
        assert [r.id for r in index.documents()] == [doc.id]
        index.remember_skipped(path="p2", digest="2", reason="damaged")
        assert index.documents() == [] and index.verify() == []
        assert index.sources() == {p: KnownSource("2", None, "damaged") for p in ("p1", "p2")}


def test_pieces_of_statements_are_found(place):
    with Index.create(place, embedder=HashEmbedder()) as index:
        index.passages_of = lambda doc: [replace(p, statement="balance sheet") for p in passages_of(doc)]
        for name, company in (("a", "Acme"), ("b", "Bolt")):
            index.add(document(name, f"Assets of {name} were 5 in all.", company=company), path=name, digest="1")
        index.passages_of = passages_of
        index.add(document("c", "No statement at all is here.", company="Acme"), path="c", digest="1")
        every = index.statement_passages(["balance sheet", "income statement"])
        assert [row[1] for row in every] == sorted(r.id for r in index.documents() if r.title != "c")
        ((i, document_id, statement, text),) = index.statement_passages(
            ["balance sheet"], filters=Filters(companies=("Acme",))
        )
        assert (statement, text) == ("balance sheet", "Assets of a were 5 in all.")
        assert index.store.passages([i])[i].document_id == document_id
        assert index.statement_passages(["income statement"]) == []


def test_a_large_page_comes_back_as_it_was(place):
    noise = np.random.default_rng(0).integers(33, 0x2FFF, size=300_000)
    doc = document("large", "A first sentence stands here.", "".join(map(chr, noise)))
    with Index.create(place, embedder=HashEmbedder()) as index:
        index.passages_of = lambda whole: passages_of(whole)[:1]
        index.add(doc, path="large", digest="1")
        assert index.page(doc.id, 1) == doc.pages[0] and index.verify() == []


def test_what_is_no_index_is_refused_with_the_fix(place):
    with pytest.raises(StoreError, match=r"no index .* financeqa ingest --index"):
        opened(place)


def test_what_is_there_is_not_made_anew(address):
    with pytest.raises(StoreError, match=r"exists and is not empty|holds an index already"):
        Index.create(address, embedder=HashEmbedder())
    with Index.open_or_create(address, embedder=HashEmbedder()) as index:
        assert len(index.documents()) == 3


def test_another_model_is_refused(address):
    with pytest.raises(StoreError, match="built with the model"):
        opened(address, embedder=HashEmbedder(fingerprint="other"))


def test_what_is_open_for_reading_is_not_written(address):
    with opened(address) as index, pytest.raises(StoreError, match="reading only"):
        index.delete(index.documents()[0].id)


def test_readers_see_what_a_writer_adds(address):
    with opened(address) as reader:
        assert reader.search_lexical("zebra") == []
        with opened(address, writable=True) as index:
            index.add(document("z", "At last a zebra arrives here."), path="z", digest="1")
        assert reader.search_lexical("zebra", k=1)[0][0].text.startswith("At last")
        assert "z" in titles(reader, [hit.passage for hit in reader.search("zebra arrives", k=1)])


def test_an_index_is_copied_whole_and_only_once(address, place_of_copy):
    with opened(address, writable=True) as source:
        source.add(document("second source", "Two paths lead here."), path="d", digest="1")
        source.add(document("second source", "Two paths lead here."), path="e", digest="1")
        source.remember_skipped(path="f", digest="1", reason="damaged")
    with opened(address) as source, Index.create(place_of_copy, embedder=HashEmbedder()) as copy:
        before = copy.embedder.embedded
        copied = copy.copy_from(source)
        next(copied)  # and there it is stopped
        assert len(copy.documents()) == 1
        assert len(list(copy.copy_from(source))) == 5
        assert list(copy.copy_from(source)) == [] and copy.embedder.embedded == before
        assert copy.documents() == source.documents() and copy.sources() == source.sources()
        for record in source.documents():
            assert copy.document(record) == source.document(record)
            (passages, vectors), (wanted, right) = copy.store.contents(record.id), source.store.contents(record.id)
            assert passages == wanted and np.array_equal(vectors, right)
        assert copy.verify() == []


def test_a_quarter_is_a_filter_and_a_filing_without_a_year_is_of_no_year(place):
    with Index.create(place, embedder=HashEmbedder()) as index:
        for name, year, quarter in (
            ("second", 2022, 2),
            ("third", 2022, 3),
            ("whole", 2022, None),
            ("undated", None, None),
        ):
            doc = document(name, f"Revenue of {name} rose.", company="Acme")
            doc = replace(doc, identity=replace(doc.identity, fiscal_year=year, quarter=quarter))
            index.add(doc, path=name, digest="1")
        for filters, chosen in (
            (Filters(quarters=(2,)), {"second"}),
            (Filters(quarters=(2, 3), fiscal_years=(2022,)), {"second", "third"}),
            (Filters(quarters=(2,), fiscal_years=(2021,)), set()),
            (Filters(fiscal_years=(2022,)), {"second", "third", "whole"}),
            (Filters(companies=("Acme",)), {"second", "third", "whole", "undated"}),
        ):
            assert titles(index, (p for p, _ in index.search_dense("revenue", k=9, filters=filters))) == chosen
            assert titles(index, (p for p, _ in index.search_lexical("revenue", k=9, filters=filters))) == chosen
        years = {record.title: (record.identity.fiscal_year, record.identity.quarter) for record in index.documents()}
        assert years["undated"] == (None, None) and years["second"] == (2022, 2)


def test_a_form_is_meant_in_any_case_and_with_its_amendments(place):
    with Index.create(place, embedder=HashEmbedder()) as index:
        for form in ("10-K", "10-K/A", "10-k/a", "10-K405", "10-Q", None):
            index.add(document(f"{form}", f"Revenue of {form} rose.", form=form), path=f"{form}", digest="1")
        for forms, chosen in (
            (("10-K",), {"10-K", "10-K/A", "10-k/a"}),
            (("10-k", "10-q"), {"10-K", "10-K/A", "10-k/a", "10-Q"}),
            (("10-K/A",), {"10-K/A", "10-k/a"}),
            (("8-K",), set()),
        ):
            filters = Filters(forms=forms)
            assert titles(index, (p for p, _ in index.search_dense("revenue", k=9, filters=filters))) == chosen
            assert titles(index, (p for p, _ in index.search_lexical("revenue", k=9, filters=filters))) == chosen


def test_a_document_without_passages_is_held(address):
    with opened(address, writable=True) as index:
        empty = document("empty", "7")
        assert index.add(empty, path="e", digest="1") == 0
        (record,) = (record for record in index.documents() if record.title == "empty")
        assert record.passages == 0 and index.document(record).pages == empty.pages
        assert index.store.contents(empty.id)[0] == [] and index.verify() == []
        assert "empty" not in titles(index, [hit.passage for hit in index.search("revenue 7", k=200)])
        assert index.delete(empty.id) and index.verify() == []


def test_a_title_a_company_and_a_form_of_any_length_are_held(place, tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    title = "annual results " * 5000
    (files / "a.html").write_text(
        f"<html><head><title>{title}</title></head><p>Revenue rose by ten percent.</p></html>"
    )
    (files / "b.txt").write_text("Revenue fell by two percent.")
    (files / "b.txt.meta.toml").write_text(f'company = "{"é" * 70_000}"\nform = "{"y" * 600}"\n')
    with Index.create(place, embedder=HashEmbedder()) as index:
        report = ingest(index, [files])
        assert (report.added, report.skipped) == (2, [])
        assert len(index.search("revenue", k=5)) == 2 and index.verify() == []


@pytest.mark.parametrize("change", ["delete", "replace"])
def test_a_reader_finds_what_it_lists_whenever_a_writer_is_killed(address, change, monkeypatch):
    class Killed(BaseException):
        pass

    asked = Connection.call
    for writes in range(8):  # of Milvus; the embedded store has one
        with opened(address) as reader, opened(address, writable=True) as writer, monkeypatch.context() as dying:
            left = iter(range(writes))

            def call(self, method, *values, left=left, **options):
                if method in ("upsert", "delete") and next(left, None) is None:
                    raise Killed
                return asked(self, method, *values, **options)

            last = document(f"last{writes}", f"The last of {writes} reports.", company="Acme")
            writer.add(last, path="last", digest="1")
            assert last.id in {record.id for record in reader.documents()}
            dying.setattr(Connection, "call", call)
            with contextlib.suppress(Killed):
                if change == "delete":
                    writer.delete(last.id)
                else:
                    writer.add(document(f"next{writes}", f"The next of {writes} reports."), path="last", digest="2")
            dying.undo()
            for record in reader.documents():
                assert len(list(reader.pages(record))) == record.pages
                assert len(reader.store.contents(record.id)[0]) == record.passages
