"""Fine-tuning a reader with `Trainer`, as a recipe says.

The steps, in order: lay out the mixture, cut it into labelled windows, load the encoder with a
fresh span head, train, save. A run that was stopped goes on from its last checkpoint.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.data.squad_form import Example, load_examples
from qa.data.unanswerable import unanswerable_twins
from qa.features import encode_windows, label_positions
from qa.reader import SHIPPED, SHIPPED_FOLDER
from qa.recipe import Part, Recipe
from retrieval.bundled import BUNDLED, resolve_model
from retrieval.delta import load_delta
from retrieval.precision import has_bfloat16

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import BatchEncoding, PreTrainedModel, PreTrainedTokenizerBase


def train(recipe: Recipe) -> Path:
    """Runs a recipe and returns the folder of the finished model (`<output>/model`).

    Raises:
        retrieval.data_folder.MissingDataError: data of the mixture is not on this machine.
    """
    from transformers import AutoTokenizer, Trainer, set_seed
    from transformers.trainer_utils import get_last_checkpoint

    set_seed(recipe.seed)
    tokenizer = AutoTokenizer.from_pretrained(resolve_model(BUNDLED if recipe.model == SHIPPED else recipe.model))
    windows = labelled_windows(tokenizer, training_examples(recipe), recipe)
    trainer = Trainer(
        model=span_model(recipe),
        args=_arguments(recipe),
        train_dataset=windows,
        data_collator=TokenDropout(tokenizer, recipe.token_dropout),
        processing_class=tokenizer,
    )
    recipe.output.mkdir(parents=True, exist_ok=True)
    trainer.train(resume_from_checkpoint=get_last_checkpoint(str(recipe.output)))
    if recipe.keep:
        average(trainer.model, span_model(recipe), recipe.keep)
    if recipe.average_with is not None:
        average(trainer.model, finished_model(recipe.average_with), recipe.average_share)
    folder = recipe.output / "model"
    trainer.save_model(str(folder))
    return folder


def training_examples(recipe: Recipe) -> list[Example]:
    """The mixture laid out: each part repeated, each time with fresh unanswerable twins, none held out.

    A context of a held-out group is left out wherever else it appears: some of SQuAD's have no title.
    """
    parts = [_load(part, recipe.seed) for part in recipe.mixture]
    held_out = {e.context for examples in parts for e in examples if e.group in recipe.held_out}
    examples: list[Example] = []
    for number, (part, loaded) in enumerate(zip(recipe.mixture, parts, strict=True)):
        known = [example for example in loaded if example.context not in held_out]
        for turn in range(part.repeat):
            twins = unanswerable_twins(known, part.unanswerable, seed=recipe.seed + 1000 * number + turn)
            examples += [replace(example, id=f"{example.id}#{turn}") for example in known + twins]
    return examples


def labelled_windows(tokenizer: PreTrainedTokenizerBase, examples: list[Example], recipe: Recipe) -> Dataset:
    """One row a window: the encoder's inputs, `start_positions`, `end_positions`, and `length` in tokens.

    A window that lacks the answer is labelled with the null position.
    """
    from datasets import Dataset

    rows: list[dict[str, Any]] = []
    for start in range(0, len(examples), 1000):
        rows += _rows(tokenizer, examples[start : start + 1000], recipe)
    return Dataset.from_list(rows)


def span_model(recipe: Recipe) -> PreTrainedModel:
    """The encoder with a span head, dropout and frozen parts as the recipe says."""
    from transformers import AutoModelForQuestionAnswering

    dropout = {"hidden_dropout_prob": recipe.hidden_dropout, "attention_probs_dropout_prob": recipe.attention_dropout}
    model: PreTrainedModel
    if recipe.model == SHIPPED:
        model = load_delta(SHIPPED_FOLDER, AutoModelForQuestionAnswering, **dropout)
    else:
        model = AutoModelForQuestionAnswering.from_pretrained(resolve_model(recipe.model), **dropout)
    if recipe.freeze_embeddings:
        for parameter in model.base_model.embeddings.parameters():
            parameter.requires_grad = False
    if recipe.freeze_words:
        model.get_input_embeddings().requires_grad_(False)
    return model


def finished_model(folder: Path) -> PreTrainedModel:
    """The model that another run of training left in a folder.

    Raises:
        ValueError: there is none.
    """
    from transformers import AutoModelForQuestionAnswering

    if not (folder / "model.safetensors").is_file():
        raise ValueError(f"{folder} holds no finished model; run the recipe that makes it first")
    model: PreTrainedModel = AutoModelForQuestionAnswering.from_pretrained(str(folder))
    return model


def average(model: PreTrainedModel, other: PreTrainedModel, share: float) -> None:
    """Moves each weight of a model towards that of another of its kind, by a share of the way."""
    import torch

    others = other.to(model.device).state_dict()
    with torch.no_grad():
        for name, weight in model.state_dict().items():
            if weight.is_floating_point():
                weight.lerp_(others[name], share)


class TokenDropout:
    """Pads windows to a batch and hides a share of its tokens from attention, special ones excepted.

    A hidden token can still be an answer, but no other token sees it: attention dropout by whole columns
    (Zehui et al., 2019, DropAttention), which costs nothing, where dropping single weights halves the speed
    of training on a CPU.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, share: float) -> None:
        """`share` of the tokens, 0 to 1; the draws come from torch's generator, which checkpoints keep."""
        self._tokenizer = tokenizer
        self._share = share

    def __call__(self, windows: list[dict[str, Any]]) -> BatchEncoding:
        """A batch of tensors [windows, tokens], padded to a multiple of 8 tokens."""
        import torch

        batch = self._tokenizer.pad(windows, pad_to_multiple_of=8, return_tensors="pt")
        if self._share:
            special = torch.isin(batch["input_ids"], torch.tensor(self._tokenizer.all_special_ids))
            hidden = (torch.rand(special.shape) < self._share) & ~special
            batch["attention_mask"] = batch["attention_mask"].masked_fill(hidden, 0)
        return batch


def _load(part: Part, seed: int) -> list[Example]:
    examples = load_examples(part.dataset, part.split)
    if part.limit and part.limit < len(examples):
        return random.Random(seed).sample(examples, part.limit)
    return examples


def _rows(tokenizer: PreTrainedTokenizerBase, examples: list[Example], recipe: Recipe) -> Iterator[dict[str, Any]]:
    windows = encode_windows(
        tokenizer,
        [example.question for example in examples],
        [example.context for example in examples],
        max_length=recipe.max_length,
        stride=recipe.stride,
    )
    for window in windows:
        example = examples[window.pair]
        labels = None
        if example.answerable:
            labels = label_positions(window, example.starts[0], example.starts[0] + len(example.answers[0]))
        start, end = labels or (window.null_index, window.null_index)
        yield {**window.inputs, "start_positions": start, "end_positions": end, "length": len(window.offsets)}


def _arguments(recipe: Recipe) -> Any:  # noqa: ANN401 (transformers is imported only when called)
    import torch
    from transformers import TrainingArguments

    on_gpu = torch.cuda.is_available()
    return TrainingArguments(
        output_dir=str(recipe.output),
        per_device_train_batch_size=recipe.batch_size,
        num_train_epochs=recipe.epochs,
        learning_rate=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        warmup_steps=recipe.warmup,
        lr_scheduler_type="linear",
        train_sampling_strategy="group_by_length",
        bf16=has_bfloat16(),
        use_cpu=not on_gpu,
        logging_steps=50,
        save_steps=recipe.save_steps,
        save_total_limit=2,
        seed=recipe.seed,
        data_seed=recipe.seed,
        report_to="none",
        disable_tqdm=True,
        remove_unused_columns=True,
        dataloader_pin_memory=on_gpu,
    )
