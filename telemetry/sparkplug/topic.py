"""Sparkplug topics: `spBv1.0/{group}/{verb}/{node}[/{device}]` and `spBv1.0/STATE/{host}`."""

import re
from dataclasses import dataclass
from enum import StrEnum

from plant.errors import TelemetryError

NAMESPACE = "spBv1.0"

# `/` separates levels, `+` and `#` are MQTT's wildcards, `*` and `>` are NATS's; white space or a
# control character in a topic makes a NATS server drop the client, which then reconnects and
# sends the same again for ever.
_NAME = re.compile(r"[^\s/+#*>\x00-\x1f\x7f]+")
_NAME_LIMIT = 255


class Verb(StrEnum):
    """What a message is."""

    NBIRTH = "NBIRTH"
    NDATA = "NDATA"
    NDEATH = "NDEATH"
    NCMD = "NCMD"
    DBIRTH = "DBIRTH"
    DDATA = "DDATA"
    DDEATH = "DDEATH"
    DCMD = "DCMD"

    @property
    def of_device(self) -> bool:
        """True for the verbs whose topic ends with a device."""
        return self.value.startswith("D")


_VERBS = {str(verb): verb for verb in Verb}


@dataclass(frozen=True, slots=True)
class Topic:
    """A parsed topic; `device` is empty for the node's own messages."""

    group: str
    verb: Verb
    node: str
    device: str = ""

    def __str__(self) -> str:
        """Write the topic; TelemetryError when a name cannot stand in one."""
        parts = [NAMESPACE, checked(self.group), str(self.verb), checked(self.node)]
        if self.verb.of_device:
            parts.append(checked(self.device))
        elif self.device:
            raise TelemetryError(f"{self.verb} has no device, but {self.device!r} was given")
        return "/".join(parts)


def checked(name: str) -> str:
    """Give `name` back if it can be one level of a topic; TelemetryError otherwise."""
    if not is_name(name):
        raise TelemetryError(
            f"{name!r} cannot be part of a topic; use 1 to {_NAME_LIMIT} characters, none of them "
            "white space, '/', '+', '#', '*' or '>'"
        )
    return name


def is_name(name: str) -> bool:
    """Say whether `name` can be one level of a topic on any broker."""
    return len(name) <= _NAME_LIMIT and _NAME.fullmatch(name) is not None


def parse(text: str) -> Topic:
    """Read a node's or device's topic; TelemetryError when it is none."""
    parts = text.split("/")
    verb = _VERBS.get(parts[2]) if len(parts) in (4, 5) else None
    if parts[0] != NAMESPACE or verb is None or verb.of_device != (len(parts) == 5):
        raise TelemetryError(f"{text!r} is no Sparkplug B topic")
    device = parts[4] if verb.of_device else ""
    return Topic(checked(parts[1]), verb, checked(parts[3]), device and checked(device))


def node_filter(group: str) -> str:
    """The MQTT filter for everything that the nodes of `group` say."""
    return f"{NAMESPACE}/{checked(group)}/#"
