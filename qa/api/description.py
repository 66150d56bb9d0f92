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


def description(app: FastAPI) -> dict[str, Any]:
    """The routes, their errors as problem details, and the key that they take."""
    found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    found["components"]["securitySchemes"] = {"key": _KEY}
    for path, operations in found["paths"].items():
        for operation in operations.values():
            if path not in _OPEN:
                operation["security"] = [{}, {"key": []}]
            for status, response in operation["responses"].items():
                if status == "default" or int(status) >= 400:
                    response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}
    return found
