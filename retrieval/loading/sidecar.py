"""What people say of a filing beside it: `report.pdf.meta.toml` holds fields of `Identity`."""

from __future__ import annotations

import json
import tomllib
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from retrieval.document import FISCAL_YEARS, QUARTERS, Identity
from retrieval.loading.files import SIDECAR_SUFFIX
from retrieval.loading.parsed import LoadError

_BOUNDS = {"fiscal_year": FISCAL_YEARS, "quarter": QUARTERS}
_TYPES: dict[str, type] = {"fiscal_year": int, "quarter": int, "period_end": date, "former_names": list}


def sidecar_path(path: Path) -> Path:
    """Where the sidecar of a file would be."""
    return path.with_name(path.name + SIDECAR_SUFFIX)


def parse_sidecar(data: bytes) -> Identity:
    """The fields that a sidecar sets; the others are empty.

    Raises:
        LoadError: it is not TOML or has an unknown or wrong field.
    """
    try:
        values: dict[str, Any] = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise LoadError(f"its sidecar is not TOML ({error})") from None
    known = [field.name for field in fields(Identity)]
    for name, value in values.items():
        if name not in known:
            raise LoadError(f"its sidecar has the unknown field {name!r}; known: {', '.join(known)}")
        expected = _TYPES.get(name, str)
        if type(value) is not expected:  # a bool is an int, and a time of a day a date
            raise LoadError(f"its sidecar's {name} is {value!r}, not a {expected.__name__}")
        if name in _BOUNDS and value not in _BOUNDS[name]:
            raise LoadError(f"its sidecar's {name} is {value}, not between {_BOUNDS[name][0]} and {_BOUNDS[name][-1]}")
    if "former_names" in values:
        values["former_names"] = tuple(map(str, values["former_names"]))
    return Identity(**values)


def sidecar_text(identity: Identity) -> str:
    """The sidecar that sets what an identity says; `parse_sidecar` reads it back."""
    said = {field.name: getattr(identity, field.name) for field in fields(Identity)}
    return "".join(f"{name} = {_toml(value)}\n" for name, value in said.items() if value not in (None, ()))


def _toml(value: str | int | date | tuple[str, ...]) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # TOML's strings are JSON's but for DEL


def overridden(identity: Identity, *overrides: Identity) -> Identity:
    """The identity with every field that an override sets; later overrides beat earlier ones."""
    for override in overrides:
        said = {
            f.name: getattr(override, f.name) for f in fields(Identity) if getattr(override, f.name) not in (None, ())
        }
        identity = replace(identity, **said)
    return identity
