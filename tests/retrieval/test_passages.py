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


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(SENTENCE, st.lists(st.integers(-9999, 99999), min_size=1, max_size=90)), min_size=1, max_size=5),
    st.lists(SENTENCE, max_size=30),
    st.sampled_from([1, 4, 90]),
)
def test_table_passages_fit_the_window_and_lack_no_cell(rows, sentences, columns):
    rows = [(f"{number} {label}", values) for number, (label, values) in enumerate([*rows, (" ".join(sentences), [1])])]
    document = written([[("table", rows, columns)]])
    passages = passages_of(document)
    (page,) = document.pages
    covered = set()
    for passage in passages:
        assert count_tokens([passage.indexed_text])[0] <= WINDOW - SPECIAL
        for segment in passage.segments:
            shown = range(segment.page_start, segment.page_start + segment.end - segment.start)
            assert passage.text[segment.start : segment.end] == page.text[shown.start : shown.stop]
            covered.update(shown)
    for cell in page.tables[0].cells:
        assert all(cell.text[place - cell.start].isspace() for place in {*range(cell.start, cell.end)} - covered)


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


def test_a_row_that_is_too_long_is_cut_between_its_cells_and_the_others_stay_as_they_are():
    short = [(f"Item {i} of the rows that are short enough", [i, i + 1]) for i in range(30)]
    rows = [*short[:10], ("Gross profit", list(range(1000, 1100))), *short[10:]]
    found, without = (passages_of(written([[("table", some, 2)]])) for some in (rows, short))
    cut = [passage.text.splitlines()[1:] for passage in found if "Gross profit" in passage.text]
    assert len(cut) > 2 and cut[0][0].startswith("Gross profit: 2020 1,000; 2021 1,001; 2021 1,002;")
    assert all(lines[0] == "Gross profit" and len(lines) == 2 for lines in cut[1:])
    values = "; ".join([cut[0][0].removeprefix("Gross profit: 2020 "), *(lines[1] for lines in cut[1:])])
    assert values.replace("2021 ", "") == "; ".join(f"{value:,}" for value in range(1000, 1100))
    assert {line for p in found for line in p.text.splitlines()} > {
        line for p in without for line in p.text.splitlines()
    }


def test_headers_too_long_to_be_repeated_come_once_before_the_rows():
    heads = [f"The year {2020 + i}" for i in range(60)]
    cells = [RawCell(head, 0, i + 1, i + 2, 0) for i, head in enumerate(heads)]
    for row in range(1, 21):
        cells += [RawCell(f"Item {row} of some rows", row, 0, 1, 0), RawCell(f"{row},000", row, 1, 2, 0)]
    writer = PageWriter()
    writer.table(cells)
    passages = passages_of(replace(written([]), pages=(writer.page(1),)))
    texts = [passage.text for passage in passages]
    first = next(number for number, text in enumerate(texts) if "Item 1 of" in text)
    assert first > 1 and texts[first].startswith("Item 1 of some rows: 1,000\nItem 2 of")
    assert "; ".join(texts[:first]) == "; ".join(heads)
    assert all(count_tokens([passage.indexed_text])[0] <= WINDOW - SPECIAL for passage in passages)
