"""A sample filing as inline XBRL, marked up as filers' tools do: `$` and `)` in cells of their own, no `<th>`."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from retrieval.samples.content import (
    Amount,
    Column,
    Cover,
    Filing,
    Heading,
    PageBreak,
    Paragraph,
    Row,
    Statement,
    shown,
)

_PAGE_BREAK = '<hr style="page-break-after:always"/>'
_NAMESPACES = (
    'xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" '
    'xmlns:ixt="http://www.xbrl.org/inlineXBRL/transformation/2020-02-12" xmlns:xbrli="http://www.xbrl.org/2003/instance" '
    'xmlns:dei="http://xbrl.sec.gov/dei/2023" xmlns:us-gaap="http://fasb.org/us-gaap/2023" '
    'xmlns:lkfd="http://larkfield.example/2023" xmlns:iso4217="http://www.xbrl.org/2003/iso4217"'
)


def render(filing: Filing) -> bytes:
    """The file's bytes."""
    cover = filing.cover
    title = f"{cover.company} {cover.form} {cover.fiscal_year}"
    columns = {
        c.end.isoformat() + str(c.start): c for b in filing.blocks if isinstance(b, Statement) for c in b.columns
    }
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<html {_NAMESPACES}><head><title>{escape(title)}</title></head><body>",
        _header(cover, list(columns.values())),
        _cover(cover),
        _PAGE_BREAK,
    ]
    for block in filing.blocks:
        if isinstance(block, PageBreak):
            parts.append(_PAGE_BREAK)
        elif isinstance(block, Paragraph):
            parts.append(f"<p>{escape(block.text)}</p>")
        elif isinstance(block, Heading):
            parts.append(f'<p><span style="font-weight:700">{escape(block.text)}</span></p>')
        else:
            parts.append(_table(block, filing.scale))
    return "\n".join([*parts, "</body></html>\n"]).encode()


def _context_id(column: Column) -> str:
    return f"{'i' if column.start is None else 'd'}{column.end:%Y%m%d}"


def _header(cover: Cover, columns: list[Column]) -> str:
    """Contexts, units and the hidden facts of the cover."""
    entity = (
        f'<xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">{cover.cik}</xbrli:identifier></xbrli:entity>'
    )
    contexts = []
    for column in columns:
        period = (
            f"<xbrli:instant>{column.end}</xbrli:instant>"
            if column.start is None
            else f"<xbrli:startDate>{column.start}</xbrli:startDate><xbrli:endDate>{column.end}</xbrli:endDate>"
        )
        contexts.append(
            f'<xbrli:context id="{_context_id(column)}">{entity}<xbrli:period>{period}</xbrli:period></xbrli:context>'
        )
    own = f"d{cover.period_end:%Y%m%d}"
    hidden = {
        "DocumentFiscalYearFocus": cover.fiscal_year,
        "DocumentFiscalPeriodFocus": "FY",
        "AmendmentFlag": "false",
        "EntityCentralIndexKey": cover.cik,
        "DocumentPeriodEndDate": cover.period_end,
        "EntityRegistrantName": cover.company,
        "DocumentType": cover.form,
        "TradingSymbol": cover.ticker,
    }
    facts = "".join(
        f'<ix:nonNumeric name="dei:{name}" contextRef="{own}">{escape(str(value))}</ix:nonNumeric>'
        for name, value in hidden.items()
    )
    units = (
        '<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>'
        '<xbrli:unit id="shares"><xbrli:measure>xbrli:shares</xbrli:measure></xbrli:unit>'
        '<xbrli:unit id="usdPerShare"><xbrli:divide><xbrli:unitNumerator><xbrli:measure>iso4217:USD</xbrli:measure>'
        "</xbrli:unitNumerator><xbrli:unitDenominator><xbrli:measure>xbrli:shares</xbrli:measure></xbrli:unitDenominator>"
        "</xbrli:divide></xbrli:unit>"
    )
    return (
        f'<div style="display:none"><ix:header><ix:hidden>{facts}</ix:hidden>'
        f"<ix:resources>{''.join(contexts)}{units}</ix:resources></ix:header></div>"
    )


def _cover(cover: Cover) -> str:
    lines = (
        "UNITED STATES SECURITIES AND EXCHANGE COMMISSION",
        f"FORM {cover.form}",
        f"For the fiscal year ended {cover.period_end:%B} {cover.period_end.day}, {cover.period_end.year}",
        f"Commission File Number: {cover.file_number}",
        cover.company,
        "(Exact name of registrant as specified in its charter)",
        f"{cover.state} (State of incorporation)",
        "This company does not exist; the filing was written for demonstration.",
    )
    table = (
        "<table><tr><td>Title of each class</td><td>Trading symbol</td><td>Name of each exchange</td></tr>"
        f"<tr><td>Common stock</td><td>{cover.ticker}</td><td>{cover.exchange}</td></tr></table>"
    )
    return "".join(f"<p>{escape(line)}</p>" for line in lines) + table


def _table(statement: Statement, scale: int) -> str:
    width = 3 * len(statement.columns)
    head = [
        f"<p><span style='font-weight:700'>{escape(statement.title)}</span></p>",
        f"<p>{escape(statement.unit_line)}</p>",
        "<table>",
        f'<tr><td></td><td colspan="{width}" style="text-align:center">{escape(statement.over)}</td></tr>',
        "<tr><td></td>" + "".join(f'<td colspan="3">{escape(c.heading)}</td>' for c in statement.columns) + "</tr>",
    ]
    rows = [_row(row, statement.columns, scale) for row in statement.rows]
    return "\n".join([*head, *rows, "</table>"])


def _row(row: Row, columns: tuple[Column, ...], scale: int) -> str:
    label = f'<td style="padding-left:{12 * row.indent}pt">{escape(row.label)}</td>'
    cells = [
        _amount(row, amount, column, scale) for amount, column in zip(row.amounts, columns, strict=bool(row.amounts))
    ]
    return f"<tr>{label}{''.join(cells)}</tr>"


def _amount(row: Row, amount: Amount, column: Column, scale: int) -> str:
    """Three cells: currency sign, digits, closing parenthesis."""
    text = shown(amount, per_share=row.per_share)
    opened = "(" if text.startswith("(") else ""
    digits = text.strip("()")
    if row.concept and amount:
        shares = "WeightedAverage" in row.concept
        unit = "usdPerShare" if row.per_share else "shares" if shares else "usd"
        sign = ' sign="-"' if Decimal(amount) * row.sign < 0 else ""
        power = 0 if row.per_share else scale
        digits = (
            f'<ix:nonFraction name="{row.concept}" contextRef="{_context_id(column)}" unitRef="{unit}" '
            f'scale="{power}" format="ixt:num-dot-decimal"{sign}>{digits}</ix:nonFraction>'
        )
    dollar = "$" if row.dollar else ""
    return f"<td>{dollar}</td><td>{opened}{digits}</td><td>{')' if opened else ''}</td>"
