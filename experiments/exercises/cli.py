"""`financeqa exercise`: list them, read one, begin it, check it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.exercises.exercise import LAST, Exercise, load_exercise
from experiments.exercises.finding import Finding
from experiments.exercises.running import SECONDS, Outcome, run_check
from experiments.exercises.state import FOLDER, State, keep_outcome, read_state, state_first


def exercise(
    number: Annotated[int | None, typer.Argument(min=1, max=LAST, help="Without one, all are listed.")] = None,
    script: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="Yours, to be checked; without, the task is told."),
    ] = None,
    start: Annotated[Path | None, typer.Option(help="Write the script to begin with to this file.")] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="That a check may take.")] = SECONDS,
    records: Annotated[Path, typer.Option(help="Folder of what was stated and found.")] = FOLDER,
) -> None:
    """Exercises: list them, tell the task of one, begin it, check a script. Exit status 0 where it is met."""
    if number is None:
        if start is not None:
            raise typer.BadParameter("say which exercise --start begins")
        _list(records)
        return
    chosen = load_exercise(number)
    if start is not None:
        if script is not None:
            raise typer.BadParameter("--start writes a script, so give none to check")
        _begin(chosen, start)
    elif script is None:
        typer.echo(_task(chosen))
    elif not _check(chosen, script, seconds, records):
        raise typer.Exit(1)


def _list(records: Path) -> None:
    """Each exercise with what became of it."""
    for number in range(1, LAST + 1):
        state = read_state(records, number)
        typer.echo(f"{number:2}  {state.told if state else 'not begun':28} {load_exercise(number).title}")


def _task(chosen: Exercise) -> str:
    """The docstring, and how to go on."""
    name = f"{chosen.name}.py"
    return (
        f"{chosen.number}. {chosen.text.strip()}\n\n"
        f"To begin:  financeqa exercise {chosen.number} --start {name}\n"
        f"To check:  financeqa exercise {chosen.number} {name}"
    )


def _begin(chosen: Exercise, path: Path) -> None:
    """Writes the starting script.

    Raises:
        FileExistsError: the file is there; it may be the learner's work.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(chosen.starter)
    except FileExistsError:
        raise FileExistsError(f"{path} is there already and stays as it is; give another name") from None
    typer.echo(f"wrote {path}; what is yours to write are the lines of three dots, and first of all HYPOTHESIS")


def _check(chosen: Exercise, path: Path, seconds: float, records: Path) -> bool:
    """Says what holds of a script, whether its prediction came true, and whether the exercise is met."""
    from experiments.exercises.script import read_script

    script = read_script(path)
    faults = script.faults(chosen.asked)
    if faults:
        for fault in faults:
            typer.echo(f"no   {fault}")
        typer.echo(f"exercise {chosen.number} is incomplete")
        return False
    state = state_first(records, chosen.number, script.hypothesis, script.prediction)
    if state.prediction != script.prediction:
        typer.echo(f"first you predicted {state.prediction!r}, which counts, and not {script.prediction!r}")
    outcome = run_check(chosen.number, path, seconds=seconds, tell=_say)
    _judge(chosen, state, outcome, records)
    typer.echo(f"exercise {chosen.number} is {'met' if outcome.met else 'not met'}")
    return outcome.met


def _judge(chosen: Exercise, state: State, outcome: Outcome, records: Path) -> None:
    """Holds what was measured against what was predicted, and keeps both."""
    if outcome.measured is None:
        return
    measured = outcome.measured.value
    true = chosen.asked.came_true(state.prediction, measured)
    verdict = "came true" if true else "is refuted, which is a result: why?"
    shown = measured if isinstance(measured, str) else f"{measured:.4g}"
    typer.echo(f"{outcome.measured.text}: {shown}; your prediction, {state.prediction}, {verdict}")
    keep_outcome(records, chosen.number, state, met=outcome.met, measured=measured, true=true)


def _say(finding: Finding) -> None:
    typer.echo(f"{'yes' if finding.holds else 'no':4} {finding.text}")
