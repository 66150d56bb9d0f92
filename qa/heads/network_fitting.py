"""Fits heads with hidden layers by stochastic gradient descent, as many rounds as development sets bore."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from qa.heads.fitting import known_grams, sample
from qa.heads.model import Case, Floats
from qa.heads.network import NetworkHeads

HIDDEN = 32
DROPOUT, INPUT_DROPOUT = 0.3, 0.1
RATE, DECAY = 3e-3, 1e-2
EPOCHS, BATCH = 12, 32
WARM = 0.2  # share of the steps in which the rate rises
OTHERS = 200  # wrong answers of a question that a step looks at
SEEN = 3  # questions that an n-gram must be in
EVERY = 7  # one of so many answers is measured for the features' spread
LEAST_SPREAD = 0.05
_NEVER = 1e-12


class _Scores(nn.Module):  # type: ignore[misc]
    """What `NetworkHeads` computes, to be fitted."""

    def __init__(self, features: int, operators: int, grams: int) -> None:
        super().__init__()
        self.wording = nn.EmbeddingBag(grams + 1, operators, mode="sum")
        self.own = nn.Embedding(operators, features)
        self.shared = nn.Linear(features, 1, bias=False)
        self.hidden, self.operator = nn.Linear(features, HIDDEN), nn.Embedding(operators, HIDDEN)
        self.deeper, self.score = nn.Linear(HIDDEN, HIDDEN), nn.Linear(HIDDEN, 1, bias=False)
        self.dropout, self.input_dropout = nn.Dropout(DROPOUT), nn.Dropout(INPUT_DROPOUT)
        for linear in (self.wording, self.own, self.shared):
            nn.init.zeros_(linear.weight)
        nn.init.normal_(self.operator.weight, std=0.1)

    def forward(self, inputs: Tensor, operators: Tensor, question: Tensor, grams: Tensor, starts: Tensor) -> Tensor:
        """The score of each answer."""
        prior = self.wording(grams, starts)[question, operators]
        inputs = self.input_dropout(inputs)
        hidden = self.dropout(torch.relu(self.hidden(inputs) + self.operator(operators)))
        hidden = self.dropout(torch.relu(self.deeper(hidden)))
        linear = (inputs * self.own(operators)).sum(1) + self.shared(inputs)[:, 0]
        scores: Tensor = prior + linear + self.score(hidden)[:, 0]
        return scores


def fit_network(cases: Sequence[Case], wanted: Sequence[Floats], *, operators: int, seed: int = 0) -> NetworkHeads:
    """The heads that make right answers likely.

    Args:
        cases: the questions.
        wanted: how right each answer of each question is, [answers] of 0 to 1; questions without a right one are
            left out.
        operators: how many there are.
        seed: of all that is drawn.
    """
    kept = [(case, right) for case, right in zip(cases, wanted, strict=True) if right.any()]
    some = np.vstack([case.features[::EVERY] for case, _ in kept])
    middle, spread = some.mean(axis=0), some.std(axis=0) + LEAST_SPREAD
    column = {gram: i for i, gram in enumerate(known_grams([case for case, _ in kept], SEEN))}
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        scores = _Scores(some.shape[1], operators, len(column))
        _descend(scores, kept, column, (middle, spread), np.random.default_rng(seed))
    told = {name: weight.detach().numpy().astype(np.float64) for name, weight in scores.named_parameters()}
    layers = {name.replace(".weight", "").replace(".", "_"): each for name, each in told.items()}
    weights = layers.pop("own") + layers.pop("shared")
    wording = layers.pop("wording")
    return NetworkHeads(weights, {gram: wording[i] for gram, i in column.items()}, middle, spread, layers)


def _descend(
    scores: _Scores,
    kept: Sequence[tuple[Case, Floats]],
    column: dict[str, int],
    scale: tuple[Floats, Floats],
    rng: np.random.Generator,
) -> None:
    optimizer = torch.optim.AdamW(scores.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * math.ceil(len(kept) / BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=WARM)
    scores.train()
    for _ in range(EPOCHS):
        order = rng.permutation(len(kept))
        for start in range(0, len(kept), BATCH):
            loss = _loss(scores, [kept[i] for i in order[start : start + BATCH]], column, scale, rng)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()


def _loss(
    scores: _Scores,
    batch: Sequence[tuple[Case, Floats]],
    column: dict[str, int],
    scale: tuple[Floats, Floats],
    rng: np.random.Generator,
) -> Tensor:
    """How unlikely the right answers of some questions are; wrong ones by a sample that stands for all."""
    picks = [sample(right, rng, OTHERS) for _, right in batch]
    chosen = list(zip(batch, picks, strict=True))
    features = np.vstack([case.features[pick] for (case, _), (pick, _) in chosen])
    grams = [[column[gram] for gram in sorted(case.wordings) if gram in column] or [len(column)] for case, _ in batch]
    found = scores(
        torch.tensor((features - scale[0]) / scale[1], dtype=torch.float32),
        torch.tensor(np.concatenate([case.operators[pick] for (case, _), (pick, _) in chosen])),
        torch.tensor(np.repeat(np.arange(len(batch)), [len(pick) for pick, _ in picks])),
        torch.tensor([gram for each in grams for gram in each]),
        torch.tensor(np.cumsum([0, *map(len, grams[:-1])])),
    )
    found = found + torch.tensor(np.concatenate([weight for _, weight in picks]), dtype=torch.float32)
    losses = []
    for each, ((_, right), (pick, _)) in zip(found.split([len(pick) for pick, _ in picks]), chosen, strict=True):
        good = torch.log(torch.tensor(right[pick], dtype=torch.float32) + _NEVER)
        losses.append(torch.logsumexp(each, 0) - torch.logsumexp(each + good, 0))
    return torch.stack(losses).mean()
