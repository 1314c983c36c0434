"""Real brokers on loopback: the bundled NATS server and Mosquitto, started, killed, restarted."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from telemetry import nats
from telemetry.mqtt import Broker, Link, Session
from telemetry.sparkplug.message import Message
from tests.ports import free_port

PASSWORDS = nats.Passwords(
    gateway="gw-secret", monitor="mon-secret", recorder="rec-secret", api="api-secret"
)
MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"


@dataclass
class Server:
    command: list[str]
    port: int
    log: Path
    with_users: bool
    process: subprocess.Popen[bytes] | None = None

    def broker(self, user: str) -> Broker:
        if not self.with_users:
            return Broker("127.0.0.1", self.port)
        return Broker("127.0.0.1", self.port, user, getattr(PASSWORDS, user))

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with socket.socket() as sock:
                if sock.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError(self.log.read_text())

    def kill(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)


def nats_server(folder: Path) -> Server:
    port = free_port()
    text = nats.configuration(
        "demo", PASSWORDS, client_port=free_port(), mqtt_port=port, store=folder / "jetstream"
    )
    config = folder / "nats.conf"
    config.write_text(text)
    return Server([nats.binary(), "-c", str(config)], port, folder / "log", with_users=True)


def mosquitto_server(folder: Path) -> Server:
    port = free_port()
    config = folder / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
        f"persistence_location {folder}/\nautosave_interval 1\nuser root\n"
    )
    return Server([MOSQUITTO, "-c", str(config)], port, folder / "log", with_users=False)


@pytest.fixture(params=[nats_server, mosquitto_server], ids=["nats", "mosquitto"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    running = request.param(tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def nats_only(tmp_path: Path) -> Iterator[Server]:
    running = nats_server(tmp_path)
    running.start()
    yield running
    running.stop()


@dataclass
class Client:
    link: Link
    heard: list[tuple[str, bytes]] = field(default_factory=list)

    def say(
        self, topic: str, payload: bytes = b"x", qos: int = 0, *, retain: bool = False
    ) -> bool:
        return self.link.publish(Message(topic, payload, qos, retain))


@pytest.fixture
def connect() -> Iterator[Callable[..., Client]]:
    """Connect a client; `wait=False` for one that is expected to fail."""
    clients: list[Client] = []

    def build(
        broker: Broker,
        name: str,
        *subscriptions: tuple[str, int],
        will: Message | None = None,
        wait: bool = True,
    ) -> Client:
        heard: list[tuple[str, bytes]] = []
        link = Link(
            broker,
            name,
            lambda: Session(will=will, subscriptions=subscriptions),
            lambda topic, payload: heard.append((topic, payload)),
            lambda _connected: None,
        )
        client = Client(link, heard)
        clients.append(client)
        link.start()
        if wait:
            until(lambda: link.connected, link)
        return client

    yield build
    for client in clients:
        client.link.close()


class Relay:
    """A TCP relay to the broker that can be cut."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.pairs: list[tuple[socket.socket, socket.socket]] = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.target))
            self.pairs.append((near, far))
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        for sock in (source, target):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def cut(self) -> None:
        for near, far in self.pairs:
            for sock in (near, far):
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue
        time.sleep(0.05)
        for pair in self.pairs:
            for sock in pair:
                sock.close()
        self.pairs.clear()

    def close(self) -> None:
        if self.server.fileno() < 0:
            return
        # Closing alone would leave the thread in its accept.
        self.server.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.server.close()
        self.cut()


@pytest.fixture
def relayed() -> Iterator[Callable[[int], Relay]]:
    """Give relays to a port, each closed at the end."""
    relays: list[Relay] = []

    def build(target: int) -> Relay:
        relays.append(Relay(target))
        return relays[-1]

    yield build
    for relay in relays:
        relay.close()


def until(done: Callable[[], object], link: Link | None = None, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, link.fault if link else "too late"
        time.sleep(0.01)


async def eventually(done: Callable[[], object], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not done():  # noqa: ASYNC110  (another thread makes it true)
            await asyncio.sleep(0.01)


@pytest.fixture
def waiting() -> Callable[..., None]:
    return until


@pytest.fixture
def soon() -> Callable[..., object]:
    return eventually
