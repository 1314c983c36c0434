"""`firstout run` and the parts it starts, each by its own name for services and containers."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from firstout.options import VAR, Data, PlantFolder
from firstout.terminal import errors_for_people, out

if TYPE_CHECKING:
    from firstout.data_folder import DataFolder

AllowHost = Annotated[
    list[str] | None, typer.Option(help="Another name that people reach this server by.")
]


def run(
    plant: Annotated[
        Path | None, typer.Argument(help="Plant folder; the demo plant if none.")
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to serve the console and API on.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    data: Data = VAR,
    simulate: Annotated[
        bool | None, typer.Option(help="Simulate the devices of a simulated plant, or not.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the simulation.")] = 1,
    allow_host: AllowHost = None,
) -> None:
    """Run a whole plant on this machine: broker, gateway, monitor, recorder, API."""
    from firstout import run as running
    from firstout.data_folder import open_folder
    from firstout.plant_folder import DEMO

    with errors_for_people():
        options = running.Options(
            folder=plant or DEMO,
            data=open_folder(data),
            host=host,
            port=port,
            simulate=simulate,
            allow_hosts=tuple(allow_host or ()),
            seed=seed,
        )
        running.run(options, out)


def broker(plant: PlantFolder, data: Data = VAR) -> None:
    """Run the bundled broker."""
    import os

    from firstout.broker import prepare
    from firstout.data_folder import held_alone, open_folder
    from firstout.plant_folder import check_files, read_files

    with errors_for_people():
        folder = open_folder(data)
        with held_alone(folder):
            command = prepare(folder, check_files(read_files(plant)).id)
    os.execv(command[0], command)  # noqa: S606 - our own command, no shell


def simulate(plant: PlantFolder, data: Data = VAR, seed: int = 1) -> None:
    """Serve a plant's devices from a simulation."""
    from firstout.plant_folder import check_files, read_files
    from firstout.simulate_process import run_simulator

    with _part(data) as folder:
        served = check_files(read_files(plant))
        _reload_if(superseded=asyncio.run(run_simulator(served, folder, seed)))


def gateway(data: Data = VAR) -> None:
    """Read the plant's devices and publish what they say."""
    from firstout.gateway_process import run_gateway

    with _part(data) as folder:
        _reload_if(superseded=asyncio.run(run_gateway(folder)))


def monitor(
    plant: Annotated[
        Path | None, typer.Argument(help="Plant folder, applied when none has been yet.")
    ] = None,
    data: Data = VAR,
) -> None:
    """Judge the plant and keep its journal."""
    from firstout.monitor_process import run_monitor

    with _part(data) as folder:
        run_monitor(folder, plant, _stop_signal())


def record(data: Data = VAR) -> None:
    """Keep every sample for trends and review."""
    from firstout.record_process import run_recorder

    with _part(data) as folder:
        run_recorder(folder, _stop_signal())


def api(
    host: str = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    data: Data = VAR,
    allow_host: AllowHost = None,
) -> None:
    """Serve the API and the console."""
    from firstout.api_process import run_api

    with _part(data) as folder:
        run_api(folder, host, port, tuple(allow_host or ()))


@contextmanager
def _part(data: Path) -> Iterator["DataFolder"]:
    """Set up a part's log, and give it the data folder."""
    from firstout import logs
    from firstout.data_folder import open_folder

    logs.set_up()
    with errors_for_people():
        yield open_folder(data)


def _stop_signal() -> threading.Event:
    """Give what is set when the part is told to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _reload_if(*, superseded: bool) -> None:
    from firstout.applying.watch import RELOAD

    if superseded:
        raise typer.Exit(RELOAD)
