"""The OpenAPI document: made from the routes, written to `docs/reference/openapi.json`.

`python -m api.openapi` writes it, and the tables of `docs/reference/api.md` with it; a test says
whether the committed ones are current.
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

from api import examples, problem_codes, reference_tables
from api.etag import JUDGED_UNTIL, JUDGING, STATES
from api.identity import COOKIE, CSRF_HEADER, allowed
from api.models.document import Problem
from api.models.journal import EVENTS
from api.roles import READERS

_REF = "#/components/schemas/{model}"
_SAFE = ("get", "head", "options")

TAGS = {
    "session": "登录与退出 / Signing in and out, and who is who.",
    "plants": "企业、设备与测点 / The plant, its equipment and its signals with their values.",
    "history": "历史数据 / What a signal was, in buckets and in samples.",
    "alarms": "报警 / What calls or has called, and the acts that answer it.",
    "interlocks": "联锁与首出 / Whether each can be relied on, what came first, what followed.",
    "compliance": "判定与违规 / Criteria, verdicts, evidence, the live list of violations.",
    "journal": "日志 / The one record, its head, and whether its chain holds.",
    "events": "事件流 / What changes, as it changes.",
    "system": "系统 / How Firstout itself is.",
    "service": "服务 / Is the server up, is it judging, what are its numbers.",
}
"""What each tag is about, in the order of the pages."""

_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API token, `fo_...`, made by `firstout token add`",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "The cookie that signing in sets",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": CSRF_HEADER,
        "description": "With a session, on every unsafe request: `csrf` of `getSession`",
    },
}
_HEADERS = {
    "ETag": {
        "description": "Weak: the same while nothing but judged time has moved",
        "schema": {"type": "string"},
        "example": 'W/"5cf5b20b3ea0b4c4a5a33b0ebb0c7a51"',
    },
    JUDGING: {
        "description": "The worst that is true; `unknown` when the journal cannot be read",
        "schema": {"type": "string", "enum": list(STATES)},
        "example": "current",
    },
    JUDGED_UNTIL: {
        "description": "Everything up to here has been judged; absent when nothing has",
        "schema": {"type": "string", "format": "date-time"},
        "example": "2026-11-24T06:45:33.500000Z",
    },
}
_CONDITION = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of the answer that you hold: 304 when it still is the same",
    "schema": {"type": "string"},
    "example": _HEADERS["ETag"]["example"],
}


def document(app: FastAPI) -> dict[str, Any]:
    """Make the document: routes, roles, credentials, examples, problems, tags and events."""
    made = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        servers=[{"url": "/", "description": "The server this document came from"}],
    )
    schemas = made["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    models: tuple[type[BaseModel], ...] = (Problem, *EVENTS.values())
    _, extra = models_json_schema([(m, "serialization") for m in models], ref_template=_REF)
    schemas.update(extra["$defs"])
    responses: dict[str, Any] = {}
    for route in app.routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                operation = made["paths"][route.path_format][method.lower()]
                _complete(operation, route, method.lower(), responses)
    made["components"] = {
        "schemas": dict(sorted(schemas.items())),
        "responses": dict(sorted(responses.items())),
        "headers": _HEADERS,
        "securitySchemes": _SCHEMES,
    }
    used = {
        tag for path in made["paths"].values() for item in path.values() for tag in item["tags"]
    }
    made["tags"] = [
        {"name": name, "description": what} for name, what in TAGS.items() if name in used
    ]
    return made


def as_text(made: dict[str, Any]) -> str:
    """Write the document as it is committed."""
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _complete(
    operation: dict[str, Any], route: APIRoute, method: str, responses: dict[str, Any]
) -> None:
    """Add what FastAPI does not know to an operation, and its problems to the shared ones."""
    example = examples.of(operation["operationId"])
    _illustrate(operation, example)
    if method == "get" and _is_tagged(operation, route):
        _tag(operation)
    declared = allowed(route)
    roles = declared.roles if declared is not None else None
    operation["responses"].pop("422", None)
    problems = problem_codes.codes(
        operation,
        public=roles is None,
        everybody=roles == READERS,
        unsafe=method not in _SAFE,
        own=example.get("problems", {}),
    )
    for status, codes in problems.items():
        name = problem_codes.component(status, codes)
        responses[name] = problem_codes.response(status, codes, _REF.format(model="Problem"))
        operation["responses"].setdefault(str(status), {"$ref": f"#/components/responses/{name}"})
    operation["responses"] = dict(sorted(operation["responses"].items()))
    if roles is None:
        operation["security"] = []
        return
    operation["x-roles"] = sorted(roles)
    session: dict[str, list[str]] = {"session": []}
    if method not in _SAFE:
        session["csrf"] = []
    operation["security"] = [{"token": []}, session]


def _illustrate(operation: dict[str, Any], example: Any) -> None:
    """Put the examples of an operation where they belong."""
    parameters = {**examples.shared_parameters(), **example.get("parameters", {})}
    for item in operation.get("parameters", ()):
        if item["name"] in parameters:
            item["example"] = _as_asked(item["schema"], parameters[item["name"]])
    if "request" in example and "requestBody" in operation:
        for content in operation["requestBody"]["content"].values():
            content["example"] = example["request"]
    if "answer" in example:
        answer = operation["responses"]["200"]
        if "media_type" in example:
            answer["content"] = {example["media_type"]: {"schema": {"type": "string"}}}
        for content in answer["content"].values():
            content["example"] = example["answer"]


def _as_asked(schema: dict[str, Any], example: Any) -> Any:
    """Give a parameter's example as a list where it may be given more than once."""
    kinds = {kind.get("type") for kind in (schema, *schema.get("anyOf", ()))}
    return [example] if "array" in kinds and not isinstance(example, list) else example


def _is_tagged(operation: dict[str, Any], route: APIRoute) -> bool:
    content = operation["responses"].get("200", {}).get("content", {})
    return route.path.startswith("/api/v1/") and "application/json" in content


def _tag(operation: dict[str, Any]) -> None:
    """Say that the answer has a tag, and what is answered to one that is held."""
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
    operation["responses"]["200"]["headers"] = headers
    operation["responses"]["304"] = {
        "description": "The answer that you hold still is the same; see how far was judged",
        "headers": headers,
    }
    operation.setdefault("parameters", []).append(dict(_CONDITION))


def write(where: Path, page: Path) -> None:
    """Write the document, and the tables of the reference page that follow from it."""
    from api.app import bare  # noqa: PLC0415  # the app itself serves this document

    made = bare().openapi()
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_text(as_text(made), encoding="utf-8")
    if page.exists():
        text = page.read_text(encoding="utf-8")
        page.write_text(reference_tables.refreshed(text, made), encoding="utf-8")


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference")
    write(folder / "openapi.json", folder / "api.md")
