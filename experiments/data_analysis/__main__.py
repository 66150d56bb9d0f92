"""Explores the finance data sets, and measures what Datasets takes for it.

python -m experiments.data_analysis [--out DIR] [--size GB]
"""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from experiments.data_analysis.cost_report import told_bar
from experiments.data_analysis.described import described
from experiments.data_analysis.duplicates import across_companies, between_datasets, filing_sentences, within_companies
from experiments.data_analysis.filing_text import write_filing_text
from experiments.data_analysis.labels import read_judged
from experiments.data_analysis.memory import BAR, measure_memory, whole_stream
from experiments.data_analysis.operations import measure_operations
from experiments.data_analysis.program_labels import program_checks
from experiments.data_analysis.prose_labels import prose_checks
from experiments.data_analysis.questions import finance_questions
from experiments.data_analysis.report import Findings, data_report
from experiments.data_analysis.table_labels import table_checks
from experiments.report.writing import write_report
from experiments.study.provenance import surroundings

GIGABYTE = 1_000_000_000
_PACKAGES = ("datasets", "pyarrow", "pandas", "numpy", "psutil")


def explore(work: Path, size: int, command: str) -> Findings:
    """Measures everything.

    Args:
        work: an empty folder with room for three times the text.
        size: bytes of filing text, at least.
        command: that was given, for the report.
    """
    say("questions")
    questions = finance_questions(work / "arrow")
    say("labels")
    checks = [*table_checks(), *program_checks(), *prose_checks(questions)]
    suspects = [(check, list(check.find())) for check in checks]
    say("duplicates")
    by_company = filing_sentences()
    repeated = {
        "filings, in others of the same company": within_companies(by_company),
        "companies, in filings of others": across_companies(by_company),
        **{" and ".join(pair): each for pair, each in between_datasets(questions).items()},
    }
    say("filing text")
    texts = write_filing_text(work / "text", size)
    say("operations")
    operations = measure_operations(questions, texts, work)
    say("memory")
    readings = []
    for reading in measure_memory(texts, work / "arrow"):
        readings.append(reading)
        say(
            f"  {reading.way}, {reading.size / GIGABYTE:.2f} GB: {reading.peak / 1e6:,.0f} MB at most, {reading.seconds:,.0f} s"
        )
    return Findings(
        described(questions), operations, readings, repeated, suspects, read_judged(), origin(len(questions)), command
    )


def origin(rows: int) -> list[tuple[str, str]]:
    """Of what code, machine and data the figures are."""
    around = surroundings(("qa", "retrieval", "experiments/data_analysis"))
    machine, versions = around["machine"], around["versions"] | {name: version(name) for name in _PACKAGES}
    changed = f", with changes in {', '.join(around['changed'])}" if around["changed"] else ""
    return [
        ("Date", datetime.now(UTC).date().isoformat()),
        ("Commit", f"{str(around['commit'])[:12]}{changed}"),
        ("Machine", f"{machine['processor']}, {machine['cores']} cores, {machine['system']}"),
        (
            "Load",
            f"{os.getloadavg()[0]:.1f} processes wanted to run in the last minute of it; seconds depend on that, memory does not",
        ),
        ("Versions", ", ".join(f"{name} {versions[name]}" for name in ("python", *_PACKAGES))),
        ("Rows", f"{rows:,} questions"),
    ]


def say(line: str) -> None:
    """Tells on standard error how far it is."""
    typer.echo(line, err=True)


def main(
    out: Annotated[Path, typer.Option(help="Folder of the report.")] = Path("experiments/reports"),
    size: Annotated[float, typer.Option(min=0.001, help="GB of filing text to generate.")] = 2.15,
    work: Annotated[
        Path, typer.Option(help="Where a folder is made for what is generated, and taken away at the end.")
    ] = Path("runs"),
) -> None:
    """Measure, write the report, and say whether streaming held its bar."""
    from datasets import disable_progress_bars

    disable_progress_bars()
    work.mkdir(parents=True, exist_ok=True)
    command = f"python -m experiments.data_analysis --size {size:g}"
    with tempfile.TemporaryDirectory(dir=work, prefix="data-analysis-") as folder:
        found = explore(Path(folder), round(size * GIGABYTE), command)
        write_report(data_report(found), out, "data")
    typer.echo(told_bar(found.readings))
    if whole_stream(found.readings).peak >= BAR:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
