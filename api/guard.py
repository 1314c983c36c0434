"""What every request passes first: host, origin, size; and the headers of every answer.

A page of another site must not reach this server through a visitor's browser, whether by a
forged request or by a DNS name that it points at us.
"""

import asyncio
import ipaddress
import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problem import answer
from plant.name import Name

# Listening on one of these, the server is reached by every address that the machine has.
_EVERY_ADDRESS = frozenset({"0.0.0.0", "[::]"})  # noqa: S104  # compared, not bound

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]/@?#\s]+)(?::[0-9]{1,5})?")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_BODY_WITHIN_S = 10.0

# Charts and virtual tables position what they draw by style attributes; there is no inline
# style sheet and no inline script.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class Guard:
    """Refuses requests to other hosts, from other sites, or too large; hardens every answer.

    `hosts` are the names and addresses this server is reached by, besides the local ones.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str], body_limit: int) -> None:
        self._app = app
        self._hosts = LOCAL_HOSTS | {_as_in_header(host) for host in hosts}
        self._by_any_address = not self._hosts.isdisjoint(_EVERY_ADDRESS)
        self._body_limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request here when it is refused; otherwise pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # there are no WebSockets here; the server closes the connection

        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                _harden(MutableHeaders(scope=message), scope)
            await send(message)

        headers = Headers(scope=scope)
        refused = self._refused(scope["method"], headers)
        if refused is None and _has_body(headers):
            receive, refused = await self._bounded(headers, receive)
        await (refused or self._app)(scope, receive, hardened)

    def _refused(self, method: str, headers: Headers) -> Response | None:
        host = headers.get("host", "")
        match = _HOST.fullmatch(host)
        if match is None or not self._is_ours(match[1].lower()):
            message = Name(
                "此主机名未登记; 请将其加入允许的主机名",
                "This host name is not one of ours; add it to the allowed hosts",
            )
            return answer(421, "unknown_host", message)
        if method in _SAFE:
            return None
        # Either scheme: who ends TLS before us speaks plain HTTP to us.
        ours = {None, f"http://{host.lower()}", f"https://{host.lower()}"}
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "same-origin")
        foreign = (origin.lower() if origin is not None else None) not in ours
        if foreign or site not in ("same-origin", "none"):
            message = Name("不接受来自其他网站的请求", "Requests from other sites are not taken")
            return answer(403, "cross_site", message)
        return None

    def _is_ours(self, host: str) -> bool:
        """An address cannot be pointed at us by somebody else's DNS; a name can."""
        return host in self._hosts or (self._by_any_address and _is_address(host))

    async def _bounded(
        self, headers: Headers, receive: Receive
    ) -> tuple[Receive, Response | None]:
        """Read the whole body, which is small, or refuse it."""
        message = Name("请求内容过大", "The request is too large")
        too_large = answer(413, "content_too_large", message, {"Connection": "close"})
        declared = headers.get("content-length", "0")
        if declared.isdecimal() and int(declared) > self._body_limit:
            return receive, too_large
        body = bytearray()
        try:
            async with asyncio.timeout(_BODY_WITHIN_S):
                while True:
                    part = await receive()
                    if part["type"] != "http.request":
                        return _replay(part, receive), None
                    body += part.get("body", b"")
                    if len(body) > self._body_limit:
                        return receive, too_large
                    if not part.get("more_body", False):
                        break
        except TimeoutError:
            message = Name("请求发送过慢", "The request was sent too slowly")
            return receive, answer(408, "request_timeout", message, {"Connection": "close"})
        whole = {"type": "http.request", "body": bytes(body), "more_body": False}
        return _replay(whole, receive), None


def _as_in_header(host: str) -> str:
    """Write a host as browsers do: an IPv6 address stands in brackets."""
    bare = ":" in host and not host.startswith("[")
    return f"[{host}]".lower() if bare else host.lower()


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _replay(first: Message, receive: Receive) -> Receive:
    waiting = [first]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed


def _harden(headers: MutableHeaders, scope: Scope) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if scope.get("scheme") == "https":
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
