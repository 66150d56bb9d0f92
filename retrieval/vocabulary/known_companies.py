"""Well-known companies, by any of their names and by ticker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("known_companies.tsv")


@lru_cache(maxsize=1)
def known_companies() -> tuple[Mapping[str, tuple[str, ...]], frozenset[str]]:
    """All names of a company by each of its names as the file writes them, and all tickers."""
    names: dict[str, tuple[str, ...]] = {}
    tickers: set[str] = set()
    for line in _lines():
        written, _, symbols = line.partition("\t")
        tickers.update(symbols.split())
        company = tuple(written.split("|"))
        for name in company:
            names.setdefault(name, company)
    return names, frozenset(tickers)


def _lines() -> Iterator[str]:
    return (line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
