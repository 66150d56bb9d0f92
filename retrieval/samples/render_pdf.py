"""A sample filing as PDF, with reportlab; the same content always gives the same bytes."""

from __future__ import annotations

import io
from typing import Any

from retrieval.samples.content import Filing, Heading, PageBreak, Paragraph, Statement, shown

_WIDTH, _HEIGHT, _MARGIN = 612.0, 792.0, 54.0
_SIZE, _LEADING = 9.5, 12.5
_COLUMN = 105.0


class _Sheet:
    """Writes down the page and turns it."""

    def __init__(self, canvas: Any) -> None:  # noqa: ANN401 (a reportlab canvas)
        self._canvas = canvas
        self._y = _HEIGHT - _MARGIN
        self._number = 1

    def turn(self) -> None:
        """Ends the page."""
        self._canvas.setFont("Helvetica", 8)
        self._canvas.drawCentredString(_WIDTH / 2, 30, str(self._number))
        self._canvas.showPage()
        self._number += 1
        self._y = _HEIGHT - _MARGIN

    def line(
        self, text: str, *, x: float = _MARGIN, bold: bool = False, size: float = _SIZE, centre: bool = False
    ) -> None:
        """One line; a new page where this one is full."""
        if self._y < 60:
            self.turn()
        self._canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
        if centre:
            self._canvas.drawCentredString(_WIDTH / 2, self._y, text)
        else:
            self._canvas.drawString(x, self._y, text)
        self._y -= _LEADING

    def skip(self, points: float = 6.0) -> None:
        """Leaves space."""
        self._y -= points

    def paragraph(self, text: str) -> None:
        """Text broken into lines."""
        from reportlab.lib.utils import simpleSplit

        for part in simpleSplit(text, "Helvetica", _SIZE, _WIDTH - 2 * _MARGIN):
            self.line(part)
        self.skip()

    def row(self, label: str, amounts: list[tuple[str, str]], *, indent: float, bold: bool = False) -> None:
        """A label and (sign, number) pairs flush right; a closing parenthesis hangs over."""
        self._canvas.setFont("Helvetica-Bold" if bold else "Helvetica", _SIZE)
        self._canvas.drawString(_MARGIN + indent, self._y, label)
        for place, (dollar, text) in enumerate(reversed(amounts)):
            right = _WIDTH - _MARGIN - 6 - place * _COLUMN
            digits = text.removesuffix(")")
            self._canvas.drawRightString(right, self._y, digits)
            if text.endswith(")"):
                self._canvas.drawString(right, self._y, ")")
            if dollar:
                self._canvas.drawString(right - 70, self._y, dollar)
        self._y -= _LEADING

    def over(self, text: str, columns: int) -> None:
        """A heading centred over all columns."""
        self._canvas.setFont("Helvetica-Bold", _SIZE)
        self._canvas.drawCentredString(_WIDTH - _MARGIN - 6 - (columns * _COLUMN - 40) / 2, self._y, text)
        self._y -= _LEADING


def render(filing: Filing) -> bytes:
    """The file's bytes."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(_WIDTH, _HEIGHT), invariant=1)
    cover = filing.cover
    canvas.setTitle(f"{cover.company} {cover.form} fiscal {cover.fiscal_year}")
    sheet = _Sheet(canvas)
    end = f"{cover.period_end:%B} {cover.period_end.day}, {cover.period_end.year}"
    for text in ("UNITED STATES", "SECURITIES AND EXCHANGE COMMISSION", "Washington, D.C. 20549"):
        sheet.line(text, bold=True, centre=True)
    sheet.skip(10)
    sheet.line(f"FORM {cover.form}", bold=True, size=14, centre=True)
    sheet.skip(10)
    for text in (
        f"For the fiscal year ended {end}",
        f"Commission file number {cover.file_number}",
        cover.company,
        "(Exact name of registrant as specified in its charter)",
        f"{cover.state}, state of incorporation",
    ):
        sheet.line(text, centre=True)
        sheet.skip(8)
    sheet.line("Securities registered pursuant to Section 12(b) of the Act:", centre=True)
    sheet.line(f"Common stock      Trading symbol: {cover.ticker}      {cover.exchange}", centre=True)
    sheet.skip(10)
    sheet.line("This company does not exist; the filing was written for demonstration.", centre=True)
    sheet.turn()
    for block in filing.blocks:
        if isinstance(block, PageBreak):
            sheet.turn()
        elif isinstance(block, Paragraph):
            sheet.paragraph(block.text)
        elif isinstance(block, Heading):
            sheet.skip(4)
            sheet.line(block.text, bold=True, size=12 if block.level < 3 else 10)
            sheet.skip(2)
        else:
            _statement(sheet, block)
    sheet.turn()
    canvas.save()
    return out.getvalue()


def _statement(sheet: _Sheet, statement: Statement) -> None:
    sheet.line(statement.title, bold=True, size=11)
    sheet.line(statement.unit_line)
    sheet.skip(4)
    if statement.over:
        sheet.over(statement.over, len(statement.columns))
    sheet.row("", [("", column.heading) for column in statement.columns], indent=0, bold=True)
    for row in statement.rows:
        amounts = [("$" if row.dollar else "", shown(amount, per_share=row.per_share)) for amount in row.amounts]
        sheet.row(row.label, amounts, indent=12.0 * row.indent, bold=row.label.startswith("Total"))
    sheet.skip(8)
