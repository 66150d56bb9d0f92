"""The report over all studies: a line each, and every negative result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from experiments.report.document import (
    Block,
    Cell,
    Command,
    Document,
    Link,
    Listing,
    Paragraph,
    Picture,
    Section,
    Table,
)
from experiments.report.evidence import Evidence, gather
from experiments.report.study_report import OUT, study_document
from experiments.report.wording import findings, foretold, headline, standing
from experiments.report.writing import write_report
from experiments.study.known import study_modules
from experiments.study.results import FOLDER
from experiments.study.study import Size, Study


def report_all(
    size: Size = "cpu",
    folder: Path = FOLDER,
    out: Path = OUT,
    *,
    studies: Sequence[Study] | None = None,
    gaps: Picture | None = None,
) -> Document:
    """Writes every study's report, and `index.html` and `README.md` over them.

    Args:
        size: smoke, cpu or full.
        folder: of the results.
        out: where the reports go.
        studies: all of `experiments.studies`, where none are given.
        gaps: a heat map of what research leaves open.
    """
    found = [gather(study, size, folder) for study in (study_modules() if studies is None else studies)]
    for evidence in found:
        write_report(study_document(evidence), out, evidence.study.name)
    document = overview(found, size, gaps)
    write_report(document, out, "index", markdown="README.md")
    return document


def overview(found: Sequence[Evidence], size: Size, gaps: Picture | None = None) -> Document:
    """What is to be said of all studies."""
    sections = [
        Section("studies", "Studies", [_table(found)]),
        Section("negative", "Negative results", _negative(found)),
        Section(
            "missing", "What is not done", [Listing("By study:", [f"{e.study.name}: {standing(e)}" for e in found])]
        ),
    ]
    if gaps:
        sections.append(Section("gaps", "Gaps", [gaps]))
    commands = [Command("All reports", f"financeqa study report --size {size}")]
    sections.append(
        Section(
            "origin",
            "Where this comes from",
            [*commands, *(Command(f"Runs of {e.study.name}", e.run_command) for e in found)],
        )
    )
    runs = sum(len(evidence.runs) for evidence in found)
    compared = sum(len(evidence.compared) for evidence in found)
    lead = f"{len(found)} studies, {runs:,} runs of size {size}, {compared:,} arms compared."
    return Document("Studies", lead, sections)


def _table(found: Sequence[Evidence]) -> Table:
    rows: list[list[Cell]] = [
        [
            Link(evidence.study.name, f"{evidence.study.name}.html"), headline(evidence), foretold(evidence), *_best(evidence),
            f"{len(evidence.runs)} of {len(evidence.study.runs(evidence.result.size))}",
        ]
        for evidence in found
    ]  # fmt: skip
    caption = (
        "The arm furthest above the one that it is compared with, with its difference in points and 95% interval, not corrected for having been picked; the verdict, "
        "by adjusted p values, is in words. n is in each study's report."
    )
    return Table(
        caption,
        ["study", "verdict", "predictions", "highest arm", "difference [95%]", "runs done"],
        rows,
        text=frozenset({0, 1, 2, 3}),
    )


def _best(evidence: Evidence) -> tuple[str, str]:
    if not evidence.compared:
        return "", ""
    best = max(evidence.compared, key=lambda arm: arm.comparisons[evidence.metric].difference)
    return evidence.name(best.arm), best.comparisons[evidence.metric].points


def _negative(found: Sequence[Evidence]) -> list[Block]:
    """Every arm that was not found better."""
    blocks: list[Block] = []
    for evidence in found:
        arms = [arm for arm in evidence.compared if arm.verdict != "better"]
        blocks += findings(evidence, arms, f"{evidence.study.name}, against {evidence.against} on {evidence.metric}")
    return blocks or [Paragraph("None so far.")]
