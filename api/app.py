"""Putting the API together: everything it needs is handed in, nothing is looked up."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import structlog
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from api import openapi, problem
from api.accounts.store import Accounts
from api.criteria import Criterion
from api.etag import Tagged
from api.gateways import GatewayStore
from api.guard import Guard
from api.history import HistoryReaders
from api.identity import check_declared
from api.live import LiveStore
from api.lockout import Lockout
from api.metrics.counting import Counting
from api.metrics.gateways import GatewayFigures
from api.metrics.judging import JudgingFigures
from api.metrics.recorder import RecorderFigures
from api.metrics.registry import Metrics
from api.recorder import RecorderState
from api.routes import (
    alarms,
    compliance,
    console,
    equipment,
    events,
    evidence,
    history,
    interlocks,
    plants,
    sequences,
    service,
    session,
    signals,
    system,
    violations,
)
from api.routes import journal as journal_routes
from api.services import Services
from api.stream import Stream
from historian.historian import Historian
from journal.ask import Inbox
from journal.read import Reader
from journal.verify import VerifyReport
from plant.plant import Plant

STATIC = Path(__file__).parent / "static"
"""Where the console's build is put."""

BODY_LIMIT = 64 * 1024
"""Bytes a request's body has at most."""

_ROUTES = (
    session,
    plants,
    signals,
    history,
    equipment,
    alarms,
    interlocks,
    sequences,
    compliance,
    violations,
    evidence,
    journal_routes,
    events,
    system,
    service,
    console,  # last: it takes every other name at the root
)
_log = structlog.get_logger()


def bare() -> FastAPI:
    """Make the app's routes without anything behind them: enough for the OpenAPI document."""
    app = FastAPI(
        title="Firstout",
        version="1",
        description=(
            "What a plant's safety interlocks do, judged against the hazard criteria. "
            "Errors are RFC 9457 problem documents, times RFC 3339 in UTC, lists page by cursor. "
            "Firstout is not a protection layer: it reads, records and shows."
        ),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    # The routes themselves, not routers inside the router, so that `app.routes` shows them all.
    for module in _ROUTES:
        app.router.routes.extend(module.router.routes)
    check_declared(app)

    def schema() -> dict[str, object]:
        if app.openapi_schema is None:
            app.openapi_schema = openapi.document(app)
        return app.openapi_schema

    app.openapi = schema  # type: ignore[method-assign]  # the way FastAPI documents
    return app


def build(
    *,
    plant: Plant,
    criteria: Iterable[Criterion],
    reader: Reader,
    inbox: Inbox,
    verify: Callable[[], VerifyReport],
    accounts: Accounts,
    live: LiveStore,
    gateways: GatewayStore,
    history: Callable[[], Historian],
    recorder: Callable[[], RecorderState | None],
    now: Callable[[], int],
    failed: Callable[[BaseException], None],
    hosts: Iterable[str] = (),
    static: Path = STATIC,
    stream: Stream | None = None,
) -> FastAPI:
    """Build the app.

    Args:
        plant: The applied plant.
        criteria: Those in scope here, with their subjects.
        reader: Reads the plant's journal.
        inbox: Puts acts before the monitor.
        verify: Walks the journal's chain.
        accounts: Who may ask.
        live: The store that the broker's live messages are given to (`live.update`).
        gateways: What gateways and consumers say; the broker's messages are given to it too.
        history: Opens the store of samples for reading; called when somebody first asks for a
            history, and again after it has failed.
        recorder: Gives what the recorder said of itself last, None if nothing.
        now: Gives nanoseconds since 1970.
        failed: Told when the event stream's pump has died of an unexpected error; the process
            should end, for a server that shows old values must not look alive.
        hosts: Host names and addresses people reach this server by, besides the local ones.
        static: The console's build.
        stream: Another event stream than the ordinary one (tests make it small).
    """
    app = bare()
    feed = stream or Stream(reader, live, plant, now)
    readers = HistoryReaders(history)
    metrics = Metrics(
        (
            JudgingFigures(reader, live, feed, plant, now),
            RecorderFigures(recorder, now),
            GatewayFigures(gateways, plant.gateway, now),
        )
    )
    app.state.console = StaticFiles(directory=static, check_dir=False)
    services = Services(
        plant=plant,
        criteria=tuple(criteria),
        reader=reader,
        inbox=inbox,
        verify=verify,
        accounts=accounts,
        lockout=Lockout(),
        live=live,
        gateways=gateways,
        stream=feed,
        metrics=metrics,
        history=readers,
        recorder=recorder,
        now=now,
    )
    app.state.services = services
    app.router.lifespan_context = _lifespan(feed, readers, failed)
    problem.install(app)
    app.add_middleware(Tagged, judged=services.judged)
    app.add_middleware(Guard, hosts=tuple(hosts), body_limit=BODY_LIMIT)
    app.add_middleware(Counting, count=metrics.count)
    return app


def _lifespan(
    feed: Stream, readers: HistoryReaders, failed: Callable[[BaseException], None]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            pump = tasks.create_task(_supervised(feed, failed))
            yield
            pump.cancel()
        readers.close()

    return lifespan


async def _supervised(feed: Stream, failed: Callable[[BaseException], None]) -> None:
    """Run the pump; this is the one place where whatever ends it is caught and told."""
    try:
        await feed.run()
    except Exception as error:  # noqa: BLE001  # the supervised boundary of this task
        _log.error("event stream died", error=repr(error))
        failed(error)
