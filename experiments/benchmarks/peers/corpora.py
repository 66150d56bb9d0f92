"""What the systems read and are asked: filings with the questions located in them, and SQuAD's articles with theirs."""

from __future__ import annotations

import gzip
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.data.squad_form import Example, load_examples
from qa.span_answers_evaluation import located_examples
from qa.training.digests import data_digest
from retrieval.data_folder import data_file, data_folder, read_records
from retrieval.files import write_atomically
from retrieval.loading.files import digest_of

SEED = 17


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents and questions.

    Attributes:
        name: what they are.
        files: HTML or text.
        examples: the questions with their answers; `group` is the document's company or article.
    """

    name: str
    files: tuple[Path, ...]
    examples: tuple[Example, ...]

    def digests(self) -> dict[str, str]:
        """What tells its documents and its questions from others."""
        return {
            "documents": digest_of(*(file.read_bytes() for file in self.files))[:16],
            "questions": data_digest(self.examples),
        }


def filings(folder: Path, *, documents: int, questions: int) -> Corpus:
    """HTML filings, those first that most questions of `financial_qa_10k` are located in, unpacked into a folder.

    Raises:
        retrieval.data_folder.MissingDataError: they are not on this machine.
    """
    place = {r["id"]: r["file"] for r in read_records(data_file("financial_qa_10k", "located_in_filings_html"))}
    located = Counter(place.values())
    listed = sorted(record["file"] for record in read_records(data_file("filings_html", "index")))
    chosen = sorted(listed, key=lambda name: -located[name])[:documents]
    files = []
    for name in chosen:
        files.append(folder / Path(name).with_suffix("").name)
        if not files[-1].is_file():
            write_atomically(files[-1], gzip.decompress((data_folder() / "filings_html" / name).read_bytes()))
    asked = [example for example in located_examples() if place[example.id] in chosen]
    return Corpus("financial_qa_10k", tuple(files), _drawn(asked, questions))


def squad(folder: Path, *, documents: int, questions: int) -> Corpus:
    """Articles of SQuAD's v1.1 development set as text files, a paragraph for each context.

    Raises:
        retrieval.data_folder.MissingDataError: it is not on this machine.
    """
    examples = load_examples("squad", "dev_v1")
    articles: dict[str, dict[str, None]] = {}
    for example in examples:
        articles.setdefault(example.group, {})[" ".join(example.context.split())] = None
    chosen = sorted(articles)[:documents]
    files = []
    for number, title in enumerate(chosen):
        files.append(folder / f"{number:02}.txt")
        write_atomically(files[-1], "\n\n".join(articles[title]) + "\n")
    return Corpus("squad", tuple(files), _drawn([e for e in examples if e.group in chosen], questions))


def _drawn(examples: Sequence[Example], count: int) -> tuple[Example, ...]:
    return tuple(random.Random(SEED).sample(list(examples), min(count, len(examples))))
