"""`financeqa literature`: list the works that we know, show one, check that the review rests on them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

literature = typer.Typer(help="What others found: a record a work, and the review's check.", no_args_is_help=True)

RecordsOption = Annotated[Path | None, typer.Option("--records", help="Folder of the records, if not ours.")]


@literature.command("list")
def list_works(
    kind: Annotated[str | None, typer.Option(help="Only these: benchmark, system, reader, technique, ...")] = None,
    records: RecordsOption = None,
) -> None:
    """Each work: its kind, how many figures we read and how many are from memory, and its title."""
    from research.literature.record import KINDS, RECORDS, read_works

    if kind is not None and kind not in KINDS:
        raise ValueError(f"no works are of kind {kind!r}; kinds are {', '.join(KINDS)}")
    for work in read_works(records or RECORDS):
        if kind in (None, work.kind):
            read = sum(figure.verified for figure in work.figures)
            count = f"figures: {read} read, {len(work.figures) - read} unverified"
            typer.echo(f"{work.kind:10} {work.key:26} {count:31} {work.title}")


@literature.command("show")
def show(
    key: Annotated[str, typer.Argument(help="A work, as `list` calls it.")], records: RecordsOption = None
) -> None:
    """All of one work."""
    from research.literature.record import RECORDS, read_work, work_path

    path = work_path(records or RECORDS, key)
    if not path.is_file():
        raise ValueError(f"no work {key!r} in {path.parent}; see: financeqa literature list")
    read_work(path)
    typer.echo(path.read_text(encoding="utf-8").rstrip())


@literature.command("check")
def check(
    review: Annotated[Path | None, typer.Argument(help="The review, if not ours.")] = None,
    records: RecordsOption = None,
) -> None:
    """Does every reference of the review lead to a record, and every figure to one who reports it?"""
    from research.literature.check import REVIEW, check_review
    from research.literature.record import RECORDS

    faults = check_review(review or REVIEW, records or RECORDS)
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(1)
    typer.echo("every reference leads to a record, and every figure to one who reports it")
