"""Sentences that stand in more than one filing: word for word, but for their numbers, or nearly.

Near ones are found by MinHash over runs of three words (Broder, 1997) in bands (Leskovec, Rajaraman and Ullman, 2014,
chapter 3), and then compared exactly.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from retrieval.data_folder import data_file, read_records
from retrieval.names import filers

if TYPE_CHECKING:
    from datasets import Dataset

NEAR = 0.7  # Jaccard similarity of their runs of words from which two sentences are nearly the same
_BANDS, _ROWS = 20, 4  # finds a pair at NEAR with probability 1 - (1 - 0.7^4)^20 = 99.6%
_RUN = 3  # words
_SHORTEST = 12  # words of a sentence that says something
_CHUNK = 5_000  # sentences whose signatures are made at once
_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+(?=[A-Z“(•])|\n+")
_WORD = re.compile(r"[a-z]+|\d[\d,.]*")
_NUMBER = re.compile(r"\d\S*")
_FILES = (("filings_items", "filings"), ("filings_text", "lcit_10k_10q"), ("filings_text", "ragmate_10k"))
_TICKERS = {"GOOGL": "Google"}  # of a company whose filings are in two collections

Sentences = Mapping[str, Sequence[str]]  # by their owner: a filing, a company or a data set


@dataclass(frozen=True)
class Repeated:
    """How many sentences stand in something else too; each counts once, as the first of these that it is.

    Attributes:
        owners: how many filings or companies there are.
        sentences: of all of them.
        exact: word for word.
        numbers: but for their numbers.
        near: nearly, by `NEAR`.
    """

    owners: int
    sentences: int
    exact: int
    numbers: int
    near: int

    def __add__(self, other: Repeated) -> Repeated:
        return Repeated(*(one + two for one, two in zip(vars(self).values(), vars(other).values(), strict=True)))


def filing_sentences() -> dict[str, dict[str, list[str]]]:
    """The sentences of the filings of the plain-text collections, by company and filing.

    Raises:
        retrieval.data_folder.MissingDataError: a collection is not on this machine.
    """
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for dataset, split in _FILES:
        for number, record in enumerate(read_records(data_file(dataset, split))):
            texts = [record.get("text") or "", *(chunk["text"] for chunk in record.get("chunks", ()))]
            texts += [value for key, value in record.items() if key.startswith("item_") and value]
            company = record.get("company") or record["ticker"]
            found[_TICKERS.get(company, company)][f"{split} {number}"] = sentences("\n".join(texts))
    merged: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for name, one_name in filers(frozenset(found)).items():
        merged[one_name] |= found[name]
    return merged


def within_companies(filings: Mapping[str, Sentences]) -> Repeated:
    """What filings repeat of others of the same company, of which there is more than one."""
    several = [of_company for of_company in filings.values() if len(of_company) > 1]
    return sum(map(repeated, several), Repeated(0, 0, 0, 0, 0))


def across_companies(filings: Mapping[str, Sentences]) -> Repeated:
    """What companies repeat of others."""
    return repeated(
        {company: list(dict.fromkeys(s for each in own.values() for s in each)) for company, own in filings.items()}
    )


def between_datasets(questions: Dataset) -> dict[tuple[str, str], Repeated]:
    """What the contexts of two data sets have in common, for each two that have something."""
    own: dict[str, dict[str, None]] = defaultdict(dict)
    for row in questions.select_columns(["dataset", "context"]):
        own[row["dataset"]] |= dict.fromkeys(sentences(row["context"]))
    pairs = {(one, two): repeated({one: list(own[one]), two: list(own[two])}) for one, two in combinations(own, 2)}
    return {pair: found for pair, found in pairs.items() if found.exact + found.numbers + found.near}


def repeated(owned: Sentences) -> Repeated:
    """How many sentences stand in another owner's too."""
    each = [(owner, sentence) for owner, own in owned.items() for sentence in own]
    same = _shared(each)
    but_numbers = _shared([(owner, _NUMBER.sub("#", sentence)) for owner, sentence in each])
    left = [i for i in range(len(each)) if not but_numbers[i]]
    near = _near([each[i] for i in left], each)
    exact = sum(same)
    return Repeated(len(owned), len(each), exact, sum(but_numbers) - exact, near)


def sentences(text: str) -> list[str]:
    """The sentences of a text that say something, in small letters and without punctuation, each once."""
    parts = (" ".join(_WORD.findall(part.lower())) for part in _SENTENCE_END.split(text))
    return list(dict.fromkeys(part for part in parts if part.count(" ") + 1 >= _SHORTEST))


def _shared(each: Sequence[tuple[str, str]]) -> list[bool]:
    """For each sentence whether another owner has it."""
    owners: dict[str, set[str]] = defaultdict(set)
    for owner, sentence in each:
        owners[sentence].add(owner)
    return [len(owners[sentence]) > 1 for _, sentence in each]


def _near(asked: Sequence[tuple[str, str]], each: Sequence[tuple[str, str]]) -> int:
    """How many of some sentences have a near one of another owner among all."""
    found: set[tuple[str, str]] = set()
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for i, signature in enumerate(_signatures([sentence for _, sentence in each])):
        for band in range(_BANDS):
            buckets[band, signature[band * _ROWS : (band + 1) * _ROWS].tobytes()].append(i)
    wanted = set(asked)
    for bucket in buckets.values():
        for i in bucket:
            if each[i] in wanted and each[i] not in found and _has_near(i, bucket, each):
                found.add(each[i])
    return len(found)


def _has_near(i: int, bucket: Iterable[int], each: Sequence[tuple[str, str]]) -> bool:
    owner, sentence = each[i]
    own = _runs(sentence)
    for j in bucket:
        other, text = each[j]
        runs = _runs(text) if other != owner else set()
        if len(own & runs) >= NEAR * len(own | runs):
            return True
    return False


def _runs(sentence: str) -> set[int]:
    """The runs of words of a sentence, hashed."""
    words = sentence.split()
    return {crc32(" ".join(words[i : i + _RUN]).encode()) for i in range(len(words) - _RUN + 1)}


def _signatures(texts: Sequence[str]) -> Iterator[NDArray[np.uint32]]:
    """The MinHash signature of each text, [bands * rows], by multiply-shift hashing."""
    rng = np.random.default_rng(7)
    factors = rng.integers(0, 1 << 63, _BANDS * _ROWS, dtype=np.uint64) | np.uint64(1)
    for start in range(0, len(texts), _CHUNK):
        runs = [np.fromiter(_runs(text), dtype=np.uint64) for text in texts[start : start + _CHUNK]]
        hashed, places = np.concatenate(runs), np.cumsum([0, *(len(each) for each in runs[:-1])])
        columns = [np.minimum.reduceat((hashed * factor) >> np.uint64(32), places) for factor in factors]
        yield from np.stack(columns, axis=1).astype(np.uint32)
