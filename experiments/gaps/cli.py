"""`financeqa gaps`: find them in results, list them, show one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from experiments.study.results import FOLDER
from experiments.study.study import Size

gaps = typer.Typer(help="Gaps: slices of questions that do worse, or that nothing moves.", no_args_is_help=True)

RecordsOption = Annotated[Path | None, typer.Option("--records", help="Folder of the records, if not the register's.")]


@gaps.command("open")
def open_found(
    files: Annotated[list[Path] | None, typer.Argument(help="Evaluations saved by `evaluate answers --out`.")] = None,
    results: Annotated[
        Path, typer.Option(help="Folder of the studies' results; all studies with runs are read.")
    ] = FOLDER,
    size: Annotated[Size, typer.Option(help="Of the studies' runs.")] = "cpu",
    records: RecordsOption = None,
) -> None:
    """Open the gaps that results show, or give known ones their new figures; what people wrote is kept."""
    from experiments.gaps.from_file import file_source
    from experiments.gaps.from_study import study_source
    from experiments.gaps.opening import open_gaps
    from experiments.study.known import study_modules
    from research.gaps.record import RECORDS

    studies = [source for name in study_modules() if (source := study_source(name, size, results)) is not None]
    sources = [*studies, *map(file_source, files or ())]
    if not sources:
        raise ValueError(f"no study has runs of size {size} in {results}, and no file was given")
    changes = open_gaps(sources, records or RECORDS)
    for name, change in sorted(changes.items()):
        typer.echo(f"{change:20} {name}")
    typer.echo(f"{len(changes)} gaps in {', '.join(source.name for source in sources)}")


@gaps.command("list")
def list_gaps(records: RecordsOption = None) -> None:
    """Each gap by status: how much worse than the rest with 95% interval in points, and why it is one."""
    from research.gaps.record import RECORDS, STATUSES, read_gaps

    gaps = sorted(read_gaps(records or RECORDS), key=lambda gap: (STATUSES.index(gap.status), gap.found.difference))
    for gap in gaps:
        found = gap.found
        over = f"{found.difference:+6.1f} [{found.low:+.1f}, {found.high:+.1f}]"
        reasons = "; ".join(found.reasons) or "not found any more"
        typer.echo(f"{gap.status:8} {gap.id:60} {over:24} n {found.questions:4}  {reasons}")
    counts = Counter(gap.status for gap in gaps)
    typer.echo(f"{len(gaps)} gaps: {', '.join(f'{counts[status]} {status}' for status in STATUSES)}")


@gaps.command("show")
def show(
    name: Annotated[str, typer.Argument(help="A gap, as `list` calls it.")], records: RecordsOption = None
) -> None:
    """All of one gap."""
    from research.gaps.record import RECORDS, gap_path, read_gap, to_text

    path = gap_path(records or RECORDS, name)
    if not path.is_file():
        raise ValueError(f"no gap {name!r} in {path.parent}; see: financeqa gaps list")
    typer.echo(to_text(read_gap(path)).split("\n\n", 1)[1])
