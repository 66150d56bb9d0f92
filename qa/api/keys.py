"""API keys: who may read, and who may write as well. Kept as digests and compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

Scope = Literal["read", "write"]
VARIABLE = "FINANCEQA_API_KEYS"
MIN_LENGTH = 16  # characters of a key
_FORM = "write `read KEY` or `write KEY`, one a line"


class KeysError(ValueError):
    """The keys cannot be read; the message says where and why, without the key."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The digests of all keys with what each may do; `write` includes `read`."""

    scopes: tuple[tuple[bytes, Scope], ...]

    def scope(self, presented: str) -> Scope | None:
        """What a key may do; `None` where it is unknown. Takes as long whichever key it is."""
        digest, found = _digest(presented), None
        for known, scope in self.scopes:
            if hmac.compare_digest(known, digest):
                found = scope
        return found


def load_keys(path: Path | None) -> Keys | None:
    """The keys of a file, or of the environment where no file is given; `None` where there are none at all.

    A line is `read KEY` or `write KEY`; in the environment variable `FINANCEQA_API_KEYS` commas may part them too.
    Empty lines and those that begin with `#` are passed over.

    Raises:
        KeysError: the file cannot be read or has no key, or a line is of another form.
    """
    if path is None:
        text = os.environ.get(VARIABLE, "")
        return _keys(text.replace(",", "\n").splitlines(), VARIABLE) if text.strip() else None
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KeysError(f"the keys file {path} cannot be read ({error}); {_FORM}") from None
    return _keys(lines, str(path))


def _keys(lines: Iterable[str], source: str) -> Keys:
    scopes: list[tuple[bytes, Scope]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, _, key = map(str.strip, line.strip().partition(" "))
        scope = next((known for known in get_args(Scope) if known == name), None)
        if scope is None or not key:
            raise KeysError(f"{source}, line {number}: no key and scope; {_FORM}")
        if len(key) < MIN_LENGTH:
            raise KeysError(f"{source}, line {number}: a key of fewer than {MIN_LENGTH} characters; make a longer one")
        if not (key.isascii() and key.isprintable()):
            raise KeysError(f"{source}, line {number}: a key of other characters than ASCII's, which no header carries")
        scopes.append((_digest(key), scope))
    if not scopes:
        raise KeysError(f"{source} has no key; {_FORM}")
    return Keys(tuple(scopes))


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
