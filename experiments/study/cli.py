"""`financeqa study`: list them, run them, report on them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.study.results import FOLDER
from experiments.study.study import Size

study = typer.Typer(help="Studies: fine-tuning techniques and what else is compared.", no_args_is_help=True)

SizeOption = Annotated[Size, typer.Option("--size", help="smoke (seconds), cpu (hours on two cores), full (a GPU).")]
FolderOption = Annotated[Path, typer.Option("--results", help="Folder of the results.")]


@study.command("list")
def list_studies(size: SizeOption = "cpu", folder: FolderOption = FOLDER) -> None:
    """Each study: its question, and how many of its runs are done."""
    from experiments.study.known import load_study, study_modules
    from experiments.study.results import result_path

    for name in study_modules():
        one = load_study(name)
        runs = one.runs(size)
        done = sum(result_path(folder, name, size, arm, seed).is_file() for arm, seed in runs)
        typer.echo(f"{name:24} {done:3} of {len(runs):3} runs   {one.section('Question')}")


@study.command("run")
def run(
    names: Annotated[list[str], typer.Argument(help="Studies, or all.")],
    size: SizeOption = "cpu",
    folder: FolderOption = FOLDER,
    workers: Annotated[int, typer.Option(min=0, help="Runs at once; 0 for one a core.")] = 0,
) -> None:
    """Do the runs whose results are missing; a stopped study goes on where it was."""
    from experiments.study.known import load_study, study_modules
    from experiments.study.running import StudyFailedError, run_study

    chosen = list(study_modules()) if names == ["all"] else names
    for name in chosen:
        load_study(name)  # all names are right before anything runs
    faults = []
    for name in chosen:
        try:
            run_study(study_modules()[name], size, folder=folder, workers=workers, tell=typer.echo)
        except StudyFailedError as error:
            faults.append(str(error))
    if faults:
        raise StudyFailedError("; ".join(faults))


@study.command("report")
def report(
    name: Annotated[str, typer.Argument(help="A study; without, all of them and the index.")] = "",
    size: SizeOption = "cpu",
    folder: FolderOption = FOLDER,
    out: Annotated[Path, typer.Option(help="Folder for the reports.")] = Path("experiments/reports/studies"),
) -> None:
    """Write the report of a study, or all reports and the index, as HTML and Markdown."""
    try:
        from experiments.gaps.picture import gap_picture
        from experiments.report.overview import report_all
        from experiments.report.study_report import report_study
        from experiments.study.known import load_study
        from experiments.study.results import read_runs
    except ImportError as error:
        raise RuntimeError(
            f"reports need the extra `report` ({error}); run: pip install 'finance-qa[report]'"
        ) from error
    if name:
        if not read_runs(folder, load_study(name).name, size):
            raise ValueError(
                f"no run of {name} at size {size} is in {folder}: financeqa study run {name} --size {size}"
            )
        report_study(name, size, folder, out)
    else:
        report_all(size, folder, out, gaps=gap_picture(size=size, folder=folder))
    typer.echo(f"wrote {out / (name or 'index')}.html")


@study.command("show")
def show(name: str, size: SizeOption = "cpu", folder: FolderOption = FOLDER) -> None:
    """What a study found so far, arm by arm."""
    from experiments.study.known import load_study
    from experiments.study.planning import detectable
    from experiments.study.verdict import judge

    found = judge(load_study(name), size, folder)
    metric = found.study.metric(found.size)
    typer.echo(f"{metric}, over {found.study.baseline} with 95% interval, in points")
    for arm in sorted(found.arms, key=lambda each: -each.metrics[metric][0]):
        compared = arm.comparisons.get(metric)
        over = compared.points if compared else ""
        typer.echo(f"  {arm.arm:24} {arm.metrics[metric][0]:6.2f}  {arm.seeds} seeds  {over:26} {arm.verdict}")
    for name, effect in detectable(found.study, found.size, found.runs).items():
        typer.echo(f"  {name}: with its seeds a true difference of {effect:.1f} is found in four of five such studies")
    if found.missing:
        typer.echo(f"not run yet: {', '.join(found.missing)}")
