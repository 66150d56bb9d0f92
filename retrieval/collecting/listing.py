"""Which filings a collection is made of. Asked of EDGAR once and kept, so that what was stopped goes on with the same."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter, ValidationError

from retrieval.collecting.edgar import Company, Edgar, Filing
from retrieval.document import Identity
from retrieval.loading.cover import fiscal_year_by_end

_SHOWN = 6  # other forms that an error names


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be collected: a form, with its amendments, of a company (ticker or CIK) for years, both ends included."""

    company: str
    form: str
    first_year: int
    last_year: int

    @classmethod
    def of(cls, company: str, form: str, years: str) -> Request:
        """From what people write, such as `brk.b`, `10-k` and `2020-2024` or `2023`.

        Raises:
            ValueError: these are no years, or no company.
        """
        found = re.fullmatch(r"((?:19|20)\d\d)(?:-((?:19|20)\d\d))?", years)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if first > last:
            raise ValueError(f"years are {years!r}; give them as 2020-2024, or one alone")
        if not re.fullmatch(r"[A-Za-z.-]+|\d{1,10}", company, re.ASCII):
            raise ValueError(f"{company!r} is neither a ticker nor a CIK; give one such as AAPL or 320193")
        return cls(company.upper().replace(".", "-"), form.upper(), first, last)

    def __str__(self) -> str:
        years = f"{self.first_year}-{self.last_year}" if self.first_year < self.last_year else str(self.first_year)
        return f"--company {self.company} --form {self.form} --years {years}"


@dataclass(frozen=True, slots=True)
class Listing:
    """The filings that a request means, by their periods."""

    request: Request
    company: Company
    filings: tuple[Filing, ...]

    def file_name(self, filing: Filing) -> str:
        """What the main document is called here: `AAPL-10-K-2020-09-26-0000320193-20-000096.htm`."""
        kind = filing.document.rpartition(".")[2].lower()
        who = self.company.ticker or f"CIK{self.company.cik}"
        name = f"{who}-{filing.form}-{filing.period_end or filing.filed}-{filing.accession}.{kind}"
        return re.sub(r"[^\w.-]", "-", name)

    def identity(self, filing: Filing) -> Identity:
        """Who filed it for when, as EDGAR says."""
        company = self.company
        return Identity(
            company=company.name,
            ticker=company.ticker,
            cik=company.cik,
            former_names=company.former_names,
            form=filing.form,
            period_end=filing.period_end,
        )


def list_filings(request: Request, edgar: Edgar) -> Listing:
    """Asks EDGAR for what a request means.

    Raises:
        ValueError: EDGAR knows no such company, or it filed no such form for these years.
        retrieval.collecting.fetching.FetchError: EDGAR cannot be asked.
    """
    company, filings = edgar.company(request.company, since=date(request.first_year, 1, 1))
    within = [each for each in filings if request.first_year <= year_of(each) <= request.last_year]
    chosen = [each for each in within if each.form in (request.form, f"{request.form}/A")]
    if not chosen:
        forms = ", ".join(form for form, _ in Counter(each.form for each in within).most_common(_SHOWN))
        years = f"{request.first_year} to {request.last_year}"
        raise ValueError(
            f"{company.name} filed no {request.form} for {years}; "
            + (f"it filed {forms}" if forms else "nor anything else")
        )
    ordered = sorted(chosen, key=lambda each: (each.period_end or each.filed, each.filed, each.accession))
    return Listing(request, company, tuple(ordered))


def year_of(filing: Filing) -> int:
    """The year that a filing is counted to: the fiscal year of a report's period, the year of an event's day."""
    end = filing.period_end or filing.filed
    return fiscal_year_by_end(end) if filing.form.startswith(("10-", "20-F", "40-F")) else end.year


def written(listing: Listing) -> bytes:
    """A listing as JSON."""
    return TypeAdapter(Listing).dump_json(listing, indent=1)


def read(data: bytes) -> Listing | None:
    """A listing from JSON; `None` where it is not one."""
    try:
        return TypeAdapter(Listing).validate_json(data)
    except ValidationError:
        return None
