"""Inline XBRL: the contexts and units that a filing declares, its number facts, and who it says it is.

Source of the rules: Inline XBRL 1.1 and the transformation registries 3 to 5 (XBRL International).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from retrieval.document import Fact, Identity, Period
from retrieval.quantity import cell_quantities

_DURATION_QUARTERS = {"Q1": 1, "Q2": 2, "Q3": 3}


@dataclass(frozen=True, slots=True)
class Context:
    """A period and (axis, member) pairs."""

    period: Period
    dimensions: tuple[tuple[str, str], ...]


@dataclass
class Declarations:
    """What the header of an inline-XBRL file declares."""

    contexts: dict[str, Context] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    dei: dict[str, str] = field(default_factory=dict)

    def identity(self) -> Identity | None:
        """Company, form and period from the `dei` facts; `None` where there are none."""
        name = self.dei.get("EntityRegistrantName")
        if name is None:
            return None
        form = self.dei.get("DocumentType", "").upper() or None
        if form and self.dei.get("AmendmentFlag", "").lower() in ("true", "☒") and not form.endswith("/A"):
            form += "/A"
        year = self.dei.get("DocumentFiscalYearFocus", "")
        former = self.dei.get("EntityInformationFormerLegalOrRegisteredName")
        cik = self.dei.get("EntityCentralIndexKey", "")
        return Identity(
            company=name,
            ticker=self.dei.get("TradingSymbol"),
            cik=cik.zfill(10) if cik.isdigit() else None,
            former_names=(former,) if former and former.lower() not in ("n/a", "not applicable", "none") else (),
            form=form,
            fiscal_year=int(year) if re.fullmatch(r"(?:19|20)\d\d", year) else None,
            quarter=_DURATION_QUARTERS.get(self.dei.get("DocumentFiscalPeriodFocus", "")),
            period_end=_date(self.dei.get("DocumentPeriodEndDate", "")),
        )

    def fact(self, element: Any, text: str, start: int) -> Fact | None:  # noqa: ANN401 (an lxml element)
        """The fact of one `ix:nonFraction` element; `None` where its context is not declared."""
        context = self.contexts.get(attribute(element, "contextref") or "")
        if context is None:
            return None
        scale = attribute(element, "scale") or "0"
        negated = attribute(element, "sign") == "-"
        power = int(scale) if re.fullmatch(r"-?\d{1,2}", scale) else 0
        written = written_value(text, attribute(element, "format") or "")
        return Fact(
            concept=attribute(element, "name") or "",
            value=None if written is None else (-written if negated else written).scaleb(power),
            text=text,
            unit=self.units.get(attribute(element, "unitref") or "", ""),
            scale=power,
            negated=negated,
            period=context.period,
            dimensions=context.dimensions,
            start=start,
        )


def declarations(root: Any) -> Declarations:  # noqa: ANN401 (an lxml element)
    """Contexts, units and `dei` facts of a parsed file."""
    found = Declarations()
    for element in root.iter():
        name = local_name(element)
        if name == "context":
            context = _context(element)
            if context is not None:
                found.contexts[attribute(element, "id") or ""] = context
        elif name == "unit" and attribute(element, "id"):
            found.units[attribute(element, "id") or ""] = _unit(element)
        elif name in ("nonnumeric", "nonfraction"):
            concept = attribute(element, "name") or ""
            if concept.startswith("dei:"):
                text = " ".join("".join(element.itertext()).split())
                if text:
                    found.dei.setdefault(concept[4:], text)
    return found


def written_value(text: str, form: str) -> Decimal | None:
    """The magnitude that a fact's text shows, before scale and sign, as its transformation reads it."""
    form = form.rpartition(":")[2].lower().replace("-", "")
    if form in ("zerodash", "fixedzero", "numdash") or (not form and text.strip() in ("-", "—", "–")):
        return Decimal(0)
    if "comma" in form and form.startswith("num"):
        digits = re.sub(r"[.\s']", "", text).replace(",", ".")
    elif "numword" in form or not re.search(r"\d", text):
        quantities = cell_quantities(text)
        return abs(quantities[0].scaled) if quantities else None
    else:
        digits = re.sub(r"[,\s'$]", "", text)
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def local_name(element: Any) -> str:  # noqa: ANN401 (an lxml element)
    """Tag without prefix or namespace, lower case; empty for comments."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str | None:  # noqa: ANN401 (an lxml element)
    """An attribute by its lower-case name, whatever case the file writes."""
    value: str | None = element.get(name)
    if value is None:
        value = next((v for k, v in element.attrib.items() if k.lower() == name), None)
    return value


def _context(element: Any) -> Context | None:  # noqa: ANN401
    dates = {local_name(child): (child.text or "").strip() for child in element.iter()}
    instant, start, end = (_date(dates.get(k, "")) for k in ("instant", "startdate", "enddate"))
    if instant is None and end is None:
        return None
    last = instant or end
    dimensions = tuple(_dimensions(element))
    return Context(Period(None if instant else start, last or date.min), dimensions)


def _dimensions(element: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    for child in element.iter():
        if local_name(child) in ("explicitmember", "typedmember"):
            yield attribute(child, "dimension") or "", " ".join("".join(child.itertext()).split())


def _unit(element: Any) -> str:  # noqa: ANN401
    def measures(part: Any) -> list[str]:  # noqa: ANN401
        return [(e.text or "").strip().rpartition(":")[2] for e in part.iter() if local_name(e) == "measure"]

    parts = {local_name(child): child for child in element.iter()}
    if "unitnumerator" in parts and "unitdenominator" in parts:
        return f"{'*'.join(measures(parts['unitnumerator']))}/{'*'.join(measures(parts['unitdenominator']))}"
    return "*".join(measures(element))


def _date(text: str) -> date | None:
    match = re.match(r"(\d{4})-(\d\d)-(\d\d)(T00:00:00)?", text)
    if match is None:
        from retrieval.loading.periods import find_date

        return find_date(text)
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    return day - timedelta(days=1) if match[4] else day
