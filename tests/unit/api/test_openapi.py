import json
from pathlib import Path

from api.app import bare
from api.models.journal import EVENTS
from api.openapi import as_text
from tests.api_world import World

COMMITTED = Path(__file__).parents[3] / "docs" / "reference" / "openapi.json"


def test_committed_document_is_current() -> None:
    """When this fails, run `python -m api.openapi` and generate the console's types anew."""
    assert COMMITTED.read_text(encoding="utf-8") == as_text(bare().openapi())


def test_every_reference_can_be_followed() -> None:
    text = COMMITTED.read_text(encoding="utf-8")
    schemas = json.loads(text)["components"]["schemas"]
    references = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}

    assert references <= set(schemas)
    assert {model.__name__ for model in EVENTS.values()} <= set(schemas)


def test_every_operation_has_a_name_and_a_sentence() -> None:
    paths = json.loads(COMMITTED.read_text(encoding="utf-8"))["paths"]
    operations = [operation for path in paths.values() for operation in path.values()]

    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(operation["description"].endswith((".", ")")) for operation in operations)


async def test_it_is_served(world: World) -> None:
    async with world.client(None) as client:
        answers = [
            (await client.get(path)).json() for path in ("/openapi.json", "/api/v1/openapi.json")
        ]

    assert answers == [json.loads(COMMITTED.read_text(encoding="utf-8"))] * 2
