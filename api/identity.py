"""Who asks, and whether they may: the one mechanism by which a route says who may call it.

A route either has a parameter of an `Allow` type (`ByReader`, `ByAcknowledger` ...) or lists
`PUBLIC` among its dependencies. `undeclared` finds the routes that do neither; an app with one
is not built.
"""

import hmac
from collections.abc import Iterable, Iterator
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from api.accounts.credentials import csrf_token
from api.caller import Caller
from api.problem import ProblemError
from api.roles import ACKNOWLEDGERS, CHANGERS, READERS, VERIFIERS, Role
from api.services import Injected
from plant.name import Name

COOKIE = "firstout_session"
CSRF_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Allow:
    """Lets the given roles through, or everybody when `roles` is None (then nobody is asked)."""

    def __init__(self, roles: frozenset[Role] | None) -> None:
        self.roles = roles

    def __call__(self, request: Request, services: Injected) -> Caller | None:
        """Give the caller; 401 without valid credentials, 403 with the wrong ones.

        A query parameter that the route does not know is refused too: a misspelt filter must
        not silently show everything.
        """
        _refuse_unknown_parameters(request)
        if self.roles is None:
            return None
        caller = _caller(request, services)
        if caller.role not in self.roles:
            raise ProblemError(
                403, "forbidden", Name("您的角色无权这样做", "Your role may not do this")
            )
        return caller


PUBLIC = Depends(Allow(None))
ByReader = Annotated[Caller, Depends(Allow(READERS))]
ByAcknowledger = Annotated[Caller, Depends(Allow(ACKNOWLEDGERS))]
ByChanger = Annotated[Caller, Depends(Allow(CHANGERS))]
ByVerifier = Annotated[Caller, Depends(Allow(VERIFIERS))]


def allowed(route: BaseRoute) -> Allow | None:
    """Find what a route declares; None when it declares nothing, or more than one thing."""
    if not isinstance(route, APIRoute):
        return None
    found = [item.call for item in _tree(route.dependant) if isinstance(item.call, Allow)]
    return found[0] if len(found) == 1 else None


def undeclared(routes: Iterable[BaseRoute]) -> list[str]:
    """Name the routes that do not say who may call them."""
    return [str(getattr(route, "path", route)) for route in routes if allowed(route) is None]


def check_declared(app: FastAPI) -> None:
    """Refuse to build an app with a route that does not say who may call it."""
    if found := undeclared(app.routes):
        raise TypeError(f"these routes do not say who may call them: {', '.join(found)}")


def _refuse_unknown_parameters(request: Request) -> None:
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    tree = (route.dependant, *_tree(route.dependant))
    known = {field.alias for item in tree for field in item.query_params}
    for name in request.query_params:
        if name not in known:
            accepted = ", ".join(sorted(known)) or "-"
            raise ProblemError(
                422,
                "unknown_parameter",
                Name(
                    f"没有查询参数 {name[:50]!r}; 可用: {accepted}",
                    f"There is no query parameter {name[:50]!r}; accepted: {accepted}",
                ),
            )


def _tree(dependant: Dependant) -> Iterator[Dependant]:
    for item in dependant.dependencies:
        yield item
        yield from _tree(item)


def _caller(request: Request, services: Injected) -> Caller:
    if (header := request.headers.get("authorization")) is not None:
        scheme, _, shown = header.partition(" ")
        secret = shown.strip()
        token = services.accounts.by_token(secret) if scheme.lower() == "bearer" else None
        if token is None:
            raise _unauthorized()
        return token
    secret = request.cookies.get(COOKIE, "")
    session = services.accounts.by_session(secret) if secret else None
    if session is None:
        raise _unauthorized()
    if request.method not in _SAFE:
        given = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode(), csrf_token(secret).encode()):
            message = Name("缺少或错误的 X-CSRF-Token", "X-CSRF-Token is missing or wrong")
            raise ProblemError(403, "csrf", message)
    return session


def _unauthorized() -> ProblemError:
    message = Name("请先登录", "Sign in, or send a valid token")
    return ProblemError(401, "unauthorized", message, {"WWW-Authenticate": "Bearer"})
