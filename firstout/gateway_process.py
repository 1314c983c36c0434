"""The gateway: polls the plant's devices, spools what they say, and publishes the spool."""

import asyncio
import contextlib
import signal
import sqlite3
from collections.abc import Callable, Coroutine

import structlog

from firstout import plant_folder
from firstout.applying.watch import until_changed
from firstout.broker import broker_of
from firstout.clock import Clock
from firstout.data_folder import DataFolder
from firstout.gateway_teller import GatewayTeller
from firstout.intake import MONITOR, RECORDER
from gateway import registry
from gateway.poller import poll_all
from gateway.reporting import edge_session
from gateway.source import Sink
from gateway.spool import Spool
from plant.errors import FirstoutError
from plant.plant import Plant
from plant.reading import Readings
from telemetry.edge_link import EdgeLink

# About a day of the demonstration plant, an hour of 1,000 signals each second.
SPOOL_BYTES = 512 << 20

_log = structlog.get_logger("gateway")


class GatewayError(FirstoutError):
    """The gateway cannot keep what it reads, so it must not look alive."""


class _AnotherNodeError(FirstoutError):
    """The plant now in force calls its gateway otherwise: that is another edge node."""


async def run_gateway(data: DataFolder) -> bool:
    """Run until SIGTERM or SIGINT; give True to be started again, as another edge node.

    When another plant version is taken in, the spool and the connection stay, and polling goes on
    with that one.

    Raises:
        GatewayError: the spool cannot be opened or written.
        JournalError: no plant has been applied.
    """
    plant, clock = _in_force(data), Clock()
    try:
        spool = Spool(data.spool, SPOOL_BYTES)
    except (OSError, sqlite3.Error) as error:
        raise _no_spool(data, error) from error
    teller = GatewayTeller(spool, clock)
    spooled, superseded = asyncio.Event(), False

    def keep(device: str, read_time: int, readings: Readings) -> None:
        spool.append(device, read_time, readings)
        teller.note_spooled(device, read_time)
        spooled.set()

    def link_changed(up: bool) -> None:  # noqa: FBT001 - the link's shape
        _log.info("broker connected" if up else "broker lost")
        teller.note_link(up=up)

    link = EdgeLink(
        broker_of(data, "gateway"),
        edge_session(plant, registry.polled(plant)),
        spool,
        consumers=(MONITOR, RECORDER),
        next_bd_seq=spool.next_bd_seq,
        now=clock.now,
        wake=spooled,
        on_state=link_changed,
    )
    polling = _poll(data, plant, keep, clock.now, link, teller)
    try:
        await _until_told_to_stop(polling, link.run(), teller.run(link))
    except* _AnotherNodeError:
        superseded = True
    except* (OSError, sqlite3.Error) as group:
        raise _no_spool(data, group) from group
    finally:
        with contextlib.suppress(sqlite3.Error):  # what could not be written was said above
            spool.close()
    return superseded


def _in_force(data: DataFolder) -> Plant:
    applied = plant_folder.wait_for_applied(data)
    return plant_folder.at_endpoints(plant_folder.check_files(applied.files), data)


async def _poll(
    data: DataFolder,
    plant: Plant,
    keep: Sink,
    now: Callable[[], int],
    link: EdgeLink,
    teller: GatewayTeller,
) -> None:
    """Read the devices of the plant in force, one version after the other."""
    while True:
        async with asyncio.TaskGroup() as tasks:
            readers = registry.pollers(plant, keep, now, secrets=data.secrets, pki=data.pki)
            teller.follow(plant, readers)
            polling = tasks.create_task(poll_all(readers))
            await until_changed(data, plant.version)
            polling.cancel()
        before, plant = plant, await asyncio.to_thread(_in_force, data)
        _log.info("another plant version is in force", version=plant.version)
        if (before.id, before.gateway) != (plant.id, plant.gateway):
            raise _AnotherNodeError(plant.gateway)
        link.change(edge_session(plant, registry.polled(plant)))


def _no_spool(data: DataFolder, error: BaseException) -> GatewayError:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return GatewayError(
        f"the gateway stops: it cannot keep what it reads in {data.spool}: {error}; "
        "free space there, give this account write access, or stop the gateway that has it"
    )


async def _until_told_to_stop(*works: Coroutine[None, None, None]) -> None:
    """Do the works until one fails, or until told to stop; then none goes on."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(work) for work in works]
        await told.wait()
        for task in running:
            task.cancel()
