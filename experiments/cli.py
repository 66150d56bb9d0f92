"""The `financeqa` command, put together from the packages' commands."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

import experiments.attribution.cli
import experiments.exercises.cli
import experiments.gaps.cli
import experiments.literature.cli
import experiments.study.cli
import qa.cli
import retrieval.cli

app = typer.Typer(
    name="financeqa",
    help="Ask company filings a question; get the exact answer with its evidence, or an honest 'not found'.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(qa.cli.demo)
app.command()(retrieval.cli.collect)
app.command()(retrieval.cli.ingest)
app.command()(qa.cli.ask)
app.command()(qa.cli.serve)
app.add_typer(retrieval.cli.index, name="index")
app.command()(qa.cli.pipeline)
app.command()(qa.cli.train)
app.add_typer(qa.cli.evaluate, name="evaluate")
app.add_typer(experiments.study.cli.study, name="study")
app.add_typer(experiments.gaps.cli.gaps, name="gaps")
app.add_typer(experiments.literature.cli.literature, name="literature")
app.command()(experiments.exercises.cli.exercise)
app.command()(experiments.attribution.cli.attribution)


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    _state["debug"] = debug


_state = {"debug": False}


def main() -> None:
    """Runs the command line. Exit status: 0 done, 1 failed, 2 wrong usage."""
    # transformers is silent about loading, so that only answers and errors are printed
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        app()
    except (OSError, ValueError, RuntimeError) as error:
        if _state["debug"]:
            raise
        message = " ".join(str(error).split()) or type(error).__name__
        typer.echo(f"error: {message}", err=True)
        sys.exit(1)
    except Exception as error:
        if _state["debug"]:
            raise
        message = " ".join(f"{type(error).__name__}: {error}".split())
        typer.echo(f"error: {message}; a fault of financeqa: `financeqa --debug` shows where", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("interrupted; what was finished is kept", err=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
