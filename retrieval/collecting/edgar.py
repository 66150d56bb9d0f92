"""EDGAR's plain endpoints: which company has a ticker, what it filed, and the documents.

Source of the shapes: "Accessing EDGAR Data" and the EDGAR APIs' page at sec.gov/search-filings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, Field, TypeAdapter, ValidationError, model_validator

from retrieval.collecting.fetching import Fetcher, FetchError, MissingError

_Accession = Annotated[str, Field(pattern=r"^\d{10}-\d{2}-\d{6}$")]
_PLAIN_NAME = re.compile(r"\w[\w.-]*", re.ASCII)
_Shape = TypeVar("_Shape")


@dataclass(frozen=True, slots=True)
class Filing:
    """A filing as EDGAR lists it.

    Attributes:
        accession: EDGAR's number of the filing.
        form: `10-K`, `10-K/A`, ...
        filed: the day on which EDGAR took it.
        period_end: last day of the reported period, or the day of the reported event; `None` where EDGAR names none.
        document: file name of the main document.
    """

    accession: str
    form: str
    filed: date
    period_end: date | None
    document: str


@dataclass(frozen=True, slots=True)
class Company:
    """A filer as EDGAR knows it today; `cik` is SEC's number of it, ten digits."""

    cik: str
    name: str
    ticker: str | None
    former_names: tuple[str, ...]


class _Listed(BaseModel):
    cik_str: int
    ticker: str
    title: str


class _Columns(BaseModel):
    """A page of filings: one list a property, all of one length."""

    accessionNumber: list[_Accession]
    form: list[str]
    filingDate: list[date]
    reportDate: list[date | Literal[""]]
    primaryDocument: list[str]

    @model_validator(mode="after")
    def _even(self) -> Self:
        lengths = {len(column) for _, column in self}
        if len(lengths) > 1:
            raise ValueError(f"columns of {sorted(lengths)} filings")
        return self

    def filings(self) -> Iterator[Filing]:
        """What stands side by side, as one. A filing without a main document of its own is one text file, all in it."""
        columns = (self.accessionNumber, self.form, self.filingDate, self.reportDate, self.primaryDocument)
        for accession, form, filed, period_end, document in zip(*columns, strict=True):
            name = document if _PLAIN_NAME.fullmatch(document) else f"{accession}.txt"
            yield Filing(accession, form, filed, period_end or None, name)


class _Older(BaseModel):
    name: str = Field(pattern=r"^CIK\d{10}-submissions-\d+\.json$")
    filingTo: date


class _Pages(BaseModel):
    recent: _Columns
    files: list[_Older]


class _Former(BaseModel):
    name: str


class _Submissions(BaseModel):
    name: str
    tickers: list[str]
    formerNames: list[_Former]
    filings: _Pages


class Edgar:
    """EDGAR, or a server that answers as it does."""

    def __init__(self, fetcher: Fetcher, address: str | None = None) -> None:
        """At its own addresses, or all of it at another one, such as a mirror's.

        Raises:
            ValueError: the address is none of HTTP.
        """
        if address and not address.startswith(("http://", "https://")):
            raise ValueError(f"the address of EDGAR is {address!r}; let it begin with http:// or https://")
        self._fetcher = fetcher
        self._data = address.rstrip("/") if address else "https://data.sec.gov"
        self._www = address.rstrip("/") if address else "https://www.sec.gov"

    def company(self, name: str, since: date) -> tuple[Company, list[Filing]]:
        """A company and what it filed from a day on, the earliest first.

        Args:
            name: its ticker as EDGAR writes it (`BRK-B`), or its CIK.
            since: filings from before may be missing.

        Raises:
            ValueError: EDGAR knows no such company.
            FetchError: EDGAR cannot be asked, or answers in another shape.
        """
        ticker = None if name.isdecimal() else name
        cik = name.zfill(10) if ticker is None else self._cik(ticker)
        try:
            told = self._json(f"{self._data}/submissions/CIK{cik}.json", _Submissions)
        except MissingError:
            raise ValueError(f"EDGAR has no company of the CIK {cik}; give another, or a ticker") from None
        filings = {filing.accession: filing for filing in self._filings(told, since)}
        former = dict.fromkeys(old.name for old in told.formerNames if old.name.casefold() != told.name.casefold())
        company = Company(cik, told.name, ticker or next(iter(told.tickers), None), tuple(former))
        return company, sorted(filings.values(), key=lambda filing: (filing.filed, filing.accession))

    def document_address(self, company: Company, filing: Filing) -> str:
        """Where the main document of a filing is."""
        folder = f"{int(company.cik)}/{filing.accession.replace('-', '')}"
        return f"{self._www}/Archives/edgar/data/{folder}/{filing.document}"

    def document(self, company: Company, filing: Filing) -> bytes:
        """The main document of a filing.

        Raises:
            FetchError: EDGAR does not give it.
        """
        return self._fetcher.get(self.document_address(company, filing))

    def _cik(self, ticker: str) -> str:
        listed = self._json(f"{self._www}/files/company_tickers.json", dict[str, _Listed])
        ciks = {each.ticker: each.cik_str for each in listed.values()}
        if ticker not in ciks:
            near = get_close_matches(ticker, ciks, n=3)
            hint = f" (near it: {', '.join(near)})" if near else ""
            raise ValueError(f"EDGAR lists no company with the ticker {ticker!r}{hint}; give another, or a CIK")
        return str(ciks[ticker]).zfill(10)

    def _filings(self, told: _Submissions, since: date) -> Iterator[Filing]:
        yield from told.filings.recent.filings()
        for page in told.filings.files:
            if page.filingTo >= since:
                yield from self._json(f"{self._data}/submissions/{page.name}", _Columns).filings()

    def _json(self, url: str, shape: type[_Shape]) -> _Shape:
        try:
            return TypeAdapter(shape).validate_json(self._fetcher.get(url))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise FetchError(f"{url} has not the shape that EDGAR describes ({where}: {first['msg']})") from None
