"""The broker that the parts share: the bundled one, or one that the site names."""

import json
import secrets
import socket
import threading
from pathlib import Path

from firstout.data_folder import DataFolder, write_private, write_private_json
from plant.errors import FirstoutError
from plant.plant import Plant
from telemetry import nats
from telemetry.delivery import committed_topic
from telemetry.mqtt import Broker, Link, Session
from telemetry.sparkplug.message import Message

_USERS = ("gateway", "monitor", "recorder", "api")
_ANSWER_S = 1.0  # of the 5 s in which a run must be able to stop
_WATCH = "watch"


class BrokerError(FirstoutError):
    """The parts do not know where the broker is."""


def prepare(data: DataFolder, group: str) -> list[str]:
    """Write the bundled broker's configuration, with new passwords, and give its command.

    The ports are free ones on loopback; they stay the same while this run lasts, so that the
    parts find the broker again when it has been restarted.
    """
    passwords = {user: secrets.token_urlsafe(24) for user in _USERS}
    client_port, mqtt_port = free_port(), free_port()
    config = data.broker / "nats.conf"
    text = nats.configuration(
        group,
        nats.Passwords(**passwords),
        client_port=client_port,
        mqtt_port=mqtt_port,
        store=data.broker / "store",
    )
    write_private(config, text)
    place = {"host": "127.0.0.1", "port": mqtt_port, "passwords": passwords}
    write_private_json(_file(data), place)
    return [nats.binary(), "-c", str(config)]


def broker_of(data: DataFolder, user: str) -> Broker:
    """Say how `user` (gateway, monitor, recorder or api) reaches the broker.

    `broker.json` in the data folder says where it is; a site with a broker of its own writes it.

    Raises:
        BrokerError: the file is missing or not of the form it must have.
    """
    path = _file(data)
    try:
        place = json.loads(path.read_text("utf-8"))
        password = place["passwords"].get(user)
        if password is None:
            raise BrokerError(_no_password(path, user))
        return Broker(str(place["host"]), int(place["port"]), user, str(password))
    except FileNotFoundError as error:
        raise BrokerError(f"{path} is missing; start `firstout run`, or write it") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        passwords = ", ".join(f'"{name}": "…"' for name in _USERS)
        accepted = f'{{"host": "…", "port": 1883, "passwords": {{{passwords}}}}}'
        raise BrokerError(f"{path}: {error!r}; accepted: {accepted}") from error


def _no_password(path: Path, user: str) -> str:
    return (
        f'{path} has no password for the user {user}; add "{user}": "…" to its passwords, and '
        f"let the broker know that user (docs/reference/delivery.md says what each must be able "
        "to say and hear)"
    )


def works(data: DataFolder, plant: Plant) -> bool:
    """Say whether a new client gets its own message back from the broker in time.

    A broker whose disk was full goes on refusing clients, or swallowing what must be kept, when
    there is space again; only a new start helps.
    """
    topic = committed_topic(plant.id, plant.gateway, _WATCH)
    sign = secrets.token_hex(8).encode()
    heard = threading.Event()
    link = Link(
        broker_of(data, "monitor"),
        f"firstout:{_WATCH}:{plant.id}",
        lambda: Session(
            subscriptions=((topic, 1),), hello=(Message(topic, sign, qos=1, retain=True),)
        ),
        lambda _topic, payload: heard.set() if payload == sign else None,
        lambda _up: None,
    )
    link.start()
    try:
        return heard.wait(_ANSWER_S)
    finally:
        link.close()


def free_port() -> int:
    """Find a free TCP port on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _file(data: DataFolder) -> Path:
    return data.broker / "broker.json"
