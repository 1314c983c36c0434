"""Modbus → decode → spool → Sparkplug → broker, at 10,000 registers, beside pymodbus alone.

Both run in this process, one after the other, against the same device, which is a process of its
own and answers with frames made beforehand; the broker (the bundled one) and the host that hears
are processes too. So this process' CPU time is what the gateway costs, threads included.

Run with `python -m bench.field`, or with `--profile` to see where the gateway's time goes.
"""

import argparse
import asyncio
import cProfile
import multiprocessing
import pstats
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from pymodbus.client import AsyncModbusTcpClient

from bench.field_peers import DEVICE, GROUP, NODE, run_device, run_host, shared_clock
from firstout.broker import free_port
from firstout.intake import MONITOR, RECORDER
from gateway.modbus.source import ModbusSource
from gateway.poller import Poller
from gateway.spool import Spool
from plant.name import Name
from plant.plant import Device
from plant.reading import Readings
from plant.signal import Signal
from telemetry import nats
from telemetry.edge_link import EdgeLink
from telemetry.mqtt import Broker
from telemetry.sparkplug.edge import EdgeDevice, EdgeMetric, EdgeSession

REGISTERS = 10_000
BLOCK = 125
GOAL = 0.35
_PASSWORDS = nats.Passwords(gateway="gateway", monitor="monitor", recorder="recorder", api="api")
_SPOOL_BYTES = 512 << 20
_SETTLE_S = 2.0
_OFFSET = time.time_ns() - time.monotonic_ns()
_ROUNDS = 3


@dataclass(frozen=True)
class Pace:
    """How many values went through, in how many seconds of the wall clock and of this process."""

    values: int
    wall_s: float
    cpu_s: float

    @property
    def per_core(self) -> float:
        """Values for each second of CPU time."""
        return self.values / self.cpu_s

    def __str__(self) -> str:
        return (
            f"{self.per_core:,.0f} values/s a core, {self.values / self.wall_s:,.0f} by the wall "
            f"({100 * self.cpu_s / self.wall_s:.0f} % of a core)"
        )


async def pymodbus_alone(port: int, seconds: float) -> Pace:
    """Read all registers over and over, doing nothing with them."""
    client = AsyncModbusTcpClient("127.0.0.1", port=port)
    assert await client.connect()
    values = 0
    began, cpu = time.perf_counter(), time.process_time()
    while time.perf_counter() - began < seconds:
        for start in range(0, REGISTERS, BLOCK):
            answer = await client.read_holding_registers(start, count=BLOCK)
            values += len(answer.registers)
    pace = Pace(values, time.perf_counter() - began, time.process_time() - cpu)
    client.close()
    return pace


class Gateway:
    """The gateway's own parts, put together as `firstout.gateway_process` does."""

    def __init__(self, folder: Path, port: int, broker: Broker, period_s: float) -> None:
        signals = tuple(_signal(number, period_s) for number in range(REGISTERS))
        device = Device(DEVICE, "modbus-tcp", "127.0.0.1", port)
        now = shared_clock(_OFFSET)
        self.values = 0
        self.spool = Spool(folder / f"spool-{period_s}", _SPOOL_BYTES)
        self._spooled = asyncio.Event()
        metrics = tuple(EdgeMetric(signal.id) for signal in signals)
        self.link = EdgeLink(
            broker,
            EdgeSession(GROUP, NODE, [EdgeDevice(DEVICE, metrics)]),
            self.spool,
            consumers=(MONITOR, RECORDER),
            next_bd_seq=self.spool.next_bd_seq,
            now=now,
            wake=self._spooled,
        )
        self.poller = Poller(DEVICE, ModbusSource(device, signals), self._keep, now)

    def _keep(self, device: str, read_time: int, readings: Readings) -> None:
        self.spool.append(device, read_time, readings)
        self.values += len(readings)
        self._spooled.set()

    async def run(self, measure: Callable[[], Awaitable[Pace]]) -> Pace:
        """Run while `measure` lasts."""
        tasks = [asyncio.create_task(self.link.run()), asyncio.create_task(self.poller.run())]
        try:
            return await measure()
        finally:
            tasks[1].cancel()
            await asyncio.sleep(_SETTLE_S / 2)  # what was read is sent
            tasks[0].cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task
            self.spool.close()


def _signal(number: int, period_s: float) -> Signal:
    name = f"line-{number // 100}.value_{number % 100}"
    return Signal(
        id=name, equipment="line", role="level", name=Name(name, name), unit="mm",
        range_low=0.0, range_high=65535.0, period_s=period_s, max_age_s=10.0, device=DEVICE,
        address=f"holding:{number}:uint16",
    )  # fmt: skip


async def through_the_gateway(
    folder: Path, port: int, broker: Callable[[str], Broker], period_s: float, seconds: float
) -> tuple[Pace, list[float]]:
    """Give the pace after a moment to settle, and the lag of each record heard in ms."""
    gateway = Gateway(folder, port, broker("gateway"), period_s)
    names = tuple(_signal(number, 1.0).id for number in range(REGISTERS))

    async def measure() -> Pace:
        await asyncio.sleep(_SETTLE_S)
        values, began, cpu = gateway.values, time.perf_counter(), time.process_time()
        await asyncio.sleep(seconds)
        return Pace(
            gateway.values - values, time.perf_counter() - began, time.process_time() - cpu
        )

    with _process(run_host, broker("monitor"), _OFFSET, names) as host:
        assert host.recv() == "started"
        await asyncio.sleep(_SETTLE_S / 2)
        pace = await gateway.run(measure)
        host.send("enough")
        heard, lags, slow_path = host.recv()
    assert heard == gateway.values, f"{heard} of {gateway.values} values arrived"
    assert not slow_path, f"{slow_path} messages went the general way"
    return pace, lags[len(lags) // 5 :]


@contextmanager
def _process(target: Callable[..., None], *arguments: Any) -> Iterator[Connection]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=target, args=(theirs, *arguments), daemon=True
    )
    process.start()
    try:
        yield ours
    finally:
        process.terminate()
        process.join()


@contextmanager
def _bundled_broker(folder: Path) -> Iterator[Callable[[str], Broker]]:
    port = free_port()
    config = folder / "nats.conf"
    config.write_text(
        nats.configuration(
            GROUP, _PASSWORDS, client_port=free_port(), mqtt_port=port, store=folder / "store"
        )
    )
    with (folder / "broker.log").open("wb") as log:
        server = subprocess.Popen([nats.binary(), "-c", str(config)], stdout=log, stderr=log)
    try:
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.05)
        yield lambda user: Broker("127.0.0.1", port, user, getattr(_PASSWORDS, user))
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seconds", type=float, default=15.0)
    asked.add_argument("--profile", action="store_true")
    options = asked.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = stack.enter_context(_process(run_device)).recv()
        broker = stack.enter_context(_bundled_broker(folder))
        if options.profile:
            with cProfile.Profile() as profile:
                asyncio.run(through_the_gateway(folder, port, broker, 0.01, options.seconds))
            pstats.Stats(profile).sort_stats("tottime").print_stats(35)
            return
        _measure(folder, port, broker, options.seconds)


def _measure(folder: Path, port: int, broker: Callable[[str], Broker], seconds: float) -> None:
    shares, heard = [], []
    for number in range(_ROUNDS):
        # In turns, so that what else the machine does bears on both.
        alone = asyncio.run(pymodbus_alone(port, seconds / _ROUNDS))
        place = folder / str(number)
        place.mkdir()
        gateway, lags = asyncio.run(
            through_the_gateway(place, port, broker, 0.01, seconds / _ROUNDS)
        )
        shares.append(gateway.per_core / alone.per_core)
        heard += lags
        print(f"pymodbus alone, {BLOCK} registers a request: {alone}")
        print(f"gateway, as fast as it goes: {gateway}; a share of {100 * shares[-1]:.0f} %")
    share = statistics.median(shares)
    print(f"share of pymodbus' pace a core, median: {100 * share:.0f} % (goal {100 * GOAL:.0f} %)")
    _print_lags("as fast as it goes", heard)
    steady, lags = asyncio.run(through_the_gateway(folder, port, broker, 1.0, seconds))
    print(f"gateway, {REGISTERS:,} values each second: {steady}")
    _print_lags("each second", lags)


def _print_lags(when: str, lags: list[float]) -> None:
    half, most = np.percentile(lags, [50, 99])
    print(
        f"from read to the host, {when}: p50 {half:.0f} ms, p99 {most:.0f} ms"
        f" ({len(lags)} records)"
    )


if __name__ == "__main__":
    main()
