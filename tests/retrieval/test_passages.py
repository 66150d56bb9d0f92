import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.document import Document, Identity, Table
from retrieval.loading.page_text import PageWriter
from retrieval.loading.parsed import RawCell
from retrieval.passages import MAX_HEADER_PART, MIN_WORDS, passages_of
from retrieval.tokens import SPECIAL, WINDOW, count_tokens

WORDS = st.sampled_from(
    (
        "revenue cost of the segment rose fell by $1,234.5 (56) 5% U.S. No. 7 Müller 收入 🙂 don't e.g. "
        "internationalisation"
    ).split()
)
SENTENCE = st.lists(WORDS, min_size=1, max_size=40).map(lambda words: " ".join(words) + ".")
PARAGRAPH = st.tuples(
    st.just("text"), st.lists(SENTENCE, min_size=1, max_size=8).map(" ".join), st.sampled_from([0, 0, 0, 2, 4])
)
TABLE = st.tuples(
    st.just("table"),
    st.lists(st.tuples(SENTENCE, st.lists(st.integers(-9999, 99999), min_size=1, max_size=4)), min_size=1, max_size=30),
    st.integers(1, 4),
)


def written(pages):
    """A document of pages of (kind, content, extra) blocks."""
    made = []
    for number, blocks in enumerate(pages, 1):
        writer = PageWriter()
        for kind, content, extra in blocks:
            if kind == "text":
                writer.paragraph(content[:100] if extra else content, level=extra)
            else:
                cells = [RawCell(str(2020 + i), 0, i + 1, i + 2, 0) for i in range(extra)]
                for row, (label, values) in enumerate(content, 1):
                    cells.append(RawCell(label, row, 0, 1, 0))
                    cells += [RawCell(f"{v:,}", row, i + 1, i + 2, 0) for i, v in enumerate(values)]
                writer.table(cells)
        made.append(writer.page(number))
    return Document("d" * 16, "Acme 10-K", Identity(company="Acme", form="10-K", fiscal_year=2023), "x", tuple(made))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.one_of(PARAGRAPH, TABLE), min_size=1, max_size=5), min_size=1, max_size=3))
def test_offsets_map_back_and_nothing_is_lost(pages):
    document = written(pages)
    passages = passages_of(document)
    assert len({p.id for p in passages}) == len(passages)
    covered = {page.number: set() for page in document.pages}
    for passage in passages:
        page = document.pages[passage.page - 1]
        for segment in passage.segments:
            length = segment.end - segment.start
            assert (
                passage.text[segment.start : segment.end] == page.text[segment.page_start : segment.page_start + length]
            )
            covered[passage.page].update(range(segment.page_start, segment.page_start + length))
            assert passage.to_page(segment.start, segment.end) == (segment.page_start, segment.page_start + length)
        assert passage.start <= passage.end and passage.header.startswith("Acme | 10-K | FY2023")
    for page in document.pages:
        for block in page.blocks:
            inside = page.text[block.start : block.end]
            if not isinstance(block, Table) and len(inside.split()) < MIN_WORDS:
                continue
            for match in re.finditer(r"\S+", inside) if isinstance(block, Table) else ():
                assert block.start + match.start() in covered[page.number]


@settings(max_examples=30, deadline=None)
@given(st.lists(SENTENCE, min_size=5, max_size=60))
def test_text_passages_fit_the_window(sentences):
    for passage in passages_of(written([[("text", " ".join(sentences), 0)]])):
        assert count_tokens([passage.indexed_text])[0] <= WINDOW - SPECIAL


@pytest.mark.parametrize("identity", [Identity(), Identity(company="Long Name " * 400)])
def test_a_long_title_or_name_costs_no_text(identity):
    sentences = " ".join(f"Revenue of part {number} rose by ten percent." for number in range(40))
    whole = replace(written([[("text", sentences, 0)]]), title="annual results " * 400, identity=identity)
    passages = passages_of(whole)
    assert " ".join(passage.text.strip() for passage in passages) == sentences
    assert len(passages) < 12 and (identity.company or len(passages[0].header) == MAX_HEADER_PART)


def test_sentences_never_cross_a_section_or_a_page():
    pages = [
        [
            ("text", "Item 7. Discussion", 2),
            ("text", "Revenue rose a lot.", 0),
            ("text", "Liquidity", 4),
            ("text", "Cash fell a little.", 0),
        ],
        [("text", "More on cash here.", 0)],
    ]
    texts = [(p.page, p.header, p.text) for p in passages_of(written(pages))]
    assert texts == [
        (1, "Acme | 10-K | FY2023 | Item 7. Discussion", "Item 7. Discussion\nRevenue rose a lot."),
        (1, "Acme | 10-K | FY2023 | Item 7. Discussion | Liquidity", "Liquidity\nCash fell a little."),
        (2, "Acme | 10-K | FY2023 | Item 7. Discussion | Liquidity", "More on cash here."),
    ]


def test_long_tables_are_split_by_rows_with_their_headers_repeated():
    rows = [(f"A line item with the number {i} and a rather long name", [1000 + i, 2000 + i]) for i in range(40)]
    passages = passages_of(written([[("text", "Segment results", 4), ("table", rows, 2)]]))
    tables = [p for p in passages if p.kind == "table"]
    assert len(tables) > 2
    assert all(p.text.startswith("2020; 2021\n") for p in tables)
    assert all("Segment results" in p.header for p in tables)
    lines = [line for p in tables for line in p.text.splitlines()[1:]]
    assert lines[7] == "A line item with the number 7 and a rather long name: 2020 1,007; 2021 2,007"
    assert len(lines) == 40
