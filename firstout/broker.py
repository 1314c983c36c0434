"""The broker that the parts share: the bundled one, or one that the site names."""

import json
import secrets
import socket
from pathlib import Path

from firstout.data_folder import DataFolder, write_private, write_private_json
from plant.errors import FirstoutError
from telemetry import nats
from telemetry.mqtt import Broker

_USERS = ("gateway", "monitor", "api")


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
    """Say how `user` (gateway, monitor or api) reaches the broker.

    `broker.json` in the data folder says where it is; a site with a broker of its own writes it.

    Raises:
        BrokerError: the file is missing or not of the form it must have.
    """
    path = _file(data)
    try:
        place = json.loads(path.read_text("utf-8"))
        password = place["passwords"][user]
        return Broker(str(place["host"]), int(place["port"]), user, str(password))
    except FileNotFoundError as error:
        raise BrokerError(f"{path} is missing; start `firstout run`, or write it") from error
    except (ValueError, KeyError, TypeError) as error:
        accepted = '{"host": "…", "port": 1883, "passwords": {"gateway": "…", …}}'
        raise BrokerError(f"{path}: {error!r}; accepted: {accepted}") from error


def free_port() -> int:
    """Find a free TCP port on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _file(data: DataFolder) -> Path:
    return data.broker / "broker.json"
