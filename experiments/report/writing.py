"""A document as one HTML file that needs nothing else, and as Markdown with its plots beside it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.report.document import Block, Cell, Document, Link, Listing, Paragraph, Picture, Table, Terms
from retrieval.files import write_atomically

if TYPE_CHECKING:
    from jinja2 import Template

_MARKUP = re.compile(r"([\\`*_\[\]<>|#&~])")


def write_report(document: Document, out: Path, name: str, markdown: str = "") -> None:
    """Writes `<name>.html`, the Markdown (`<name>.md`, or as it is called) and the plots that the latter shows."""
    write_atomically(out / f"{name}.html", to_html(document))
    for picture in document.pictures:
        write_atomically(out / "figures" / f"{name}-{picture.name}.svg", standalone(picture))
    write_atomically(out / (markdown or f"{name}.md"), to_markdown(document, f"figures/{name}-"))


def to_html(document: Document) -> str:
    """The document as one HTML page."""
    return _template().render(document=document)


def to_markdown(document: Document, figures: str) -> str:
    """The document as Markdown; `figures` is what stands before a plot's name in the path of its file."""
    parts = [f"# {_escaped(document.title)}", _escaped(document.lead)]
    for section in document.sections:
        parts.append(f"## {_escaped(section.title)}")
        parts += [_block(block, figures) for block in section.blocks]
    return "\n\n".join(parts) + "\n"


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.tests["link"] = lambda cell: isinstance(cell, Link)
    return environment.get_template("page.html")


def _block(block: Block, figures: str) -> str:
    if isinstance(block, Paragraph):
        return _escaped(block.text)
    if isinstance(block, Listing):
        return "\n".join([_escaped(block.title), "", *(f"- {_escaped(item)}" for item in block.items)])
    if isinstance(block, Terms):
        return "\n".join(f"- **{_escaped(term)}**: {_escaped(said)}" for term, said in block.items)
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Picture):
        shown = f"![{_escaped(block.alt)}]({figures}{block.name}.svg)"
        return f"{shown}\n\n{_escaped(block.caption)}\n\nMade by `{block.command}`."
    return f"{_escaped(block.makes)}: `{block.text}`"


def _table(table: Table) -> str:
    rule = ["---" if i in table.text else "---:" for i in range(len(table.header))]
    rows = [[_escaped(name) for name in table.header], rule, *([_cell(cell) for cell in row] for row in table.rows)]
    return "\n".join([_escaped(table.caption), "", *(f"| {' | '.join(row)} |" for row in rows)])


def _cell(cell: Cell) -> str:
    if isinstance(cell, Link):
        return f"[{_escaped(cell.text)}]({cell.href.replace('.html', '.md')})"
    return _escaped(cell)


def _escaped(text: str) -> str:
    """The text on one line, with nothing in it that Markdown or HTML would take for markup."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split())).replace(r"\_", "_") if text else ""


def standalone(picture: Picture) -> str:
    """The plot as a file, dark on white."""
    names = 'xmlns="http://www.w3.org/2000/svg" style="background: #ffffff; color: #1b1f24"'
    return picture.svg.replace("<svg ", f"<svg {names} ", 1) + "\n"
