"""TOML of texts, numbers and lists of texts; the standard library only reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

Value = str | int | float | Sequence[str]


def to_toml(fields: Mapping[str, Value]) -> str:
    """The fields, one a line; texts of several lines and lists over several."""
    return "".join(f"{name} = {_value(value)}\n" for name, value in fields.items())


def _value(value: Value) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float):
        return json.dumps(value)
    return "[" + "".join(f"\n  {_text(each)}," for each in value) + ("\n]" if value else "]")


def _text(text: str) -> str:
    """A basic string, whose escapes are JSON's; TOML wants DEL escaped as well."""
    lines = [json.dumps(line, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f") for line in text.split("\n")]
    return f'"{lines[0]}"' if len(lines) == 1 else '"""\n' + "\n".join(lines) + '"""'
