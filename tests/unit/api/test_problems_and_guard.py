from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import APIRouter

from api.identity import PUBLIC
from tests.api_world import World

PROBLEM = "application/problem+json"


def _is_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == PROBLEM
    problem = answer.json()
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["type"] == f"urn:firstout:problem:{code}"
    assert problem["title"]
    assert problem["message"]["zh"]
    assert problem["detail"] == problem["message"]["en"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/nothing/at/all", 404, "not_found"),
        ("GET", "/nothing.js", 404, "not_found"),
        ("GET", "/assets/nothing.js", 404, "not_found"),
        ("DELETE", "/api/v1/alarms", 405, "method_not_allowed"),
        ("GET", "/api/v1/alarms/x/acknowledge", 405, "method_not_allowed"),
        ("POST", "/healthz", 405, "method_not_allowed"),
        ("GET", "/api/v1/alarms?limit=0", 422, "invalid_request"),
        ("GET", "/api/v1/alarms?limit=501", 422, "invalid_request"),
        ("GET", "/api/v1/alarms?cursor=x", 422, "invalid_cursor"),
        ("GET", "/api/v1/violations?kind=odd", 422, "invalid_request"),
        ("GET", "/api/v1/journal?order=sideways", 422, "invalid_request"),
        ("GET", "/api/v1/journal?kind=" + "x" * 201, 422, "invalid_request"),
        ("GET", "/api/v1/plants/" + "x" * 201 + "/signals", 422, "invalid_request"),
    ],
)
async def test_every_fault_is_a_problem_document(
    world: World, method: str, path: str, status: int, code: str
) -> None:
    async with world.client() as client:
        _is_problem(await client.request(method, path), status, code)


async def test_an_unexpected_error_is_a_problem_without_its_reason(world: World) -> None:
    def broken() -> None:
        raise ZeroDivisionError("the secret reason")

    router = APIRouter()
    router.add_api_route("/broken/here", broken, dependencies=[PUBLIC])
    world.app.router.routes.extend(router.routes)
    async with world.client() as client:
        answer = await client.get("/broken/here")

    _is_problem(answer, 500, "internal_error")
    assert "secret" not in answer.text


@pytest.mark.parametrize("declared", [True, False])
async def test_large_bodies_are_refused(world: World, *, declared: bool) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b"x" * 1024

    content: Any = b"x" * 70 * 1024 if declared else chunks()
    async with world.client() as client:
        answer = await client.post("/api/v1/session", content=content)

    _is_problem(answer, 413, "content_too_large")


async def test_body_that_is_no_json(world: World) -> None:
    headers = {"Content-Type": "application/json"}
    async with world.client() as client:
        for content in (b"{", b"\xff\xfe", b'"text"', b"[" * 60_000, b"null", b"NaN"):
            answer = await client.post("/api/v1/session", content=content, headers=headers)
            # What cannot be parsed at all, for its depth, is 400; all else is 422.
            _is_problem(answer, 400 if len(content) > 1000 else 422, "invalid_request")


async def test_body_without_its_type_is_not_taken(world: World) -> None:
    headers = {"Content-Type": "text/plain"}
    content = b'{"login": "li", "password": "x"}'
    async with world.client() as client:
        answer = await client.post("/api/v1/session", content=content, headers=headers)

    _is_problem(answer, 422, "invalid_request")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8080", 200),
        ("127.0.0.1:8080", 200),
        ("[::1]:8080", 200),
        ("FIRSTOUT.example", 200),
        ("firstout.example:443", 200),
        ("[fd00::1]:8080", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("evil.example:localhost", 421),
        ("localhost@evil.example", 421),
        ("", 421),
    ],
)
async def test_only_our_own_host_names(world: World, host: str, status: int) -> None:
    async with world.client(None) as client:
        answer = await client.get("/healthz", headers={"Host": host})

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 422),
        ({"Origin": "http://localhost"}, 422),
        ({"Sec-Fetch-Site": "same-origin"}, 422),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost:81"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[evil"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
async def test_requests_of_other_sites_are_refused(
    world: World, headers: dict[str, str], status: int
) -> None:
    async with world.client(None) as client:
        answer = await client.post("/api/v1/session", json={}, headers=headers)

    assert answer.status_code == status


async def test_every_answer_is_hardened(world: World) -> None:
    async with world.client() as client:
        for path in ("/healthz", "/api/v1/alarms", "/", "/nothing"):
            headers = (await client.get(path)).headers
            policy = headers["content-security-policy"]
            assert "script-src 'self';" in policy
            assert "frame-ancestors 'none'" in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert "access-control-allow-origin" not in headers
        assert (await client.get("/api/v1/alarms")).headers["cache-control"] == "no-store"
