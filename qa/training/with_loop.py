"""Fitting by an explicit loop with Accelerate, every step in sight.

    accelerate launch --num_processes 2 -m qa.training.with_loop RECIPE

trains a recipe on several processes, which share the batches of each step among them.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from qa.training.batches import batch_loader
from qa.training.fit import Fit, last_checkpoint
from qa.training.optimiser import MAX_GRADIENT, optimiser, schedule
from retrieval.precision import has_bfloat16

if TYPE_CHECKING:
    from accelerate import Accelerator

_CURVE = "losses.json"
_KEPT = 2  # checkpoints


def fit_with_loop(fit: Fit) -> list[float]:
    """Trains `fit.model` in place; returns the loss of each step."""
    from accelerate import Accelerator, skip_first_batches
    from transformers import set_seed

    set_seed(fit.seed)
    accelerator = Accelerator(mixed_precision="bf16" if has_bfloat16() else "no")
    # 1. the batches, in an order that depends on the seed alone
    loader = batch_loader(fit.windows, fit.tokenizer, batch_size=fit.batch_size, epochs=fit.epochs, seed=fit.seed)
    # 2. the optimiser over what the techniques left trainable, and a rate that climbs and falls
    chosen = optimiser(fit.model, fit.techniques, learning_rate=fit.learning_rate, weight_decay=fit.weight_decay)
    # 3. each process gets its share of the batches and a copy of the model; gradients are averaged over them
    model, chosen, loader = accelerator.prepare(fit.model, chosen, loader)
    steps = len(loader)
    rate = schedule(chosen, steps=steps, warmup=fit.warmup)
    accelerator.register_for_checkpointing(rate)
    # 4. where an earlier start was stopped, weights, optimiser, random states and schedule as they were
    losses: list[float] = []
    checkpoint = last_checkpoint(fit.folder)
    if checkpoint is not None:
        losses = _resume(fit, accelerator, checkpoint)
    loss = fit.loss()
    model.train()
    for step, batch in enumerate(skip_first_batches(loader, len(losses)), start=len(losses)):
        for technique in fit.techniques:
            technique.before_step(fit.model, step / steps)
        # 5. forward: logits of start and end for each token, and the loss against the labels
        value = loss(model, batch).value
        # 6. backward: the gradient of the loss by each weight, cut where it is long
        accelerator.backward(value)
        accelerator.clip_grad_norm_(model.parameters(), MAX_GRADIENT)
        # 7. a step against the gradient, and the next rate
        chosen.step()
        rate.step()
        chosen.zero_grad()
        losses.append(accelerator.reduce(value.detach(), "mean").item())
        for technique in fit.techniques:
            technique.after_step(fit.model, (step + 1) / steps)
        # 8. a checkpoint now and then, and at the end
        if fit.save_steps and ((step + 1) % fit.save_steps == 0 or step + 1 == steps):
            _save(fit, accelerator, losses)
    accelerator.unwrap_model(model, keep_fp32_wrapper=False)  # out of training it computes in 32 bits again
    accelerator.free_memory()
    return losses


def _save(fit: Fit, accelerator: Accelerator, losses: list[float]) -> None:
    """Keeps all that the next step depends on. The file of the techniques is the last: with it the checkpoint is whole."""
    folder = fit.folder / f"checkpoint-{len(losses)}"
    accelerator.save_state(str(folder))
    if accelerator.is_main_process:
        (folder / _CURVE).write_text(json.dumps(losses), encoding="utf-8")
        fit.save_techniques(folder)
        older = sorted(fit.folder.glob("checkpoint-*"), key=lambda path: int(path.name.rsplit("-", 1)[1]))[:-_KEPT]
        for each in older:
            shutil.rmtree(each)
    accelerator.wait_for_everyone()


def _resume(fit: Fit, accelerator: Accelerator, checkpoint: Path) -> list[float]:
    accelerator.load_state(str(checkpoint))
    fit.load_techniques(checkpoint)
    losses: list[float] = json.loads((checkpoint / _CURVE).read_text(encoding="utf-8"))
    return losses


def main(recipe: Path) -> None:
    """Train as a recipe says, on as many processes as accelerate started."""
    from qa.training.recipe import load_recipe
    from qa.training.scaling import processes_here
    from qa.training.train import train

    folder = train(load_recipe(recipe), fit=fit_with_loop)
    if processes_here().is_main_process:
        typer.echo(folder)


if __name__ == "__main__":
    typer.run(main)
