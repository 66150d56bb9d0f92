"""Questions on companies that an index holds, each with a twin on a company that it does not hold."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.data_folder import MissingDataError, data_file, read_records
from retrieval.document import Identity, Statement
from retrieval.index.index import Index
from retrieval.index.store import DocumentRecord
from retrieval.mentions import mentions
from retrieval.names import LEGAL_FORMS, NameBook, is_known, name_book, name_words
from retrieval.vocabulary.labels import normalised_label
from retrieval.vocabulary.no_names import FUNCTION_WORDS

LOOKUPS = (
    "What was {}'s {item} in {period}?",
    "What was the {item} of {} in {period}?",
    "What {item} did {} report for {period}?",
    "How much {item} did {} have in {period}?",
    "According to {}'s 10-K for {period}, what was {item}?",
    "{} {item} {period}",
    "For {}, what was {item} in {period}?",
    "What is the {item} at {} for {period}?",
    "Did {} increase its {item} in {period}?",
    "In {period}, what {item} was reported by {}?",
    "Tell me {}'s {item} for {period}.",
    "By how much did {item} at {} change in {period}?",
)
STATEMENTS: tuple[Statement, ...] = ("income statement", "balance sheet", "cash flow statement")
# Companies of all sizes, public and private, here and abroad; chosen without a look at the filings.
WELL_KNOWN = (
    "Nvidia|NVDA;Netflix|NFLX;Starbucks Corporation|SBUX;Target Corporation|TGT;Walmart Inc.|WMT;Salesforce|CRM;"
    "Goldman Sachs|GS;Delta Air Lines|DAL;FedEx Corporation|FDX;Eli Lilly and Company|LLY;Union Pacific|UNP;"
    "General Mills|GIS;Bank of America|BAC;Johnson & Johnson|JNJ;Procter & Gamble|PG;Southwest Airlines|LUV;"
    "Lululemon Athletica;Spotify Technology S.A.;Crocs, Inc.;Papa John's;Toll Brothers;Casey's General Stores;"
    "Church & Dwight;Ollie's Bargain Outlet;Dutch Bros;Sprouts Farmers Market;Texas Roadhouse;Tootsie Roll Industries;"
    "Aritzia;Shiseido;Reliance Industries;Heineken N.V.;Carlsberg;Ørsted;Maersk;Ryanair;Cargill;Trader Joe's;Chick-fil-A"
).split(";")
_SYLLABLES = "bran cor dal fen gal hol kes lun mar nor pel quin ros sel tar ul ven wex yor zel".split()
_KINDS = "Systems,Robotics,Foods,Pharmaceuticals,Bancshares,Energy,Logistics,Semiconductors,Inc.,Corp.,Holdings,Group plc".split(
    ","
)
_RIVALS = ("competitors include companies such as", "we compete with", "our competitors", "principal competitors")
_NAME = r"[A-Z][\w&'’-]+(?: (?:[A-Z&][\w&'’-]*|of))*"
_WITH_FORM = re.compile(rf"\b({_NAME}),? (?:Inc|Corp|Corporation|Company|Ltd|LLC|plc|AG|S\.A|N\.V|SE)\b")
_LISTED = re.compile(rf"(?<=, )({_NAME})(?=, | and )")
_ITSELF = re.compile(r"\b[Tt]he [Cc]ompany\b")


@dataclass(frozen=True, slots=True)
class Pair:
    """The same question about a held company and about another one.

    Attributes:
        source: where the question comes from.
        stranger: what kind of company took the held one's place.
        held: the question about the held company.
        swapped: the question about the other one.
    """

    source: str
    stranger: str
    held: str
    swapped: str


def pairs(index: Index, count: int, seed: int) -> list[Pair]:
    """`count` pairs drawn by `seed`: half lookups of statement rows, half from data sets where these are at hand."""
    rng = random.Random(seed)
    records = index.documents()
    book = name_book(frozenset(record.identity for record in records))
    strangers = _strangers(index, book, rng)
    asked = {"data sets": list(_data_set_questions(records, book)), "statements": list(_lookups(index, rng))}
    found: list[Pair] = []
    for source, questions in asked.items():
        for template, name in rng.sample(questions, min(len(questions), count - len(found), (count + 1) // 2)):
            kind = rng.choice(sorted(strangers))
            other = rng.choice(strangers[kind])
            lower = source == "statements" and rng.random() < 0.1
            held, swapped = (template.replace("{}", n.lower() if lower else n) for n in (name, other))
            found.append(Pair(source, kind, held, swapped))
    return found


def _lookups(index: Index, rng: random.Random) -> Iterator[tuple[str, str]]:
    """A question for each of some statement rows of each filing, the company left open, and what to call it."""
    for record in index.documents():
        identity = record.identity
        if not identity.company or identity.fiscal_year is None:
            continue
        own = name_words(identity.company)[0]
        labels = sorted({x for x in _row_labels(index, record) if 2 <= len(x.split()) <= 5 and own not in x})
        for item in rng.sample(labels, min(6, len(labels))):
            period = rng.choice(_periods(identity))
            template = rng.choice(LOOKUPS).replace("{item}", item).replace("{period}", period)
            yield template, rng.choice(_called(identity))


def _row_labels(index: Index, record: DocumentRecord) -> Iterator[str]:
    for number in range(1, record.pages + 1):
        for table in index.page(record.id, number).tables:
            if table.statement in STATEMENTS:
                yield from (normalised_label(c.row_path[-1]) for c in table.cells if c.role == "value" and c.row_path)


def _periods(identity: Identity) -> list[str]:
    year = identity.fiscal_year
    if identity.quarter is not None:
        return [f"Q{identity.quarter} {year}", f"the quarter {identity.quarter} of fiscal {year}"]
    return [f"fiscal {year}", f"FY{year}", str(year), f"fiscal year {year}", f"FY{str(year)[2:]}"]


def _called(identity: Identity) -> list[str]:
    """What people call a company: its name, the name without legal form, its ticker."""
    name = (identity.company or "").strip()
    name = name.title() if name.isupper() and len(name) > 4 else name
    words = name.replace(",", "").split()
    while len(words) > 1 and words[-1].strip(".").lower() in LEGAL_FORMS:
        words.pop()
    short = " ".join(words)
    return [short, short, name, *([identity.ticker] if identity.ticker and len(identity.ticker) > 1 else [])]


def _data_set_questions(records: Sequence[DocumentRecord], book: NameBook) -> Iterator[tuple[str, str]]:
    """Questions of FinanceBench and financial_qa_10k on held companies, the company left open, and its name.

    Where a question says "the company", that is left open; where it names more than its company, it is left out.
    """
    names = {record.identity.ticker: _called(record.identity)[0] for record in records if record.identity.ticker}
    for dataset, split in (("financebench", "questions"), ("financial_qa_10k", "train")):
        try:
            questions = [
                (r["question"], r.get("company") or names.get(r["ticker"]))
                for r in read_records(data_file(dataset, split))
            ]
        except MissingDataError:
            continue
        for question, name in questions:
            if name is None or not any(m.companies for m in mentions(f"{name}'s revenue", book)):
                continue
            named = [m for m in mentions(question, book) if m.companies and not m.more]
            template = question
            for mention in reversed(named):
                template = template[: mention.start] + "{}" + template[mention.end :]
            template = template if named else _ITSELF.sub("{}", question)
            if "{}" in template:
                yield template, name


def _strangers(index: Index, book: NameBook, rng: random.Random) -> dict[str, list[str]]:
    """Names of companies that the index does not hold."""
    invented = [
        f"{rng.choice(_SYLLABLES)}{rng.choice(_SYLLABLES)}".title() + f" {rng.choice(_KINDS)}" for _ in range(60)
    ]
    kinds = {
        "rival in the filings": sorted(set(_rivals(index))),
        "well known": [name for names in WELL_KNOWN for name in names.split("|")],
        "invented": invented,
    }
    unheld = {kind: [name for name in names if _is_stranger(name, book)] for kind, names in kinds.items()}
    return {kind: names for kind, names in unheld.items() if names}


def _is_stranger(name: str, book: NameBook) -> bool:
    found = mentions(f"{name}'s revenue", book)
    whole = name.split()[-1].casefold() not in FUNCTION_WORDS  # not cut off amid a sentence
    return whole and bool(found) and not any(mention.companies for mention in found)


def _rivals(index: Index) -> Iterator[str]:
    """Companies that the filings name where they speak of competition: with a legal form, or well known."""
    for query in _RIVALS:
        for passage, _ in index.search_lexical(query, k=300):
            if passage.kind == "text" and "compet" in passage.text:
                yield from (match[1] for match in _WITH_FORM.finditer(passage.text))
                yield from (match[1] for match in _LISTED.finditer(passage.text) if is_known(match[1]))
