"""The address grammar of OPC UA signals in `signals.csv`.

    ns=2;s=Furnace1.T_out           a node id; also i= (number), g= (GUID) and b= (base64)
    nsu=urn:works:plc;s=T_out       the same with the namespace's URI, which survives a server
                                    that numbers its namespaces anew
    /Objects/2:Furnace1/2:T_out     a browse path from the root; a name is namespace:name
                                    (0: may be left out), and `/` and `:` in it are written &/ &:

Everything is checked for form here; whether the server has such a node shows when it is read.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from uuid import UUID

ACCEPTED = (
    "ns=N;s=TEXT, ns=N;i=NUMBER, ns=N;g=GUID, ns=N;b=BASE64, the same with nsu=URI for ns=N, "
    "or a browse path /Objects/N:NAME/N:NAME"
)

_NODE_ID = re.compile(r"(?:ns=([0-9]{1,5});|nsu=([^;]+);)?([isgb])=(.+)", re.DOTALL)
_ESCAPED = re.compile(r"&(.)")
_LONGEST = 4096  # characters of an identifier that OPC UA allows a string to have


@dataclass(frozen=True)
class NodeAddress:
    """A node id; `namespace` is an index, or a URI to be looked up at the server.

    `kind` is i, s, g or b; `identifier` is its text as an OPC UA node id writes it.
    """

    namespace: int | str
    kind: str
    identifier: str


@dataclass(frozen=True)
class PathAddress:
    """A browse path from the root folder: (namespace index, name) of each step."""

    steps: tuple[tuple[int, str], ...]


def parse(text: str) -> NodeAddress | PathAddress:
    """Read one address; ValueError names what would be accepted."""
    address = _path(text) if text.startswith("/") else _node(text)
    if address is None:
        raise ValueError(f"{text!r} is no OPC UA address; accepted: {ACCEPTED}")
    return address


def _node(text: str) -> NodeAddress | None:
    match = _NODE_ID.fullmatch(text)
    if match is None:
        return None
    index, uri, kind, identifier = match.groups()
    namespace: int | str = uri if uri is not None else int(index or 0)
    whole = isinstance(namespace, str) or namespace <= 65_535
    return NodeAddress(namespace, kind, identifier) if whole and _fits(kind, identifier) else None


def _fits(kind: str, identifier: str) -> bool:
    try:
        match kind:
            case "i":
                return identifier.isascii() and identifier.isdigit() and int(identifier) < 1 << 32
            case "g":
                UUID(identifier)
            case "b":
                base64.b64decode(identifier, validate=True)
            case _:
                return len(identifier) <= _LONGEST
    except (ValueError, binascii.Error):
        return False
    return True


def _path(text: str) -> PathAddress | None:
    steps: list[tuple[int, str]] = []
    for step in re.split(r"(?<!&)/", text[1:]):
        match = re.fullmatch(r"(?:([0-9]{1,5}):)?((?:[^:&]|&.)+)", step)
        if match is None or int(match[1] or 0) > 65_535:
            return None
        steps.append((int(match[1] or 0), _ESCAPED.sub(r"\1", match[2])))
    return PathAddress(tuple(steps))
