"""A study of one's own.

Task: a comparison counts when it was stated before it was run. Write a study of two arms or more, as those of
`experiments/studies`: `TEXT` with a paragraph each for question, hypothesis, prediction, primary metric, smallest
effect, decision rule, cost and command; and `arms()`, of which one is the baseline that changes nothing. Each change
must be a small one, of a knob that somebody would turn. At smoke size it runs in seconds, on a tiny reader and
generated questions, with two seeds at least: what that finds is whether the study works, not whether the idea does.

Hypothesis: at smoke size the verdict on the first confirmatory arm is ___ (better, worse, or no difference found),
because ___.

Reading: `experiments/study/study.py` and `experiments/study/verdict.py`; `experiments/studies/techniques.py`;
`financeqa literature show card-2020-power` and `dodge-2020-seeds`.

Size: a page of text and some lines; the check runs it, in some ten seconds.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from experiments.exercises.finding import Finding, Measured, Said, same
from experiments.exercises.prediction import Choice
from experiments.study.defaults import SMOKE
from experiments.study.study import SECTIONS, Study

ASKED = Choice("the verdict at smoke size", among=("better", "worse", "no difference found"))
# what smoke size is here: large enough for a tiny reader to learn something
SMALL = {
    **SMOKE,
    "mixture": [{"dataset": "generated", "split": "train", "limit": 64}],
    "evaluate": [{"dataset": "generated", "split": "train", "held_out": True}],
    "epochs": 4,
    "learning_rate": 3e-3,
}


def check(yours: ModuleType) -> Iterator[Said]:
    """Reads the study, runs it, and judges it by its own rule."""
    study: Study = yours.STUDY
    stated = list(_stated(study))
    yield from stated
    if not all(each.holds for each in stated):
        return  # nothing is run before all is stated
    with tempfile.TemporaryDirectory(prefix="financeqa-exercise-") as folder:
        yield from _run(study, Path(folder))


def _stated(study: Study) -> Iterator[Finding]:
    """Whether everything is said, and the arms can be compared."""
    blank = [name for name in SECTIONS if "___" in study.section(name)]
    yield Finding(not blank, f"everything is stated{': a blank is left in ' + ', '.join(blank) if blank else ''}")
    yield Finding(study.smallest > 0, f"the smallest effect that matters: {study.smallest:g} points")
    arguments = {name: str(study.arguments(name, "smoke")) for name in study.arms}
    twice = len(arguments) - len(set(arguments.values()))
    yield Finding(len(arguments) > 1 and not twice, f"{len(arguments)} arms, {twice} of them the same as another")
    yield Finding(not study.arms[study.baseline].change, f"the baseline, {study.baseline}, changes nothing")
    claims = [name for name in study.confirmatory if name != study.baseline]
    yield Finding(bool(claims), f"it claims something of {', '.join(claims) or 'no arm'}")
    seeds = {name: sum(arm == name for arm, _ in study.runs("smoke")) for name in study.arms}
    yield Finding(min(seeds.values()) > 1, f"seeds of each arm at smoke size: {seeds}")


def _run(study: Study, folder: Path) -> Iterator[Said]:
    """Does the runs of smoke size, the first of them twice, and tells the verdict."""
    from experiments.study.results import result_path, write_result
    from experiments.study.verdict import judge

    runs = study.runs("smoke")
    for number, (arm, seed) in enumerate([runs[0], *runs]):
        own = folder / "runs" / str(number)
        own.mkdir(parents=True)
        measured = study.measure(study.arguments(arm, "smoke"), seed, own)
        if number == 0:
            first = measured
        elif number == 1:
            yield same("a run done again gives the same scores", list(measured.rows) == list(first.rows), True)
        record = {"arm": arm, "seed": seed, "cost": {}}
        write_result(result_path(folder, study.name, "smoke", arm, seed), measured, record)
    found = judge(study, "smoke", folder)
    yield same("runs that are missing", list(found.missing), [])
    for each in found.arms:
        compared = each.comparisons.get(study.metric("smoke"))
        yield Finding(True, f"{each.arm}: {each.verdict}{f', {compared.points} points' if compared else ''}")
    judged = found.arm(study.confirmatory[0]) if study.confirmatory else None
    if judged is not None:
        yield Measured(judged.verdict, f"verdict on {judged.arm}")
