"""Does the encoder know which numbers a program needs?

    python -m experiments.inventions.operand_heads [--folds N] [--epochs N]

runs what `research/inventions/operand-heads.md` says.

The encoder reads question and facts together. A program's score is that of its form, from the mean of all tokens'
vectors, plus those of its operands, each from the vector of the first token of its number and of its place in the form;
with `both`, also that of the named features. One softmax runs over all programs, as in `qa.heads`.
"""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import torch
import typer
from torch import Tensor, nn
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from experiments.inventions.lookup_cases import echo_difference, echo_row
from experiments.inventions.recorded import recorded
from qa.data.finqa import FinQuestion, finqa_questions, is_executed_right
from qa.heads.fitting import sample
from qa.heads.model import Floats
from qa.programs.evaluation import FOLDS, folds_of
from qa.programs.features import FEATURES
from qa.programs.model import ProgramCase, best_of, best_program, case_of, fit, rights
from qa.programs.templates import OPERATORS
from qa.reader import FOLDERS, GENERAL
from retrieval.bundled import BUNDLED, resolve_model
from retrieval.delta import load_delta

BATCH = 8
ENCODER_RATE, HEAD_RATE = 1e-4, 3e-3
FROZEN = 3  # of the encoder's layers
MAX_LENGTH = 384
OPERANDS = 4
OTHERS = 500  # wrong programs of a question that a step looks at
DROPOUT = 0.2


@dataclass(frozen=True)
class Encoded:
    """A question with its programs, and where their numbers stand among its tokens, [programs, OPERANDS]; -1 for none."""

    question: FinQuestion
    case: ProgramCase
    right: Floats
    input_ids: list[int]
    token_types: list[int]
    operands: np.ndarray


class OperandHeads(nn.Module):  # type: ignore[misc]
    """The encoder of `general-qa-reader` with heads for form and operands."""

    def __init__(self, *, features: bool) -> None:
        """Loads the encoder; the lower layers stay as they are."""
        super().__init__()
        self.encoder = load_delta(FOLDERS[GENERAL], AutoModelForQuestionAnswering).base_model
        for frozen in (self.encoder.embeddings, *self.encoder.encoder.layer[:FROZEN]):
            frozen.requires_grad_(False)
        width, forms = self.encoder.config.hidden_size, len(OPERATORS)
        self.dropout = nn.Dropout(DROPOUT)
        self.form = nn.Linear(width, forms)
        self.shared_operand = nn.Parameter(torch.zeros(OPERANDS, width))
        self.own_operand = nn.Parameter(torch.zeros(forms, OPERANDS, width))
        self.features = nn.Parameter(torch.zeros(len(FEATURES))) if features else None
        self.own_features = nn.Parameter(torch.zeros(forms, len(FEATURES))) if features else None
        nn.init.zeros_(self.form.weight)

    def forward(self, batch: Sequence[Encoded], chosen: Sequence[np.ndarray]) -> list[Tensor]:
        """The scores of the chosen programs of each question."""
        longest = max(len(encoded.input_ids) for encoded in batch)
        ids, types, mask = (
            torch.tensor([row + [0] * (longest - len(row)) for row in rows])
            for rows in (
                [e.input_ids for e in batch],
                [e.token_types for e in batch],
                [[1] * len(e.input_ids) for e in batch],
            )
        )
        states = self.dropout(self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state)
        return [self._scores(*each) for each in zip(batch, chosen, states, mask, strict=True)]

    def _scores(self, encoded: Encoded, chosen: np.ndarray, states: Tensor, mask: Tensor) -> Tensor:
        forms = torch.tensor(encoded.case.operators[chosen])
        whole = (states * mask[:, None]).sum(0) / mask.sum()
        per_token = torch.einsum("td,fod->tfo", states, self.shared_operand + self.own_operand)
        per_token = torch.cat([per_token, torch.zeros(1, *per_token.shape[1:])])  # the last for no operand
        places = torch.tensor(encoded.operands[chosen])
        operands = per_token[places, forms[:, None], torch.arange(OPERANDS)].sum(1)
        scores: Tensor = self.form(whole)[forms] + operands
        if self.features is not None and self.own_features is not None:
            inputs = torch.tensor(encoded.case.features[chosen])
            scores = scores + (inputs * (self.features + self.own_features[forms])).sum(1)
        return scores


def encoded_of(question: FinQuestion, tokenizer: object) -> Encoded:
    """A question as the heads see it."""
    case = case_of(question)
    right = rights(question, case.programs) if case.programs else np.zeros(0)
    starts = np.cumsum([0, *(len(fact) + 1 for fact in question.facts)])
    inputs = tokenizer(  # type: ignore[operator]
        question.question,
        " ".join(question.facts),
        truncation="only_second",
        max_length=MAX_LENGTH,
        return_offsets_mapping=True,
    )
    tokens = {
        (part, character): token
        for token, (part, (start, end)) in enumerate(zip(inputs.sequence_ids(), inputs["offset_mapping"], strict=True))
        for character in range(start, end)
    }
    operands = np.full((len(case.programs), OPERANDS), -1)
    for row, program in enumerate(case.programs):
        for column, slot in enumerate(program.slots[:OPERANDS]):
            where = (0, slot.start) if slot.given else (1, int(starts[slot.fact]) + slot.start)
            operands[row, column] = tokens.get(where, 0)  # one that was cut off has the first token's vector
    return Encoded(question, case, right, inputs["input_ids"], inputs["token_type_ids"], operands)


def trained(examples: Sequence[Encoded], *, features: bool, epochs: int, seed: int = 0) -> OperandHeads:
    """Heads and encoder, fine-tuned on questions that have a right program."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    kept = [encoded for encoded in examples if encoded.right.any()]
    heads = OperandHeads(features=features)
    own = [weight for name, weight in heads.named_parameters() if not name.startswith("encoder.")]
    optimizer = torch.optim.AdamW(
        [{"params": heads.encoder.parameters(), "lr": ENCODER_RATE}, {"params": own, "lr": HEAD_RATE}]
    )
    steps = epochs * math.ceil(len(kept) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / (0.1 * steps)) * max(0.0, 1 - step / steps)
    )
    heads.train()
    for epoch in range(epochs):
        for batch in _batches(kept, seed + epoch):
            picks = [sample(encoded.right, rng, OTHERS) for encoded in batch]
            loss = torch.zeros(())
            for scores, encoded, (pick, offset) in zip(
                heads(batch, [pick for pick, _ in picks]), batch, picks, strict=True
            ):
                scores = scores + torch.tensor(offset, dtype=torch.float32)
                right = torch.tensor(encoded.right[pick], dtype=torch.float32)
                loss = loss + torch.logsumexp(scores, 0) - torch.logsumexp(scores + right.log(), 0)
            optimizer.zero_grad()
            (loss / len(batch)).backward()
            nn.utils.clip_grad_norm_(heads.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    heads.eval()
    return heads


def answered(heads: OperandHeads, encoded: Encoded) -> float:
    """Whether the likeliest result is right, 0 or 1."""
    if not encoded.case.programs:
        return 0.0
    with torch.inference_mode():
        [scores] = heads([encoded], [np.arange(len(encoded.case.programs))])
    program, _ = best_of(encoded.case, torch.softmax(scores.double(), 0).numpy())
    return float(is_executed_right(encoded.question, program.steps))


@recorded("operand-heads")
def main(
    folds: Annotated[int, typer.Option(help="How many of the folds to run.", max=FOLDS)] = FOLDS, epochs: int = 6
) -> None:
    """Print execution accuracy of features, of the encoder, and of both."""
    tokenizer = AutoTokenizer.from_pretrained(resolve_model(BUNDLED))
    folded = folds_of(finqa_questions("dev"), lambda question: question.page)
    every = [[encoded_of(question, tokenizer) for question in fold] for fold in folded]
    scores: dict[str, list[float]] = {"features": [], "encoder": [], "both": []}
    for left in range(folds):
        training = [encoded for fold in range(FOLDS) if fold != left for encoded in every[fold]]
        named = fit([e.question for e in training], [e.case for e in training])
        found = [(e, best_program(named, e.case)) for e in every[left]]
        scores["features"] += [float(b is not None and is_executed_right(e.question, b[0].steps)) for e, b in found]
        for name, features in (("encoder", False), ("both", True)):
            heads = trained(training, features=features, epochs=epochs)
            scores[name] += [answered(heads, encoded) for encoded in every[left]]
        echo_row(f"{left + 1} of {FOLDS} folds", {name: statistics.mean(each) for name, each in scores.items()})
    documents = [encoded.question.page for fold in every[:folds] for encoded in fold]
    for name in ("encoder", "both"):
        echo_difference(f"{name} over features", scores[name], scores["features"], documents)


def _batches(examples: Sequence[Encoded], seed: int) -> Iterator[list[Encoded]]:
    """Batches of questions of like length, in random order."""
    rng = random.Random(seed)
    order = sorted(examples, key=lambda encoded: (len(encoded.input_ids) // 16, rng.random()))
    batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    rng.shuffle(batches)
    yield from batches


if __name__ == "__main__":
    typer.run(main)
