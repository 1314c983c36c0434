"""Who may say and hear what on the bundled broker."""

from typing import Any

import pytest

from telemetry.mqtt import Broker

pytestmark = [pytest.mark.system]

NODE = "spBv1.0/demo"
COMMITTED = "firstout/v1/committed/demo/gw1/monitor"
RECORDED = "firstout/v1/committed/demo/gw1/recorder"
LIVE = "firstout/v1/live/demo"
STATE = "firstout/v1/gateway/demo/gw1"
EVERY_STATE = "firstout/v1/gateway/demo/+"
EVERY_COMMITTED = "firstout/v1/committed/demo/+/+"

MAY_SAY = {
    "gateway": {
        f"{NODE}/NBIRTH/gw1", f"{NODE}/DBIRTH/gw1/plc", f"{NODE}/DDATA/gw1/plc",
        f"{NODE}/NDEATH/gw1", f"{NODE}/NDATA/gw1", f"{NODE}/DDEATH/gw1/plc", STATE,
    },
    "monitor": {f"{NODE}/NCMD/gw1", COMMITTED, RECORDED, LIVE, "spBv1.0/STATE/monitor"},
    "recorder": {f"{NODE}/NCMD/gw1", RECORDED},
    "api": set(),
}  # fmt: skip
MAY_HEAR = {
    "gateway": {
        f"{NODE}/NCMD/gw1",
        COMMITTED,
        RECORDED,
        EVERY_COMMITTED,
        "spBv1.0/STATE/monitor",
    },
    "monitor": {
        f"{NODE}/#",
        f"{NODE}/NCMD/gw1",
        f"{NODE}/DCMD/gw1/#",
        COMMITTED,
        RECORDED,
        EVERY_COMMITTED,
        "spBv1.0/STATE/monitor",
    },
    "recorder": {f"{NODE}/#", f"{NODE}/NCMD/gw1", f"{NODE}/DCMD/gw1/#"},
    "api": {LIVE, STATE, EVERY_STATE, COMMITTED, RECORDED, EVERY_COMMITTED},
}
SAID = sorted(
    set().union(*MAY_SAY.values())
    | {f"{NODE}/DCMD/gw1/plc", "spBv1.0/other/DDATA/gw1/plc", "x"}
    | {"firstout/v1/gateway/other/gw1"}
)
HEARD = sorted(
    set().union(*MAY_HEAR.values())
    | {"spBv1.0/other/#", "#", "+/#", "$MQTT/#", "$MQTT/sub/#", "$JS/#", "$SYS/#", "_INBOX/#"}
)


@pytest.mark.parametrize("user", MAY_SAY)
@pytest.mark.parametrize("qos", [0, 1])
def test_a_user_says_what_it_must_and_no_more(
    nats_only: Any, connect: Any, waiting: Any, user: str, qos: int
) -> None:
    ears = [
        connect(nats_only.broker(ear), f"ear-{ear}", *((t, 1) for t in sorted(MAY_HEAR[ear])))
        for ear in MAY_HEAR
    ]
    mouth = connect(nats_only.broker(user), "mouth")
    for topic in SAID:
        mouth.say(topic, b"said", qos)
    end = connect(nats_only.broker("monitor"), "end")
    end.say(LIVE, b"end", 1)
    end.say(f"{NODE}/NCMD/gw1", b"end", 1)
    waiting(lambda: all(any(p == b"end" for _, p in ear.heard) for ear in ears))
    heard = {topic for ear in ears for topic, payload in ear.heard if payload == b"said"}

    assert heard == MAY_SAY[user]
    assert mouth.link.connected


@pytest.mark.parametrize("user", MAY_HEAR)
@pytest.mark.parametrize("qos", [0, 1])
def test_a_user_hears_what_it_must_and_no_more(
    nats_only: Any, connect: Any, waiting: Any, user: str, qos: int
) -> None:
    for topic in HEARD:
        client = connect(nats_only.broker(user), "ear", (topic, qos), wait=False)
        waiting(lambda client=client: client.link.connected or client.link.fault)
        assert client.link.connected == (topic in MAY_HEAR[user]), (topic, client.link.fault)
        client.link.close()


@pytest.mark.parametrize(("user", "password"), [("", ""), ("api", "wrong"), ("root", "x")])
def test_strangers_are_refused(
    nats_only: Any, connect: Any, waiting: Any, user: str, password: str
) -> None:
    client = connect(Broker("127.0.0.1", nats_only.port, user, password), "stranger", wait=False)
    waiting(lambda: client.link.fault)

    assert not client.link.connected
    assert "uthori" in client.link.fault


def test_a_retained_message_survives_a_kill(nats_only: Any, connect: Any, waiting: Any) -> None:
    monitor = connect(nats_only.broker("monitor"), "monitor", (COMMITTED, 1))
    monitor.say(COMMITTED, b"41", 1, retain=True)
    waiting(lambda: monitor.heard)
    nats_only.kill()
    nats_only.start()
    gateway = connect(nats_only.broker("gateway"), "gateway", (COMMITTED, 1))
    waiting(lambda: gateway.heard)

    assert gateway.heard[0] == (COMMITTED, b"41")


def test_it_listens_on_loopback_only(nats_only: Any) -> None:
    config = nats_only.command[2]
    with open(config) as file:  # noqa: PTH123
        listens = [line.split('"')[1] for line in file if "listen:" in line]

    assert [address.rpartition(":")[0] for address in listens] == ["127.0.0.1"] * 2
