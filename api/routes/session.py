"""Signing in and out, and who is who."""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.accounts.credentials import csrf_token
from api.caller import Caller
from api.identity import COOKIE, PUBLIC, ByReader
from api.models.document import Actor, Actors, WhoAmI
from api.models.session import LinkSignIn, PasswordSignIn
from api.problem import ProblemError
from api.services import Injected, Services
from plant.moment import SECOND
from plant.name import Name

router = APIRouter(prefix="/api/v1", tags=["session"])


@router.post("/session", dependencies=[PUBLIC], operation_id="signInByPassword")
async def sign_in_by_password(
    asked: PasswordSignIn, request: Request, response: Response, services: Injected
) -> WhoAmI:
    """Sign in by password; sets the session cookie."""
    address = request.client.host if request.client else ""
    wait = services.lockout.begin(asked.login, address, services.now())
    if wait:
        message = Name("尝试次数过多, 请稍后再试", "Too many attempts; wait before the next one")
        raise ProblemError(
            429, "too_many_attempts", message, {"Retry-After": str(-(-wait // SECOND))}
        )
    async with services.password_checks:
        password = asked.password.get_secret_value()
        account = await run_in_threadpool(services.accounts.by_password, asked.login, password)
    if account is None:
        message = Name("账号或密码错误", "The login or the password is wrong")
        raise ProblemError(401, "wrong_password", message)
    services.lockout.succeeded(asked.login, address)
    return await run_in_threadpool(_begin, services, account, request, response)


@router.post("/session/link", dependencies=[PUBLIC], operation_id="signInByLink")
def sign_in_by_link(
    asked: LinkSignIn, request: Request, response: Response, services: Injected
) -> WhoAmI:
    """Sign in by a one-time link; its code is burnt. Sets the session cookie."""
    account = services.accounts.redeem(asked.code.get_secret_value())
    if account is None:
        message = Name("链接无效、已用过或已过期", "The link is not valid, used up or too old")
        raise ProblemError(401, "invalid_link", message)
    return _begin(services, account, request, response)


@router.get("/session", operation_id="getSession")
def who_am_i(caller: ByReader) -> WhoAmI:
    """Say who I am, and give the CSRF token of my session."""
    return _who(caller)


@router.delete("/session", status_code=204, operation_id="signOut")
def sign_out(caller: ByReader, services: Injected) -> Response:
    """Sign out: the session is void at once."""
    if caller.via == "token":
        message = Name("令牌须由管理员吊销", "A token is revoked by an administrator, not here")
        raise ProblemError(409, "not_a_session", message)
    services.accounts.close_session(caller.credential)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return response


@router.get("/actors", operation_id="listActors")
def list_actors(_: ByReader, services: Injected) -> Actors:
    """Name the people and programs that the journal knows by opaque ids."""
    found = services.accounts.accounts()
    return Actors(items=[Actor(id=item.id, name=item.name, role=item.role) for item in found])


def _begin(services: Services, account: str, request: Request, response: Response) -> WhoAmI:
    if old := request.cookies.get(COOKIE):
        services.accounts.close_session(old)
    secret = services.accounts.open_session(account)
    caller = services.accounts.by_session(secret)
    if caller is None:
        raise ProblemError(401, "unauthorized", Name("请重新登录", "Sign in again"))
    response.set_cookie(
        COOKIE,
        secret,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return _who(caller)


def _who(caller: Caller) -> WhoAmI:
    return WhoAmI(
        actor=caller.actor,
        login=caller.login,
        name=caller.name,
        role=caller.role,
        via=caller.via,
        csrf=csrf_token(caller.credential) if caller.via == "session" else None,
        expires_at=caller.expires_at,
    )
