"""Row labels made comparable across filings, and concepts' names in words."""

import re

_NOTE = re.compile(
    r"\((?:note|see note|notes|see notes|in)\b[^)]*\)|\(\d+\)|\([a-z]\)|[*†‡]|(?<=[a-z])\d$", re.IGNORECASE
)
_SPACES = re.compile(r"[\s—–-]+")
_EDGES = " :;,.$"

_CONCEPT_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


def concept_words(concept: str) -> list[str]:
    """The words of a concept's name, lower case: `AssetsCurrent` is assets, current."""
    return [word.lower() for word in _CONCEPT_WORDS.findall(concept)]


def normalised_label(label: str) -> str:
    """A row label in lower case, without references to notes, footnote marks and closing punctuation."""
    plain = _NOTE.sub("", label).replace("’", "'").casefold()
    plain = _SPACES.sub(" ", plain).strip(_EDGES)
    return plain if any(c.isalpha() for c in plain) else ""
