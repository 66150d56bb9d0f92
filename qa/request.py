"""A question as the parts of the system pass it on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa.lookup.asked import Asked
from retrieval.index.store import DocumentRecord


@dataclass(frozen=True, slots=True)
class Request:
    """What an answer is sought for.

    Attributes:
        question: as asked.
        asked: what is asked of tables, and what else the question names.
        records: of all documents that may be searched, by id.
        alternatives: how many other possible answers are wanted at most.
        k: passages read at a time.
    """

    question: str
    asked: Asked
    records: Mapping[str, DocumentRecord]
    alternatives: int
    k: int
