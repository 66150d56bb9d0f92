"""Filings of companies that do not exist in an index, for runs of the whole system that must take seconds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import numpy as np

from qa.data.squad_form import Example, load_examples
from retrieval.document import Document, Identity, Page, Text
from retrieval.embedding import Vectors
from retrieval.index.index import Index

GENERATED = "generated"
PAGES = 2  # of a filing


class WordHashes:
    """Counts of words by their hashes: texts that share words are near each other. Nothing is loaded."""

    dimensions = 64
    fingerprint = "word hashes"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors [n, dimensions], float32, of length 1 where there is a word."""
        counts = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(counts, texts, strict=True):
            for word in text.casefold().split():
                row[crc32(word.encode()) % self.dimensions] += 1
        unit: Vectors = counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1)
        return unit


def generated_index(folder: Path, split: str) -> Index:
    """A new index of a filing for each company, whose pages are the contexts of its questions; open for writing."""
    index = Index.create(folder, embedder=WordHashes())
    for company, examples in generated_questions(split).items():
        pages = tuple(
            Page(number, example.context, (Text(0, len(example.context)),))
            for number, example in enumerate(examples, start=1)
        )
        index.add(Document(company, company, Identity(company=company), company, pages), path=company, digest=company)
    return index


def generated_questions(split: str) -> dict[str, list[Example]]:
    """The questions that the filings answer, by company, in the order of the pages."""
    by_company: dict[str, list[Example]] = defaultdict(list)
    for example in load_examples(GENERATED, split):
        if len(by_company[example.group]) < PAGES:
            by_company[example.group].append(example)
    return dict(by_company)
