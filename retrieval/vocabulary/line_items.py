"""The line items of statements: concept, labels that companies print for it, the statement it stands on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from retrieval.vocabulary.labels import concept_words

FILE = Path(__file__).with_name("line_items.json")


@dataclass(frozen=True, slots=True, eq=False)
class LineItem:
    """One accounting concept.

    Attributes:
        concept: its us-gaap name, such as `PaymentsToAcquirePropertyPlantAndEquipment`.
        statement: where it stands; empty for items of the notes.
        labels: normalised row labels and how many companies print them, the most frequent first.
        companies: how many of the mined companies report it.
    """

    concept: str
    statement: str
    companies: int
    labels: Mapping[str, int]

    @property
    def name(self) -> str:
        """The concept in words: `payments to acquire property plant and equipment`."""
        return " ".join(concept_words(self.concept))


@lru_cache(maxsize=1)
def line_items() -> Mapping[str, LineItem]:
    """All items of the vocabulary, by concept."""
    records = json.loads(FILE.read_text(encoding="utf-8"))
    return {record["concept"]: LineItem(**record) for record in records}


@lru_cache(maxsize=1)
def items_by_label() -> Mapping[str, tuple[LineItem, ...]]:
    """The items that a normalised row label may stand for, the likeliest first."""
    found: dict[str, list[LineItem]] = defaultdict(list)
    for item in line_items().values():
        for label in item.labels:
            found[label].append(item)
    return {label: tuple(sorted(items, key=lambda item: -item.labels[label])) for label, items in found.items()}
