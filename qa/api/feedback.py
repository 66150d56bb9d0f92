"""What people say of answers: `POST /v1/feedback`. It is kept beside the index as questions that a reader can learn from.

A line of `feedback.jsonl` is a question in SQuAD's form, which a recipe names as a data set by its path.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import time
from io import FileIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import APIRouter

from qa.api import schemas
from qa.api.limits import MAX_CITED, MAX_FEEDBACK
from qa.api.problems import Problem, problems
from qa.api.service import TheService
from retrieval.sentences import sentence_spans

FILE = "feedback.jsonl"
AROUND = 600  # characters of the page before and after the cited ones

router = APIRouter(tags=["feedback"], responses=problems(400, 404, 409, 413, 422, 507))


@router.post("/v1/feedback", status_code=201)
def feedback(told: schemas.Feedback, service: TheService) -> schemas.Noted:
    """Notes that an answer was wrong, and what it should have been, as the page says it.

    Without a right answer it is noted that the page does not answer the question.
    """
    record = service.holdings.document(told.citation.document)
    page = service.holdings.page(record.id, told.citation.page)
    begin, end = told.citation.start, told.citation.end
    if not begin < end <= min(len(page.text), begin + MAX_CITED):
        detail = f"the page has {len(page.text)} characters, of which an answer has 1 to {MAX_CITED}"
        raise Problem(404, "no-place", detail)
    start, context = _context(page.text, begin, end)
    answers: dict[str, list[Any]] = {"text": [], "answer_start": []}
    if told.right:
        place = _nearest(told.right, context, begin - start)
        if place is None:
            raise Problem(
                409, "not-there", "the passage does not say that; send what it says, to the letter, or nothing"
            )
        answers = {"text": [told.right], "answer_start": [place]}
    noted = schemas.Noted(id=uuid4().hex)
    _append(
        service.settings.folder / FILE,
        {
            "id": noted.id, "title": record.identity.company or record.title, "question": told.question,
            "context": context, "answers": answers, "document": record.id, "page": page.number, "start": start,
            "told": int(time.time()),
        },
    )  # fmt: skip
    return noted


def _context(text: str, start: int, end: int) -> tuple[int, str]:
    """The whole sentences around characters [start, end), and where they begin."""
    low, high = max(0, start - AROUND), min(len(text), end + AROUND)
    spans = [(low + a, low + b) for a, b in sentence_spans(text[low:high])]
    whole = [span for span in spans if (span[0] < end and start < span[1]) or (span[0] > low and span[1] < high)]
    first = min([start, *(a for a, _ in whole)])
    return first, text[first : max([end, *(b for _, b in whole)])]


def _nearest(right: str, context: str, cited: int) -> int | None:
    """Where the passage says `right`, nearest to what was cited and not inside a longer word or number; `None` if nowhere."""
    alone = rf"(?<!\w)(?<!\d[.,]){re.escape(right)}(?!\w|[.,]\d)"
    found = (match.start() for match in re.finditer(alone, context))
    return min(found, key=lambda place: abs(place - cited), default=None)


def _append(path: Path, record: dict[str, Any]) -> None:
    """Adds a line, all of it or nothing; workers take turns.

    Raises:
        Problem: the file is full (507).
        OSError: the disk is.
    """
    line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
    with path.open("a+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _end_last_line(file)
        size = file.seek(0, os.SEEK_END)
        if size > MAX_FEEDBACK:
            raise Problem(
                507, "feedback-full", f"there is more than {MAX_FEEDBACK // 1_000_000} MB of feedback already"
            )
        try:
            if file.write(line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        except OSError:
            file.truncate(size)
            raise


def _end_last_line(file: FileIO) -> None:
    """Gives the last line an end where it has none; one that a kill broke off, which nobody was told is kept, goes."""
    size = file.seek(0, os.SEEK_END)
    if not size or os.pread(file.fileno(), 1, size - 1) == b"\n":
        return
    file.seek(0)
    whole, end, last = file.read().rpartition(b"\n")
    try:
        json.loads(last)
        file.write(b"\n")
    except ValueError:
        file.truncate(len(whole + end))
