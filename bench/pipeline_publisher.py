"""The gateway of `bench.pipeline`: publishes what was made beforehand, as fast as it is taken."""

import secrets
import threading
import time
from multiprocessing.queues import SimpleQueue
from pathlib import Path

import numpy as np

from bench.replay_day import SIGNALS
from firstout.broker import broker_of
from firstout.data_folder import DataFolder
from plant.moment import SECOND
from plant.reading import Readings
from telemetry.delivery import committed_topic, decode_committed
from telemetry.mqtt import Link, Session
from telemetry.sparkplug.edge import EdgeDevice, EdgeMetric, EdgeSession
from telemetry.sparkplug.message import Message

# The broker drops a subscriber for which it must hold more than 64 MB.
_AHEAD_BYTES = 40 << 20
_OUTBOX = 64


def publish(data: Path, consumer: str, count: int, took: "SimpleQueue[float]") -> None:
    """Publish `count` messages and put the seconds until `consumer` has committed the last."""
    spool = secrets.token_hex(8)
    births, messages = _made(spool, count)
    sent = committed = -1
    moved, up = threading.Condition(), threading.Event()

    def heard(_topic: str, payload: bytes) -> None:
        nonlocal committed
        position = decode_committed(payload).position
        if position.spool == spool:
            with moved:
                committed = position.offset
                moved.notify()

    def drained() -> None:
        with moved:
            moved.notify()

    link = Link(
        broker_of(DataFolder(data), "gateway"),
        "bench",
        lambda: Session(subscriptions=((committed_topic("bench", "gw", consumer), 1),)),
        heard,
        lambda connected: up.set() if connected else None,
        on_drained=drained,
    )
    link.start()
    up.wait(10)
    for message in births:
        link.publish(message)
    most = _AHEAD_BYTES // len(messages[0].payload)
    began = time.perf_counter()
    for sent, message in enumerate(messages):
        with moved:
            while sent - committed > most or not link.room(_OUTBOX):
                moved.wait(0.05)
        link.publish(message)
    with moved:
        while committed < sent:
            moved.wait()
    took.put(time.perf_counter() - began)
    link.close()


def _made(spool: str, count: int) -> tuple[list[Message], list[Message]]:
    """Give births, and a backlog that ends now: a record a second, of quiet values."""
    names = tuple(f"s{number}" for number in range(SIGNALS))
    session = EdgeSession("bench", "gw", [EdgeDevice("plc", tuple(map(EdgeMetric, names)))])
    now = time.time_ns()
    births = session.births(0, now)
    chance = np.random.default_rng(1)
    zeros = np.zeros(SIGNALS, np.uint8)
    messages = []
    for offset in range(count):
        values = 50 + chance.normal(0, 1, SIGNALS)
        readings = Readings(names, values, zeros, zeros, None)
        read_time = (now // SECOND - count + offset) * SECOND
        messages.append(
            session.data(now, "plc", spool, offset, read_time, readings, historical=True)
        )
    return births, messages
