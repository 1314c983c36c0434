"""Which namespaces, objects and variables an OPC UA device must have for its signals. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plant.opcua_address import NodeAddress, PathAddress, parse
from plant.signal import Signal

STANDARD = "http://opcfoundation.org/UA/"
SIMULATOR = "urn:firstout:simulator"

# asyncua looks through a parent's children when it adds one (measured: 10,000 variables under one
# parent took over 90 s to build, in folders of 100 it took 5.6 s).
_FOLDER = 100

Steps = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Node:
    """A node to be built: where it is from the root folder, and its id in `namespace`.

    `kind` is i, s, g or b and `identifier` its text, as an OPC UA node id writes them. `signals`
    are those that are read there; none makes it an object that only holds others.
    """

    steps: Steps
    namespace: int
    kind: str
    identifier: str
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True)
class AddressSpace:
    """The URIs of all namespaces by index, and the nodes, each after the one that holds it."""

    namespaces: tuple[str, ...]
    nodes: tuple[Node, ...]


def address_space(application: str, signals: Sequence[Signal]) -> AddressSpace:
    """Give an address space in which every signal is where its address says.

    A node id stands in a folder of its equipment; a browse path is built step by step. What lies
    in namespace 0 but `/Objects` must be there already. `application` is the server's URI, which
    is namespace 1; the simulator's own URI is 2, and those that addresses name follow.
    """
    places: dict[NodeAddress | PathAddress, list[Signal]] = {}
    for signal in signals:
        places.setdefault(parse(signal.address), []).append(signal)
    namespaces = _namespaces(application, places)
    nodes: dict[Steps, Node] = {}
    paths = [address for address in places if isinstance(address, PathAddress)]
    # A short path first: its variable may hold the variables of longer ones.
    for path in sorted(paths, key=lambda address: len(address.steps)):
        for end in range(1, len(path.steps)):
            nodes.setdefault(path.steps[:end], _at_path(path.steps[:end]))
        nodes[path.steps] = _at_path(path.steps, places[path])
    count: dict[str, int] = {}
    for address, read in places.items():
        if isinstance(address, NodeAddress):
            equipment = read[0].equipment
            place = count[equipment] = count.get(equipment, -1) + 1
            name = f"{equipment} {place // _FOLDER + 1}" if place >= _FOLDER else equipment
            folder = (0, "Objects"), (namespaces.index(SIMULATOR), name)
            nodes.setdefault(folder[:1], _at_path(folder[:1]))
            nodes.setdefault(folder, _at_path(folder))
            index = _index(namespaces, address.namespace)
            steps = (*folder, (index, address.identifier))
            nodes[steps] = Node(steps, index, address.kind, address.identifier, tuple(read))
    return AddressSpace(namespaces, tuple(nodes.values()))


def _at_path(steps: Steps, signals: Iterable[Signal] = ()) -> Node:
    text = "".join(f"/{namespace}:{name}" for namespace, name in steps)
    return Node(steps, steps[-1][0], "s", text, tuple(signals))


def _namespaces(
    application: str, addresses: Iterable[NodeAddress | PathAddress]
) -> tuple[str, ...]:
    """Give every namespace that is named; indexes that only a number names get a URI as well."""
    uris = [STANDARD, application, SIMULATOR]
    highest = 0
    for address in addresses:
        if isinstance(address, PathAddress):
            highest = max(highest, *(namespace for namespace, _ in address.steps))
        elif isinstance(address.namespace, int):
            highest = max(highest, address.namespace)
        elif address.namespace not in uris:
            uris.append(address.namespace)
    return (*uris, *(f"{SIMULATOR}:{index}" for index in range(len(uris), highest + 1)))


def _index(namespaces: Sequence[str], namespace: int | str) -> int:
    return namespace if isinstance(namespace, int) else namespaces.index(namespace)
