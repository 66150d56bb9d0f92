"""The OpenAPI description of the service."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from qa.api.problems import MEDIA_TYPE

_OPEN = ("/healthz", "/readyz")
_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key; needed where the service was started with keys.",
}
_FORM = "multipart/form-data"
_EMPTY = {"type": "string", "maxLength": 0}


def description(app: FastAPI) -> dict[str, Any]:
    """The routes, their errors as problem details, and the key that they take."""
    found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = found["components"]["schemas"]
    found["components"]["securitySchemes"] = {"key": _KEY}
    for path, operations in found["paths"].items():
        for operation in operations.values():
            if path not in _OPEN:
                operation["security"] = [{}, {"key": []}]
            for status, response in operation["responses"].items():
                if status == "default" or int(status) >= 400:
                    response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}
            form = operation.get("requestBody", {}).get("content", {}).get(_FORM)
            if form is not None:
                fields = schemas[form["schema"]["$ref"].rsplit("/", 1)[1]]["properties"]
                fields.update({name: _or_empty(field) for name, field in fields.items()})
    return found


def _or_empty(field: dict[str, Any]) -> dict[str, Any]:
    """A form's field that may be left out: forms send it empty then, and never null as JSON would."""
    kinds = [_EMPTY if kind == {"type": "null"} else kind for kind in field.get("anyOf", ())]
    return {**field, "anyOf": kinds} if kinds else field
