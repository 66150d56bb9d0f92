"""How the filings speak of a name: as a company's own brand, subsidiary or segment, as another company, or not at all.

A company's own names stand in its own filings, in table rows and headings, behind "our" and "acquired"; other
companies in lists of competitors, behind "agreement with" and "investment in", and in several companies' filings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from retrieval.index.index import Index
from retrieval.names import filers, is_known
from retrieval.passage import Passage
from retrieval.search import Filters

PASSAGES = 50  # looked at for a name
MOSTLY = 0.6  # of the mentions, in one company's filings
NEARLY_ALL = 0.75  # of them, where nothing says that it is its own
FIRMLY = 0.8  # of the mentions with a legal form: a firm of its own
ORDINARY = 0.2  # of the passages that hold a word, in lower case: it is no name
OFTEN = 3  # mentions that make a name a company's own without one that says so
WIDELY = (5, 10)  # companies and passages that speak of what is no company, such as an authority
_NEAR = 60  # characters before a name

_OWN_BEFORE = re.compile(
    r"(?:\bour|\bsubsidiar(?:y|ies),?|(?<!intended )(?<!planned )(?<!proposed )\bacquisition of|\bacquired|"
    r"\bbrands?,?(?: such as| including)?|\bsegments?:?)\s+(?:the\s+)?[“\"]?$",
    re.IGNORECASE,
)
_OWN_AFTER = re.compile(
    r"^[”\"]?\s?(?:®|™|\((?:R|TM)\)|segment|brand|reporting\s+unit|reportable|operating\s+segment|franchise|business)\b|^\s?[®™]",
    re.IGNORECASE,
)
_DEALING = re.compile(
    r"\b(?:invest\w*|interests?|stake|shares?|stock|ownership|separation|spin-?off|distributions?|divestiture|dispositions?)"
    r"\s+(?:of|in|from)\s+(?:the\s+)?$"
    r"|\b(?:agreement|arrangement|transactions?|contract|partnership|alliance|litigation|lawsuit|purchas\w*|compan(?:y|ies)|venture)\b"
    r".{0,40}\b(?:with|between|from|against|by|such\s+as|and)\s+(?:the\s+)?$"
    r"|\b(?:intended|planned|proposed)\s+acquisition\s+of\s+$|\b(?:customers?|suppliers?|vendors?),?\s+(?:such\s+as|including)?\s*$",
    re.IGNORECASE | re.DOTALL,
)
_RIVALRY = re.compile(r"\bcompet(?:e|es|ing|itors?|ition|itive)\b", re.IGNORECASE)
_LEGAL_FORM = re.compile(r"^,?\s+(?:Inc|Corp|Corporation|Company|Co|Ltd|Limited|LLC|LLP|plc|PLC|AG|SE|SA|PBC|N\.V)\b")


@dataclass(frozen=True, slots=True)
class SpokenOf:
    """What the passages that hold a name say.

    Attributes:
        passages: how many were found, `PASSAGES` at most.
        companies: how many companies' filings they are of.
        share: of them in the filings of the company with the most (0 to 1).
        own: passages where it is a heading or a row, or called the company's own.
        rows: passages where it heads a row of a table.
        foreign: passages where it is an outside party, a rival's or an investment's.
        firm: passages where a legal form follows it.
    """

    passages: int
    companies: int
    share: float
    own: int
    rows: int
    foreign: int
    firm: int

    @property
    def is_own(self) -> bool:
        """Whether it is a brand, subsidiary, segment or region of a company that filed."""
        if self.firm > FIRMLY * self.passages or self.foreign >= self.passages / 2:
            return False
        if self.rows >= max(OFTEN, self.passages / 10):
            return True
        if self.passages >= OFTEN and self.own >= 0.4 * self.passages and self.foreign < self.passages / 4:
            return True  # several companies have a segment of that name
        often = self.passages >= OFTEN and self.firm < self.passages / 3
        unsuspected = self.passages > 1 and not self.firm and not self.foreign
        if self.own:
            return self.share >= MOSTLY
        return (often or unsuspected) and self.share >= NEARLY_ALL

    @property
    def is_outside(self) -> bool:
        """Whether it is called a firm, or an outside party in half of the passages."""
        return self.firm > 0 or self.foreign >= self.passages / 2

    @property
    def is_general(self) -> bool:
        """Whether all sorts of companies speak of it, but not as of a company."""
        companies, passages = WIDELY
        spread = self.companies >= companies and self.passages >= passages
        return spread and self.firm + self.foreign < self.passages / 4


def spoken_of(index: Index, name: str) -> SpokenOf:
    """How the index's filings speak of a name, written as it is here."""
    pattern = _pattern(name)
    holders = {record.id: record.identity.company or record.title for record in index.documents()}
    keys = filers(frozenset(holders.values()))
    companies: Counter[str] = Counter()
    own = rows = foreign = firm = 0
    for passage, _ in index.search_lexical(name, k=PASSAGES):
        text, section = passage.text.replace("’", "'"), _section(passage)
        places = list(pattern.finditer(text))
        heads = bool(pattern.search(section))
        if not places and not heads:
            continue
        companies[keys[holders[passage.document_id]]] += 1
        row = passage.kind == "table" and re.search(rf"^{pattern.pattern}", text, re.MULTILINE) is not None
        rows += row
        firm += any(_LEGAL_FORM.match(text[place.end() : place.end() + 15]) for place in places)
        outside = bool(_RIVALRY.search(text)) or any(
            _DEALING.search(text[max(0, place.start() - _NEAR) : place.start()]) for place in places
        )
        foreign += outside
        own += row or (heads and not outside) or any(_owned(text, place) for place in places)
    found = sum(companies.values())
    share = max(companies.values(), default=0) / found if found else 0.0
    return SpokenOf(found, len(companies), share, own, rows, foreign, firm)


def is_ordinary(index: Index, words: str) -> bool:
    """Whether the filings write the words in lower case, together or, but for well-known names, each: they name nothing then."""
    plain = words.casefold()
    return _in_lower_case(index, plain) or (
        not is_known(words) and all(_in_lower_case(index, word) for word in plain.split())
    )


def speaks_of(index: Index, phrase: str, documents: Iterable[str] = ()) -> bool:
    """Whether a passage, of these documents where any are given, holds the phrase in whatever case."""
    pattern = _pattern(phrase.casefold())
    hits = index.search_lexical(phrase, k=PASSAGES, filters=Filters(documents=tuple(documents)))
    return any(pattern.search(f"{_section(passage)}\n{passage.text}") for passage, _ in hits)


def _owned(text: str, place: re.Match[str]) -> bool:
    return bool(
        _OWN_BEFORE.search(text[max(0, place.start() - _NEAR) : place.start()])
        or _OWN_AFTER.match(text[place.end() : place.end() + 20])
    )


def _in_lower_case(index: Index, phrase: str) -> bool:
    """Whether a good part of the passages that hold the phrase have it in lower case."""
    texts = [passage.text for passage, _ in index.search_lexical(phrase, k=PASSAGES)]
    lower = re.compile(rf"(?<![\w-]){re.escape(phrase)}(?!\w)")
    found = sum(bool(_pattern(phrase).search(text)) for text in texts)
    return found > 0 and sum(bool(lower.search(text)) for text in texts) >= ORDINARY * found


def _pattern(name: str) -> re.Pattern[str]:
    """A name as written or in capitals; one in lower case in any case."""
    plain = name.replace("’", "'")
    ways = {re.escape(plain), re.escape(plain.upper())}
    return re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(ways))})(?!\w)", re.IGNORECASE if plain.islower() else 0)


def _section(passage: Passage) -> str:
    """The header line without company, form and period."""
    return " | ".join(passage.header.split(" | ")[3:]).replace("’", "'")
