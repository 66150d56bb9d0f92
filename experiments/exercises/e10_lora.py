"""LoRA by hand.

Task: write `with_lora(model, rank, alpha)`, which trains a model by low-rank adapters: beside each linear map W of
the layers (`qa.techniques.anatomy.linears`) stand A [rank, in], drawn at random, and B [out, rank], all zeros, and
what is computed is W x + alpha / rank * B A x. A, B and the span head are trained, all else is frozen. Then write
`merged(model)`, which gives the plain model back with B A added to W, as it is saved: the same logits, the same
names, no adapters.

Hypothesis: with rank 8, ___ % of the weights of the bundled encoder with a span head are trained, because ___.

Reading: `qa/techniques/lora.py` and `qa/techniques/anatomy.py`; `financeqa literature show hu-2022-lora`.

Size: thirty lines; the check takes some seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING

from experiments.exercises.finding import Finding, Measured, Said, same
from experiments.exercises.prediction import Number
from experiments.exercises.tiny import logits, tiny_batches, tiny_model
from qa.techniques.anatomy import is_head, linears
from retrieval.bundled import BUNDLED, resolve_model

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel

ASKED = Number("per cent of the weights", within=0.5)
_RANK, _ALPHA = 4, 8.0


def check(yours: ModuleType) -> Iterator[Said]:
    """Counts, compares before and after training, and looks at what the merged model is made of."""
    model, tokenizer = tiny_model()
    [batch] = tiny_batches(tokenizer, count=6, batch_size=6)
    names, start = set(model.state_dict()), logits(model, batch)
    frozen = {name: each.detach().clone() for name, each in model.named_parameters() if not is_head(name, model)}
    right = _count(model, _RANK)
    model = yours.with_lora(model, _RANK, _ALPHA)
    yield same("trained weights", sum(p.numel() for p in model.parameters() if p.requires_grad), right)
    yield _alike("logits at the start, with adapters and without", logits(model, batch), start)
    moved = _trained(model, batch)
    yield Finding(not _equal(moved, start), "training moves the logits")
    plain = yours.merged(model)
    kept = dict(plain.named_parameters())
    yield same("names of the merged model's weights", sorted(plain.state_dict()), sorted(names))
    yield _alike("logits when merged", logits(plain, batch), moved)
    maps = set(linears(plain))
    still = [name for name in frozen if name.removesuffix(".weight") not in maps]
    changed = [name for name in still if name not in kept or not bool((kept[name] == frozen[name]).all())]
    yield Finding(not changed, "all else is as it was" + (f", but for {changed[0]}" if changed else ""))
    share, text = 100 * _encoder_share(), "per cent of the bundled encoder's weights that rank 8 trains"
    yield Measured(share, text)


def _count(model: PreTrainedModel, rank: int) -> int:
    """Weights of the head and of the adapters beside all linear maps of the layers."""
    head = sum(each.numel() for name, each in model.named_parameters() if is_head(name, model))
    return int(head + sum(rank * (each.in_features + each.out_features) for each in linears(model).values()))


def _encoder_share() -> float:
    """Of the bundled encoder with a span head, of which only the shapes are needed."""
    import torch
    from transformers import AutoConfig, AutoModelForQuestionAnswering

    with torch.device("meta"):
        model = AutoModelForQuestionAnswering.from_config(AutoConfig.from_pretrained(resolve_model(BUNDLED)))
    return float(_count(model, 8) / sum(each.numel() for each in model.parameters()))


def _trained(model: PreTrainedModel, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """The logits after some steps."""
    import torch

    adamw = torch.optim.AdamW([each for each in model.parameters() if each.requires_grad], lr=1e-2)
    for _ in range(5):
        adamw.zero_grad()
        model.train()(**batch).loss.backward()
        adamw.step()
    return logits(model, batch)


def _alike(case: str, found: tuple[Tensor, Tensor], right: tuple[Tensor, Tensor]) -> Finding:
    apart = max(float((one - other).abs().max()) for one, other in zip(found, right, strict=True))
    return Finding(_equal(found, right), f"{case}: {apart:.1g} apart")


def _equal(found: tuple[Tensor, Tensor], right: tuple[Tensor, Tensor]) -> bool:
    return all(float((one - other).abs().max()) < 1e-4 for one, other in zip(found, right, strict=True))
