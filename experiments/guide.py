"""The pages of `research/guide` are run: each Python block of a page after the other, and what one prints stands below it.

    python -m experiments.guide [PAGE...]

runs the pages and writes what they print in place of what stood there. The test holds every page to what it prints.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from retrieval.files import write_atomically

FOLDER = Path(__file__).resolve().parents[1] / "research" / "guide"
_SNIPPET = re.compile(
    r"```python\n(?P<code>.*?)```\n(?:\n```text(?P<varies> varies)?\n(?P<printed>.*?)```\n)?", re.DOTALL
)
_NUMBER = re.compile(r"-?\d+\.\d+")


@dataclass(frozen=True)
class Snippet:
    """A Python block of a page.

    Attributes:
        code: what is run.
        printed: what the page says that it prints; empty where it says nothing.
        varies: whether it differs from one processor to the next, as after a training; the page says so.
        place: its characters on the page, what it prints included.
    """

    code: str
    printed: str
    varies: bool
    place: tuple[int, int]


def snippets(page: str) -> list[Snippet]:
    """The Python blocks of a page, in order."""
    return [
        Snippet(found["code"], found["printed"] or "", found["varies"] is not None, found.span())
        for found in _SNIPPET.finditer(page)
    ]


def run(page: str, name: str) -> Iterator[str]:
    """What each block prints; a later one knows what an earlier one defined.

    Args:
        page: in Markdown.
        name: of the page, for tracebacks.
    """
    known: dict[str, Any] = {"__name__": "guide"}
    for number, snippet in enumerate(snippets(page), start=1):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(snippet.code, f"{name}, block {number}", "exec"), known)  # noqa: S102 (our own pages)
        yield printed.getvalue()


def with_outputs(page: str, outputs: list[str]) -> str:
    """The page with what its blocks print below them."""
    written, end = "", 0
    for snippet, printed in zip(snippets(page), outputs, strict=True):
        below = f"\n```text{' varies' if snippet.varies else ''}\n{printed}```\n" if printed else ""
        written += f"{page[end : snippet.place[0]]}```python\n{snippet.code}```\n{below}"
        end = snippet.place[1]
    return written + page[end:]


def as_printed(snippet: Snippet, printed: str, *, tolerance: float = 0.02) -> bool:
    """Whether a block printed what its page says, but for the last digits of fractions, in which processors differ."""
    if snippet.varies:
        return printed.count("\n") == snippet.printed.count("\n")
    one, two = snippet.printed, printed
    numbers = [[float(found) for found in _NUMBER.findall(text)] for text in (one, two)]
    return _NUMBER.sub("#", one) == _NUMBER.sub("#", two) and all(
        abs(a - b) <= tolerance * max(1.0, abs(a)) for a, b in zip(*numbers, strict=True)
    )


def main(pages: list[Path] | None = typer.Argument(None, exists=True, dir_okay=False)) -> None:  # noqa: B008
    """Run pages of the guide, all where none is named, and write what they print into them."""
    for path in pages or sorted(FOLDER.glob("[0-9]*.md")):
        page = path.read_text(encoding="utf-8")
        write_atomically(path, with_outputs(page, list(run(page, path.name))))
        typer.echo(path)


if __name__ == "__main__":
    typer.run(main)
