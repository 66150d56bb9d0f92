"""Several descents of the learning rate in one training, and the average of the weights that end them.

After the rate has fallen to zero it rises again and falls again; each fall ends in another solution of
the same basin. The average of their weights answers better than any of them and costs no more to read
with (Izmailov et al., 2018: stochastic weight averaging; Garipov et al., 2018: fast geometric ensembling).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transformers import Trainer, TrainerCallback

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from qa.recipe import Recipe


def cycle_ends(steps: int, shares: Sequence[float]) -> list[int]:
    """The last step of each cycle; the shares are of all steps, and the last cycle takes what is left."""
    ends = [round(steps * share / sum(shares)) for share in accumulate(shares)]
    return [*ends[:-1], steps]


def rate_factor(step: int, steps: int, recipe: Recipe) -> float:
    """What the peak learning rate is multiplied with at a step, 0 to 1.

    It climbs in the recipe's warmup and falls to zero in a line at the end of each cycle; cycles after
    the first start at `restart` of the peak.
    """
    climb = round(recipe.warmup * steps)
    if step < climb:
        return step / climb
    begin, peak = climb, 1.0
    for end in cycle_ends(steps, recipe.cycles):
        if step < end:
            return peak * (end - step) / (end - begin)
        begin, peak = end, recipe.restart
    return 0.0


class CycleTrainer(Trainer):  # type: ignore[misc]
    """`Trainer` with a recipe's cycles; the weights at each one's end are saved to `<output>/cycle-<n>`."""

    def __init__(self, recipe: Recipe, **settings: Any) -> None:  # noqa: ANN401 (Trainer's own arguments)
        super().__init__(callbacks=[_SaveCycleEnds(recipe)], **settings)
        self._recipe = recipe

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:  # noqa: ANN401
        """The schedule of the learning rate: `rate_factor`."""
        from torch.optim.lr_scheduler import LambdaLR

        self.lr_scheduler = LambdaLR(
            optimizer or self.optimizer, lambda step: rate_factor(step, num_training_steps, self._recipe)
        )
        return self.lr_scheduler


class _SaveCycleEnds(TrainerCallback):  # type: ignore[misc]
    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ANN401
        ends = cycle_ends(state.max_steps, self._recipe.cycles)
        if state.global_step in ends:
            kwargs["model"].save_pretrained(cycle_folder(self._recipe, ends.index(state.global_step)))


def cycle_folder(recipe: Recipe, number: int) -> Path:
    """Where the weights at the end of a cycle lie; the first is number 0."""
    return recipe.output / f"cycle-{number}"


def average_cycles(model: PreTrainedModel, start: PreTrainedModel, recipe: Recipe) -> None:
    """Sets a model's weights to the average of those at the ends of the recipe's cycles, and of the start.

    Args:
        model: is changed.
        start: the model that training started from; it counts `recipe.keep` of the whole.
        recipe: whose cycles have been run.
    """
    import torch
    from safetensors.torch import load_file

    saved = [load_file(cycle_folder(recipe, n) / "model.safetensors") for n in range(len(recipe.cycles))]
    before = start.state_dict()
    with torch.no_grad():
        for name, weight in model.state_dict().items():
            if weight.is_floating_point():
                mean = torch.stack([weights[name] for weights in saved]).mean(dim=0)
                weight.copy_(mean.lerp(before[name], recipe.keep))
