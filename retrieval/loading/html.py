"""HTML and inline-XBRL filings to pages of text and tables.

One pass over the parsed tree, without recursion, so that depth costs nothing. What is hidden is
left out; tables with numbers become `Table`s, tables used for layout become paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.entities import html5
from typing import Any

from retrieval.document import Fact, Identity, Page
from retrieval.loading.cover import completed_by_text, cover_identity
from retrieval.loading.html_style import BOLD, HIDDEN
from retrieval.loading.html_table import read_rows
from retrieval.loading.ixbrl import Declarations, declarations, local_name
from retrieval.loading.page_text import PageWriter, Run, heading_level
from retrieval.loading.parsed import LoadError, Parsed, PassingError
from retrieval.loading.table_structure import is_value

MAX_DEPTH = 2000
_SKIPPED = frozenset(["script", "style", "head", "header", "noscript", "template", "iframe", "object", "svg"])
_BLOCKS = frozenset(
    (
        "p div h1 h2 h3 h4 h5 h6 li ul ol dl dt dd table tr td th blockquote center pre hr section "
        "article body form fieldset address main footer nav aside figure"
    ).split()
)
_BREAK = re.compile(r"(?:page-)?break-(before|after)\s*:\s*(?:always|page)", re.IGNORECASE)
_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z_][\w.-]*);")  # but XML's own


def parse_html(data: bytes) -> Parsed:
    """The pages and identity of an HTML or inline-XBRL file.

    Args:
        data: the file's bytes, in any encoding that it declares.

    Raises:
        LoadError: it is no HTML, has no text, or is nested beyond reason.
    """
    root = _tree(data)
    declared = declarations(root)
    pages = _Walk(declared).pages(root)
    if not pages:
        raise LoadError("no text in the HTML")
    title = next(("".join(e.itertext()).strip() for e in root.iter("title", "{*}title")), "")
    identity = declared.identity()
    if not identity:
        text = "\n".join(page.text for page in pages)
        identity = completed_by_text(cover_identity(text[:20_000]), text)
    identity = _with_title(identity, title)
    return Parsed(tuple(pages), identity, title)


class _Walk:
    """One walk over the tree; holds the page in the making."""

    def __init__(self, declared: Declarations) -> None:
        self._declared = declared
        self._pages: list[Page] = []
        self._page = PageWriter()
        self._run = Run()
        self._open_facts: list[tuple[Any, int]] = []
        self._bold = 0
        self._bold_length = 0
        self._level = 0

    def pages(self, root: Any) -> list[Page]:  # noqa: ANN401 (an lxml element)
        """All pages that hold text."""
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        depth = 0
        for event, element in walk:
            depth += 1 if event == "start" else -1
            if depth > MAX_DEPTH:
                raise LoadError(f"HTML nested more than {MAX_DEPTH} levels deep")
            name = local_name(element)
            if event == "end":
                self._leave(element, name)
            elif not name or name in _SKIPPED or HIDDEN.search(element.get("style") or ""):
                walk.skip_subtree()  # its "end" still comes
                element.set("data-skipped", "1") if name else None
            elif name == "table" and (rows := read_rows(element, self._declared)) is not None:
                self._table(element, rows)
                walk.skip_subtree()
                element.set("data-skipped", "1")
            else:
                self._enter(element, name)
        self._flush()
        self._break()
        return self._pages

    def _enter(self, element: Any, name: str) -> None:  # noqa: ANN401
        style = element.get("style") or ""
        if name in _BLOCKS:
            self._flush()
        if _forces_break(style, "before"):
            self._flush()
            self._break()
        if name == "br":
            self._run.add(" ")
        if len(name) == 2 and name[0] == "h" and name[1].isdigit():
            self._level = int(name[1])
        if name in ("b", "strong") or BOLD.search(style):
            self._bold += 1
        if name == "nonfraction":
            self._open_facts.append((element, self._run.next_start))
        self._text(element.text)

    def _leave(self, element: Any, name: str) -> None:  # noqa: ANN401
        skipped = not name or element.get("data-skipped") is not None
        style = element.get("style") or ""
        if not skipped:
            if name == "nonfraction" and self._open_facts:
                opened, start = self._open_facts.pop()
                self._run.facts.append((start, self._run.length, opened))
            if name in ("b", "strong") or BOLD.search(style):
                self._bold -= 1
            if name in _BLOCKS:
                self._flush()
        if not HIDDEN.search(style) and _forces_break(style, "after"):
            self._flush()
            self._break()
        self._text(element.tail)

    def _text(self, text: str | None) -> None:
        before = self._run.length
        self._run.add(text)
        if self._bold:
            self._bold_length += self._run.length - before

    def _table(self, element: Any, rows: list[list[Any]]) -> None:  # noqa: ANN401
        self._flush()
        if _forces_break(element.get("style") or "", "before"):
            self._break()
        cells = [cell for row in rows for cell in row]
        if sum(is_value(cell.text) for cell in cells) and len({cell.column for cell in cells}) > 1:
            self._page.table(cells)
            return
        for row in rows:  # layout
            text = " ".join(cell.text for cell in row)
            facts = [fact for cell in row for fact in _moved(cell.facts, text.find(cell.text))]
            self._page.paragraph(text, level=heading_level(text, bold=all(c.bold for c in row)), facts=facts)

    def _flush(self) -> None:
        """Ends the paragraph in the making."""
        run, text = self._run, self._run.text
        if text:
            facts = []
            for start, end, element in run.facts:
                fact = self._declared.fact(element, text[start:end], start)
                facts += [fact] if fact else []
            bold = self._bold_length >= 0.9 * len(text)
            self._page.paragraph(text, level=self._level or heading_level(text, bold=bold), facts=facts)
        self._run, self._bold_length, self._level = Run(), 0, 0
        self._open_facts = [(element, 0) for element, _ in self._open_facts]

    def _break(self) -> None:
        if not self._page.empty:
            self._pages.append(self._page.page(len(self._pages) + 1))
        self._page = PageWriter()


def _moved(facts: tuple[Fact, ...], by: int) -> Iterator[Fact]:
    return (replace(fact, start=fact.start + by) for fact in facts)


def _forces_break(style: str, side: str) -> bool:
    return any(match[1].lower() == side for match in _BREAK.finditer(style))


def _tree(data: bytes) -> Any:  # noqa: ANN401
    """The file's tree: as XHTML where it is well-formed, else as HTML.

    Comments and instructions are left out, so that the text around them is of one piece; entities of its own are never
    expanded.
    """
    from lxml import etree

    if not data.strip():
        raise LoadError("empty file")
    if re.search(rb"^\s*(?:\xef\xbb\xbf)?\s*<\?xml", data[:200]):
        try:
            return _xhtml(data)
        except etree.XMLSyntaxError:
            pass
    try:
        html = etree.HTMLParser(
            huge_tree=True, no_network=True, encoding=_encoding(data), remove_comments=True, remove_pis=True
        )
        root = etree.fromstring(data, html)
    except (etree.XMLSyntaxError, ValueError) as error:
        message = str(error).splitlines()[0][:120]
        if "unknown error" in message:  # what libxml2 says when it gets no more memory
            raise PassingError("too large for the memory allowed") from error
        raise LoadError(f"damaged HTML ({message})") from error
    if root is None:
        raise LoadError("no HTML in the file")
    return root


def _xhtml(data: bytes) -> Any:  # noqa: ANN401
    """The tree of well-formed XML, in which HTML's entities are known though their DTD is not read."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        huge_tree=True,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    root = etree.fromstring(data, parser)
    if next(root.iter(etree.Entity), None) is None:
        return root
    return etree.fromstring(_ENTITY.sub(_characters, data), parser)


def _characters(entity: re.Match[bytes]) -> bytes:
    """What an entity of HTML stands for, by number; nothing for others."""
    return "".join(f"&#{ord(c)};" for c in html5.get(entity[1].decode("ascii") + ";", "")).encode("ascii")


def _encoding(data: bytes) -> str | None:
    """The encoding to read HTML in: that of its byte order mark, its own word (`None`), UTF-8, else Windows-1252."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be")):
        if data.startswith(mark):
            return name
    if re.search(rb"<meta[^>]{0,200}charset", data[:4096], re.IGNORECASE):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _with_title(identity: Identity, title: str) -> Identity:
    """The identity with what only the title says, such as "acme-20231231" does not but "Acme Corp 10-K 2023" does."""
    if identity.company is not None or not title:
        return identity
    named = cover_identity(title)
    return replace(identity, form=identity.form or named.form, fiscal_year=identity.fiscal_year or named.fiscal_year)
