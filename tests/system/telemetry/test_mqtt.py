"""The link against real brokers: wills, retained messages, dead brokers, refusals."""

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from plant.errors import TelemetryError
from telemetry.mqtt import Broker, Link, Session, Tls
from telemetry.sparkplug import state, topic
from telemetry.sparkplug.edge import EdgeDevice, EdgeMetric, EdgeSession
from telemetry.sparkplug.message import Message
from telemetry.sparkplug.payload import decode

pytestmark = [pytest.mark.system]

LIVE = "firstout/v1/live/demo"


def test_what_one_says_the_other_hears(server: Any, connect: Any, waiting: Any) -> None:
    api = connect(server.broker("api"), "api", (LIVE, 0))
    monitor = connect(server.broker("monitor"), "monitor")
    for index in range(500):
        assert monitor.say(LIVE, str(index).encode())
    waiting(lambda: len(api.heard) == 500)

    assert api.heard == [(LIVE, str(index).encode()) for index in range(500)]


def test_a_topic_that_a_broker_might_trip_over_never_leaves(server: Any, connect: Any) -> None:
    monitor = connect(server.broker("monitor"), "monitor")
    for text in ("firstout/v1/live/de mo", "firstout/#", "a/+", "", "a\x00"):
        with pytest.raises(TelemetryError):
            monitor.say(text)


@pytest.mark.tck("tck-id-payloads-ndeath-will-message")
@pytest.mark.tck("tck-id-topics-nbirth-bdseq-increment")
def test_each_connection_has_a_will_of_its_own(
    server: Any, connect: Any, waiting: Any, relayed: Any
) -> None:
    host = connect(server.broker("monitor"), "monitor", (topic.node_filter("demo"), 1))
    session = EdgeSession("demo", "gw1", (EdgeDevice("plc", (EdgeMetric("water"),)),))
    numbers = iter(range(10))
    used: list[int] = []

    def prepare() -> Session:
        used.append(next(numbers))
        hello = tuple(session.births(used[-1], 1))
        return Session(session.death(used[-1], 1), ((session.command_topic, 1),), hello)

    # The link reaches the broker through a relay, which the test can cut like a cable.
    relay = relayed(server.port)
    broker = server.broker("gateway")
    link = Link(
        Broker("127.0.0.1", relay.port, broker.username, broker.password),
        "gw1",
        prepare,
        lambda _topic, _payload: None,
        lambda _up: None,
    )
    link.start()
    for count in (1, 2, 3):
        waiting(lambda count=count: births(host.heard) == list(range(count)), link)
        relay.cut()
        waiting(lambda count=count: deaths(host.heard) == list(range(count)), link)
    waiting(lambda: link.connected, link)
    link.close([session.death(used[-1], 1)])
    waiting(lambda: deaths(host.heard) == [0, 1, 2, 3])


def numbers_of(heard: list[tuple[str, bytes]], verb: str) -> list[Any]:
    return [
        next(m.value for m in decode(payload).metrics if m.name == "bdSeq")
        for text, payload in heard
        if f"/{verb}/" in text
    ]


def births(heard: list[tuple[str, bytes]]) -> list[Any]:
    return numbers_of(heard, "NBIRTH")


def deaths(heard: list[tuple[str, bytes]]) -> list[Any]:
    return numbers_of(heard, "NDEATH")


@pytest.mark.tck("tck-id-host-topic-phid-death-required")
@pytest.mark.tck("tck-id-host-topic-phid-birth-retain")
@pytest.mark.tck("tck-id-host-topic-phid-death-retain")
@pytest.mark.tck("tck-id-host-topic-phid-birth-required")
def test_a_host_s_state_outlives_it(server: Any, connect: Any, waiting: Any, relayed: Any) -> None:
    relay = relayed(server.port)
    broker = server.broker("monitor")
    own = state.topic("monitor")
    heard: list[bytes] = []
    link = Link(
        Broker("127.0.0.1", relay.port, broker.username, broker.password),
        "monitor",
        lambda: Session(state.will("monitor", 5), ((own, 1),), (state.birth("monitor", 5),)),
        lambda _topic, payload: heard.append(payload),
        lambda _up: None,
    )
    link.start()
    waiting(lambda: len(heard) >= 1, link)
    late = connect(server.broker("gateway"), "late", (own, 1))
    waiting(lambda: late.heard)
    assert json.loads(late.heard[0][1]) == {"online": True, "timestamp": 5}
    link.close()

    relay = relayed(server.port)
    dying = connect(
        Broker("127.0.0.1", relay.port, broker.username, broker.password),
        "dying",
        will=state.will("monitor", 9),
    )
    relay.close()
    waiting(lambda: json.loads(late.heard[-1][1]) == {"online": False, "timestamp": 9})
    later = connect(server.broker("gateway"), "later", (own, 1))
    waiting(lambda: later.heard)
    assert json.loads(later.heard[0][1]) == {"online": False, "timestamp": 9}
    waiting(lambda: not dying.link.connected)


def test_a_broker_that_hangs_is_noticed_within_its_keepalive(server: Any, waiting: Any) -> None:
    states: list[bool] = []
    link = Link(
        server.broker("monitor"),
        "monitor",
        lambda: Session(subscriptions=((topic.node_filter("demo"), 0),)),
        lambda _topic, _payload: None,
        states.append,
        keepalive_s=1,
    )
    link.start()
    waiting(lambda: link.connected, link)
    os.kill(server.process.pid, signal.SIGSTOP)
    began = time.monotonic()
    try:
        waiting(lambda: not link.connected, link)
        took = time.monotonic() - began
        assert not link.publish(Message(LIVE, b"x"))
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
    waiting(lambda: link.connected, link)
    link.close()

    assert took < 3.5
    assert states == [True, False, True, False]


def test_a_broker_that_was_away_is_found_again(server: Any, waiting: Any) -> None:
    server.kill()
    link = Link(
        server.broker("monitor"),
        "monitor",
        lambda: Session(hello=(Message(LIVE, b"hello"),)),
        lambda _topic, _payload: None,
        lambda _up: None,
    )
    link.start()
    waiting(lambda: link.fault)
    assert not link.connected
    server.start()
    waiting(lambda: link.connected, link)
    link.close()
    assert not link.connected


def test_a_full_outbox_refuses_and_tells_when_there_is_room(server: Any, waiting: Any) -> None:
    drained = threading.Event()
    link = Link(
        server.broker("monitor"),
        "monitor",
        Session,
        lambda _topic, _payload: None,
        lambda _up: None,
        on_drained=drained.set,
        outbox_limit=50,
    )
    link.start()
    waiting(lambda: link.connected, link)
    payload = bytes(100_000)
    for _ in range(10_000):
        if not link.publish(Message(LIVE, payload)):
            break
    else:
        pytest.fail("the outbox is not bounded")

    assert drained.wait(10)
    assert link.publish(Message(LIVE, b"x"))
    link.close()


def test_closing_before_the_first_connection_ends_the_thread(server: Any) -> None:
    server.kill()
    link = Link(server.broker("api"), "api", Session, lambda *_: None, lambda *_: None)
    link.start()
    link.close()

    assert not link.connected


def test_over_tls_the_broker_must_prove_who_it_is(tmp_path: Path, waiting: Any) -> None:
    openssl, mosquitto = shutil.which("openssl"), Path("/usr/sbin/mosquitto")
    assert openssl is not None
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = tmp_path / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nuser root\n"
        f"certfile {certificate}\nkeyfile {key}\n"
    )
    process = subprocess.Popen([mosquitto, "-c", config], stderr=subprocess.DEVNULL)
    heard: list[bytes] = []
    links = [
        Link(
            Broker("localhost", port, tls=tls),
            name,
            lambda: Session(subscriptions=((LIVE, 0),)),
            lambda _topic, payload: heard.append(payload),
            lambda _up: None,
        )
        for name, tls in (("trusting", Tls(ca_file=str(certificate))), ("strange", Tls()))
    ]
    for link in links:
        link.start()
    trusting, strange = links
    waiting(lambda: trusting.connected, trusting)
    waiting(lambda: "certificate" in strange.fault.lower(), strange)
    said = [bytes([index]) * 50_000 for index in range(100)]
    for payload in said:
        assert trusting.publish(Message(LIVE, payload))
    waiting(lambda: len(heard) == 100)
    for link in links:
        link.close()
    process.terminate()
    process.wait()

    assert heard == said
    assert not strange.connected
