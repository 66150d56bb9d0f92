"""The commands of the index. Each imports what it needs when it is called."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.document import FISCAL_YEARS, QUARTERS

if TYPE_CHECKING:
    from retrieval.ingest import IngestReport

ADDRESS = "Folder of the index, or milvus+http://HOST:19530/NAME."
IndexAddress = Annotated[str, typer.Option("--index", help=ADDRESS)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


class Engine(StrEnum):
    """What computes: this process, or the processes of a Ray cluster."""

    local = "local"
    ray = "ray"


OnEngine = Annotated[Engine, typer.Option(help="`ray`: on a Ray cluster.")]
RayAddress = Annotated[
    str | None,
    typer.Option("--address", envvar="RAY_ADDRESS", help="Of the Ray cluster; left out: this machine's cores."),
]

FiscalYear = Annotated[int | None, typer.Option(min=FISCAL_YEARS[0], max=FISCAL_YEARS[-1], help="Fiscal year.")]
FiscalQuarter = Annotated[int | None, typer.Option(min=QUARTERS[0], max=QUARTERS[-1], help="Fiscal quarter.")]

index = typer.Typer(no_args_is_help=True, help="Look at an index, prove it sound, repair it, delete from it.")


def ingest(
    index: IndexAddress,
    paths: Annotated[list[Path], typer.Argument(help="Files and folders: PDF, HTML, text, Markdown; also gzipped.")],
    company: Annotated[str | None, typer.Option(help="The company of all these files.")] = None,
    form: Annotated[str | None, typer.Option(help="Their form, such as 10-K.")] = None,
    year: FiscalYear = None,
    quarter: FiscalQuarter = None,
    period_end: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of their period.")] = None,
    engine: OnEngine = Engine.local,
    address: RayAddress = None,
    as_json: AsJson = False,
) -> None:
    """Read filings into an index, which is made where there is none; what it holds unchanged is left alone.

    Exit status 1 where no file could be read.
    """
    from tqdm import tqdm

    from retrieval.document import Identity
    from retrieval.index.index import Index
    from retrieval.ingest import ingest as on_this_machine
    from retrieval.ray_cluster import require_ray
    from retrieval.ray_ingest import ingest_on_ray

    run = on_this_machine
    if engine is Engine.ray:
        require_ray()  # before an index is made
        run = partial(ingest_on_ray, address=address)
    overrides = Identity(
        company=company,
        form=form,
        fiscal_year=year,
        quarter=quarter,
        period_end=period_end.date() if period_end else None,
    )
    with tqdm(unit=" pages", disable=as_json or not sys.stderr.isatty(), desc="ingest") as bar:

        def show(report: IngestReport, title: str) -> None:
            bar.set_postfix_str(f"{title[:40]}, {report.passages / max(report.seconds, 1e-9):.0f} passages/s")
            bar.update(report.pages - bar.n)

        with Index.open_or_create(index) as opened:
            report = run(opened, paths, overrides=overrides, progress=show)
    if as_json:
        values = {name: getattr(report, name) for name in ("added", "unchanged", "pages", "passages", "seconds")}
        skipped = [{"source": s.source, "reason": s.reason} for s in report.skipped]
        typer.echo(json.dumps({**values, "skipped": skipped}))
    else:
        _tell(report)
    if not report.added + report.unchanged:
        raise typer.Exit(1)


def _tell(report: IngestReport) -> None:
    for skipped_file in report.skipped:
        typer.echo(str(skipped_file))
    rate = f" ({report.pages / report.seconds:.1f} pages/s, {report.passages / report.seconds:.0f} passages/s)"
    typer.echo(
        f"{report.added} added, {report.unchanged} unchanged, {len(report.skipped)} skipped; {report.pages} pages, "
        f"{report.passages} passages embedded in {report.seconds:.1f} s{rate if report.pages else ''}"
    )


def collect(
    company: Annotated[str, typer.Option(help="Ticker or CIK.")],
    years: Annotated[
        str, typer.Option(help="As 2020-2024: in which periods end (before February 6: the year before).")
    ],
    form: Annotated[str, typer.Option(help="As 10-K; amendments come along.")] = "10-K",
    out: Annotated[Path | None, typer.Option(help="Folder; else named after what is collected.")] = None,
    user_agent: Annotated[
        str | None,
        typer.Option(envvar="FINANCEQA_USER_AGENT", help="Your name and e-mail address, which EDGAR wants to be told."),
    ] = None,
    edgar: Annotated[
        str | None, typer.Option(envvar="FINANCEQA_EDGAR", help="Address of a server that answers as EDGAR does.")
    ] = None,
) -> None:
    """Collect a company's filings from SEC's EDGAR as a folder to ingest and a data set; what was stopped goes on."""
    from tqdm import tqdm

    from retrieval.collecting.collect import FILINGS
    from retrieval.collecting.collect import collect as run
    from retrieval.collecting.edgar import Edgar
    from retrieval.collecting.fetching import Fetcher
    from retrieval.collecting.listing import Request

    if not user_agent:
        raise typer.BadParameter(
            "EDGAR wants to know who asks; give --user-agent 'Jane Doe jane@example.com', or set FINANCEQA_USER_AGENT"
        )
    try:
        request, server = Request.of(company, form, years), Edgar(Fetcher(user_agent), edgar)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    folder = out or Path(f"{request.company}-{request.form}-{years}".replace("/", "-"))
    with tqdm(unit=" filings", disable=not sys.stderr.isatty(), desc="collect") as bar:

        def show(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        collection = run(request, folder, server, show)
    for skipped in collection.skipped:
        typer.echo(str(skipped))
    listing, fetched = collection.listing, collection.fetched
    typer.echo(
        f"{len(listing.filings)} filings of {listing.company.name} in {folder}: {fetched} fetched, "
        f"{len(listing.filings) - fetched} there before\nnext: financeqa ingest --index INDEX {folder / FILINGS}"
    )


@index.command()
def info(index: IndexAddress, as_json: AsJson = False) -> None:
    """List the documents of an index."""
    from retrieval.index.index import Index

    with Index.open(index) as opened:
        records = opened.documents()
    if as_json:
        rows = [
            {"id": r.id, "title": r.title, "source": r.source, "pages": r.pages, "passages": r.passages}
            for r in records
        ]
        typer.echo(json.dumps({"documents": rows}))
        return
    for record in records:
        typer.echo(f"{record.id}  {record.title}  {record.pages} pages, {record.passages} passages  {record.source}")
    passages = sum(record.passages for record in records)
    typer.echo(f"{len(records)} documents, {passages} passages")


@index.command()
def verify(index: IndexAddress) -> None:
    """Prove an index sound, as that SQLite, FAISS and tantivy agree; exit status 1 where it is not."""
    from retrieval.index.index import Index

    with Index.open(index) as opened:
        problems = opened.verify()
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise typer.Exit(1)
    typer.echo("sound")


@index.command()
def rebuild(index: IndexAddress) -> None:
    """Make what is derived anew, and remove what stopped writers left."""
    from retrieval.index.index import Index

    with Index.open(index, writable=True) as opened:
        opened.rebuild()
        typer.echo("; ".join(opened.verify()) or "rebuilt and sound")


@index.command()
def copy(
    index: IndexAddress, to: Annotated[str, typer.Option(help="Address of another, made where there is none.")]
) -> None:
    """Copy an index, vectors included, as from a folder to a server; what was stopped goes on."""
    from tqdm import tqdm

    from retrieval.index.index import Index

    with Index.open(index) as source, Index.open_or_create(to) as target:
        copied = sum(1 for _ in tqdm(target.copy_from(source), unit=" files", disable=not sys.stderr.isatty()))
        typer.echo(f"{copied} files copied; {target.size} passages in {to}")


@index.command()
def delete(
    index: IndexAddress, documents: Annotated[list[str], typer.Argument(help="Ids, as `info` lists them.")]
) -> None:
    """Delete documents."""
    from retrieval.index.index import Index

    documents = list(dict.fromkeys(documents))
    with Index.open(index, writable=True) as opened:
        missing = [document for document in documents if not opened.delete(document)]
    if missing:
        raise ValueError(f"no document {', '.join(missing)} in {index}; `financeqa index info` lists them")
    typer.echo(f"{len(documents)} deleted")
