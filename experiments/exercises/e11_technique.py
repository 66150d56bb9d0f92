"""A fine-tuning technique of one's own.

Task: write `Mine`, a technique as those of `qa/techniques`: the embeddings and the lowest `frozen` layers stay as
they were, and each layer above has the learning rate of the next higher one times `decay`, the head the whole rate.
It must train by the loop that all techniques share, work whatever the encoder calls its layers, go on after a stop as
if there had been none, and leave a model that computes the same once saved and read again.

Hypothesis: with a frozen lower half and decay 0.5, the tiny reader's loss after 12 steps is ___ (higher or lower)
than with full fine-tuning, because ___.

Reading: `qa/techniques/technique.py`, `qa/techniques/layerwise_decay.py`, `qa/techniques/anatomy.py`; `financeqa
literature show howard-2018-ulmfit`.

Size: twenty lines; the check trains a tiny reader four times, in some seconds.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from types import ModuleType
from typing import TYPE_CHECKING

from pydantic import ValidationError

from experiments.exercises.finding import Finding, Measured, Said, same
from experiments.exercises.prediction import Choice
from experiments.exercises.tiny import logits, tiny_batches, tiny_model, tiny_windows
from qa.finished_model import load_finished, save_finished
from qa.techniques.anatomy import below_head, depth
from qa.techniques.technique import Setting, Technique

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

ASKED = Choice("the loss of the frozen reader beside that of the other", among=("higher", "lower"))
_KNOBS = {"frozen": 1, "decay": 0.5}
_STEPS = 12
_HALF = _STEPS // 2


def check(yours: ModuleType) -> Iterator[Said]:
    """Looks at the knobs and the rates, then trains: at once, with a stop, and without the technique."""
    technique: Technique = yours.Mine(**_KNOBS)
    before = [
        same("its knobs, as a recipe gives them", technique.model_dump(), {"name": technique.name, **_KNOBS}),
        _refuses(yours, "a knob that it does not have", {"thawed": 1}),
        _refuses(yours, "a name that is not its own", {"name": "another"}),
        *_by_architecture(technique),
    ]
    yield from before
    if not all(each.holds for each in before):
        return  # a training would only show the same again
    with tempfile.TemporaryDirectory(prefix="financeqa-exercise-") as folder:
        yield from _by_training(technique, Path(folder))


def _refuses(yours: ModuleType, case: str, knobs: dict[str, object]) -> Finding:
    try:
        yours.Mine(**knobs)
    except ValidationError:
        return Finding(True, f"{case} is refused")
    return Finding(False, f"{case} is not refused; a mistake in a recipe would go unseen")


def _by_architecture(technique: Technique) -> Iterator[Finding]:
    """What is frozen and at which rates, in two encoders that call their parts by other names."""
    for model, tokenizer in (tiny_model(), _distilled()):
        kind = model.config.model_type
        names = [name for name, _ in model.named_parameters()]
        right = {name: 0.5 ** below_head(name, model) for name in names if depth(name, model) > 1}
        prepared = technique.model_copy(deep=True).prepare(model, _setting(tokenizer))
        trained = [name for name, each in prepared.named_parameters() if each.requires_grad]
        yield _sets_alike(f"{kind}: what is trained", trained, list(right))
        wrong = [name for name in right if abs(technique.rate(name, prepared) - right[name]) > 1e-9]
        yield Finding(not wrong, f"{kind}: rates" + (f"; {wrong[0]} should have {right[wrong[0]]:g}" if wrong else ""))


def _by_training(technique: Technique, folder: Path) -> Iterator[Said]:
    """Trains, stops and goes on, saves and reads again."""
    whole, losses = _fitted([technique], folder / "whole")
    shutil.copytree(folder / "whole" / f"checkpoint-{_HALF}", folder / "stopped" / f"checkpoint-{_HALF}")
    again, _ = _fitted([technique], folder / "stopped")
    own = whole.state_dict()
    apart = [name for name, each in again.state_dict().items() if not bool((each == own[name]).all())]
    yield Finding(not apart, "weights after a stop in the middle" + (f": {apart[0]} differs" if apart else ""))
    start, tokenizer = tiny_model()
    before = start.state_dict()
    still = [name for name, each in own.items() if depth(name, start) <= 1 and not bool((each == before[name]).all())]
    yield Finding(not still, "what is frozen stays as it was" + (f", but {still[0]} moved" if still else ""))
    save_finished(whole, folder / "saved")
    [batch] = tiny_batches(tokenizer, count=4, batch_size=4)
    pairs = zip(logits(load_finished(folder / "saved"), batch), logits(whole, batch), strict=True)
    yield Finding(all(bool((one == other).all()) for one, other in pairs), "the same logits once saved and read again")
    _, full = _fitted([], folder / "full")
    ends = [mean(each[-3:]) for each in (losses, full)]
    yield Finding(True, f"mean of the last three losses: {ends[0]:.3f}, of full fine-tuning {ends[1]:.3f}")
    yield Measured("higher" if ends[0] > ends[1] else "lower", "the loss beside that of full fine-tuning")


def _fitted(techniques: list[Technique], folder: Path) -> tuple[PreTrainedModel, list[float]]:
    """A tiny reader, trained; a checkpoint in the folder is gone on from."""
    from qa.training.fit import Fit
    from qa.training.with_loop import fit_with_loop

    model, tokenizer = tiny_model()
    own = [technique.model_copy(deep=True) for technique in techniques]
    for technique in own:
        model = technique.prepare(model, _setting(tokenizer))
    fit = Fit(
        model,
        tokenizer,
        tiny_windows(tokenizer, 4 * _STEPS),
        folder,
        batch_size=4,
        epochs=1,
        learning_rate=1e-2,
        weight_decay=0.01,
        warmup=0.1,
        seed=5,
        save_steps=_HALF,
        techniques=own,
    )
    losses = fit_with_loop(fit)
    for technique in reversed(own):
        model = technique.finish(model)
    return model, losses


def _distilled() -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """A tiny DistilBERT."""
    from transformers import AutoModelForQuestionAnswering, DistilBertConfig

    _, tokenizer = tiny_model()
    config = DistilBertConfig(vocab_size=len(tokenizer), dim=32, n_layers=2, n_heads=2, hidden_dim=48)
    return AutoModelForQuestionAnswering.from_config(config), tokenizer


def _setting(tokenizer: PreTrainedTokenizerBase) -> Setting:
    return Setting(Path(), tokenizer, lambda model, seed: None, seed=5, batch_size=4, max_length=64, stride=16)


def _sets_alike(case: str, found: list[str], right: list[str]) -> Finding:
    extra, lacking = sorted(set(found) - set(right)), sorted(set(right) - set(found))
    fault = f"; {extra[0]} too" if extra else f"; not {lacking[0]}" if lacking else ""
    return Finding(not fault, f"{case}: {len(found)} parameters{fault}")
