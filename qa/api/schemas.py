"""What requests and answers are made of; an answer is what `financeqa ask --json` prints."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from qa.answering import MAX_QUESTION, PASSAGES
from qa.api.limits import MAX_BATCH, MAX_K, MAX_N_BEST, MAX_PAGE
from retrieval.document import FISCAL_YEARS, QUARTERS


def _whole(value: object) -> object:
    """12 for 12.0, which are the same number in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_WHOLE = BeforeValidator(_whole)
DocumentId = Annotated[str, Field(pattern="^[0-9a-f]{16}$", examples=["5f0c6b1f6a9e7d21"])]
UploadId = Annotated[str, Field(pattern="^[0-9a-f]{32}$", examples=["0f8fad5bd9cb469fa16570867728950e"])]
Question = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_QUESTION,
        description="In English.",
        examples=["What was Larkfield's cost of revenue in fiscal 2022?"],
    ),
]
Company = Annotated[
    str,
    Field(min_length=1, max_length=200, description="Its name, as people call it, or ticker.", examples=["Larkfield"]),
]
Year = Annotated[
    int, Field(ge=FISCAL_YEARS[0], le=FISCAL_YEARS[-1], description="Fiscal year.", examples=[2022]), _WHOLE
]
Form = Annotated[str, Field(min_length=1, max_length=20, description="Kind of filing.", examples=["10-K"])]
Quarter = Annotated[
    int,
    Field(ge=QUARTERS[0], le=QUARTERS[-1], description="Fiscal quarter of a quarterly report.", examples=[None]),
    _WHOLE,
]
Passages = Annotated[int, Field(ge=1, le=MAX_K, description="Passages."), _WHOLE]
NBest = Annotated[int, Field(ge=1, le=MAX_N_BEST, description="Possible answers, the best included."), _WHOLE]


class Ask(BaseModel):
    """A question, and where to look for its answer."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: Question
    company: Company | None = None
    year: Year | None = None
    form: Form | None = None
    quarter: Quarter | None = None
    documents: list[DocumentId] | None = Field(default=None, min_length=1, max_length=1000, examples=[None])
    k: Passages = PASSAGES
    n_best: NBest = 1


class AskBatch(BaseModel):
    """Several questions, answered in order."""

    model_config = ConfigDict(extra="forbid", strict=True)

    questions: list[Ask] = Field(min_length=1, max_length=MAX_BATCH)


class Search(BaseModel):
    """What passages are searched for, and where."""

    q: Question
    k: Passages = 10
    company: Company | None = None
    year: Year | None = None
    form: Form | None = None
    quarter: Quarter | None = None
    document: DocumentId | None = None


class Citation(BaseModel):
    """Where an answer stands: characters [start, end) of a page, from `quote_start` on of the quote around it.

    `box` is in points from a PDF page's top left.
    """

    document: str
    title: str
    page: int = Field(ge=1)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str
    quote_start: int = Field(ge=0)
    box: list[float] | None = Field(min_length=4, max_length=4)


class Operand(BaseModel):
    """A figure that an answer was computed from."""

    letter: str
    name: str
    text: str
    value: str | None
    unit: str | None
    scale: str | None
    citation: Citation


class Derivation(BaseModel):
    """How an answer was computed."""

    expression: str
    operands: list[Operand]


class Restatement(BaseModel):
    """What a later filing says for the same line and period."""

    answer: str
    value: str | None
    citation: Citation


class Alternative(BaseModel):
    """Another possible answer, for which no probability is claimed."""

    answer: str
    value: str | None
    unit: str | None
    scale: str | None
    citation: Citation


class Answer(BaseModel):
    """An answer, or "not found" with the reason; `value` is a decimal number with the scale applied."""

    question: str
    answer: str = Field(examples=["475"])
    found: bool = Field(examples=[True])
    reason: str = Field(examples=[""])
    value: str | None = Field(examples=["475000000"])
    unit: str | None = Field(examples=["USD"])
    scale: str | None = Field(examples=["million"])
    probability: float = Field(ge=0, le=1, examples=[0.99])
    citations: list[Citation]
    derivation: Derivation | None
    assumed: list[str]
    restated: list[Restatement]
    alternatives: list[Alternative]
    seconds: float = Field(ge=0)


class Answers(BaseModel):
    """The answers to several questions, in their order."""

    answers: list[Answer]


class Hit(BaseModel):
    """A passage that was found; `start` and `end` count characters of the page, a higher score is better."""

    document: str
    title: str
    page: int = Field(ge=1)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    kind: Literal["text", "table"]
    header: str
    text: str
    score: float


class Hits(BaseModel):
    """Passages, best first."""

    hits: list[Hit]
    seconds: float = Field(ge=0)


class Document(BaseModel):
    """A filing of the index."""

    id: str
    title: str
    company: str | None
    form: str | None
    fiscal_year: int | None
    quarter: int | None
    period_end: str | None = Field(examples=["2022-12-31"])
    pages: int
    passages: int


class Documents(BaseModel):
    """Some of the filings of the index, and how many there are."""

    documents: list[Document]
    total: int


class Page(BaseModel):
    """A piece of a page's text from character `start` on; `width` and `height` in points, 0 where there are none."""

    document: str
    page: int = Field(ge=1)
    start: int = Field(ge=0)
    text: str
    characters: int = Field(ge=0, description="Of the whole page.")
    width: float
    height: float


class Upload(BaseModel):
    """A file that was uploaded, and how far it is; `document` once it is done, `reason` where it failed."""

    id: UploadId
    name: str
    state: Literal["waiting", "reading", "embedding", "done", "failed"]
    reason: str | None
    document: str | None
    title: str | None
    pages: int | None
    embedded: int
    to_embed: int | None


class Health(BaseModel):
    """That the service is up."""

    status: Literal["ok"]


class Place(BaseModel):
    """A cell of a table; both count from 0."""

    row: int = Field(ge=0)
    column: int = Field(ge=0)


class Cell(BaseModel):
    """A cell; it covers the columns from `column` up to `column_end`, and begins at character `start` of the page."""

    text: str
    row: int = Field(ge=0)
    column: int = Field(ge=0)
    column_end: int = Field(ge=0)
    start: int = Field(ge=0)
    role: Literal["label", "header", "value", "note"]


class Table(BaseModel):
    """A table of a page, and which of its cells was asked for."""

    title: str
    unit: str
    columns: int
    cited: Place
    cells: list[Cell]


class Wrong(BaseModel):
    """Where the answer stood that was wrong."""

    model_config = ConfigDict(extra="ignore", strict=True)

    document: DocumentId
    page: Annotated[int, Field(ge=1, le=MAX_PAGE), _WHOLE]
    start: Annotated[int, Field(ge=0, le=1_000_000_000), _WHOLE]
    end: Annotated[int, Field(ge=0, le=1_000_000_000), _WHOLE]


class Feedback(BaseModel):
    """That an answer was wrong; `right` is what the passage says instead, nothing where it does not answer."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: Question
    citation: Wrong
    right: Annotated[str, Field(min_length=1, max_length=MAX_QUESTION)] | None = None


class Noted(BaseModel):
    """That feedback was kept."""

    id: UploadId
