"""A training run, as a recipe says.

The steps, in order: lay out the mixture, cut it into labelled windows, load the encoder with its span head, let the
techniques prepare it, fit, let them finish it, save it with its card. A run that was stopped goes on from its last
checkpoint.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from qa.data.squad_form import Example, load_examples, twin_groups
from qa.data.unanswerable import unanswerable_twins
from qa.finished_model import save_finished
from qa.reader import FOLDERS, tokenizer_folder
from qa.techniques.technique import Setting, Stage, Technique
from qa.training.batches import labelled_windows
from qa.training.card import Run, write_card
from qa.training.digests import weights_digest
from qa.training.fit import Fit, FitFunction
from qa.training.recipe import Part, Recipe
from qa.training.scaling import changes, processes_here, scaled_rate
from qa.training.with_trainer import fit_with_trainer
from retrieval.bundled import resolve_model
from retrieval.delta import load_delta
from retrieval.files import write_atomically

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


# what architectures call their dropouts
_HIDDEN = ("hidden_dropout_prob", "dropout", "embedding_dropout", "mlp_dropout")
_ATTENTION = ("attention_probs_dropout_prob", "attention_dropout")
_log = logging.getLogger(__name__)


def train(recipe: Recipe, *, fit: FitFunction = fit_with_trainer) -> Path:
    """Runs a recipe and returns the folder of the finished model (`<output>/model`).

    Where `accelerate launch` started several processes they share each step, with the learning rate of `scaled_rate`.

    Raises:
        retrieval.data_folder.MissingDataError: data of the mixture is not on this machine.
        ValueError: a technique does not fit the model, or another recipe was begun in the output folder.
    """
    from transformers import AutoTokenizer, set_seed

    here = processes_here()
    changed = changes(recipe.batch_size, recipe.learning_rate, here.num_processes)
    if changed and here.is_main_process:
        _log.warning(changed)
    if here.is_main_process:
        _claim_output(recipe)
    set_seed(recipe.seed)
    techniques = [technique.model_copy(deep=True) for technique in recipe.technique]
    tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder(recipe.model))
    model = span_model(recipe)
    start, stages = weights_digest(model), laid_out(recipe, techniques)
    *first, last = stages
    for number, stage in enumerate(first, start=1):
        fit(_fit_of(recipe, stage, model, tokenizer, recipe.output / f"stage-{number}"))
    model = _prepared(recipe, last, model, tokenizer, techniques, fit)
    losses = fit(replace(_fit_of(recipe, last, model, tokenizer, recipe.output), techniques=techniques))
    for technique in reversed(techniques):
        model = technique.finish(model)
    folder = recipe.output / "model"
    if here.is_main_process:
        save_finished(model, folder)
        tokenizer.save_pretrained(str(folder))
        write_card(folder, recipe, Run(start, stages, losses, here.num_processes))
    return folder


def _claim_output(recipe: Recipe) -> None:
    """Writes what is trained into the output folder, where a run of another recipe would else be gone on with."""
    fields: dict[str, object] = TypeAdapter(Recipe).dump_python(recipe, mode="json", exclude={"output", "save_steps"})
    path = recipe.output / "recipe.json"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(fields, indent=1, sort_keys=True) + "\n")
        return
    begun = json.loads(path.read_text(encoding="utf-8"))
    changed = sorted(name for name in fields.keys() | begun.keys() if fields.get(name) != begun.get(name))
    if changed:
        raise ValueError(
            f"{recipe.output} holds a run of a recipe with another {' and '.join(changed)}; "
            "name another output, or remove the folder to begin anew"
        )


def laid_out(recipe: Recipe, techniques: Sequence[Technique]) -> list[Stage]:
    """The stages of training: the mixture, and what the techniques put before it or among it.

    Raises:
        ValueError: a technique needs a source, and the recipe has none.
    """
    stages = [Stage(training_examples(recipe, recipe.mixture), recipe.epochs, recipe.learning_rate)]
    source, draw = training_examples(recipe, recipe.source), random.Random(recipe.seed)
    for technique in techniques:
        if technique.reads_source and not source:
            raise ValueError(f"{technique.name} needs examples of the recipe's source, and it has none")
        stages = technique.stages(stages, source, draw)
    return stages


def training_examples(recipe: Recipe, parts: Sequence[Part]) -> list[Example]:
    """Data sets laid out: each part repeated, each time with fresh unanswerable twins, none held out.

    A context of a held-out group is left out wherever else it appears: some of SQuAD's have no title.
    """
    loaded = [load_examples(part.dataset, part.split) for part in parts]
    held_out = {e.context for examples in loaded for e in examples if e.group in recipe.held_out}
    examples: list[Example] = []
    for number, (part, found) in enumerate(zip(parts, loaded, strict=True)):
        known = [example for example in found if example.context not in held_out]
        known = _drawn(known, part, recipe.seed)
        for turn in range(part.repeat):
            twins = unanswerable_twins(known, part.unanswerable, seed=recipe.seed + 1000 * number + turn)
            examples += [replace(example, id=f"{example.id}#{turn}") for example in known + twins]
    return examples


def _drawn(examples: list[Example], part: Part, seed: int) -> list[Example]:
    """As many examples as a part is limited to."""
    if not part.limit or part.limit >= len(examples):
        return examples
    if not part.twins:
        return random.Random(seed).sample(examples, part.limit)
    pairs = twin_groups(examples)
    order = random.Random(seed).sample(list(pairs), len(pairs))
    return [example for name in order for example in pairs[name]][: part.limit]


def span_model(recipe: Recipe) -> PreTrainedModel:
    """The encoder with a span head, dropout as the recipe says."""
    from transformers import AutoConfig, AutoModelForQuestionAnswering

    if recipe.model in FOLDERS:
        bert = {"hidden_dropout_prob": recipe.hidden_dropout, "attention_probs_dropout_prob": recipe.attention_dropout}
        return load_delta(FOLDERS[recipe.model], AutoModelForQuestionAnswering, **bert)
    path = resolve_model(recipe.model)
    config = AutoConfig.from_pretrained(path)
    for value, names in ((recipe.hidden_dropout, _HIDDEN), (recipe.attention_dropout, _ATTENTION)):
        for name in filter(partial(hasattr, config), names):
            setattr(config, name, value)
    model: PreTrainedModel = AutoModelForQuestionAnswering.from_pretrained(path, config=config)
    return model


def _fit_of(
    recipe: Recipe, stage: Stage, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, folder: Path
) -> Fit:
    """Plain fine-tuning on a stage, by the processes there are."""
    return Fit(
        model=model,
        tokenizer=tokenizer,
        windows=labelled_windows(tokenizer, stage.examples, max_length=recipe.max_length, stride=recipe.stride),
        folder=folder,
        batch_size=recipe.batch_size,
        epochs=stage.epochs,
        learning_rate=scaled_rate(stage.learning_rate, processes_here().num_processes),
        weight_decay=recipe.weight_decay,
        warmup=recipe.warmup,
        seed=recipe.seed,
        save_steps=recipe.save_steps,
    )


def _prepared(
    recipe: Recipe,
    stage: Stage,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    techniques: Sequence[Technique],
    fit: FitFunction,
) -> PreTrainedModel:
    """The model as the techniques want it at the start."""
    from transformers import set_seed

    def train_alone(other: PreTrainedModel, seed: int) -> None:
        fit(replace(_fit_of(recipe, stage, other, tokenizer, recipe.output / f"seed-{seed}"), seed=seed))

    setting = Setting(
        recipe.output, tokenizer, train_alone, recipe.seed, recipe.batch_size, recipe.max_length, recipe.stride
    )
    for technique in techniques:
        set_seed(recipe.seed)  # whatever the one before drew, or loaded instead
        model = technique.prepare(model, setting)
    return model
