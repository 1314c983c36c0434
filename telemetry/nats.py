"""The bundled broker: a NATS server that speaks MQTT on loopback, and who may say what on it.

In NATS an MQTT topic is a subject: `/` becomes `.`, and `.` becomes `//`. So `spBv1.0/demo` is
`spBv1//0.demo`, and a permission on `a/b.c` would protect nothing.
"""

import json
import shutil
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from plant.errors import TelemetryError
from telemetry.sparkplug.topic import NAMESPACE, checked

_BINARY = "nats-server"
# A host refuses payloads over 1 MiB; the broker leaves room for the topic beside it.
_MAX_PAYLOAD = (1 << 20) + (1 << 16)
_MAX_FILE_STORE = 1 << 30
_MAX_MEMORY_STORE = 64 << 20

# A subscriber with QoS 1 gets its messages and confirms them on subjects of the server's own;
# over MQTT nobody can name these, which is why the users may connect in no other way.
_MQTT_SUBSCRIBE = ("$MQTT.sub.>", "$MQTT.deliver.pubrel.>")


@dataclass(frozen=True)
class Passwords:
    """The generated passwords of the users."""

    gateway: str
    monitor: str
    recorder: str
    api: str


@dataclass(frozen=True)
class _User:
    name: str
    password: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def binary() -> str:
    """Find the server: beside the running interpreter, else on PATH; TelemetryError if neither."""
    beside = Path(sysconfig.get_path("scripts"), _BINARY)
    if beside.is_file():
        return str(beside)
    found = shutil.which(_BINARY)
    if found is None:
        raise TelemetryError(f"{_BINARY} is neither in {beside.parent} nor on PATH")
    return found


def subject(topic: str) -> str:
    """Give the NATS subject of an MQTT topic or filter."""
    mapped = topic.replace(".", "//").split("/")
    # Splitting on "/" also cut the "//" that stands for a dot; put it back.
    text = ".".join(mapped).replace("..", "//")
    return text.replace("+", "*").replace("#", ">")


def configuration(
    group: str, passwords: Passwords, *, client_port: int, mqtt_port: int, store: Path
) -> str:
    """Write the server's configuration.

    Args:
        group: the plant's id, the only Sparkplug group that its users may touch.
        passwords: one for each user.
        client_port: the port for NATS clients, on loopback; -1 lets the server choose.
        mqtt_port: the port for MQTT clients, on loopback; -1 lets the server choose.
        store: the folder of JetStream, which keeps retained messages.
    """
    users = ",\n".join(_user(user) for user in _users(checked(group), passwords))
    return f"""\
server_name: firstout-{group}
listen: {_text(f"127.0.0.1:{client_port}")}
max_payload: {_MAX_PAYLOAD}
write_deadline: "5s"
jetstream {{
  store_dir: {_text(str(store))}
  max_file_store: {_MAX_FILE_STORE}
  max_memory_store: {_MAX_MEMORY_STORE}
}}
mqtt {{
  listen: {_text(f"127.0.0.1:{mqtt_port}")}
  ack_wait: "10s"
}}
authorization {{
  timeout: 3
  users: [
{users}
  ]
}}
"""


def _users(group: str, passwords: Passwords) -> Iterable[_User]:
    node = f"{NAMESPACE}/{group}"
    committed = f"firstout/v1/committed/{group}"
    live = f"firstout/v1/live/{group}"
    gateway = f"firstout/v1/gateway/{group}"
    said_by_nodes = tuple(
        f"{node}/{verb}/#" for verb in ("NBIRTH", "NDATA", "NDEATH", "DBIRTH", "DDATA", "DDEATH")
    )
    state = f"{NAMESPACE}/STATE/#"
    yield _User(
        "gateway",
        passwords.gateway,
        (*said_by_nodes, f"{gateway}/+"),
        (f"{node}/NCMD/#", f"{committed}/#", state),
    )
    yield _User(
        "monitor",
        passwords.monitor,
        # Of all commands only those to nodes, and of these a node of ours obeys only rebirth.
        (f"{node}/NCMD/#", f"{committed}/#", live, state),
        (f"{node}/#", f"{committed}/#", state),
    )
    yield _User(
        "recorder",
        passwords.recorder,
        # It asks nodes for births, and says how far it is itself, of nobody else.
        (f"{node}/NCMD/+", f"{committed}/+/recorder"),
        (f"{node}/#",),
    )
    yield _User("api", passwords.api, (), (live, f"{gateway}/+", f"{committed}/+/+"))


def _user(user: _User) -> str:
    publish = [name for topic in user.publish for name in _subjects(topic)]
    subscribe = [name for topic in user.subscribe for name in _subjects(topic)]
    return (
        f"    {{ user: {_text(user.name)}, password: {_text(user.password)},\n"
        '      allowed_connection_types: ["MQTT"], permissions: {\n'
        f"      publish: {_rule(publish)},\n"
        f"      subscribe: {_rule([*subscribe, *_MQTT_SUBSCRIBE])}\n"
        "    } }"
    )


def _subjects(topic: str) -> tuple[str, ...]:
    """Give the subjects of a filter; MQTT's `a/#` includes `a` itself, NATS's `a.>` does not."""
    return (subject(topic), subject(topic[:-2])) if topic.endswith("/#") else (subject(topic),)


def _rule(allowed: list[str]) -> str:
    return json.dumps({"allow": allowed} if allowed else {"deny": [">"]})


def _text(value: str) -> str:
    # As it is: the server does not know JSON's \u escapes.
    return json.dumps(value, ensure_ascii=False)
