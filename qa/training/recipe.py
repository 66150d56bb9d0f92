"""A training recipe: what is trained on what, read from a TOML file and checked before anything runs."""

import tomllib
from dataclasses import field
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from qa.techniques.known import AnyTechnique

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_STRICT)
class Part:
    """One data set of the mixture.

    Attributes:
        dataset: name, as `qa.data.squad_form.load_examples` knows it.
        split: its split.
        repeat: how many times it is seen; each time with other unanswerable twins.
        unanswerable: unanswerable twins made, as a share of the answerable examples.
        limit: use only this many examples, drawn by the recipe's seed from those not held out; 0 for all.
        twins: draw examples whose ids differ behind the last dash only, such as those of `table_twins`, together.
    """

    dataset: str
    split: str
    repeat: int = Field(default=1, ge=1)
    unanswerable: float = Field(default=0.0, ge=0.0, le=1.0)
    limit: int = Field(default=0, ge=0)
    twins: bool = False


@dataclass(frozen=True, config=_STRICT)
class Recipe:
    """Everything that decides a training run.

    Attributes:
        model: hub name or folder to start from; `all-MiniLM-L6-v2` is the bundled encoder, `finance-qa-reader` the
            shipped reader, `general-qa-reader` the one that studies start from.
        output: folder for checkpoints and the finished model.
        mixture: the data.
        source: the data of the task that transfer techniques learn from or keep in mind.
        technique: the techniques, the innermost first; none is full fine-tuning.
        held_out: groups (articles, companies) that are never trained on.
        calibration: those of them on which the threshold and the probabilities are fitted; all where none is named.
        max_length: tokens in a window.
        stride: context tokens that neighbouring windows share.
        batch_size: windows a step, of each process.
        learning_rate: peak, where one process trains; AdamW, linear decay to zero.
        warmup: share of the steps in which the rate climbs to its peak.
        epochs: passes over the whole mixture.
        save_steps: a checkpoint every so many steps, 0 for none; a started run resumes from its last one.
    """

    model: str
    output: Path
    mixture: list[Part] = Field(min_length=1)
    source: list[Part] = field(default_factory=list)
    technique: list[AnyTechnique] = field(default_factory=list)
    held_out: list[str] = field(default_factory=list)
    calibration: list[str] = field(default_factory=list)
    max_length: int = Field(default=256, ge=32, le=8192)
    stride: int = Field(default=96, ge=0)
    batch_size: int = Field(default=32, ge=1)
    learning_rate: float = Field(default=2e-4, gt=0)
    weight_decay: float = Field(default=0.01, ge=0)
    warmup: float = Field(default=0.06, ge=0, lt=1)
    epochs: int = Field(default=1, ge=1)
    hidden_dropout: float = Field(default=0.1, ge=0, lt=1)
    attention_dropout: float = Field(default=0.1, ge=0, lt=1)
    seed: int = 13
    save_steps: int = Field(default=250, ge=0)


class RecipeError(ValueError):
    """A recipe is missing or wrong; the message names each field."""


def load_recipe(path: Path) -> Recipe:
    """The recipe in a TOML file.

    Raises:
        RecipeError: the file is missing, is not TOML, or has unknown, missing or impossible values.
    """
    if not path.is_file():
        raise RecipeError(f"no recipe at {path}; the shipped reader's is qa/recipes/reader-1-text.toml")
    try:
        return recipe_of(tomllib.loads(path.read_text(encoding="utf-8")), where=str(path))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path} is not TOML: {error}") from error


def recipe_of(fields: dict[str, Any], *, where: str) -> Recipe:
    """The recipe with these fields, as they stand in a TOML file.

    Raises:
        RecipeError: values are unknown, missing or impossible; `where` they stand begins the message.
    """
    try:
        return TypeAdapter(Recipe).validate_python(fields)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise RecipeError(f"{where}: {faults}") from error
