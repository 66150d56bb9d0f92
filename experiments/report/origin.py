"""Of which code, machine and data the results are."""

from __future__ import annotations

import json
from collections.abc import Sequence

from experiments.report.document import Block, Paragraph, Terms
from experiments.report.evidence import Evidence
from experiments.study.results import Run

_VERSIONS = ("python", "torch", "transformers", "peft", "numpy")


def origin(evidence: Evidence) -> list[Block]:
    """Size, commits, machines, versions, data and time of the runs."""
    if not evidence.runs:
        return [Paragraph(f"No run of size {evidence.result.size} is done.")]
    runs = evidence.runs
    return [
        Terms(
            [
                ("Size", evidence.result.size),
                ("Runs", str(len(runs))),
                ("Commits", _distinct([_commit(run) for run in runs])),
                ("Machines", _distinct([_machine(run) for run in runs])),
                ("Versions", _distinct([_versions(run) for run in runs])),
                ("Answers read by", _distinct([_reading(run) for run in runs])),
                ("Arguments", _distinct([_arguments(evidence, run) for run in runs])),
                ("Time", _time(runs)),
                (
                    "Data digests",
                    _distinct([json.dumps(run.record["facts"].get("data", {}), sort_keys=True) for run in runs]),
                ),
                ("Starts", _distinct([str(run.record["facts"].get("start", "none recorded")) for run in runs])),
            ]
        )
    ]


def _distinct(values: Sequence[str]) -> str:
    """Each value once, with the number of its runs where there are several."""
    counts = {value: values.count(value) for value in sorted(set(values))}
    return (
        "; ".join(counts)
        if len(counts) == 1
        else "; ".join(f"{value} ({count} runs)" for value, count in counts.items())
    )


def _commit(run: Run) -> str:
    changed = run.record.get("changed")
    differing = ", ".join(changed) if isinstance(changed, list) else "some files"
    return f"{str(run.record['commit'])[:12]}{f' with changes in {differing}' if changed else ''}"


def _machine(run: Run) -> str:
    machine = run.record["machine"]
    products = {True: ", products in bfloat16", False: ", products in 32 bits"}.get(machine.get("bfloat16"), "")
    return f"{machine['processor']}, {machine['cores']} cores, {machine['system']}{products}"


def _reading(run: Run) -> str:
    digest = run.record.get("reading")
    return f"code with digest {digest}" if digest else "code of their commit, not marked"


def _arguments(evidence: Evidence, run: Run) -> str:
    """Whether a run had the arguments that the study has now."""
    had, now = run.record["arguments"], json.loads(json.dumps(evidence.study.arguments(run.arm, evidence.result.size)))
    changed = sorted(name for name in had.keys() | now.keys() if had.get(name) != now.get(name))
    if not changed:
        return "as the study has them now"
    return "other than the study has now: " + ", ".join(f"{name} {json.dumps(had.get(name))}" for name in changed)


def _time(runs: Sequence[Run]) -> str:
    """What all runs took together."""
    costs = [run.record["cost"] for run in runs]
    if all("cpu_seconds" in cost for cost in costs):
        return f"{sum(cost['cpu_seconds'] for cost in costs) / 3600:.2f} hours of CPU in all"
    return f"{sum(cost['seconds'] for cost in costs) / 3600:.2f} hours by the clock in all, of runs beside others with one thread each"


def _versions(run: Run) -> str:
    versions = run.record["versions"]
    return ", ".join(f"{name} {versions[name]}" for name in _VERSIONS if name in versions)
