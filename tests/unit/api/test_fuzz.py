"""Whatever is asked, the answer is a document with a status below 500 (503 where it is meant).

Quick, in one process, with bytes that no document would call a request. That every answer is as
the document says is shown by `tests/system/api/test_schemathesis.py`.
"""

import base64
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api_world import World

PATHS = json.loads(
    (Path(__file__).parents[3] / "docs" / "reference" / "openapi.json").read_text(encoding="utf-8")
)["paths"]
OPERATIONS = sorted(
    (method.upper(), path)
    for path, operations in PATHS.items()
    for method in operations
    if path not in ("/api/v1/events", "/readyz") and not path.endswith(("/acknowledge", "/reset"))
)
NAMES = sorted(
    {
        parameter["name"]
        for operations in PATHS.values()
        for operation in operations.values()
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    }
)
TEXT = st.text(max_size=30).filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text))
VALUES = (
    TEXT | st.integers().map(str) | st.sampled_from(["true", "null", "-1", "W10", "WzFd", "e-1"])
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)
BODIES = JSON.map(lambda body: json.dumps(body).encode()) | st.binary(max_size=50)
SETTINGS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@SETTINGS
@given(
    st.sampled_from(OPERATIONS),
    TEXT.filter(bool),
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4),
    BODIES,
)
async def test_no_input_breaks_a_route(
    world: World,
    operation: tuple[str, str],
    name: str,
    query: dict[str, str],
    body: bytes,
) -> None:
    method, path = operation
    url = re.sub(r"\{\w+\}", lambda _: quote(name, safe=""), path)
    sent: dict[str, Any] = {"params": query}
    if method == "POST":
        sent |= {"content": body, "headers": {"Content-Type": "application/json"}}
    async with world.client() as client:
        answer = await client.request(method, url, **sent)

    assert answer.status_code < 500, (method, url, query, body, answer.text)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


@SETTINGS
@given(
    st.sampled_from(["alarms", "violations", "journal", "interlocks/mould-water/demands"]),
    st.lists(st.integers() | TEXT | st.none() | st.sampled_from(["\ud800"]), max_size=4)
    | st.dictionaries(TEXT, TEXT, max_size=2)
    | st.integers(),
)
async def test_no_forged_cursor_breaks_a_list(world: World, path: str, key: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(key).encode()).decode()
    async with world.client() as client:
        answer = await client.get(f"/api/v1/{path}", params={"cursor": cursor})

    assert answer.status_code in (200, 422), (path, key, answer.text)


@SETTINGS
@given(st.dictionaries(st.sampled_from(["occurrence", "comment", "x"]), JSON, max_size=3), TEXT)
async def test_no_act_breaks_the_inbox(world: World, body: dict[str, Any], key: str) -> None:
    answered = {"ok": True, "seq": 1}
    async with world.client() as client, world.answering(lambda _: answered):
        answer = await client.post(
            "/api/v1/alarms/x/acknowledge",
            content=json.dumps(body).encode(),
            headers={b"Content-Type": b"application/json", b"Idempotency-Key": key.encode()},
        )

    assert answer.status_code in (200, 409, 422), (body, key, answer.text)
