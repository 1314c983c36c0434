"""A device whose signals do not fit into a birth is named before anything runs."""

from dataclasses import replace

import pytest

from gateway.registry import check
from gateway.reporting import edge_session
from plant.errors import Fault
from plant.moment import SECOND
from plant.plant import Device, Plant
from telemetry.sparkplug.payload import MAX_BYTES, decode
from tests.plant_files import caster_plant
from tests.signals import signal

UA = Device("ua", "opcua", "127.0.0.1", 4840)
NOW = 1_764_000_000 * SECOND


def _plant(count: int, width: int = 0) -> Plant:
    signals = [signal(f"{n:0{width}}", f"i={n}", device="ua") for n in range(count)]
    return replace(caster_plant(), devices=(UA,), signals=tuple(signals))


def test_many_signals_fit() -> None:
    plant = _plant(5000, width=60)

    assert check(plant) == []
    births = edge_session(plant, [UA]).births(0, NOW)
    assert len(decode(births[1].payload).metrics) == 5005


def test_more_signals_than_a_birth_can_declare_are_a_fault_of_their_device() -> None:
    assert check(_plant(19_996)) == [
        Fault(
            "plant.toml",
            "device ua",
            "has 19996 signals, and its birth can declare 19995",
            "at most 19995 signals",
        )
    ]


def test_a_birth_that_is_too_large_when_nothing_is_good_is_a_fault_of_its_device() -> None:
    plant = _plant(9000, width=80)

    [fault] = check(plant)

    size = len(edge_session(plant, [UA]).births(0, NOW)[1].payload)
    assert size < 9000 * (80 + 60)
    assert (fault.file, fault.where) == ("plant.toml", "device ua")
    assert fault.problem.startswith("has 9000 signals, whose birth takes up to ")
    assert fault.problem.endswith(f" bytes, and a message carries {MAX_BYTES}")


@pytest.mark.parametrize("name", ["spool", "offset", "read_time"])
def test_a_signal_that_is_called_as_what_proves_delivery_is_a_fault(name: str) -> None:
    plant = replace(_plant(1), signals=(signal(name, "i=1", device="ua"),))

    faults = check(plant)

    assert [fault.where for fault in faults] == ["gateway"]
