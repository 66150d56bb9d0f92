"""A second look at a question's likeliest programs: the encoder reads the question beside each of them in words.

The heads of `qa.programs.model` know a number by features; a cross-encoder knows what its row is called. It is trained
listwise: over the programs of a shortlist, the right ones are to be likeliest (Cao et al., 2007, ListNet), the heads'
say counting as a prior. Shortlists for training must come from heads that did not see their questions.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from qa.data.finqa import FinQuestion, is_executed_right
from qa.heads.model import Floats
from qa.metrics.finqa import Result
from qa.programs.model import ProgramCase
from qa.programs.slots import Slot
from qa.programs.templates import Program
from retrieval.bundled import BUNDLED, resolve_model

if TYPE_CHECKING:
    from transformers import BatchEncoding, PreTrainedModel, PreTrainedTokenizerBase

SHORTLIST = 8  # results
TRUST = 0.8  # weight of the heads' log-probability in a program's score
BEFORE, AFTER = 70, 25  # characters around a number of a sentence that the encoder reads
COLUMN_WORDS = 6
MAX_LENGTH = 112  # tokens
EPOCHS = 4
BATCH = 4  # questions
LEARNING_RATE = 1.5e-4
FROZEN = 3  # of the encoder's layers
SEED = 13


@dataclass(frozen=True)
class Shortlist:
    """The likeliest results of a question, best first.

    Attributes:
        question: the question.
        programs: of each result the likeliest.
        shares: how likely the heads think each result, [programs].
    """

    question: FinQuestion
    programs: tuple[Program, ...]
    shares: Floats


def shortlist(question: FinQuestion, case: ProgramCase, chances: Floats) -> Shortlist:
    """The `SHORTLIST` likeliest results of a case, given how likely each of its programs is."""
    best: dict[Result, Program] = {}
    shares: dict[Result, float] = {}
    for i in np.argsort(-chances, kind="stable"):
        program = case.programs[i]
        best.setdefault(program.result, program)
        shares[program.result] = shares.get(program.result, 0.0) + float(chances[i])
    kept = sorted(shares, key=lambda result: -shares[result])[:SHORTLIST]
    return Shortlist(question, tuple(best[result] for result in kept), np.array([shares[result] for result in kept]))


def in_words(question: FinQuestion, program: Program) -> str:
    """A program as the encoder reads it: `divide: 2077 = automotive 2013; 21963 = total revenues 2013`."""
    return f"{program.operator}: " + "; ".join(f"{slot.text} = {_name(question, slot)}" for slot in program.slots[:4])


class Reranker:
    """A trained cross-encoder."""

    def __init__(self, folder: Path) -> None:
        """Loads what `train_reranker` left in a folder."""
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        self._model = AutoModelForSequenceClassification.from_pretrained(str(folder)).eval()
        self._tokenizer = AutoTokenizer.from_pretrained(str(folder))

    def best(self, listed: Shortlist) -> tuple[Program, float] | None:
        """The likeliest program of a shortlist, and how likely its result is; `None` of an empty one."""
        import torch

        if not listed.programs:
            return None
        with torch.inference_mode():
            logits = self._model(**_inputs(self._tokenizer, [listed])).logits[:, 0].double().numpy()
        scores = logits + TRUST * np.log(listed.shares + 1e-9)
        chances = np.exp(scores - scores.max())
        chances *= listed.shares.sum() / chances.sum()
        place = int(chances.argmax())
        return listed.programs[place], float(chances[place])


def folder_of(lists: Sequence[Shortlist]) -> Path:
    """Where the reranker of these shortlists is trained: other lists or settings, another folder."""
    said = [[listed.question.id, [in_words(listed.question, p) for p in listed.programs]] for listed in lists]
    settings = [SHORTLIST, TRUST, MAX_LENGTH, EPOCHS, BATCH, LEARNING_RATE, FROZEN, SEED]
    return Path("runs/programs") / f"{crc32(json.dumps([said, settings]).encode()):08x}"


def train_reranker(lists: Sequence[Shortlist], folder: Path) -> Path:
    """Fine-tunes the encoder with `Trainer` and returns the folder of the finished model; resumes, keeps a finished one.

    Args:
        lists: shortlists by heads that did not see their questions; those without a right program are left out.
        folder: of checkpoints and model.
    """
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, Trainer, TrainingArguments, set_seed
    from transformers.trainer_utils import get_last_checkpoint

    class ListwiseTrainer(Trainer):  # type: ignore[misc]
        """`Trainer` with the loss over shortlists."""

        def compute_loss(self, model: PreTrainedModel, inputs: dict[str, Any], **_: object) -> Any:  # noqa: ANN401
            prior, right = inputs.pop("prior"), inputs.pop("right")
            return listwise_loss(model(**inputs).logits[:, 0], prior, right)

    finished = folder / "model"
    if (finished / "model.safetensors").is_file():
        return finished
    set_seed(SEED)
    source = resolve_model(BUNDLED)
    tokenizer = AutoTokenizer.from_pretrained(source)
    model = AutoModelForSequenceClassification.from_pretrained(source, num_labels=1)
    for frozen in (model.base_model.embeddings, *model.base_model.encoder.layer[:FROZEN]):
        frozen.requires_grad_(False)
    trainer = ListwiseTrainer(
        model=model,
        args=TrainingArguments(
            output_dir=str(folder),
            per_device_train_batch_size=BATCH,
            num_train_epochs=EPOCHS,
            learning_rate=LEARNING_RATE,
            warmup_steps=0.1,
            lr_scheduler_type="linear",
            save_strategy="epoch",
            save_total_limit=1,
            logging_steps=50,
            seed=SEED,
            report_to="none",
            disable_tqdm=True,
            remove_unused_columns=False,
            dataloader_pin_memory=torch.cuda.is_available(),
        ),
        train_dataset=[each for each in map(_judged, lists) if any(each["right"])],
        data_collator=lambda batch: _batch(tokenizer, batch),
        processing_class=tokenizer,
    )
    folder.mkdir(parents=True, exist_ok=True)
    trainer.train(resume_from_checkpoint=get_last_checkpoint(str(folder)))
    trainer.save_model(str(finished))
    return finished


def listwise_loss(logits: Any, prior: Any, right: Any) -> Any:  # noqa: ANN401 (tensors; torch is imported when called)
    """The mean over lists of minus the log-probability of their right programs.

    Args:
        logits: of the programs that there are, one list after the other.
        prior: [lists, programs], what each score has from the heads; minus infinity where a list is shorter.
        right: [lists, programs], whether each is right; at least one of each list.
    """
    import torch

    scores = prior.masked_scatter(prior.isfinite(), prior[prior.isfinite()] + logits)
    none = torch.full_like(scores, -math.inf)
    return (torch.logsumexp(scores, 1) - torch.logsumexp(torch.where(right, scores, none), 1)).mean()


def _judged(listed: Shortlist) -> dict[str, Any]:
    return {"list": listed, "right": [is_executed_right(listed.question, p.steps) for p in listed.programs]}


def _batch(tokenizer: PreTrainedTokenizerBase, batch: Sequence[dict[str, Any]]) -> dict[str, Any]:
    import torch

    lists: list[Shortlist] = [each["list"] for each in batch]
    prior = torch.full((len(lists), SHORTLIST), -math.inf)
    right = torch.zeros(len(lists), SHORTLIST, dtype=torch.bool)
    for row, each in enumerate(batch):
        size = len(lists[row].programs)
        prior[row, :size] = torch.tensor(TRUST * np.log(lists[row].shares + 1e-9), dtype=torch.float32)
        right[row, :size] = torch.tensor(each["right"])
    return {**_inputs(tokenizer, lists), "prior": prior, "right": right}


def _inputs(tokenizer: PreTrainedTokenizerBase, lists: Sequence[Shortlist]) -> BatchEncoding:
    """All programs of some lists, each beside its question."""
    return tokenizer(
        [listed.question.question for listed in lists for _ in listed.programs],
        [in_words(listed.question, program) for listed in lists for program in listed.programs],
        truncation=True,
        max_length=MAX_LENGTH,
        padding=True,
        return_tensors="pt",
    )


def _name(question: FinQuestion, slot: Slot) -> str:
    """What a number is: its row and years, or the words around it."""
    if slot.of_table:
        column = " ".join(map(str, sorted(slot.years))) or " ".join(sorted(slot.column)[:COLUMN_WORDS])
        return f"{slot.row_name} {column}".strip()
    text = question.question if slot.given else question.facts[slot.fact]
    return text[max(0, slot.start - BEFORE) : slot.end + AFTER]
