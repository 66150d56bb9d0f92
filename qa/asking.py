"""Questions in, answers printed: one at a time, or a file of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from qa.answer import Answer, decimal_string

_FORMULA = tuple("=+-@＝＋－＠")


def read_questions(path: Path) -> list[str]:
    """The questions of a file: one a line, or JSON lines or CSV with a `question` field.

    Raises:
        ValueError: the file is not text, or a record lacks the field.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8 text; save it as UTF-8") from None
    if path.suffix == ".csv":
        records: Iterable[dict[str, str]] = csv.DictReader(io.StringIO(text))
    elif path.suffix in (".jsonl", ".json"):
        records = [_record(line, path, number) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    else:
        return [line.strip() for line in text.split("\n") if line.strip()]
    questions = [record.get("question") for record in records]
    if not questions or any(not isinstance(question, str) for question in questions):
        raise ValueError(f"{path}: every record needs a text field named question")
    return [str(question) for question in questions]


def json_lines(answers: Iterable[Answer]) -> Iterator[str]:
    """One JSON object a line."""
    return (json.dumps(answer.to_json(), ensure_ascii=False) for answer in answers)


def csv_rows(answers: Iterable[Answer]) -> Iterator[str]:
    """CSV with a header row; cells that a spreadsheet would take for a formula get a leading apostrophe."""
    columns = (
        "question",
        "answer",
        "found",
        "reason",
        "value",
        "unit",
        "scale",
        "probability",
        "document",
        "page",
        "quote",
    )
    answers = iter(answers)
    first = list(islice(answers, 1))  # before the header, so that what fails at once prints nothing
    yield _csv(columns)
    for a in chain(first, answers):
        place = a.citations[0] if a.citations else None
        where = (place.title, place.page, place.quote) if place else ("", "", "")
        value = decimal_string(a.value) or ""
        row = (
            a.question,
            a.text,
            a.found,
            a.reason,
            value,
            a.unit or "",
            a.scale or "",
            f"{a.probability:.4f}",
            *where,
        )
        yield _csv([_inert(str(cell)) for cell in row])


def describe(answer: Answer) -> str:
    """An answer for people: what it is, how sure, where it stands, and what was taken for granted."""
    assumed = [f"  assumed: {note}" for note in answer.assumed]
    if not answer.found:
        return "\n".join([f"not found: {answer.reason}", *assumed])
    value = "" if answer.value is None else f"  = {answer.value:,f} {answer.unit or ''}".rstrip()
    lines = [f"{answer.text}{value}   (probability {answer.probability:.2f})"]
    for citation in answer.citations:
        box = citation.box
        place = "" if box is None else f", box {box.left:.0f} {box.top:.0f} {box.right:.0f} {box.bottom:.0f}"
        lines.append(f"  {citation.title}, page {citation.page}, characters {citation.start}-{citation.end}{place}")
        lines.append(f"  “{' '.join(citation.marked_quote.split())}”")
    if answer.derivation is not None:
        values = (f"{o.letter} = {o.value:,f} {o.unit or ''}".rstrip() for o in answer.derivation.operands)
        lines.insert(1, f"  = {answer.derivation.expression}, where {', '.join(values)}")
    lines += [f"  restated as {r.text} in {r.citation.title}, page {r.citation.page}" for r in answer.restated]
    lines += [f"  or: {a.text}  ({a.citation.title}, page {a.citation.page})" for a in answer.alternatives]
    return "\n".join([*lines, *assumed])


def _record(line: str, path: Path, number: int) -> dict[str, str]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}, line {number}: not JSON: {error}") from error
    return record if isinstance(record, dict) else {"question": record}


def _csv(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def _inert(cell: str) -> str:
    begins = cell.strip()  # spreadsheets may pass over blanks and ends of lines
    number = begins[:1] in "-+" and begins[1:].replace(",", "").replace(".", "").isdigit()
    return f"'{cell}" if begins.startswith(_FORMULA) and not number else cell
