"""A sample filing as plain text in the manner of the 1990s: numbers flush right, rules under headings."""

from __future__ import annotations

import textwrap

from retrieval.samples.content import Filing, Heading, PageBreak, Paragraph, Statement, shown

WIDTH = 80
_LABEL = 46
_COLUMN = 16


def render(filing: Filing) -> bytes:
    """The file's bytes."""
    cover = filing.cover
    end = f"{cover.period_end:%B} {cover.period_end.day}, {cover.period_end.year}"
    lines = [
        "SECURITIES AND EXCHANGE COMMISSION".center(WIDTH).rstrip(),
        "Washington, D.C. 20549".center(WIDTH).rstrip(),
        "",
        f"FORM {cover.form}".center(WIDTH).rstrip(),
        "",
        f"For the fiscal year ended {end}",
        "",
        f"Commission File Number {cover.file_number}",
        "",
        cover.company.center(WIDTH).rstrip(),
        "(Exact name of registrant as specified in its charter)".center(WIDTH).rstrip(),
        "",
        f"{cover.state}, State of incorporation",
        "",
        "Securities registered pursuant to Section 12(b) of the Act:",
        f"Common stock, trading symbol {cover.ticker}, {cover.exchange}",
        "",
        "This company does not exist; the filing was written for demonstration.",
        "",
    ]
    for block in filing.blocks:
        if isinstance(block, Heading):
            lines += [block.text, ""]
        elif isinstance(block, Paragraph):
            lines += [*textwrap.wrap(block.text, WIDTH), ""]
        elif isinstance(block, PageBreak):
            lines.append("\f")
        else:
            lines += _statement(block)
    return "\n".join(lines).encode()


def _statement(statement: Statement) -> list[str]:
    width = _COLUMN * len(statement.columns)
    lines = [
        statement.title.center(WIDTH).rstrip(),
        statement.unit_line.center(WIDTH).rstrip(),
        "",
        " " * _LABEL + statement.over.center(width).rstrip(),
        " " * _LABEL + "".join(column.heading.rjust(_COLUMN) for column in statement.columns),
        " " * _LABEL + "".join(("-" * (_COLUMN - 4)).rjust(_COLUMN) for _ in statement.columns),
    ]
    for row in statement.rows:
        label = "  " * row.indent + row.label
        amounts = []
        for amount in row.amounts:
            text = shown(amount, per_share=row.per_share)
            dollar = "$" if row.dollar else ""
            # a closing parenthesis hangs over, so that the digits stand in line
            amounts.append(
                f"{dollar} {text}".strip().rjust(_COLUMN - (0 if text.endswith(")") else 1))
                + ("" if text.endswith(")") else " ")
            )
        lines.append((label.ljust(_LABEL) + "".join(amounts)).rstrip())
    return [*lines, ""]
