"""`financeqa attribution`: which tokens carried an answer, as a table and as a picture."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Annotated

import typer


def attribution(
    question: Annotated[str, typer.Argument(help="In English.")],
    text_or_file: Annotated[str, typer.Argument(help="A passage, or a file as `ingest` reads them.")],
    out: Annotated[Path | None, typer.Option(metavar="PICTURE.svg", help="Where the picture is written.")] = None,
    model: Annotated[str, typer.Option(help="finance-qa-reader, a folder, or a hub name.")] = "finance-qa-reader",
) -> None:
    """Show which tokens carried a reader's answer: integrated gradients, and attention beside them."""
    if out is not None and out.suffix != ".svg":
        raise typer.BadParameter(f"--out is {str(out)!r}; pictures are SVG, so let it end in .svg")
    if not question.strip() or not text_or_file.strip():
        raise typer.BadParameter("give a question, and a passage or a file")
    from experiments.attribution.account import account, told
    from qa.reader import Reader

    found = account(Reader.from_pretrained(model), question, _texts(text_or_file))
    for line in told(found):
        typer.echo(line)
    if out is not None:
        from experiments.attribution.picture import picture
        from experiments.report.writing import standalone
        from retrieval.files import write_atomically

        command = f"financeqa attribution {shlex.quote(question)} {shlex.quote(text_or_file)}"
        drawn = picture(found, command)
        write_atomically(out, standalone(drawn))
        typer.echo(f"written to {out}")


def _texts(text_or_file: str) -> list[str]:
    """The passage itself, or the pages of a file.

    Raises:
        ValueError: there is no such file, or it cannot be read.
    """
    from retrieval.loading.load import load_documents
    from retrieval.loading.parsed import Skipped

    is_file = os.path.isfile(text_or_file)  # noqa: PTH113 (a passage may be too long for pathlib to look for)
    if not is_file and len(text_or_file.split()) > 1:
        return [text_or_file]
    [outcome] = load_documents([text_or_file])
    if isinstance(outcome, Skipped):
        raise ValueError(f"{outcome.source}: {outcome.reason}; give a file, or a passage of several words")
    return [page.text for page in outcome.document.pages]
