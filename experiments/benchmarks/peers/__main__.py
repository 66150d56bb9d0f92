"""The benchmark's command; `pip install -e '.[peers]'` first.

    python -m experiments.benchmarks.peers --work DIR --out FILE.json

Half of the figures are times: nothing else should run on the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from experiments.benchmarks.peers.corpora import Corpus, filings, squad
from experiments.benchmarks.peers.report import section
from experiments.benchmarks.peers.running import Settings, run
from experiments.benchmarks.peers.system import OURS, SYSTEMS


def main(
    work: Annotated[Path, typer.Option(help="Folder of documents, models and indexes; 2 GB.")],
    out: Annotated[Path, typer.Option(help="JSON file of the figures.")],
    documents: Annotated[int, typer.Option(help="Filings; SQuAD has 48 articles.")] = 71,
    questions: Annotated[int, typer.Option(help="Of each corpus, drawn by seed.")] = 200,
    ks: Annotated[str, typer.Option("--k", help="Passages read a question, parted by commas.")] = "3,12",
    systems: Annotated[str, typer.Option(help="Parted by commas.")] = ",".join(SYSTEMS),
    cold_starts: Annotated[int, typer.Option(help="Of each system.")] = 5,
) -> None:
    """Measure, print."""
    settings = Settings(tuple(systems.split(",")), tuple(int(k) for k in ks.split(",")), cold_starts)
    if OURS not in settings.systems or not set(settings.systems) <= set(SYSTEMS):
        raise typer.BadParameter(
            f"{systems}: give {OURS} and any others of {', '.join(SYSTEMS)}", param_hint="--systems"
        )
    corpora: list[Callable[[], Corpus]] = [
        partial(make, work / "documents", documents=documents, questions=questions) for make in (filings, squad)
    ]
    result = run(corpora, settings, work, out, say=partial(typer.echo, err=True))
    for name, reason in result["skipped"].items():
        typer.echo(f"left out: {name}: {reason}\n")
    for corpus in result["corpora"]:
        typer.echo(section(result, corpus))


if __name__ == "__main__":
    typer.run(main)
