"""What became of the exercises: a JSON each, which keeps the prediction that was stated first.

A hypothesis that is changed once the figure is known says nothing, so the first one that a check saw is the one that
is judged. To begin anew, delete the file.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from experiments.exercises.prediction import Value
from retrieval.files import write_atomically

FOLDER = Path("runs") / "exercises"


@dataclass(frozen=True)
class State:
    """What became of one.

    Attributes:
        hypothesis: as it was stated first.
        prediction: of it.
        met: whether a check was met.
        measured: what came out instead of the prediction, or as it said; `None` where no check came as far.
        true: whether the prediction came true, where something was measured.
    """

    hypothesis: str
    prediction: Value
    met: bool = False
    measured: Value = None
    true: bool | None = None

    @property
    def told(self) -> str:
        """In a few words."""
        if self.true is None:
            return "stated"
        return f"{'met' if self.met else 'not met'}, {'as predicted' if self.true else 'prediction refuted'}"


def read_state(folder: Path, number: int) -> State | None:
    """What became of an exercise; `None` where no hypothesis was stated yet.

    Raises:
        ValueError: its file is damaged.
    """
    path = _path(folder, number)
    if not path.is_file():
        return None
    try:
        return State(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path} is damaged ({error}); delete it and state the hypothesis again") from error


def state_first(folder: Path, number: int, hypothesis: str, prediction: Value) -> State:
    """Keeps a hypothesis, unless one was stated before, and returns the one that counts."""
    known = read_state(folder, number)
    return known or _kept(folder, number, State(hypothesis, prediction))


def keep_outcome(folder: Path, number: int, state: State, *, met: bool, measured: Value, true: bool | None) -> State:
    """Keeps what a check found. An exercise that was met once stays met."""
    return _kept(folder, number, replace(state, met=met or state.met, measured=measured, true=true))


def _kept(folder: Path, number: int, state: State) -> State:
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(_path(folder, number), json.dumps(asdict(state), indent=1, ensure_ascii=False) + "\n")
    return state


def _path(folder: Path, number: int) -> Path:
    return folder / f"{number:02}.json"
