"""Whether an answer is still the same, and how far was judged when it was asked for.

One layer around all routes: a JSON answer to GET under `/api/v1` gets a weak ETag, `If-None-Match`
is honoured with 304, and both carry headers that say how far the monitor has judged. Decision 17
says why the moving times of `judging` are left out of the tag, and its flags are not.
"""

import re
from collections.abc import Callable
from hashlib import sha256

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.judging import Judged
from plant.errors import JournalError
from plant.moment import to_text

JUDGING = "Firstout-Judging"
JUDGED_UNTIL = "Firstout-Judged-Until"
STATES = ("current", "catching_up", "behind", "stale", "unknown")
"""What `Firstout-Judging` says; `unknown` when the journal cannot be read."""

_PREFIX = "/api/v1/"
# It never ends, so it has neither a tag nor an answer without its body.
_STREAM = "/api/v1/events"
# They move each second though nothing has changed. In a text of ours a quote is always escaped,
# so this finds keys only; what else bears these names (a closed violation) repeats them elsewhere.
# One pattern a key: their long fixed beginnings make the search several times faster.
_MOVING = tuple(
    re.compile(rb'"' + key + rb'":(?:null|"[^"]*")') for key in (b"judged_until", b"heartbeat_at")
)
_TAGS = re.compile(r'(?:W/)?("[\x21\x23-\x7e]*")')


def tag(body: bytes) -> str:
    """Give the weak ETag of an answer: equal as long as nothing but time has moved."""
    for moving in _MOVING:
        body = moving.sub(b"", body)
    return f'W/"{sha256(body).hexdigest()[:32]}"'


def matches(if_none_match: str | None, current: str) -> bool:
    """Say whether the asker holds what is tagged `current`, by the weak comparison of RFC 9110."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return current.removeprefix("W/") in _TAGS.findall(if_none_match)


def answers_head(path: str) -> bool:
    """Say whether HEAD is answered wherever GET is: all but the stream, which never ends."""
    return path != _STREAM


def judging_headers(judged: Judged | None) -> dict[str, str]:
    """Say in headers what may be believed; None when it cannot be known."""
    if judged is None:
        return {JUDGING: "unknown"}
    until = judged.judged_until
    said = {} if until is None else {JUDGED_UNTIL: to_text(until)}
    return {JUDGING: _state(judged), **said}


def _state(judged: Judged) -> str:
    """Give the worst that is true."""
    if judged.stale:
        return "stale"
    if judged.behind:
        return "behind"
    return "catching_up" if judged.catching_up else "current"


class Tagged:
    """Tags what may be asked for again, and answers HEAD as GET without the body.

    `judged` says how far the monitor has judged; it may raise `JournalError`.
    """

    def __init__(self, app: ASGIApp, judged: Callable[[], Judged]) -> None:
        self._app = app
        self._judged = judged

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; hold a JSON answer back until its tag is known."""
        asked = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        if not asked or not answers_head(scope["path"]):
            await self._app(scope, receive, send)
            return
        inner = {**scope, "method": "GET"}
        headers: dict[str, str] | None = None
        if scope["path"].startswith(_PREFIX):
            # Before the answer is made, so that it never says more than the answer knows.
            headers = judging_headers(await run_in_threadpool(self._read))
        answer = _Answer(scope, inner, headers, send)
        await self._app(inner, receive, answer.take)

    def _read(self) -> Judged | None:
        try:
            return self._judged()
        except JournalError:
            return None


class _Answer:
    """One answer on its way out; without `headers` it is not tagged."""

    def __init__(
        self, scope: Scope, inner: Scope, headers: dict[str, str] | None, send: Send
    ) -> None:
        self._scope = scope
        self._inner = inner
        self._headers = headers
        self._send = send
        self._held: Message | None = None
        self._body = bytearray()

    async def take(self, message: Message) -> None:
        """Take a message of the app; send it on, or what has become of it."""
        if message["type"] == "http.response.start":
            if "route" in self._inner:  # whoever counts answers looks for it
                self._scope["route"] = self._inner["route"]
            if self._headers is not None and _is_json(message):
                self._held = message
                return
        elif self._held is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._held, bytes(self._body), self._headers or {})
            return
        await self._pass(message)

    async def _finish(self, start: Message, body: bytes, headers: dict[str, str]) -> None:
        current = tag(body)
        written = MutableHeaders(scope=start)
        written.update({"ETag": current, **headers})
        if matches(Headers(scope=self._scope).get("if-none-match"), current):
            start["status"], body = 304, b""
            del written["content-type"], written["content-length"]
        await self._pass(start)
        await self._pass({"type": "http.response.body", "body": body})

    async def _pass(self, message: Message) -> None:
        if self._scope["method"] == "HEAD" and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


def _is_json(start: Message) -> bool:
    kind = Headers(scope=start).get("content-type", "")
    return start["status"] == 200 and kind.partition(";")[0] == "application/json"
