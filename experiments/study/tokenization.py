"""The measure of studies of tokenizers: changes the start's tokenizer and embeddings, then fine-tunes as usual."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.study import fine_tuning
from experiments.study.study import Arguments, Measured
from experiments.study.tiny import TINY, tiny_reader
from qa.data.filing_texts import filing_texts
from qa.reader import Reader
from qa.vocabulary.changed import Changed
from qa.vocabulary.fertility import fertility
from qa.vocabulary.numbers import digits_apart, numbers_as_slots
from qa.vocabulary.trained import trained_on
from qa.vocabulary.words import split_words, with_words

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

WORDS_ADDED = 1000
Change = Callable[["PreTrainedTokenizerBase", Iterable[str]], Changed]


def _naive(tokenizer: PreTrainedTokenizerBase, texts: Iterable[str]) -> Changed:
    """Trained on texts, each id with the embedding that it had for another token."""
    return replace(trained_on(texts, tokenizer), pieces={})


CHANGES: dict[str, Change] = {
    "wordpiece": lambda tokenizer, _: Changed(tokenizer),
    "digits": lambda tokenizer, _: digits_apart(tokenizer),
    "slots": lambda tokenizer, _: numbers_as_slots(tokenizer),
    "filings_naive": _naive,
    "filings": lambda tokenizer, texts: trained_on(texts, tokenizer),
    "words": lambda tokenizer, texts: with_words(tokenizer, split_words(tokenizer, texts, WORDS_ADDED)),
}


def measure(arguments: Arguments, seed: int, folder: Path) -> Measured:
    """Builds the start with its tokenizer, trains it and scores it.

    Args:
        arguments: those of `fine_tuning.measure`; `tokenizer` (of `CHANGES`), `texts` (of `filing_texts`) and
            `texts_read`, how many of them.
        seed: of the recipe; the tokenizer is the same for all.
        folder: for the models.
    """
    fields = dict(arguments)
    change, texts, count = (fields.pop(name) for name in ("tokenizer", "texts", "texts_read"))
    name = tiny_reader(folder / TINY) if fields["model"] == TINY else fields["model"]
    changed = save_start(name, CHANGES[change], islice(filing_texts(texts, seed=0), count), folder / "start")
    measured = fine_tuning.measure({**fields, "model": str(folder / "start")}, seed, folder)
    return replace(measured, facts={**measured.facts, **_facts(changed, fields)})


def save_start(name: str | Path, change: Change, texts: Iterable[str], folder: Path) -> Changed:
    """Writes a reader with another tokenizer as a folder, which can be trained and read like any other."""
    start = Reader.from_pretrained(name)
    changed = change(start.tokenizer, texts)
    changed.fit(start.model)
    start.model.save_pretrained(str(folder))
    changed.tokenizer.save_pretrained(str(folder))
    return changed


def _facts(changed: Changed, fields: Arguments) -> dict[str, Any]:
    """Size and fertility of the tokenizer, on the contexts of the first evaluation set."""
    asked = fine_tuning.EvaluationSet.model_validate(fields["evaluate"][0]).examples(fields["held_out"])
    found = fertility(changed.tokenizer, sorted({example.context for example in asked}))
    return {
        "vocabulary": len(changed.tokenizer),
        "new_embeddings": len(changed.pieces),
        "tokens_a_word": found.word,
        "tokens_a_number": found.number,
    }
