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
    seconds = sum(run.record["cost"]["seconds"] for run in runs)
    return [
        Terms(
            [
                ("Size", evidence.result.size),
                ("Runs", str(len(runs))),
                ("Commits", _distinct([_commit(run) for run in runs])),
                ("Machines", _distinct([_machine(run) for run in runs])),
                ("Versions", _distinct([_versions(run) for run in runs])),
                ("CPU time", f"{seconds / 3600:.2f} hours in all: seconds of runs that have one thread each"),
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
    return f"{machine['processor']}, {machine['cores']} cores, {machine['system']}"


def _versions(run: Run) -> str:
    versions = run.record["versions"]
    return ", ".join(f"{name} {versions[name]}" for name in _VERSIONS if name in versions)
