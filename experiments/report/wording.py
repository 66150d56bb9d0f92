"""Results in words, each with its numbers; negative ones as plainly as positive ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from experiments.report.document import Block, Listing
from experiments.report.evidence import Evidence
from experiments.statistics import Comparison
from experiments.study.planning import detectable
from experiments.study.verdict import ArmResult

VERDICTS = ("better", "worse", "no difference found", "not decided yet")
_NAMED = 4  # names in a headline; of more, their number alone


def headline(evidence: Evidence) -> str:
    """What became of the confirmatory arms, in a sentence, and how many others were looked at."""
    if not evidence.compared:
        return "No arm has been compared yet."
    claimed = [arm for arm in evidence.compared if arm.confirmatory]
    others = len(evidence.compared) - len(claimed)
    said = ", ".join(  # of better and worse also that there are none
        f"{_counted([arm.arm for arm in group])} {verdict}"
        for verdict, group in _by_verdict(claimed).items()
        if group or verdict in ("better", "worse")
    )
    screened = f"{others} exploratory, which carr{'ies' if others == 1 else 'y'} no claim"
    return f"Against {evidence.against} on {evidence.metric}: {'; '.join([said] * bool(claimed) + [screened] * bool(others))}."


def foretold(evidence: Evidence) -> str:
    """What became of the predictions, in a few words; empty where none is a number."""
    found = [each.verdict for each in evidence.result.predicted]
    told = [f"{found.count(verdict)} {verdict}" for verdict in ("held", "refuted", "open", "no runs yet")]
    return ", ".join(each for each in told if not each.startswith("0 "))


def findings(evidence: Evidence, arms: Sequence[ArmResult], where: str) -> list[Block]:
    """A list for each verdict, better arms first, a line for each of these arms.

    Args:
        evidence: of the study.
        arms: some that were compared.
        where: begins the lists' titles.
    """
    return [
        Listing(f"{where}, {verdict} ({len(group)} of {len(arms)}):", [_finding(evidence, arm) for arm in group])
        for verdict, group in _by_verdict(arms).items()
        if group
    ]


def compared_sizes(comparisons: Iterable[Comparison]) -> str:
    """Of how many questions, documents and seeds the comparisons are."""
    found = list(comparisons)
    questions, documents, seeds = (
        sorted({value for value in values})
        for values in zip(*((c.questions, c.documents, c.seeds) for c in found), strict=True)
    )
    return f"{_either(questions)} questions of {_either(documents)} documents, {_either(seeds)} seed{'' if seeds == [1] else 's'}"


def power(evidence: Evidence) -> str:
    """What differences the study could have found; empty where no spread is known."""
    found = detectable(evidence.study, evidence.result.size, evidence.runs)
    if not found:
        return ""
    told = ", ".join(f"{effect:.1f} for {arm}" for arm, effect in found.items())
    return (
        f"By the spread over seeds and documents that these runs show, the planned seeds find a true difference of so many points "
        f"in four of five such studies, at the level of Holm's first step: {told}. Nothing found says little of smaller ones."
    )


def p_value(p: float | None) -> str:
    """A p value as text."""
    if p is None:
        return ""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def standing(evidence: Evidence) -> str:
    """How far the study is."""
    planned = len(evidence.study.runs(evidence.result.size))
    done = planned - len(evidence.result.missing)
    if not evidence.result.missing:
        return f"All {planned} runs of size {evidence.result.size} are done."
    return f"{done} of {planned} runs of size {evidence.result.size} are done. Missing, as arm and seed: {', '.join(evidence.result.missing)}."


def _finding(evidence: Evidence, arm: ArmResult) -> str:
    found = arm.comparisons[evidence.metric]
    seeds = f"{found.seeds} seed{'' if found.seeds == 1 else 's'}"
    said = _size_of(arm.verdict, found, evidence.study.smallest)
    return f"{evidence.name(arm.arm)}: {found.points}, adjusted p {p_value(arm.adjusted)}, {seeds}; {said}"


def _size_of(verdict: str, found: Comparison, smallest: float) -> str:
    """The interval against the smallest effect that matters, in points."""
    low, high = 100 * found.low, 100 * found.high
    nearest, farthest = sorted((abs(low), abs(high)))
    if verdict == "not decided yet":
        return "seeds are missing"
    if verdict == "no difference found":
        if farthest < smallest:
            return f"equal to within {smallest:g}"
        alone = ", though the interval alone excludes 0" if low * high > 0 else ""
        return f"undecided, as {smallest:g} or more is not excluded{alone}"
    if nearest >= smallest:
        return f"{verdict} by {smallest:g} or more"
    return (
        f"{verdict} by less than {smallest:g}"
        if farthest < smallest
        else f"{verdict}, whether by {smallest:g} or more is open"
    )


def _by_verdict(arms: Sequence[ArmResult]) -> dict[str, list[ArmResult]]:
    return {verdict: [arm for arm in arms if arm.verdict == verdict] for verdict in VERDICTS}


def _counted(names: Sequence[str]) -> str:
    if not names:
        return "none"
    return f"{len(names)} ({', '.join(names)})" if len(names) <= _NAMED else str(len(names))


def _either(values: Sequence[int]) -> str:
    return " or ".join(f"{value:,}" for value in values) if len(values) < 4 else f"{values[0]:,} to {values[-1]:,}"
