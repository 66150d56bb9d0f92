"""The questions of financial_qa_10k put to passages of the filings as search gives them, not to the sentences alone.

A question's answer is looked for in the passages of the filing that it is located in. Beside that passage it is put to
those of the same filing that share most with it and do not answer it.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from qa.data.filing_lookup import filing_of_file
from qa.data.kept import kept_examples
from qa.data.squad_form import Example, load_examples
from retrieval.data_folder import MissingDataError, data_file, data_folder, read_records
from retrieval.passage import Passage
from retrieval.passages import passages_of

NAME = "filing_prose"
UNANSWERED = 2  # passages that do not answer, for each that does
_DATASET = "financial_qa_10k"
_WORD = re.compile(r"[a-z]{3,}|\d+")
_QUOTES = str.maketrans("‘’“”", "''\"\"")


def load_filing_prose(split: str) -> list[Example]:
    """The examples, kept once they were made.

    Raises:
        ValueError: the split is not `train`, the only one; companies part it further.
        MissingDataError: the filings are not on this machine.
    """
    if split != "train":
        raise ValueError(f"{NAME} has the split train only, not {split!r}")
    if not (data_folder() / "filings_html").is_dir():
        raise MissingDataError("filing_prose needs filings_html; set FINANCEQA_DATA to its parent")
    return kept_examples(f"{NAME}-{split}", lambda: {f"{NAME}-{split}": _made()})


def _made() -> Iterator[Example]:
    by_id = {example.id: example for example in load_examples(_DATASET, "train")}
    by_file: dict[str, list[Example]] = defaultdict(list)
    for record in read_records(data_file(_DATASET, "located_in_filings_html")):
        if record["id"] in by_id:
            by_file[record["file"]].append(by_id[record["id"]])
    for name, examples in sorted(by_file.items()):
        document = filing_of_file(data_folder() / "filings_html" / name)
        yield from in_passages(examples, [each for each in passages_of(document) if each.kind == "text"])


def in_passages(examples: Sequence[Example], passages: Sequence[Passage]) -> Iterator[Example]:
    """Each example that a passage answers, on that passage and on others that do not answer it."""
    words = [Counter(_WORD.findall(passage.text.lower())) for passage in passages]
    rarity = _rarity(words)
    for example in examples:
        context = _plain(example.context)
        holding = [n for n, passage in enumerate(passages) if _shared(context, passage.text)]
        placed = [(n, span) for n in holding if (span := _find(example.answers[0], passages[n].text))]
        if not placed:
            continue
        number, (start, end) = placed[0]
        text = passages[number].text
        yield _on(example, text, (text[start:end],), (start,), number)
        asked = set(_WORD.findall(example.question.lower()))
        others = [
            n for n in range(len(passages)) if n not in holding and not _find(example.answers[0], passages[n].text)
        ]
        nearest = sorted(others, key=lambda n: -sum(rarity[word] for word in asked if words[n][word]))
        for other in nearest[:UNANSWERED]:
            yield _on(example, passages[other].text, (), (), other)


def _on(example: Example, text: str, answers: tuple[str, ...], starts: tuple[int, ...], number: int) -> Example:
    return replace(
        example, id=f"{example.id}-{number}", context=text, answers=answers, starts=starts, source=f"{NAME}/train"
    )


def _rarity(words: Sequence[Mapping[str, int]]) -> Mapping[str, float]:
    """What a word that two texts share is worth: the rarer, the more."""
    found = Counter(word for each in words for word in each)
    return defaultdict(float, {word: math.log(len(words) / count) for word, count in found.items()})


def _plain(text: str) -> str:
    return " ".join(text.translate(_QUOTES).split()).lower()


def _shared(context: str, text: str) -> bool:
    """Whether a passage holds some of the context that the question was written from."""
    plain = _plain(text)
    return any(piece in plain for piece in re.split(r"(?<=[.;]) ", context) if len(piece) > 30) or context in plain


def _find(answer: str, text: str) -> tuple[int, int] | None:
    """Where a text holds an answer, whatever its spaces, quotes and case."""
    words = [re.escape(word) for word in answer.translate(_QUOTES).split()]
    found = re.search(r"\s+".join(words), text.translate(_QUOTES), re.IGNORECASE)
    return found.span() if found else None
