"""The event stream (server-sent events)."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from starlette.types import Message, Send

from api.caller import Caller
from api.identity import ByReader
from api.models.journal import EVENTS
from api.problem import ProblemError
from api.services import Injected, Services
from api.sse import Client
from plant.name import Name

router = APIRouter(prefix="/api/v1", tags=["events"])

_CHECK_EVERY_S = 5.0
_SEND_WITHIN_S = 30.0

_Last = Annotated[
    str | None,
    Header(alias="Last-Event-ID", max_length=200, description="A browser sends it by itself"),
]
_After = Annotated[
    str | None,
    Query(max_length=200, description="`position` of an answer; Last-Event-ID comes before it"),
]
_Signals = Annotated[
    bool, Query(description="False: no `signals` events, for programs that follow entries only")
]


class EventStream(StreamingResponse):
    """A stream that gives up on a client that takes nothing for half a minute."""

    media_type = "text/event-stream"

    async def stream_response(self, send: Send) -> None:
        """Send the chunks, each within the time a client has to take it."""

        async def patiently(message: Message) -> None:
            async with asyncio.timeout(_SEND_WITHIN_S):
                await send(message)

        try:
            await super().stream_response(patiently)
        except TimeoutError as error:
            raise ConnectionError("the client takes nothing") from error
        finally:
            if isinstance(self.body_iterator, AsyncGenerator):
                await self.body_iterator.aclose()  # at once, not when it is collected


@router.get(
    "/events",
    operation_id="streamEvents",
    response_class=EventStream,
    responses={200: {"description": "A stream of events", "content": {"text/event-stream": {}}}},
    openapi_extra={
        "x-events": {
            name: {"$ref": f"#/components/schemas/{model.__name__}"}
            for name, model in EVENTS.items()
        }
    },
)
async def stream_events(
    caller: ByReader,
    services: Injected,
    last_event_id: _Last = None,
    after: _After = None,
    *,
    signals: _Signals = True,
) -> EventStream:
    """Stream what changes: `entry`, `signals`, `status`, `reset` (see their schemas).

    Entries have ids `{epoch}-{seq}` and come in that order: alarms, interlocks, demands, bypasses
    and violations at once, all else every 100 ms, as do signals; a status comes each second.
    The stream begins with a status and all signals. To miss nothing, first read what you show,
    then stream `after` its `position`. At `reset`, read everything again; the stream goes on.
    A client that takes too little gets `reset` too, and one that takes nothing is cut off.
    """
    await services.stream.begun()
    if services.stream.full:
        message = Name("事件流过多", "Too many event streams are open")
        raise ProblemError(503, "too_many_streams", message, {"Retry-After": "5"})
    last = last_event_id if last_event_id is not None else after
    client = services.stream.subscribe(last, signals=signals)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return EventStream(_chunks(services, caller, client), headers=headers)


async def _chunks(services: Services, caller: Caller, client: Client) -> AsyncGenerator[bytes]:
    """Give what there is to send, as long as the caller's credentials hold."""
    loop = asyncio.get_running_loop()
    checked = loop.time()
    try:
        async for chunk in client.chunks():
            if loop.time() - checked >= _CHECK_EVERY_S:
                checked = loop.time()
                if not await asyncio.to_thread(services.accounts.still, caller):
                    return
            yield chunk
    finally:
        services.stream.leave(client)
