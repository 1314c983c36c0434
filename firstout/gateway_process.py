"""The gateway: polls the plant's devices, spools what they say, and publishes the spool."""

import asyncio
import contextlib
import signal
import sqlite3
from collections.abc import Sequence

import structlog

from firstout import plant_folder
from firstout.broker import broker_of
from firstout.clock import Clock
from firstout.data_folder import DataFolder
from firstout.intake import CONSUMER
from gateway import registry
from gateway.poller import poll_all
from gateway.spool import Spool
from plant.errors import FirstoutError
from plant.plant import Plant
from plant.reading import Reading
from telemetry.edge_link import EdgeLink
from telemetry.sparkplug.edge import EdgeDevice, EdgeMetric, EdgeSession

# About a day of the demonstration plant, an hour of 1,000 signals each second.
SPOOL_BYTES = 512 << 20

_log = structlog.get_logger("gateway")


class GatewayError(FirstoutError):
    """The gateway cannot keep what it reads, so it must not look alive."""


async def run_gateway(data: DataFolder) -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        GatewayError: the spool cannot be opened or written.
        JournalError: no plant has been applied.
    """
    applied = plant_folder.wait_for_applied(data)
    plant = plant_folder.at_endpoints(plant_folder.check_files(applied.files), data)
    clock = Clock()
    try:
        spool = Spool(data.spool, SPOOL_BYTES)
    except (OSError, sqlite3.Error) as error:
        raise _no_spool(data, error) from error
    spooled = asyncio.Event()

    def keep(device: str, read_time: int, readings: Sequence[Reading]) -> None:
        spool.append(device, read_time, readings)
        spooled.set()

    pollers = registry.pollers(plant, keep, clock.now)
    link = EdgeLink(
        broker_of(data, "gateway"),
        _session(plant),
        spool,
        consumers=(CONSUMER,),
        next_bd_seq=spool.next_bd_seq,
        now=clock.now,
        wake=spooled,
        on_state=lambda up: _log.info("broker connected" if up else "broker lost"),
    )
    try:
        await _until_told_to_stop(asyncio.gather(poll_all(pollers), link.run()))
    except* (OSError, sqlite3.Error) as group:
        raise _no_spool(data, group) from group
    finally:
        with contextlib.suppress(sqlite3.Error):  # what could not be written was said above
            spool.close()


def _no_spool(data: DataFolder, error: BaseException) -> GatewayError:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return GatewayError(
        f"the gateway stops: it cannot keep what it reads in {data.spool}: {error}; "
        "free space there, give this account write access, or stop the gateway that has it"
    )


def _session(plant: Plant) -> EdgeSession:
    devices = [
        EdgeDevice(
            device.id,
            tuple(EdgeMetric(s.id, s.discrete) for s in registry.signals_of(plant, device)),
        )
        for device in registry.polled(plant)
    ]
    return EdgeSession(plant.id, plant.gateway, devices)


async def _until_told_to_stop(work: "asyncio.Future[tuple[None, None]]") -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, work.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await work
