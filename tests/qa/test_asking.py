"""Questions of files, and answers in tables."""

import json

import pytest

from qa.answer import Answer
from qa.asking import csv_rows, read_questions


@pytest.mark.parametrize("name", ["questions.jsonl", "questions.txt"])
def test_a_question_may_have_characters_that_unicode_takes_for_ends_of_lines(tmp_path, name):
    questions = ["What was\u2028revenue?", "What was\x85net income?"]
    lines = questions if name.endswith(".txt") else [json.dumps({"question": q}, ensure_ascii=False) for q in questions]
    (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    assert read_questions(tmp_path / name) == questions


@pytest.mark.parametrize(
    "cell", ["=1+1", "\r=1+1", "\n=1+1", " @SUM(1)", "\t-1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1)", "-5%"]
)
def test_what_a_spreadsheet_takes_for_a_formula_is_made_inert(cell):
    _, row = csv_rows([Answer(cell, "475", True)])
    assert row.removeprefix('"').startswith("'" + cell)


@pytest.mark.parametrize("cell", ["-1,234.5", "+7", "Revenue = 5", "\n(5)", ""])
def test_numbers_and_texts_stay_as_they_are(cell):
    _, row = csv_rows([Answer(cell, "475", True)])
    assert row.removeprefix('"').startswith(cell) and "'" not in row


def test_what_fails_at_once_gives_no_row():
    def failing():
        raise OSError
        yield

    with pytest.raises(OSError):
        next(csv_rows(failing()))
    assert next(csv_rows([])).startswith("question,answer")
