"""What the checks of parsed filings against their XBRL tags share: rates, which filings, and the report."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import typer

from retrieval.data_folder import data_folder


@dataclass
class Rate:
    """So many of so many."""

    right: int = 0
    total: int = 0

    def count(self, right: bool) -> None:
        """Adds one."""
        self.right += right
        self.total += 1

    @property
    def percent(self) -> float:
        """0 to 100; 0 where nothing was counted."""
        return 100 * self.right / self.total if self.total else 0.0


def filing_paths(folder: Path | None) -> list[Path]:
    """The HTML filings under a folder; under the shared data's where it is `None`."""
    inside = folder or data_folder() / "filings_html"
    return sorted(p for p in inside.rglob("*") if p.name.endswith((".html", ".htm", ".html.gz", ".htm.gz")))


def report(
    rates: Mapping[str, Rate], names: Mapping[str, str], failures: Counter[str], *, head: str, most: int, as_json: bool
) -> None:
    """Prints rates as one JSON object, or a line each under a headline, then the `most` frequent failures."""
    if as_json:
        typer.echo(json.dumps({name: vars(rate) | {"percent": rate.percent} for name, rate in rates.items()}))
        return
    typer.echo(head)
    for name, rate in rates.items():
        typer.echo(f"{rate.percent:6.2f}%  {rate.right}/{rate.total}  {names[name]}")
    for failure, count in failures.most_common(most):
        typer.echo(f"{count:5d}  {failure}")
