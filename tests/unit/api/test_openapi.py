import ast
import json
from pathlib import Path
from typing import Any

import pytest

from api import problem_codes
from api.app import bare
from api.models.journal import EVENTS
from api.openapi import TAGS, as_text
from api.reference_tables import refreshed
from firstout import judge
from tests.api_world import World

ROOT = Path(__file__).parents[3]
COMMITTED = ROOT / "docs" / "reference" / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(COMMITTED.read_text(encoding="utf-8"))
OPERATIONS = [operation for path in DOCUMENT["paths"].values() for operation in path.values()]


def test_committed_document_is_current() -> None:
    """When this fails, run `python -m api.openapi` and generate the console's types anew."""
    assert COMMITTED.read_text(encoding="utf-8") == as_text(bare().openapi())


def test_every_reference_can_be_followed() -> None:
    text = COMMITTED.read_text(encoding="utf-8")
    for kind in ("schemas", "responses", "headers"):
        references = {part.split('"')[0] for part in text.split(f'"#/components/{kind}/')[1:]}

        assert references <= set(DOCUMENT["components"][kind])
    assert {model.__name__ for model in EVENTS.values()} <= set(DOCUMENT["components"]["schemas"])


def test_every_operation_has_a_name_and_a_sentence() -> None:
    assert len({operation["operationId"] for operation in OPERATIONS}) == len(OPERATIONS)
    assert all(operation["description"].endswith((".", ")")) for operation in OPERATIONS)


def test_every_tag_is_described_and_used() -> None:
    used = {tag for operation in OPERATIONS for tag in operation["tags"]}

    assert used == set(TAGS)
    assert [tag["name"] for tag in DOCUMENT["tags"]] == list(TAGS)


def test_a_client_can_be_made_for_any_server() -> None:
    assert [server["url"] for server in DOCUMENT["servers"]] == ["/"]
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert all(scheme["description"] for scheme in schemes.values())
    asked = {name for item in OPERATIONS for way in item["security"] for name in way}
    assert asked == set(schemes)


def test_every_json_answer_of_the_api_says_its_headers_and_304() -> None:
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            good = operation["responses"].get("200", {})
            tagged = (
                method == "get"
                and path.startswith("/api/v1/")
                and "application/json" in good.get("content", {})
            )
            assert tagged == ("304" in operation["responses"]), operation["operationId"]
            assert tagged == ("ETag" in good.get("headers", {}))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation["operationId"])
def test_every_refusal_that_can_occur_is_said(operation: dict[str, Any]) -> None:
    statuses = set(operation["responses"])
    guarded = bool(operation["security"])

    assert {"421", "422", "500"} <= statuses
    assert "default" not in statuses
    assert not guarded or {"401", "503"} <= statuses
    if "requestBody" in operation:
        assert {"400", "403", "408", "413"} <= statuses
    if any(item["in"] == "path" for item in operation.get("parameters", ())):
        assert "404" in statuses


def _codes(tree: ast.AST) -> set[tuple[int, str]]:
    """Find every `ProblemError(404, "not_found", ...)` of a source, and every `answer(...)`."""
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id not in ("ProblemError", "answer") or len(node.args) < 2:
            continue
        status, code = node.args[:2]
        if isinstance(status, ast.Constant) and isinstance(code, ast.Constant):
            found.add((int(str(status.value)), str(code.value)))
    return found


def _documented() -> set[tuple[int, str]]:
    found = set()
    for name in DOCUMENT["components"]["responses"]:
        status, _, codes = name.removeprefix("Problem").partition(".")
        found |= {(int(status), code) for code in codes.split(".")}
    return found


def test_every_code_that_is_raised_is_documented_with_its_status() -> None:
    sources = list((ROOT / "api").rglob("*.py"))
    raised = set().union(*(_codes(ast.parse(path.read_text("utf-8"))) for path in sources))

    assert len(raised) > 15
    assert raised - _documented() == set()


def test_every_code_of_the_catalogue_is_one_that_occurs() -> None:
    sources = [path for path in (ROOT / "api").rglob("*.py") if path.stem != "problem_codes"]
    text = "".join(path.read_text("utf-8") for path in sources)
    refused = set(judge._REFUSALS)
    documented = {code for _, code in _documented()}
    # No operation answers 405: it is what other methods of a path get.
    assert documented | {"method_not_allowed"} == set(problem_codes.MEANINGS)
    for code in problem_codes.MEANINGS:
        assert f'"{code}"' in text or code in refused, code


def test_every_refusal_of_the_monitor_can_reach_the_caller() -> None:
    """Those that the shape of the request already excludes never do."""
    excluded = {"unknown_act", "producing_missing", "until_missing"}

    assert set(judge._REFUSALS) - excluded <= set(problem_codes.MEANINGS)


async def test_it_is_served(world: World) -> None:
    async with world.client(None) as client:
        answers = [
            (await client.get(path)).json() for path in ("/openapi.json", "/api/v1/openapi.json")
        ]

    assert answers == [DOCUMENT] * 2


def test_the_tables_of_the_reference_page_are_current() -> None:
    """When this fails, run `python -m api.openapi`."""
    page = (ROOT / "docs" / "reference" / "api.md").read_text("utf-8")
    operations = [item["operationId"] for item in OPERATIONS]

    assert page == refreshed(page, DOCUMENT)
    assert [name for name in operations if page.count(f"| `{name}` |") != 1] == []
    assert [code for code in problem_codes.MEANINGS if page.count(f"| `{code}` |") != 1] == []


async def test_the_page_shows_every_operation_with_its_example(world: World) -> None:
    async with world.client(None) as client:
        page = (await client.get("/docs")).text

    assert page.count("<section><h2>") == len(OPERATIONS)
    assert page.count("<summary>Answer 200</summary>") == len(OPERATIONS) - 1  # all but signOut
    assert "结晶器进水流量" in page
    assert "There is no such resource" in page
    assert "<script" not in page
