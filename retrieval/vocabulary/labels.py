"""Row labels, made comparable across filings."""

import re

_NOTE = re.compile(
    r"\((?:note|see note|notes|see notes|in)\b[^)]*\)|\(\d+\)|\([a-z]\)|[*†‡]|(?<=[a-z])\d$", re.IGNORECASE
)
_SPACES = re.compile(r"[\s—–-]+")
_EDGES = " :;,.$"


def normalised_label(label: str) -> str:
    """A row label in lower case, without references to notes, footnote marks and closing punctuation."""
    plain = _NOTE.sub("", label).replace("’", "'").casefold()
    plain = _SPACES.sub(" ", plain).strip(_EDGES)
    return plain if any(c.isalpha() for c in plain) else ""
