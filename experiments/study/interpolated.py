"""The measure of studies that go back towards the start: trains once a seed, mixes both ends' weights, reads."""

from __future__ import annotations

from pathlib import Path

from experiments.study.fine_tuning import scored, task_of
from experiments.study.study import Arguments, Measured
from experiments.study.training import Cost, trained_once
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
    task, cost = task_of(fields, seed, folder), Cost()
    model = span_model(task.recipe)
    if keep < 1:
        finished, cost = trained_once(task.recipe, task.fit)
        move_towards(model, dict(load_finished(finished).named_parameters()), 1 - keep)
    save_finished(model, folder / "mean")
    AutoTokenizer.from_pretrained(tokenizer_folder(task.recipe.model)).save_pretrained(str(folder / "mean"))
    return scored(folder / "mean", cost, task)
