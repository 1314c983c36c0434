"""The API's process: builds the app, feeds it the live values, serves it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

import structlog
import uvicorn

from api.accounts.open import open_accounts
from api.accounts.store import Accounts
from api.app import build
from api.criteria import Criterion as ShownCriterion
from api.gateways import GatewayStore
from api.live import LiveStore
from compliance.criterion import Criterion
from firstout import plant_folder
from firstout.applying.watch import RELOAD, until_changed
from firstout.broker import broker_of
from firstout.clock import Clock
from firstout.data_folder import DataFolder
from firstout.historian_settings import open_historian
from firstout.recorder_state import read_state
from journal.ask import Inbox
from journal.open import open_database
from journal.read import Reader
from journal.schema import check_revision
from journal.state_check import verify_all
from plant.name import Name
from plant.plant import Plant
from telemetry import delivery, gateway_state
from telemetry.mqtt import Link, Session

_SECTIONS = (
    Name("钢铁企业", "Steel"),
    Name("铝加工(深井铸造)企业", "Aluminium deep-well casting"),
    Name("机械铸造企业", "Mechanical casting"),
    Name("粉尘涉爆企业", "Combustible dust"),
    Name("有限空间作业企业", "Confined space"),
    Name("锂亚电池生产企业", "Lithium-thionyl battery"),
    Name("其他重点内容", "Other"),
)

_log = structlog.get_logger("api")


class _Server(uvicorn.Server):
    """Ends the open event streams first, so that they do not hold up a stop."""

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_streams = end_streams

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._end_streams()
        super().handle_exit(sig, frame)

    async def serve_version(self, data: DataFolder, version: str) -> bool:
        """Serve; give True when it ended because another plant version is in force."""
        watch = asyncio.create_task(until_changed(data, version))
        watch.add_done_callback(lambda _: self._end())
        await self.serve()
        superseded = watch.done()
        watch.cancel()
        return superseded

    def _end(self) -> None:
        self._end_streams()
        self.should_exit = True


@dataclass
class _Failure:
    """Why the server had to end itself."""

    causes: list[BaseException] = field(default_factory=list)


def run_api(data: DataFolder, host: str, port: int, hosts: tuple[str, ...]) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        SystemExit: the event stream died of an error of ours (a server that shows old values
            must not look alive), or another plant version is in force (`RELOAD`).
    """
    applied = plant_folder.wait_for_applied(data)
    plant = plant_folder.check_files(applied.files)
    clock, failure = Clock(), _Failure()
    engine = open_database(data.journal)
    check_revision(engine)
    live, gateways = LiveStore.of(plant), GatewayStore(plant, clock.now)
    link = _link(data, plant, live, gateways)

    def failed(error: BaseException) -> None:
        failure.causes.append(error)
        server.should_exit = True

    app = build(
        plant=plant,
        criteria=[shown(plant, item) for item in plant_folder.criteria()],
        reader=Reader(engine),
        inbox=Inbox(engine, clock.now),
        verify=lambda: verify_all(engine),
        accounts=Accounts(open_accounts(data.accounts), clock.now),
        live=live,
        gateways=gateways,
        history=lambda: open_historian(data, writing=False),
        recorder=lambda: read_state(data),
        now=clock.now,
        failed=failed,
        hosts=(host, *hosts),
    )
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=1,
    )
    server = _Server(config, app.state.services.stream.close)
    link.start()
    try:
        superseded = asyncio.run(server.serve_version(data, plant.version))
    finally:
        link.close()
    if failure.causes:
        raise SystemExit(1)
    if superseded:
        raise SystemExit(RELOAD)


def _link(data: DataFolder, plant: Plant, live: LiveStore, gateways: GatewayStore) -> Link:
    """Give the connection by which the monitor, the gateways and the consumers are heard."""
    values = f"firstout/v1/live/{plant.id}"
    states = f"{gateway_state.ROOT}/{plant.id}/+"
    commits = f"{delivery.ROOT}/{plant.id}/+/+"

    def heard(topic: str, payload: bytes) -> None:
        if topic == values:
            live.update(payload)
        else:
            gateways.update(topic, payload)

    def changed(up: bool) -> None:  # noqa: FBT001 - the link's shape
        _log.info("broker connected" if up else "broker lost")
        gateways.note_link(up=up)

    return Link(
        broker_of(data, "api"),
        f"firstout:api:{plant.id}",
        lambda: Session(subscriptions=tuple((topic, 0) for topic in (values, states, commits))),
        heard,
        changed,
    )


def shown(plant: Plant, criterion: Criterion) -> ShownCriterion:
    """Give a criterion as readers see it, with its subjects in this plant."""
    return ShownCriterion(
        id=criterion.id,
        title=criterion.title,
        section=_SECTIONS[criterion.section - 1],
        item=criterion.item,
        order10=tuple(part.strip() for part in criterion.order10.split(",") if part.strip()),
        subjects=tuple(item.id for item in plant.subjects if criterion.asked_of(item)),
        file=criterion,
    )
