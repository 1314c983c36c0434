"""The tables of `docs/reference/api.md`, made from the OpenAPI document.

They stand between two marks; `python -m api.openapi` writes what is between them, and a test says
whether it is current.
"""

import re
from collections.abc import Iterator
from typing import Any

from api.problem_codes import MEANINGS
from api.roles import Role

_MARKED = re.compile(r"(<!-- begin: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def refreshed(page: str, document: dict[str, Any]) -> str:
    """Give the page with its tables made anew; its other text stays.

    Raises:
        KeyError: a mark names a table that there is not.
    """
    tables = {"operations": _operations, "codes": _codes}

    def made(match: re.Match[str]) -> str:
        lines = "\n".join(tables[match[2]](document))
        return f"{match[1]}\n{lines}\n\n{match[3]}"

    return _MARKED.sub(made, page)


def _operations(document: dict[str, Any]) -> Iterator[str]:
    for number, tag in enumerate(document["tags"]):
        yield from [""] if number else []
        yield f"### {tag['name']}"
        yield ""
        yield tag["description"]
        yield ""
        yield "| operation | request | who | what |"
        yield "|---|---|---|---|"
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if tag["name"] in operation["tags"]:
                    yield _row(method, path, operation)


def _row(method: str, path: str, operation: dict[str, Any]) -> str:
    what = operation["description"].partition("\n")[0]
    request = f"`{method.upper()} {path}`"
    return f"| `{operation['operationId']}` | {request} | {_who(operation)} | {what} |"


def _who(operation: dict[str, Any]) -> str:
    roles = operation.get("x-roles")
    if roles is None:
        return "everybody"
    return "any account" if len(roles) == len(Role) else ", ".join(f"`{role}`" for role in roles)


def _codes(document: dict[str, Any]) -> Iterator[str]:
    statuses: dict[str, set[str]] = {code: set() for code in MEANINGS}
    statuses["method_not_allowed"].add("405")
    for name in document["components"]["responses"]:
        status, _, codes = name.removeprefix("Problem").partition(".")
        for code in codes.split("."):
            statuses[code].add(status)
    yield "| code | status | 中文 | English |"
    yield "|---|---|---|---|"
    for code, meaning in MEANINGS.items():
        shown = ", ".join(sorted(statuses[code]))
        yield f"| `{code}` | {shown} | {meaning.zh} | {meaning.en} |"
