"""One file to its pages and identity, by what its bytes are."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from retrieval.document import Identity
from retrieval.loading.cover import cover_identity, fiscal_year_by_end
from retrieval.loading.document_defaults import complete_tables
from retrieval.loading.files import kind_of, read_bytes
from retrieval.loading.parsed import Parsed
from retrieval.loading.sidecar import overridden
from retrieval.loading.submission import main_document

MAX_TEXT = 120  # characters of a title or of what an identity says: at most 480 bytes, which any store holds
_MAX_NAMES = 20


def parse_file(path: Path, *overrides: Identity) -> Parsed:
    """The pages of a file, and its identity with what `overrides` set; later ones beat earlier ones.

    Raises:
        retrieval.loading.parsed.LoadError: it cannot be read as a filing.
    """
    header, data = main_document(read_bytes(path))
    parsed = _parsed(data, path.name)
    filer = cover_identity(header.decode("latin-1"))
    identity = _bounded(_dated(_formed(overridden(filer, parsed.identity, *overrides))))
    return Parsed(complete_tables(parsed.pages, identity), identity, parsed.title[:MAX_TEXT])


def _parsed(data: bytes, name: str) -> Parsed:
    """What the parser of the bytes' format makes of them."""
    kind = kind_of(data, name)
    if kind == "pdf":
        from retrieval.loading.pdf import parse_pdf

        return parse_pdf(data)
    if kind == "html":
        from retrieval.loading.html import parse_html

        return parse_html(data)
    from retrieval.loading.plain_text import parse_text

    return parse_text(data, markdown=kind == "markdown")


def _formed(identity: Identity) -> Identity:
    """The identity with its form as EDGAR writes it, `10-K` for `10-k`, whoever says so."""
    return replace(identity, form=(identity.form or "").strip().upper() or None)


def _dated(identity: Identity) -> Identity:
    """The identity with the fiscal year of the period's end, where that alone is known of a report."""
    end, form = identity.period_end, identity.form or ""
    if identity.fiscal_year is not None or end is None or not (identity.annual or form.startswith("10-Q")):
        return identity
    return replace(identity, fiscal_year=fiscal_year_by_end(end))


def _bounded(identity: Identity) -> Identity:
    """The identity with no more than `MAX_TEXT` characters in a text."""
    said = {field.name: getattr(identity, field.name) for field in fields(identity)}
    texts: dict[str, Any] = {name: value[:MAX_TEXT] for name, value in said.items() if isinstance(value, str)}
    names = tuple(name[:MAX_TEXT] for name in identity.former_names[:_MAX_NAMES])
    return replace(identity, former_names=names, **texts)
