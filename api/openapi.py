"""The OpenAPI document: made from the routes, written to `docs/reference/openapi.json`.

`python -m api.openapi` writes it; a test says whether the committed one is current.
"""

import json
import sys
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.identity import COOKIE, CSRF_HEADER, allowed
from api.models.document import Problem
from api.models.journal import EVENTS

_REF = "#/components/schemas/{model}"
_SAFE = ("get", "head", "options")


def document(app: FastAPI) -> dict[str, Any]:
    """Make the document of the app's routes, with roles, credentials, problems and events."""
    made = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    schemas = made["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    models: tuple[type[BaseModel], ...] = (Problem, *EVENTS.values())
    _, extra = models_json_schema([(m, "serialization") for m in models], ref_template=_REF)
    schemas.update(extra["$defs"])
    made["components"]["schemas"] = dict(sorted(schemas.items()))
    made["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "An API token, `fo_...`"},
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
        "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER},
    }
    for route in app.routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                _complete(made["paths"][route.path_format][method.lower()], route, method.lower())
    return made


def as_text(made: dict[str, Any]) -> str:
    """Write the document as it is committed."""
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _complete(operation: dict[str, Any], route: APIRoute, method: str) -> None:
    problem = {
        "description": "Refused or failed: a problem document (RFC 9457)",
        "content": {
            "application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}
        },
    }
    operation["responses"].pop("422", None)
    operation["responses"]["default"] = problem
    declared = allowed(route)
    if declared is None or declared.roles is None:
        operation["security"] = []
        return
    operation["x-roles"] = sorted(declared.roles)
    session: dict[str, list[str]] = {"session": []}
    if method not in _SAFE:
        session["csrf"] = []
    operation["security"] = [{"token": []}, session]


if __name__ == "__main__":
    from api.app import bare

    where = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference/openapi.json")
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_text(as_text(bare().openapi()), encoding="utf-8")
