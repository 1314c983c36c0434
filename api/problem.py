"""Errors as RFC 9457 problem documents, the same shape for every fault the API can answer."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from api.accounts.open import AccountsError
from api.etag import answers_head
from api.models.document import FieldError, Problem, Text
from journal.ask import OutcomeUnknownError
from plant.errors import JournalError, RequestError
from plant.name import Name

_MEDIA_TYPE = "application/problem+json"

_BY_STATUS = {
    400: ("invalid_request", Name("请求内容有误", "The request is not valid")),
    404: ("not_found", Name("没有这个资源", "There is no such resource")),
    405: ("method_not_allowed", Name("此资源不支持该方法", "This resource has no such method")),
    408: ("request_timeout", Name("请求发送过慢", "The request was sent too slowly")),
    413: ("content_too_large", Name("请求内容过大", "The request is too large")),
    422: ("invalid_request", Name("请求内容有误", "The request is not valid")),
    500: ("internal_error", Name("服务内部错误", "The server failed")),
}


class ProblemError(RequestError):
    """A request that is answered with a problem document.

    `status` is the HTTP status; `headers` go with the answer.
    """

    def __init__(
        self, status: int, code: str, message: Name, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code, message.en)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})


def not_found(what: Name) -> ProblemError:
    """Make the 404 for a named thing, such as an alarm."""
    message = Name(f"没有这个{what.zh}", f"There is no such {what.en}")
    return ProblemError(404, "not_found", message)


def answer(
    status: int,
    code: str,
    message: Name,
    headers: Mapping[str, str] | None = None,
    errors: list[FieldError] | None = None,
) -> Response:
    """Write a problem document."""
    problem = Problem(
        type=f"urn:firstout:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=message.en,
        code=code,
        message=Text(zh=message.zh, en=message.en),
        errors=errors,
    )
    content = problem.model_dump_json(exclude_none=True)
    return Response(content, status, headers=dict(headers or {}), media_type=_MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let every error of the app end as a problem document."""
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(JournalError, _journal)
    app.add_exception_handler(AccountsError, _accounts)
    app.add_exception_handler(Exception, _unexpected)


def _problem(_: Request, error: Exception) -> Response:
    if not isinstance(error, ProblemError):
        raise error
    return answer(error.status, error.code, error.message, error.headers)


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    headers = error.headers
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        # The framework names the methods of the first route of that path, not of all.
        headers = {"Allow": ", ".join(_methods(request))}
    phrase = HTTPStatus(error.status_code).phrase
    other = (phrase.lower().replace(" ", "_").replace("-", "_"), Name(phrase, phrase))
    code, message = _BY_STATUS.get(error.status_code, other)
    return answer(error.status_code, code, message, headers)


def _methods(request: Request) -> list[str]:
    """Give the methods that the path of a request may be asked with."""
    found = {
        method
        for route in request.app.routes
        if isinstance(route, APIRoute) and route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }
    if "GET" in found and answers_head(request.url.path):
        found.add("HEAD")
    return sorted(found)


def _invalid(_: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    # The value that was sent is left out on purpose: it may be a password.
    faults = [
        FieldError(where=".".join(str(part) for part in fault["loc"]), problem=str(fault["msg"]))
        for fault in error.errors()[:20]
    ]
    code, message = _BY_STATUS[422]
    return answer(422, code, message, errors=faults)


def _journal(_: Request, error: Exception) -> Response:
    if isinstance(error, OutcomeUnknownError):
        message = Name(
            "无法确认该操作是否会执行; 请用同一个 Idempotency-Key 再次请求",
            "It is not known whether this will happen; ask again with the same Idempotency-Key",
        )
        return answer(503, "outcome_unknown", message, {"Retry-After": "1"})
    message = Name("日志库暂时不可用", "The journal cannot be reached now")
    return answer(503, "journal_unavailable", message, {"Retry-After": "1"})


def _accounts(_: Request, __: Exception) -> Response:
    message = Name("账号库暂时不可用", "The accounts cannot be reached now")
    return answer(503, "accounts_unavailable", message, {"Retry-After": "1"})


def _unexpected(_: Request, __: Exception) -> Response:
    code, message = _BY_STATUS[500]
    return answer(500, code, message)
