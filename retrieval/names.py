"""Company names: their words, and by what other names a company goes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from retrieval.document import Identity
from retrieval.vocabulary.known_companies import known_companies

LEGAL_FORMS = frozenset(
    (
        "inc incorporated corp corporation co company companies ltd limited plc llc lp llp nv sa ag se "
        "holdings holding group the trust bancorp de"
    ).split()
)
WORD = re.compile(r"[^\W_]+(?:[.&'’][^\W_]+)*&?", re.UNICODE)
POSSESSIVE = re.compile(r"['’]s?$")
_DOMAIN = re.compile(r"\.(?:com|ai|io|net|org)\b", re.IGNORECASE)
_LONG_ENOUGH = 4  # letters of a first word that stands for the whole name

Companies = frozenset[str]


@dataclass(frozen=True, slots=True)
class NameBook:
    """By what names the companies of an index go.

    Attributes:
        by_name: companies by the key of a name (`name_key`).
        by_first_word: companies by a first word that only their names begin with.
        by_symbol: companies by ticker or initials, in capitals.
    """

    by_name: Mapping[str, Companies]
    by_first_word: Mapping[str, Companies]
    by_symbol: Mapping[str, Companies]


def plain_word(word: str) -> str:
    """A word in lower case without dots and possessive."""
    return POSSESSIVE.sub("", word.casefold().replace(".", "").replace("’", "'"))


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name that tell it apart, lower case: legal forms and punctuation left out."""
    words = [plain_word(word) for word in WORD.findall(name)]
    return tuple(word for word in words if word not in LEGAL_FORMS) or tuple(words)


def name_key(name: str) -> str:
    """The telling words run together, so that JP Morgan is JPMorgan and Coca-Cola is Coca Cola."""
    return "".join(name_words(name))


@lru_cache(maxsize=8)
def name_book(identities: frozenset[Identity]) -> NameBook:
    """By what names the companies that filed go.

    A company goes by its name as filed, former ones, its name without an internet domain or initials in front,
    other names of well-known companies, a beginning of its name, its ticker and its initials.
    """
    names: dict[str, set[str]] = defaultdict(set)
    symbols: dict[str, set[str]] = defaultdict(set)
    alike: dict[str, set[str]] = defaultdict(set)
    filed = [(identity, identity.company) for identity in identities if identity.company]
    for identity, company in filed:
        alike[name_key(company)].add(company)
        for name in (company, *identity.former_names):
            for other in (name, _DOMAIN.sub("", name), _without_initials(name), *known_names().get(name_key(name), ())):
                names[name_key(other)].add(company)
        for symbol in (identity.ticker or "", _initials(company)):
            if len(symbol) > 1:
                symbols[symbol].add(company)
    beginnings = _beginnings({company for _, company in filed})
    for words, companies in beginnings.items():
        if len(words) > 1 or words[0] in names:
            names["".join(words)] |= companies
    first_words = {w[0]: named for w, named in beginnings.items() if len(w) == 1 and len(w[0]) >= _LONG_ENOUGH}
    return NameBook(_with(alike, names), _with(alike, first_words), _with(alike, symbols))


def _beginnings(companies: Iterable[str]) -> dict[tuple[str, ...], set[str]]:
    """Beginnings of names, with and without initials in front, that tell whose they are.

    Adobe Inc. and Adobe Systems Incorporated are both named by "Adobe": one's name begins the other's.
    """
    found: dict[tuple[str, ...], dict[tuple[str, ...], set[str]]] = defaultdict(lambda: defaultdict(set))
    for company in companies:
        for words in {name_words(company), name_words(_without_initials(company))}:
            for size in range(1, len(words) + 1):
                found[words[:size]][words].add(company)
    return {words: set().union(*names.values()) for words, names in found.items() if _one_name(names)}


def _one_name(names: Iterable[tuple[str, ...]]) -> bool:
    """Whether each name is the beginning of the next longer one."""
    alike = sorted(names, key=len)
    return all(longer[: len(shorter)] == shorter for shorter, longer in pairwise(alike))


@lru_cache(maxsize=8)
def filers(companies: frozenset[str]) -> Mapping[str, str]:
    """One key for all names under which a company filed, the same for those known to be one's, such as Facebook and Meta.

    Adobe Systems Incorporated is Adobe Inc.; of no name it is empty.
    """
    names = {name_words(company) for company in companies}
    keys = {company: _shortest(name_words(company), names) for company in companies}
    return {company: min((key, *map(name_key, known_names().get(key, ())))) for company, key in keys.items()}


def _shortest(words: tuple[str, ...], names: set[tuple[str, ...]]) -> str:
    size = next((size for size in range(1, len(words) + 1) if words[:size] in names), 0)
    return "".join(words[:size])


def _with(alike: Mapping[str, set[str]], found: Mapping[str, set[str]]) -> dict[str, Companies]:
    """The companies with those that filed under the same name, written otherwise."""
    return {
        key: frozenset(other for company in companies for other in alike[name_key(company)])
        for key, companies in found.items()
    }


def _without_initials(name: str) -> str:
    """The name as people shorten it: J. M. Smucker is called Smucker."""
    words = WORD.findall(name)
    kept = [word for word in words if len(word.replace(".", "")) > 1]
    initials = len(words) - len(kept)
    return " ".join(kept) if initials and name_words(" ".join(kept)) else name


def _initials(name: str) -> str:
    """Initials of names of three words or more, such as AMD; of two joined by "and", such as J&J."""
    words = name_words(name)
    if len(words) == 2 and " & " in name:
        return "&".join(word[0].upper() for word in words)
    return "".join(word[0].upper() for word in words) if len(words) > 2 else ""


@lru_cache(maxsize=1)
def known_names() -> Mapping[str, tuple[str, ...]]:
    """All names of a well-known company by the key of each."""
    return {name_key(name): names for name, names in known_companies()[0].items()}


def is_known(name: str) -> bool:
    """Whether it is a name or the ticker of a well-known company."""
    return name_key(name) in known_names() or name in known_companies()[1]
