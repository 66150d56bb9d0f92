import json
import shutil
from dataclasses import replace
from decimal import Decimal

import pytest

from qa import reading
from qa.answer import Answer
from qa.answering import FinanceQA
from qa.asking import describe
from qa.candidates import candidates, is_only_a_percentage, of_a_change, of_other_years
from qa.demo import sample_questions
from qa.lookup.asked import asked_of
from qa.metrics.normalise import normalise_answer
from qa.number import cell_value, quantity_of
from qa.reader import Reader, Span
from qa.recent import Recent
from qa.restated import _agree, restatements
from retrieval.document import Cell, Identity
from retrieval.index.index import Index
from retrieval.ingest import ingest
from retrieval.query import companies_called, parse_query
from retrieval.ranking import ranked
from retrieval.samples import sample_folder

QUESTIONS = sample_questions()


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q.demo], ids=lambda q: q.question)
def test_the_demo_is_right(system, question):
    answer = system.ask(question.question)
    assert question.judge(answer), answer


def test_most_sample_questions_are_right(system):
    wrong = [q.question for q in QUESTIONS if not q.judge(system.ask(q.question))]
    assert len(wrong) <= 4, wrong


def test_a_number_comes_with_value_unit_scale_and_place(system):
    answer = system.ask("What was Larkfield's cost of revenue in fiscal 2023?")
    assert (answer.value, answer.unit, answer.scale) == (Decimal(528_000_000), "USD", "million")
    (citation,) = answer.citations
    assert (citation.title, citation.page) == ("Larkfield Instruments, Inc. 10-K FY2023", 4)
    assert citation.quote[citation.quote_start :].startswith("528")


def test_a_restated_figure_is_that_of_its_own_filing_and_the_other_is_named(system):
    answer = system.ask("What was Larkfield's cost of revenue in fiscal 2022?")
    assert answer.text == "475" and answer.citations[0].title.endswith("FY2022")
    (restated,) = answer.restated
    assert (restated.text, restated.value) == ("489", Decimal(489_000_000))
    assert restated.citation.title.endswith("FY2023")


def test_prose_is_not_asked_for_a_figure_that_the_tables_would_have(system):
    answer = system.ask("What was Larkfield's cost of revenue in fiscal 2035?")
    assert not answer.found and "tables have such a line" in answer.reason


def test_answers_from_a_pdf_have_a_box_on_the_page(system):
    answer = system.ask("How many stores did Brindlevale Outfitters operate as of January 28, 2023?")
    box = answer.citations[0].box
    assert box is not None and 0 < box.left < box.right < 612 and 0 < box.top < box.bottom < 792


def test_a_company_may_be_told_by_its_ticker_even_of_one_letter():
    identities = [Identity(company="Visa Inc.", ticker="V"), Identity(company="Acme Inc.", ticker="ACME")]
    assert companies_called("v", identities) == ("Visa Inc.",)
    assert companies_called("Acme", identities) == companies_called("ACME", identities) == ("Acme Inc.",)
    assert companies_called("W", identities) == ()


def test_a_company_told_twice_is_told_once(system):
    question = "What was Larkfield's cost of revenue in fiscal 2022?"
    assert system.ask(question, company="Larkfield").text == system.ask(question).text == "475"


def test_flags_choose_company_and_year(system):
    answer = system.ask("What was cost of revenue?", company="Larkfield", year=2023)
    assert answer.text == "528"


def test_last_year_is_read_from_the_latest_filing_and_the_answer_says_so(system):
    for answer in (
        system.ask("What was Larkfield's cost of revenue last year?"),
        system.ask("What was cost of revenue last year?", company="Larkfield"),
    ):
        assert answer.text == "528"
        assert "“last year” was read as fiscal 2023, counted from the latest filing" in answer.assumed


@pytest.mark.parametrize(
    "question",
    ["What was Microsoft's revenue in fiscal 2023?", "Compare the revenue of Larkfield and Microsoft in 2023."],
)
def test_a_company_that_is_not_held_is_not_found(system, question):
    answer = system.ask(question)
    assert (answer.found, answer.reason) == (False, "no filing in the index is of Microsoft")


def test_documents_that_are_not_held_are_told(system):
    answer = system.ask("What was revenue?", documents=["0" * 16])
    assert not answer.found and answer.reason == "no document asked for is in the index"


def test_an_empty_index_says_so(tmp_path, system):
    with Index.create(tmp_path / "index") as index:
        assert FinanceQA(index, system.reader).ask("What was revenue?").reason == "the index is empty"


@pytest.mark.parametrize(
    ("text", "cell", "after", "value", "unit", "scale"),
    [
        ("$ (56)", {"unit": "USD", "scale": 6}, "", "-56000000", "USD", "million"),
        ("21.8%", {"unit": "percent", "scale": 0}, "", "21.8", "percent", None),
        ("—", {"unit": "USD", "scale": 3}, "", "0", "USD", "thousand"),
        ("$1.5", None, " billion in all", "1500000000", "USD", "billion"),
        ("3,870", None, " employees", "3870", None, None),
        ("higher sales in twelve new stores", None, "", None, None, None),
        ("from 5 to 6", None, "", None, None, None),
    ],
)
def test_the_number_of_an_answer(text, cell, after, value, unit, scale):
    made = None if cell is None else Cell(text, 0, 0, 1, 0, "value", **cell)
    quantity = quantity_of(text, made, after)
    if value is None:
        assert quantity is None
    else:
        assert (quantity.scaled, quantity.unit, quantity.scale_name) == (Decimal(value), unit, scale)


def test_any_reader_can_take_the_shipped_one_s_place(sample_index, bert):
    model, tokenizer = bert
    with Index.open(sample_index) as index:
        answer = FinanceQA(index, Reader(model, tokenizer)).ask("What was Larkfield's revenue in 2023?")
    assert answer.text


def test_an_answer_is_kept_until_the_index_changes(tmp_path, monkeypatch):
    question = "Why did Larkfield's gross margin rise in 2023?"
    worked: list[str] = []
    with Index.create(tmp_path / "index") as index:
        ingest(index, [sample_folder()])
        system = FinanceQA(index, Reader.quick())
        monkeypatch.setattr(system, "_answer", lambda asked, *_: worked.append(asked) or Answer(asked, "x", found=True))
        for _ in range(3):
            assert system.ask(question).text == "x"
        assert worked == [question]
        system.ask(question, n_best=2)
        system.ask(question, year=2023)
        assert len(worked) == 3
        index.delete(index.documents()[0].id)
        system.ask(question)
        assert len(worked) == 4


def test_k_holds_for_the_question_that_it_is_told_with(system):
    question = "Why did Larkfield's gross margin rise in 2023?"
    assert [system.ask(question, k=k).found for k in (1, 12, None)] == [False, True, True]


def test_a_document_that_goes_while_it_is_asked_about_costs_no_answer(sample_index, system, tmp_path, monkeypatch):
    shutil.copytree(sample_index, tmp_path / "index")
    with FinanceQA(Index.open(tmp_path / "index"), system.reader) as changing:
        documents = changing.index.documents

        def listed():
            records = documents()
            with Index.open(tmp_path / "index", writable=True) as index:
                for record in records:
                    if record.title.startswith("Larkfield") and record.identity.fiscal_year == 2022:
                        index.delete(record.id)
            return records

        monkeypatch.setattr(changing.index, "documents", listed)
        answer = changing.ask("What was Larkfield's cost of revenue in fiscal 2022?")
        assert answer.text == "489" and answer.citations[0].title.endswith("FY2023")


NAMELESS = """FORM 10-K

For the fiscal year ended December 31, {year}

CONSOLIDATED STATEMENTS OF OPERATIONS
(In millions)

                                   {year}        {before}
Total revenue                    {revenue}       5,555
Cost of revenue                     475         440
Income before income taxes           25          (5)
Income taxes                          5           5
Net income (loss)                    20         (10)
"""


def test_filings_that_name_no_company_are_not_taken_for_one_company_s(tmp_path, system):
    question = "What was total revenue in fiscal 2022?"
    for year, revenue in ((2022, "1,000"), (2023, "7,777")):
        filing = NAMELESS.format(year=year, before=year - 1, revenue=revenue)
        (tmp_path / f"{year}.txt").write_text(filing)
    with Index.create(tmp_path / "index") as index:
        ingest(index, [tmp_path / "2022.txt"])
        answer = FinanceQA(index, system.reader).ask(question)
        assert (answer.text, answer.assumed) == ("1,000", ())
        ingest(index, [tmp_path / "2023.txt"])
        assert "no company" in FinanceQA(index, system.reader).ask(question).reason
        change = FinanceQA(index, system.reader).ask("What was the change in total revenue from 2022 to 2023?")
        assert not change.found
        earlier, later = sorted(index.documents(), key=lambda record: record.title)
        page = index.page(earlier.id, 1)
        [cell] = [cell for table in page.tables for cell in table.cells if cell.text == "1,000"]
        assert restatements(index, earlier, page, cell, [earlier, later]) == ()


def test_only_the_last_wanted_are_kept():
    made: list[str] = []
    recent: Recent[str, str] = Recent(2)
    for key in "abacab":
        assert recent.get(key, lambda key=key: made.append(key) or key.upper()) == key.upper()
    assert made == ["a", "b", "c", "b"]


def test_alternatives_say_something_else_and_change_no_answer(sample_index):
    questions = [
        "Why did Larkfield's gross margin rise in 2023?",
        "What was Larkfield's cost of revenue in fiscal 2023?",
    ]
    with FinanceQA.open(sample_index) as system:
        for question in questions:
            alone, beside = system.ask(question), system.ask(question, n_best=4)
            assert replace(beside, alternatives=(), seconds=0.0) == replace(alone, seconds=0.0)
            assert alone.alternatives == () and len(beside.alternatives) <= 3
            said = [beside.text, *(alternative.text for alternative in beside.alternatives)]
            assert len({normalise_answer(text) for text in said}) == len(said)
            for alternative in beside.alternatives:
                place = alternative.citation
                page = system.index.page(place.document, place.page)
                assert page.text[place.start : place.end] == alternative.text
        assert system.ask(questions[0], n_best=4).alternatives
        assert system.ask("What was Hollowmere Robotics' revenue?", n_best=4).alternatives == ()


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What was Larkfield's net income?", "$ 129"),
        ("What is the net income reported by Larkfield for fiscal 2023?", "$ 129"),
        ("What was Larkfield's revenue?", "$ 1,024"),
        ("How much did Larkfield's operating income change from 2022 to 2023?", "28 million"),
        ("How much did Larkfield's net income rise in 2023?", "22 million"),
    ],
)
def test_questions_as_people_ask_them(system, question, text):
    assert system.ask(question).text == text


def test_passages_that_cannot_win_are_not_read(system, monkeypatch):
    read, calls = system.reader.read, []
    monkeypatch.setattr(system.reader, "read", lambda *args, **told: calls.append(1) or read(*args, **told))
    counts = []
    for n_best in (1, 2):
        system.forget()
        calls.clear()
        assert "187" in system.ask("How many stores did Brindlevale Outfitters operate in 2023?", n_best=n_best).text
        counts.append(len(calls))
    assert 0 < counts[0] < counts[1]


def test_what_has_to_be_worked_out_needs_a_company(system):
    answer = system.ask("How much did net income grow in 2023?")
    assert not answer.found and "names no company" in answer.reason


@pytest.mark.parametrize("question", ["What was the net income in 2023?", "net sales 2022"])
def test_a_line_item_alone_needs_a_company(system, question):
    answer = system.ask(question)
    assert not answer.found and "names no company" in answer.reason


def test_what_was_taken_for_granted_is_told_where_nothing_is_found_too(system):
    answer = system.ask("What was Larkfield's cost of revenue in fiscal 2035?")
    assert not answer.found and describe(answer).endswith("  assumed: " + answer.assumed[0])
    assert "no filing for fiscal year 2035" in answer.assumed[0]


@pytest.mark.parametrize(
    ("question", "answer", "refused"),
    [
        ("What was revenue of lamps in 2023?", "27%", True),
        ("What was revenue of lamps in 2023?", "$27 million, or 3%", False),
        ("What share of revenue did lamps have in 2023?", "27%", False),
        ("How much did revenue of lamps grow in 2023?", "27%", False),
        ("What was the response rate in 2023?", "27%", False),
    ],
)
def test_a_percentage_is_no_amount(question, answer, refused):
    assert is_only_a_percentage(answer, asked_of(parse_query(question, []))) == refused


@pytest.mark.parametrize(("likeliest", "text"), [("5.6%", "5.6%"), ("rate", "not found")])
def test_where_words_are_likeliest_no_other_figure_is_given(system, monkeypatch, likeliest, text):
    def read(_reader, _question, passage):
        said = [(word, passage.find(word)) for word in (likeliest, "5.6%") if word in passage]
        return [
            Span(word, 0, at, at + len(word), 9.0 - i, 9.0, 0.0, 0.9, agreed=True) for i, (word, at) in enumerate(said)
        ]

    monkeypatch.setattr(reading, "read_closely", read)
    system.forget()
    answer = system.ask("What was Larkfield's churn rate in 2023?")
    system.forget()
    assert answer.text == text
    assert answer.found or answer.reason == "what the filings say of it in words has no such figure"


def test_what_is_paid_is_an_amount(system):
    assert system.ask("How much did Larkfield pay in dividends in 2023?").value == 14_000_000


def test_a_number_in_a_table_is_no_yes_or_no(system):
    answer = system.ask("Did Larkfield's Process Control revenue increase in 2023?")
    assert answer.value is None or answer.citations[0].quote[-1] == "."


def test_a_product_that_is_named_is_in_the_row(system):
    of_part, of_none, of_all = (
        system.ask(f"What was Larkfield's {part} revenue in 2023?") for part in ("Process Control", "Gizmo", "total")
    )
    assert of_part.found and of_all.found and of_none.value != of_all.value


@pytest.mark.parametrize(
    ("question", "refused"),
    [("What was revenue of services in 2023?", True), ("How much did revenue of services grow in 2023?", False)],
)
def test_an_increase_is_no_level(question, refused):
    text = "Revenue of services increased by approximately $14 million to $1,790 million in 2023."
    asked = asked_of(parse_query(question, []))
    assert of_a_change(text, text.index("$14"), asked) == refused
    assert not of_a_change(text, text.index("$1,790"), asked)


@pytest.mark.parametrize(("text", "quantity"), [("June 2028", None), ("2009", None), ("2,009 stores", 2009)])
def test_dates_are_no_quantities(text, quantity):
    found = quantity_of(text, None)
    assert (found and found.value) == quantity


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("What was cash used in fiscal 2023?", False),
        ("What was cash used in fiscal 2022?", False),  # it may have ended in 2023
        ("What was cash used at December 31, 2022?", True),
        ("What was cash used in the year ended January 28, 2023?", False),
        ("What was cash used in fiscal 2019?", True),
        ("What was cash used?", False),
    ],
)
def test_a_sentence_that_names_other_years_only_does_not_answer(question, other):
    text = "Sales rose in 2019. Cash used was $116 million in 2023. It fell in 2026."
    start = text.index("$116")
    assert of_other_years(text, start, start + 12, asked_of(parse_query(question, []))) is other


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("Why did cost of revenue rise in fiscal 2023?", False),
        ("How did cost of revenue change in fiscal 2023?", False),
        ("What was cost of revenue in fiscal 2023?", True),
        ("Which was larger in fiscal 2023, cost of revenue or gross profit?", True),
    ],
)
def test_a_question_that_no_number_answers_is_offered_none(system, question, numbers):
    records = {record.id: record for record in system.index.documents()}
    query = parse_query(question, [record.identity for record in records.values()])
    hits = [hit.passage for hit in ranked(system.index, query, k=40) if hit.passage.kind == "table"]
    offered = [
        cell
        for passage in hits
        for cell in candidates(
            passage, system.index.page(passage.document_id, passage.page), records[passage.document_id].identity, asked_of(query)
        ).cells.values()
    ]  # fmt: skip
    assert hits and any(cell.role == "value" for cell in offered) == numbers


@pytest.mark.parametrize(
    ("question", "text", "values"),
    [
        ("What was Larkfield's interest coverage ratio in fiscal 2023?", "11.73", [176_000_000, 15_000_000]),
        (
            "In which year was Larkfield's interest expense higher, 2022 or 2023?",
            "fiscal 2023",
            [12_000_000, 15_000_000],
        ),
    ],
)
def test_a_derivation_shows_costs_as_the_amounts_that_it_computes_with(system, question, text, values):
    answer = system.ask(question)
    assert answer.text == text
    assert [operand.value for operand in answer.derivation.operands] == values
    assert "(15)" in [operand.text for operand in answer.derivation.operands]


def test_what_no_answer_can_be_given_for_is_refused_by_the_library_too(system):
    for wrong in ({"n_best": 0}, {"k": 0}):
        with pytest.raises(ValueError, match="at least 1"):
            system.ask("What was Larkfield's cost of revenue in fiscal 2023?", **wrong)


def test_half_a_character_is_replaced(system):
    answer = system.ask("What was Larkfield's cost of revenue in fiscal 2023? \ud83d")
    assert answer.text == "528" and answer.question.endswith("\ufffd")
    json.dumps(answer.to_json(), ensure_ascii=False).encode()


def test_a_year_that_is_given_beats_a_day_in_the_question(system):
    question = "What was Larkfield's cost of revenue for the year ended December 31, 2023?"
    assert system.ask(question).text == system.ask(question, year=2023).text == "528"
    assert system.ask(question, year=2022).text == "475"


@pytest.mark.parametrize(
    ("later", "restated"),
    [
        (Cell("475", 2, 1, 2, 0, "value", unit="USD", scale=6), False),  # the earlier one says 475,123 in thousands
        (Cell("(475.1)", 2, 1, 2, 0, "value", unit="USD", scale=6), False),
        (Cell("476", 2, 1, 2, 0, "value", unit="USD", scale=6), True),
        (Cell("475,124", 2, 1, 2, 0, "value", unit="USD", scale=3), True),
    ],
)
def test_a_figure_that_is_rounded_otherwise_is_not_restated(later, restated):
    earlier = Cell("475,123", 2, 1, 2, 0, "value", unit="USD", scale=3)
    assert _agree(cell_value(later), later, cell_value(earlier), earlier) != restated
