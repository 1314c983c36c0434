"""The reference page at `/docs`: the OpenAPI document as plain HTML, without any script."""

import base64
import hashlib
import json
from collections.abc import Iterator
from html import escape
from typing import Any

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
section { border-top: 1px solid #bbb; padding: .5rem 0 }
h2 { font-size: 1rem; margin: .5rem 0 } code, pre { font-family: monospace }
pre { background: #f2f2f2; overflow: auto; max-height: 24rem; padding: .5rem }
table { border-collapse: collapse } td { padding: 0 1rem 0 0; vertical-align: top }
"""


def page(document: dict[str, Any]) -> tuple[str, str]:
    """Give the page, and the content security policy that lets just its style through."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    info = document["info"]
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'>",
        f"<title>{escape(info['title'])}</title><style>{_STYLE}</style>",
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>",
        f"<p>{escape(info.get('description', ''))}</p>",
        "<p>Machine-readable: <a href='/openapi.json'>openapi.json</a></p>",
    ]
    for tag in document["tags"]:
        parts.append(f"<h1>{escape(tag['name'])}</h1><p>{escape(tag['description'])}</p>")
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if tag["name"] in operation["tags"]:
                    parts.extend(_operation(path, method, operation, document))
    parts.append("<h1>Schemas</h1>")
    for name, schema in document["components"]["schemas"].items():
        parts.extend(_schema(name, schema))
    return "\n".join(parts), policy


def _operation(
    path: str, method: str, operation: dict[str, Any], document: dict[str, Any]
) -> Iterator[str]:
    yield f"<section><h2><code>{method.upper()} {escape(path)}</code></h2>"
    yield f"<p>{escape(operation.get('description', operation.get('summary', '')))}</p>"
    roles = operation.get("x-roles")
    yield f"<p>May call: {escape(', '.join(roles) if roles else 'everybody')}</p><table>"
    for item in operation.get("parameters", ()):
        note = item.get("description", "")
        yield _row(item["name"], item["in"], _kind(item.get("schema", {})), note)
    shown: list[tuple[str, Any]] = []
    if body := operation.get("requestBody"):
        content = next(iter(body["content"].values()))
        yield _row("body", "", _kind(content["schema"]), "")
        shown.append(("Request", content.get("example")))
    for status, said in operation["responses"].items():
        answer = _followed(said, document)
        content = answer.get("content", {})
        kind = ", ".join(_kind(item.get("schema", {})) or name for name, item in content.items())
        yield _row(status, "answer", kind, answer.get("description", ""))
        shown.extend((f"Answer {status}", item.get("example")) for item in content.values())
    yield "</table>"
    for title, example in shown:
        if example is not None:
            yield f"<details><summary>{title}</summary>"
            yield f"<pre>{escape(_text(example))}</pre></details>"
    yield "</section>"


def _followed(response: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Give a response, or the shared one that it refers to."""
    if "$ref" not in response:
        return response
    found: dict[str, Any] = document["components"]["responses"][
        response["$ref"].rpartition("/")[2]
    ]
    return found


def _text(example: Any) -> str:
    if isinstance(example, str):
        return example
    return json.dumps(example, ensure_ascii=False, indent=2)


def _schema(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"<section id='{escape(name)}'><h2><code>{escape(name)}</code></h2>"
    yield f"<p>{escape(schema.get('description', ''))}</p><table>"
    for field, item in schema.get("properties", {}).items():
        yield _row(field, "", _kind(item), item.get("description", ""))
    yield "</table></section>"


def _row(*cells: str) -> str:
    name, *rest = cells
    others = "".join(f"<td>{escape(cell)}</td>" for cell in rest)
    return f"<tr><td><code>{escape(name)}</code></td>{others}</tr>"


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "allOf" in schema:
        return " & ".join(_kind(item) for item in schema["allOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(_kind(item) for item in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {})) or 'values'}"
    return str(schema.get("format", schema.get("type", "")))
