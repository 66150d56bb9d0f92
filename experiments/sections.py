"""Docstrings that say certain things, a paragraph each: `Hypothesis: ...`."""

from __future__ import annotations

import re


def section(text: str, name: str) -> str:
    """What a docstring says under a name, on one line; empty where it says nothing."""
    found = re.search(rf"^{name}: (.+?)(?=\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    return " ".join(found[1].split()) if found else ""
