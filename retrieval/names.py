"""Company names: what a question calls a company, against what the filings call it."""

import re
from collections.abc import Iterable
from itertools import pairwise

from retrieval.document import Identity

_LEGAL_FORMS = frozenset(
    (
        "inc incorporated corp corporation co company companies ltd limited plc llc lp llp nv sa ag se "
        "holdings holding group the trust bancorp de"
    ).split()
)
_WORD = re.compile(r"[^\W_]+(?:[.&'’][^\W_]+)*&?", re.UNICODE)
_POSSESSIVE = re.compile(r"['’]s?$")
_MENTION = re.compile(r"(?<![\w-])[A-Z][\w&.-]*(?:(?:\s+(?:of|and|the|&))*\s+[A-Z][\w&.-]*)*")
# Capitalised words of questions that are no names.
_NOT_NAMES = frozenset(
    (
        "what which who whom whose when where why how is are was were do does did has have had can could "
        "will would should in on at for from of by to the a an and or if according please list name give "
        "tell show describe explain fy q1 q2 q3 q4 usd eur gbp us u.s gaap sec eps ebitda ebit capex ppe "
        "pp&e r&d sg&a cogs roa roe roi dpo dso dio 10-k 10-q 8-k item note january february march april "
        "may june july august september october november december ceo cfo coo md&a i"
    ).split()
)


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name that tell it apart, lower case: legal forms and punctuation left out."""
    words = [word.casefold().replace(".", "").replace("’", "'") for word in _WORD.findall(name)]
    words = [_POSSESSIVE.sub("", word) for word in words]
    telling = tuple(word for word in words if word not in _LEGAL_FORMS)
    return telling or tuple(words)


def named_companies(question: str, identities: Iterable[Identity]) -> tuple[str, ...]:
    """The companies of `identities` that the question names, as the filings name them, longest name first.

    A company is named by its name without legal form, a former name, its ticker in capitals, or
    the first word of its name where no other company's name starts so. Adobe Inc. and Adobe Systems
    Incorporated are both named by "Adobe": one's name begins the other's.
    """
    known = {identity.company: identity for identity in identities if identity.company}
    all_words = [name_words(name) for name in known]
    asked = name_words(question)
    found: list[tuple[int, str]] = []
    for name, identity in known.items():
        words = name_words(name)
        names = [words, *(name_words(former) for former in identity.former_names)]
        if words and len(words[0]) > 3 and _first_word_tells(words, all_words) and _capitalised(question, words[0]):
            names.append(words[:1])
        best = max((len(n) for n in names if n and _contains(asked, n) and _spoken_as_name(question, n)), default=0)
        ticker = identity.ticker or ""
        if not best and len(ticker) > 1 and re.search(rf"(?<![\w&]){re.escape(ticker)}(?![\w&])", question):
            best = 1
        if best:
            found.append((best, name))
    named = {name_words(name) for _, name in found}
    found += [(0, name) for name in known if name_words(name) in named and name not in {n for _, n in found}]
    return tuple(name for _, name in sorted(found, key=lambda item: -item[0]))


def capitalised_names(question: str) -> tuple[str, ...]:
    """Capitalised phrases that may name a company, product or place; question words and terms of art left out."""
    names = []
    for match in _MENTION.finditer(question):
        words = [_POSSESSIVE.sub("", word).rstrip(".,?") for word in match[0].split()]
        while words and (words[0].casefold() in _NOT_NAMES or not words[0][0].isupper()):
            words = words[1:]
        while words and (words[-1].casefold() in _NOT_NAMES or not words[-1][0].isupper()):
            words = words[:-1]
        if words:
            names.append(" ".join(words))
    return tuple(dict.fromkeys(names))


def _first_word_tells(words: tuple[str, ...], all_words: list[tuple[str, ...]]) -> bool:
    """Whether every name with the same first word is the same name, or its beginning."""
    alike = sorted((other for other in all_words if other[:1] == words[:1]), key=len)
    return all(longer[: len(shorter)] == shorter for shorter, longer in pairwise(alike))


def _contains(sentence: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    return any(sentence[i : i + len(phrase)] == phrase for i in range(len(sentence) - len(phrase) + 1))


def _spoken_as_name(question: str, words: tuple[str, ...]) -> bool:
    """Whether a name of one word stands as a name: with a capital, or at least without an article before it."""
    if len(words) > 1:
        return True
    article = rf"\b(?:an?|the|this|that|each|every)\s+{re.escape(words[0])}\b"
    return _capitalised(question, words[0]) or re.search(article, question, re.IGNORECASE) is None


def _capitalised(question: str, word: str) -> bool:
    return any(match[0][0].isupper() for match in re.finditer(rf"\b{re.escape(word)}\b", question, re.IGNORECASE))
