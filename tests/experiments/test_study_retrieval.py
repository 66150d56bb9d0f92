from types import SimpleNamespace

import pytest

from experiments.ablations import end_to_end
from experiments.ablations.end_to_end import Asked, _row, _searching, measure
from experiments.ablations.generated_filings import generated_index, generated_questions
from experiments.ablations.retrieval_parts import PARTS
from experiments.studies.retrieval_end_to_end import STUDY
from qa import answering, reading, worked_out
from qa.data.generated import COMPANIES

QUESTION = "Why did Larkfield's gross margin rise in 2023?"
TOLD = {"given": "question", "dataset": "generated"}


def asked(text="electronic parts"):
    return Asked(
        "a", "Larkfield", QUESTION, ("lower prices for electronic parts",), lambda hit: text in hit.passage.text
    )


def parts(*names):
    return [part for part in PARTS if part.name in names]


def test_every_arm_names_parts_that_there_are_and_need_no_other_index():
    known = {part.name: part for part in PARTS}
    named = [name for arm in STUDY.arms for name in STUDY.arguments(arm, "cpu")["without"]]
    assert named and not any(known[name].reindexes for name in named)
    assert {len(STUDY.runs(size)) for size in ("smoke", "cpu", "full")} == {len(STUDY.arms)}


def test_without_an_index_the_variable_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("FINANCEQA_INDEX", raising=False)
    arguments = STUDY.arguments("whole", "cpu")
    with pytest.raises(ValueError, match="set FINANCEQA_INDEX to the folder"):
        measure(arguments, 1, tmp_path)


def test_the_system_searches_as_told_and_as_before_after(system):
    before = reading.ranked, answering.parse_query, worked_out.parse_query
    with _searching([], None) as hits:
        whole = _row(system, asked(), TOLD, hits)
        filings = {hit.passage.document_id for hit in hits}
        missed = _row(system, asked("words that no filing has"), TOLD, hits)
    assert (whole["found"], whole["read"], whole["looked_up"]) == (1.0, 1.0, 0.0)
    assert whole["f1"] > 0.5 and missed["read"] == 0.0
    with _searching(parts("companies of the question", "periods and form of the question"), None) as hits:
        _row(system, asked(), TOLD, hits)
        assert {hit.passage.document_id for hit in hits} > filings
    assert (reading.ranked, answering.parse_query, worked_out.parse_query) == before


def test_a_judge_has_its_say(system):
    def against_the_first(_, passages):
        return [-9.0 if place == 0 else 0.0 for place, _ in enumerate(passages)]

    with _searching([], None) as hits:
        _row(system, asked(), TOLD, hits)
        first = hits[0].passage.id
    with _searching([], against_the_first) as hits:
        _row(system, asked(), TOLD, hits)
        assert first not in [hit.passage.id for hit in hits]


def test_a_number_from_a_table_is_looked_up_without_a_search(system):
    cost = Asked("b", "Larkfield", "What was Larkfield's cost of revenue in fiscal 2023?", ("528",), lambda hit: True)
    with _searching([], None) as hits:
        row = _row(system, cost, TOLD, hits)
    assert (row["f1"], row["read"], row["looked_up"]) == (1.0, 0.0, 1.0)


def test_generated_filings_hold_their_questions_contexts(tmp_path):
    with generated_index(tmp_path / "index", "train") as index:
        questions = generated_questions("train")
        assert len(index.documents()) == len(questions) == len(COMPANIES)
        for company, examples in questions.items():
            assert [index.page(company, i).text for i in (1, 2)] == [example.context for example in examples]
            (best, *_) = index.search(examples[0].question, k=1)
            assert best.passage.document_id == company


def test_arms_reach_index_and_reader(tmp_path, monkeypatch):
    """Fusion, passages read and company told are what the arm says; the reader is not loaded."""
    seen = []

    class Recording:
        def forget(self):
            pass

        def __init__(self, index, reader, *, k):
            self.index, self.k = index, k

        def ask(self, question, *, company):
            seen.append((self.k, company, self.index.fuse))
            return SimpleNamespace(found=False, text="", seconds=0.0)

    monkeypatch.setattr(end_to_end, "FinanceQA", Recording)
    monkeypatch.setattr(end_to_end.Reader, "quick", lambda: None)
    for arm in ("k_4", "company_given", "lexical_only"):
        found = measure(STUDY.arguments(arm, "smoke"), 1, tmp_path / arm)
        assert [row["f1"] for row in found.rows] == [0.0] * 4
    lexical = next(part.fusion for part in PARTS if part.name == "semantic search")
    assert [k for k, _, _ in seen] == [4] * 4 + [12] * 8
    assert [company is not None for _, company, _ in seen] == [False] * 4 + [True] * 4 + [False] * 4
    assert [fusion is lexical for _, _, fusion in seen] == [False] * 8 + [True] * 4
