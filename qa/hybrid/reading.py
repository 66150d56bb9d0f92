"""The reader of the text around tables: one for all contexts, and for cross-validation one without each fold of them.

    python -m qa.hybrid.reading

trains what is missing, and resumes what was stopped. Heads that learn from a reader's spans must see spans of
contexts which that reader never saw, so there is also one without each pair of folds: one of the pair is what the
heads are evaluated on, the other what they learn from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from itertools import combinations
from pathlib import Path
from zlib import crc32

import typer

from qa.data.squad_form import load_examples
from qa.hybrid.prose import Pointed
from qa.reader import Reader
from qa.training.recipe import Recipe, load_recipe
from qa.training.train import train
from retrieval.files import write_atomically

FOLDS = 5
RECIPE = Path(__file__).parent.parent / "recipes" / "reader-hybrid.toml"
MAX_ANSWER_TOKENS = 100  # answers are often whole sentences
SPANS = 20


def fold_of(group: str) -> int:
    """In which fold a context is, by a hash of its name."""
    return crc32(group.encode()) % FOLDS


def without(recipe: Recipe, folds: Iterable[int]) -> Recipe:
    """The recipe without the contexts of some folds, which are in its folder's name."""
    folds = sorted(folds)
    name = "-".join(["without", *map(str, folds)]) if folds else "all"
    groups = {example.group for part in recipe.mixture for example in load_examples(part.dataset, part.split)}
    held_out = sorted(group for group in groups if fold_of(group) in folds)
    return replace(recipe, held_out=held_out, output=recipe.output / name)


def trained_reader(folds: Iterable[int], recipe: Recipe | None = None) -> Path:
    """The folder of the finished model without some folds, trained where it is missing."""
    recipe = without(recipe or load_recipe(RECIPE), folds)
    folder = recipe.output / "model"
    return folder if (folder / "model.safetensors").is_file() else train(recipe)


def point(reader: Reader, questions: Sequence[str], texts: Sequence[str]) -> list[list[Pointed]]:
    """Where a reader points for each question in its text, likeliest first."""
    reader.max_answer_tokens = MAX_ANSWER_TOKENS
    found = (reader.read(question, [text], top_k=SPANS) for question, text in zip(questions, texts, strict=True))
    return [[Pointed.of(span) for span in sorted(spans, key=lambda s: -s.margin)] for spans in found]


def point_without(folds: Sequence[int], questions: Sequence[str], texts: Sequence[str]) -> list[list[Pointed]]:
    """As `point`, by the reader without some folds; kept beside it, so that it reads once."""
    folder = trained_reader(folds).parent
    kept = folder / f"pointed-{crc32(json.dumps([questions, texts]).encode()):08x}.json"
    if not kept.is_file():
        found = point(Reader.from_pretrained(folder / "model"), questions, texts)
        write_atomically(kept, json.dumps([[asdict(span) for span in spans] for spans in found]))
    return [[Pointed(**span) for span in spans] for spans in json.loads(kept.read_text(encoding="utf-8"))]


def main() -> None:
    """Train the reader of all contexts, those without a fold, and those without two."""
    for size in (1, 0, 2):
        for folds in combinations(range(FOLDS), size):
            typer.echo(trained_reader(folds))


if __name__ == "__main__":
    typer.run(main)
