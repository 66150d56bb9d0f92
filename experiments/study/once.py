"""What several runs share is made once and kept under `runs/shared`: a start for all arms, a model that some arms read.

A run gives the same result whether it makes what it shares or finds it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from qa.data.kept import code_digest
from qa.reader import tokenizer_folder
from qa.training.digests import data_digest, weights_digest
from qa.training.fit import FitFunction
from qa.training.recipe import Recipe
from qa.training.train import span_model, train, training_examples
from retrieval.bundled import file_digest

FOLDER = Path("runs") / "shared"
_MAKERS = ("qa/**/*.py", "experiments/study/*.py")


def made_once(what: Mapping[str, Any], make: Callable[[Path], None]) -> Path:
    """The folder that `make` filled; of two runs that want it at once both make it, and the first to end keeps it.

    Args:
        what: all that it hangs on besides the code, as JSON.
        make: fills an empty folder.
    """
    folder = FOLDER / _mark(what)
    if not folder.is_dir():
        FOLDER.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOLDER) as own:
            half = Path(own) / "half"
            half.mkdir()
            make(half)
            try:
                half.rename(folder)
            except OSError:
                if not folder.is_dir():
                    raise
    return folder


def trained_once(recipe: Recipe, fit: FitFunction) -> Path:
    """The folder of the model that a recipe trains, whatever its `output`."""

    def make(folder: Path) -> None:
        train(replace(recipe, output=folder), fit=fit)

    return made_once(hangs_on(recipe), make) / "model"


def hangs_on(recipe: Recipe) -> dict[str, Any]:
    """All that a recipe's finished model hangs on besides the code, as JSON: two starts of one name may differ."""
    from transformers import set_seed

    fields = TypeAdapter(Recipe).dump_python(recipe, mode="json", exclude={"model", "output"})
    tokenizer = Path(tokenizer_folder(recipe.model)) / "tokenizer.json"
    set_seed(recipe.seed)  # a fresh head is drawn, the same as in training
    return {
        "recipe": fields,
        "start": weights_digest(span_model(recipe)),
        "tokenizer": file_digest(tokenizer),
        "data": [data_digest(training_examples(recipe, parts)) for parts in (recipe.mixture, recipe.source)],
    }


def _mark(what: Mapping[str, Any]) -> str:
    found = code_digest(_MAKERS)
    found.update(json.dumps(what, sort_keys=True).encode())
    return found.hexdigest()[:16]
