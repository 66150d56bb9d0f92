"""The measure of studies that go back towards the start: trains once a seed, mixes both ends' weights, reads."""

from __future__ import annotations

from pathlib import Path

from experiments.study.fine_tuning import read_arguments, scored
from experiments.study.once import trained_once
from experiments.study.study import Arguments, Measured
from qa.finished_model import load_finished, save_finished
from qa.reader import tokenizer_folder
from qa.techniques.anchor import move_towards
from qa.training.train import span_model


def measure(arguments: Arguments, seed: int, folder: Path) -> Measured:
    """Scores a mean of the weights before and after a recipe.

    Args:
        arguments: those of `fine_tuning.measure`, and `keep`, how much of the mean is the start: 0 is the trained model, 1
            is the start, which nothing is trained for.
        seed: of the recipe.
        folder: for the mean.
    """
    from transformers import AutoTokenizer

    fields = dict(arguments)
    keep = fields.pop("keep")
    recipe, sets, fit = read_arguments(fields, seed, folder)
    model = span_model(recipe)
    if keep < 1:
        trained = load_finished(trained_once(recipe, fit))
        move_towards(model, dict(trained.named_parameters()), 1 - keep)
    save_finished(model, folder / "mean")
    AutoTokenizer.from_pretrained(tokenizer_folder(recipe.model)).save_pretrained(str(folder / "mean"))
    return scored(folder / "mean", recipe, sets, {})
