"""The examples of the OpenAPI document: every operation has one, and each is what is answered."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from fastapi.routing import APIRoute

from api import examples
from api.app import bare
from api.roles import Role
from api.routes.console import router as console
from tests.api_world import World

ROUTES = {
    route.operation_id: route
    for route in bare().routes
    if isinstance(route, APIRoute) and route.include_in_schema and route.operation_id
}
OPERATIONS = sorted(ROUTES)


@cache
def described() -> dict[str, Any]:
    return bare().openapi()


def operation(identifier: str) -> dict[str, Any]:
    paths = described()["paths"].values()
    return next(o for p in paths for o in p.values() if o["operationId"] == identifier)


def follow(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    found: Any = described()
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


def validator(schema: dict[str, Any]) -> Any:
    whole = {**schema, "components": described()["components"]}
    return jsonschema_rs.validator_for(whole, validate_formats=True)


def shown(identifier: str) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Give what an operation shows: where, the schema it must keep to, the example."""
    said = operation(identifier)
    for item in said.get("parameters", ()):
        if "example" in item:
            yield item["name"], item["schema"], item["example"]
    for content in said.get("requestBody", {}).get("content", {}).values():
        yield "request", content["schema"], content.get("example")
    for status, answer in said["responses"].items():
        for content in follow(answer).get("content", {}).values():
            if "examples" in content:
                for code, item in content["examples"].items():
                    yield f"{status} {code}", content["schema"], item["value"]
            elif status == "200":
                yield status, content["schema"], content.get("example")


def test_there_is_a_file_for_each_operation_and_no_other() -> None:
    assert [path.stem for path in examples.files()] == OPERATIONS


@pytest.mark.parametrize("identifier", OPERATIONS)
def test_each_file_has_known_keys_and_is_written_as_all_are(identifier: str) -> None:
    path = examples.FOLDER / f"{identifier}.json"
    content = json.loads(path.read_text("utf-8"))

    assert set(content) <= examples.KEYS
    assert path.read_text("utf-8") == json.dumps(content, ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize("identifier", OPERATIONS)
def test_what_is_shown_keeps_to_its_schema(identifier: str) -> None:
    seen = [where for where, _, _ in shown(identifier)]

    assert "200" in seen or "204" in operation(identifier)["responses"]
    for where, schema, example in shown(identifier):
        assert example is not None, where
        faults = [str(fault) for fault in validator(schema).iter_errors(example)]
        assert faults == [], where


@pytest.mark.parametrize("identifier", OPERATIONS)
def test_an_answer_shown_has_exactly_the_keys_of_its_model(identifier: str) -> None:
    """Neither a key that is answered no more, nor one that is missing here."""
    model = getattr(ROUTES[identifier], "response_model", None)
    example = examples.of(identifier).get("answer")
    if model is None:
        assert example is None or isinstance(example, str)
        return

    assert model.model_validate(example).model_dump(mode="json") == example


@pytest.mark.parametrize("identifier", OPERATIONS)
def test_every_parameter_whose_form_is_not_obvious_has_an_example(identifier: str) -> None:
    for item in operation(identifier).get("parameters", ()):
        kinds = [item["schema"], *item["schema"].get("anyOf", ())]
        kinds += [kind.get("items", {}) for kind in kinds]
        obvious = any(
            "enum" in kind or kind.get("type") in ("boolean", "integer") for kind in kinds
        )
        assert obvious or "example" in item, item["name"]


def test_shared_examples_are_of_parameters_that_exist() -> None:
    names = {item["name"] for o in OPERATIONS for item in operation(o).get("parameters", ())}

    assert set(examples.shared_parameters()) <= names
    for identifier in OPERATIONS:
        own = {item["name"] for item in operation(identifier).get("parameters", ())}
        assert set(examples.of(identifier).get("parameters", {})) <= own


@pytest.mark.parametrize("identifier", OPERATIONS)
def test_a_request_shown_is_taken(identifier: str) -> None:
    body = ROUTES[identifier].body_field
    request = examples.of(identifier).get("request")

    assert (body is None) == (request is None)
    if body is not None:
        assert body.validate(request, loc=("body",))[1] in (None, [])


def _keys(value: Any, where: str = "") -> Iterator[str]:
    """Name the keys at every place of an answer, whatever stands in free objects."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{where}.{key}"
            yield from _keys(inner, f"{where}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner, f"{where}[]")


async def test_a_real_answer_has_the_keys_that_are_shown(world: World) -> None:
    """Of those operations that a small plant can answer; free objects differ from kind to kind."""
    world.beat()
    world.alarm()
    world.verdict("aluminium-4", "fail")
    world.violation("aluminium-4@caster-1/1", "fail")
    world.interlock("armed")
    world.demand("mould-water/1")
    world.live.update(world.live_message(water_flow=220))
    named = {
        "plant": "demo",
        "signal": "caster-1.water_flow",
        "alarm": "caster-1.water_flow:low",
        "interlock": "mould-water",
        "demand": "mould-water/1",
        "criterion": "aluminium-4",
        "violation": "aluminium-4@caster-1/1",
    }
    answered = 0
    async with world.client(Role.SAFETY_ENGINEER) as client:
        for identifier, route in ROUTES.items():
            if "GET" not in route.methods or route.response_model is None:
                continue
            path = re.sub(r"\{(\w+)\}", lambda match: named[match[1]], route.path)
            answer = await client.get(path)
            if answer.status_code != 200:
                continue
            answered += 1
            top = set(answer.json())
            assert top == set(examples.of(identifier)["answer"]), identifier
            real, example = (
                set(_keys(answer.json())),
                set(_keys(examples.of(identifier)["answer"])),
            )
            for place in {key.rpartition(".")[0] for key in real & example}:
                if re.search(r"\.(body|attributes|failures)\b", place):
                    continue
                here = {key for key in real if key.rpartition(".")[0] == place}
                assert here == {key for key in example if key.rpartition(".")[0] == place}, (
                    identifier,
                    place,
                )

    assert answered > 20


def test_the_console_s_files_are_no_operations() -> None:
    assert not {route.name for route in console.routes if isinstance(route, APIRoute)} & {*ROUTES}


def test_examples_are_bilingual_and_of_no_machine() -> None:
    text = "".join(path.read_text("utf-8") for path in examples.files())

    assert re.search(r"[\u4e00-\u9fff]", text)
    assert "127.0.0.1" not in text
    assert not re.search(r"(?<![\w.])/(?:home|root|tmp)/", text)
    assert Path(examples.PARAMETERS).exists()
