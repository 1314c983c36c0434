import re

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from api.app import bare
from api.identity import allowed, check_declared, undeclared
from api.roles import ACKNOWLEDGERS, CHANGERS, READERS, VERIFIERS, Role
from tests.api_world import World

ROUTES = [route for route in bare().routes if isinstance(route, APIRoute)]
GUARDED = [
    (method, route.path, declared.roles)
    for route in ROUTES
    for method in sorted(route.methods or ())
    if (declared := allowed(route)) is not None and declared.roles is not None
]
PUBLIC = {
    ("POST", "/api/v1/session"),
    ("POST", "/api/v1/session/link"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/docs"),
    ("GET", "/openapi.json"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/"),
    ("GET", "/assets/{path:path}"),
    ("GET", "/{name}"),
}
# Asking for these must not open a stream that never ends.
STREAMS = {"/api/v1/events"}


def test_every_route_says_who_may_call_it() -> None:
    app = bare()

    assert undeclared(app.routes) == []
    assert all(isinstance(route, APIRoute) for route in app.routes)


def test_an_app_with_an_undeclared_route_is_not_built() -> None:
    app, router = FastAPI(openapi_url=None), APIRouter()
    router.add_api_route("/open-door", lambda: None)
    app.router.routes.extend(router.routes)

    with pytest.raises(TypeError, match="/open-door"):
        check_declared(app)


def test_only_these_routes_are_public() -> None:
    public = {
        (method, route.path)
        for route in ROUTES
        for method in route.methods or ()
        if (declared := allowed(route)) is not None and declared.roles is None
    }

    assert public == PUBLIC


def test_who_may_acknowledge_and_who_may_verify() -> None:
    declared = {(method, path): roles for method, path, roles in GUARDED}

    assert declared["POST", "/api/v1/alarms/{alarm}/acknowledge"] == ACKNOWLEDGERS
    assert declared["POST", "/api/v1/alarms/{alarm}/reset"] == ACKNOWLEDGERS
    assert declared["POST", "/api/v1/equipment/{equipment}/operating-state"] == CHANGERS
    assert declared["GET", "/api/v1/journal/verify"] == VERIFIERS
    others = {
        roles
        for (_, path), roles in declared.items()
        if not path.endswith(("/acknowledge", "/reset", "/operating-state", "/verify"))
    }
    assert others == {READERS}


async def _ask(client: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    url = re.sub(r"\{[^}]+\}", "x", path)
    return await client.request(method, url, json={} if method == "POST" else None)


@pytest.mark.parametrize(("method", "path", "roles"), GUARDED)
async def test_matrix_of_roles_and_routes(
    world: World, method: str, path: str, roles: frozenset[Role]
) -> None:
    async with world.client(None) as client:
        assert (await _ask(client, method, path)).status_code == 401
        client.headers["Authorization"] = "Bearer fo_guessed"
        assert (await _ask(client, method, path)).status_code == 401
    for role in Role:
        if path in STREAMS and role in roles:
            continue
        async with world.client(role) as client:
            answer = await _ask(client, method, path)
        if role in roles:
            assert answer.status_code not in (401, 403), (role, answer.text)
        else:
            assert answer.status_code == 403
            assert answer.json()["code"] == "forbidden"
