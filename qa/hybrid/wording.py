"""The wording of a question without what it is about: what tells which operator it asks for."""

from __future__ import annotations

import re

from qa.hybrid.asked import Asked
from qa.hybrid.context import stems

_TOKEN = re.compile(r"[a-z]+|\d[\d,.]*|\S")
_YEAR = re.compile(r"(?:19|20)\d\d")
ABOUT = "_"  # stands for words that the table's headings have


def wordings(asked: Asked) -> frozenset[str]:
    """Word n-grams of a question, with and without the words that the table knows, and a few facts about it."""
    raw = [_shape(token) for token in _TOKEN.findall(asked.text.lower())]
    masked: list[str] = ["^"]
    for token in raw:
        known = token.isalpha() and stems(token) and stems(token) <= asked.known
        shown = ABOUT if known else token
        if shown != ABOUT or masked[-1] != ABOUT:
            masked.append(shown)
    found = {" ".join(masked[i : i + n]) for n in (1, 2, 3) for i in range(len(masked) - n + 1)}
    found |= {"=" + " ".join(raw[i : i + n]) for n in (1, 2) for i in range(len(raw) - n + 1)}
    share = len(asked.known) / len(asked.words) if asked.words else 0.0
    facts = {
        f"#years {min(len(asked.years), 3)}",
        f"#most {asked.most}",
        f"#beyond {asked.beyond}",
        f"#limits {bool(asked.limits)}",
        f"#table {int(4 * share)}",
    }
    return frozenset(found | facts)


def _shape(token: str) -> str:
    if _YEAR.fullmatch(token):
        return "YEAR"
    return "NUMBER" if token[0].isdigit() else token
