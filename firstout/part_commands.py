"""`firstout run` and the parts it starts, each by its own name for services and containers."""

import asyncio
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from firstout import logs
from firstout.applying.watch import RELOAD
from firstout.data_folder import held_alone, open_folder
from firstout.options import VAR, Data, PlantFolder
from firstout.plant_folder import DEMO, check_files, read_files
from firstout.terminal import errors_for_people, out

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

    with errors_for_people():
        folder = open_folder(data)
        with held_alone(folder):
            command = prepare(folder, check_files(read_files(plant)).id)
    os.execv(command[0], command)  # noqa: S606 - our own command, no shell


def simulate(plant: PlantFolder, data: Data = VAR, seed: int = 1) -> None:
    """Serve a plant's devices from a simulation."""
    from firstout.simulate_process import run_simulator

    logs.set_up()
    with errors_for_people():
        served = check_files(read_files(plant))
        if asyncio.run(run_simulator(served, open_folder(data), seed)):
            raise typer.Exit(RELOAD)


def gateway(data: Data = VAR) -> None:
    """Read the plant's devices and publish what they say."""
    from firstout.gateway_process import run_gateway

    logs.set_up()
    with errors_for_people():
        if asyncio.run(run_gateway(open_folder(data))):
            raise typer.Exit(RELOAD)


def monitor(
    plant: Annotated[
        Path | None, typer.Argument(help="Plant folder, applied when none has been yet.")
    ] = None,
    data: Data = VAR,
) -> None:
    """Judge the plant and keep its journal."""
    from firstout.monitor_process import run_monitor

    logs.set_up()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with errors_for_people():
        run_monitor(open_folder(data), plant, stop)


def record(data: Data = VAR) -> None:
    """Keep every sample for trends and review."""
    from firstout.record_process import run_recorder

    logs.set_up()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with errors_for_people():
        run_recorder(open_folder(data), stop)


def api(
    host: str = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    data: Data = VAR,
    allow_host: AllowHost = None,
) -> None:
    """Serve the API and the console."""
    from firstout.api_process import run_api

    logs.set_up()
    with errors_for_people():
        run_api(open_folder(data), host, port, tuple(allow_host or ()))
