from dataclasses import replace

import pytest

from plant.signal import Signal
from simulators.opcua_address_space import AddressSpace, address_space
from tests.signals import signal

OBJECTS = (0, "Objects")


def _space(*addresses: str) -> AddressSpace:
    return address_space("urn:server", [_at(address, address) for address in addresses])


def _at(name: str, address: str, equipment: str = "pit") -> Signal:
    return replace(signal(name, address), equipment=equipment)


def test_a_node_id_stands_in_a_folder_of_its_equipment() -> None:
    plan = address_space("urn:server", [_at("t", "nsu=urn:firstout:simulator;s=T", "furnace")])

    assert plan.namespaces[1:] == ("urn:server", "urn:firstout:simulator")
    assert [node.steps for node in plan.nodes] == [
        (OBJECTS,),
        (OBJECTS, (2, "furnace")),
        (OBJECTS, (2, "furnace"), (2, "T")),
    ]
    variable = plan.nodes[-1]
    assert (variable.namespace, variable.kind, variable.identifier) == (2, "s", "T")
    assert [item.id for item in variable.signals] == ["t"]
    assert not plan.nodes[0].signals


def test_namespaces_that_are_named_are_there_at_their_index() -> None:
    plan = _space("nsu=urn:b;i=7", "nsu=urn:a;s=x", "/Objects/6:A/2:B", "ns=5;i=1")

    assert plan.namespaces == (
        "http://opcfoundation.org/UA/", "urn:server", "urn:firstout:simulator", "urn:b", "urn:a",
        "urn:firstout:simulator:5", "urn:firstout:simulator:6",
    )  # fmt: skip
    where = {node.signals[0].id: node.namespace for node in plan.nodes if node.signals}
    assert where == {
        "nsu=urn:b;i=7": 3, "nsu=urn:a;s=x": 4, "/Objects/6:A/2:B": 2, "ns=5;i=1": 5,
    }  # fmt: skip


def test_a_browse_path_is_built_step_by_step_and_shared() -> None:
    plan = _space("/Objects/2:Store/2:Room/2:SO2", "/Objects/2:Store/2:Room/2:Fan")

    steps = [node.steps for node in plan.nodes]
    room = (OBJECTS, (2, "Store"), (2, "Room"))
    assert steps == [room[:1], room[:2], room, (*room, (2, "SO2")), (*room, (2, "Fan"))]
    assert len({node.identifier for node in plan.nodes}) == len(steps)


@pytest.mark.parametrize("turn", [1, -1])
def test_a_variable_may_hold_another(turn: int) -> None:
    plan = _space(*("/Objects/2:Fan", "/Objects/2:Fan/2:Speed")[::turn])

    assert [node.steps[-1][1] for node in plan.nodes] == ["Objects", "Fan", "Speed"]
    assert [len(node.signals) for node in plan.nodes] == [0, 1, 1]


def test_signals_at_one_address_share_its_node() -> None:
    plan = address_space("urn:server", [_at("a", "ns=2;i=1"), _at("b", "ns=2;i=1")])

    assert [item.id for item in plan.nodes[-1].signals] == ["a", "b"]


def test_no_folder_holds_more_than_a_hundred() -> None:
    plan = address_space("urn:server", [_at(f"s{n}", f"ns=2;i={n}") for n in range(1, 252)])

    held: dict[str, int] = {}
    for node in plan.nodes:
        if node.signals:
            held[node.steps[-2][1]] = held.get(node.steps[-2][1], 0) + 1
    assert held == {"pit": 100, "pit 2": 100, "pit 3": 51}


def test_every_node_comes_after_the_one_that_holds_it() -> None:
    plan = _space("/Objects/2:A/2:B/2:C", "ns=2;s=x", "/Objects/2:A/2:D", "/Objects/2:A")

    seen = {()}
    for node in plan.nodes:
        assert node.steps[:-1] in seen
        seen.add(node.steps)
