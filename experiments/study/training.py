"""Trainings of a study's runs, each with what it cost; one that several runs share is done once."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from experiments.study.once import made_once
from qa.reader import tokenizer_folder
from qa.training.digests import data_digest, weights_digest
from qa.training.fit import Fit, FitFunction
from qa.training.recipe import Recipe
from qa.training.train import span_model, train, training_examples
from qa.training.with_loop import fit_with_loop
from qa.training.with_trainer import fit_with_trainer
from retrieval.bundled import file_digest

_COST = "cost.json"


def _left(_: Fit) -> list[float]:
    """Leaves the model as it is."""
    return []


FITS: dict[str, FitFunction] = {"trainer": fit_with_trainer, "loop": fit_with_loop, "none": _left}


@dataclass(frozen=True)
class Cost:
    """What training costs.

    Attributes:
        seconds: of CPU, over all threads; waiting does not count.
        weights: that are trained at the start of the last stage.
    """

    seconds: float = 0.0
    weights: int = 0


def trained(recipe: Recipe, fit: FitFunction) -> tuple[Path, Cost]:
    """The folder of the model that a recipe trains, and what that cost."""
    counted: list[int] = []

    def counting(each: Fit) -> list[float]:
        counted.append(sum(p.numel() for p in each.model.parameters() if p.requires_grad) if fit is not _left else 0)
        return fit(each)

    started = time.process_time()
    folder = train(recipe, fit=counting)
    return folder, Cost(time.process_time() - started if fit is not _left else 0.0, counted[-1])


def trained_once(recipe: Recipe, fit: FitFunction) -> tuple[Path, Cost]:
    """As `trained`, whatever the recipe's `output`; the cost is that of the one training, whoever did it."""

    def make(folder: Path) -> None:
        _, cost = trained(replace(recipe, output=folder), fit)
        (folder / _COST).write_text(json.dumps(asdict(cost)), encoding="utf-8")

    folder = made_once(depends_on(recipe), make)
    return folder / "model", Cost(**json.loads((folder / _COST).read_text(encoding="utf-8")))


def depends_on(recipe: Recipe) -> dict[str, Any]:
    """All that a recipe's finished model depends on besides the code, as JSON: two starts of one name may differ."""
    fields: Mapping[str, Any] = TypeAdapter(Recipe).dump_python(recipe, mode="json", exclude={"model", "output"})
    return {
        "recipe": fields,
        "start": start_digest(recipe),
        "tokenizer": file_digest(Path(tokenizer_folder(recipe.model)) / "tokenizer.json"),
        "data": [data_digest(training_examples(recipe, parts)) for parts in (recipe.mixture, recipe.source)],
    }


def start_digest(recipe: Recipe) -> str:
    """The digest of the weights that a recipe's training begins with."""
    from transformers import set_seed

    set_seed(recipe.seed)  # a fresh head is drawn, the same as in training
    return weights_digest(span_model(recipe))
