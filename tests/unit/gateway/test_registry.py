from dataclasses import replace

import pytest

from gateway.counters import Counters
from gateway.registry import PROTOCOLS, UNPOLLED, check, polled, pollers
from plant.plant import Device, Plant
from plant.read_device import PROTOCOLS as ACCEPTED
from tests.plant_files import caster_plant
from tests.signals import signal

PLC = Device("plc", "modbus-tcp", "127.0.0.1", 502, timeout_s=0.5)


@pytest.fixture(scope="module")
def demo() -> Plant:
    return caster_plant()


def _plant(demo: Plant, *devices: Device, signals=()) -> Plant:
    return replace(demo, devices=devices, signals=tuple(signals))


def test_the_demonstration_plant_can_be_read(demo: Plant) -> None:
    assert check(demo) == []
    assert [device.id for device in polled(demo)] == ["mould-plc"]
    assert len(demo.signals_of("mould-plc")) == 13


def test_every_protocol_a_plant_may_name_is_known_here() -> None:
    assert {*PROTOCOLS, *UNPOLLED} == set(ACCEPTED)


@pytest.mark.parametrize(
    ("device", "where", "accepted"),
    [
        (replace(PLC, host=""), "device plc, host", "a host name or IP address"),
        (replace(PLC, port=0), "device plc, port", "1 to 65535"),
        (replace(PLC, unit_id=256), "device plc, unit_id", "0 to 255"),
        (replace(PLC, word_order="middle"), "device plc, word_order", "big or little"),
        (replace(PLC, timeout_s=0.0), "device plc, timeout_s", "more than 0 s"),
        (
            replace(PLC, protocol="profibus"),
            "device plc, protocol",
            "modbus-tcp, opcua, sparkplug",
        ),
    ],
)
def test_a_wrong_device_is_one_fault(demo: Plant, device: Device, where: str, accepted: str):
    (fault,) = check(_plant(demo, device))

    assert (fault.file, fault.where, fault.accepted) == ("plant.toml", where, accepted)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (signal("s", "input:0"), "no type"),
        (signal("s", "register 40001"), "no Modbus address"),
        (signal("s", "input:0:bit3", unit=None), ""),
        (replace(signal("s", "discrete:0"), unit="mm"), "cannot hold a measured"),
        (replace(signal("s", "input:0:int16"), unit=None), "cannot hold a discrete"),
        (signal("s", "input:0:int16", period_s=0.0), "too short"),
        (signal("s", "input:0:int16", period_s=1.8), "noticed after 2.3 s"),
    ],
)
def test_a_wrong_signal_is_one_fault(demo: Plant, wrong, problem: str) -> None:
    faults = check(_plant(demo, PLC, signals=[wrong]))

    assert [problem in fault.problem for fault in faults] == ([True] if problem else [])
    assert all(fault.file == "signals.csv" and fault.accepted for fault in faults)


def test_a_unit_declared_twice_is_a_fault(demo: Plant) -> None:
    other = replace(PLC, id="other")

    faults = check(_plant(demo, PLC, other, signals=[signal("a", "input:0:int16")]))

    assert [(fault.where, fault.problem) for fault in faults] == [
        ("device other", "127.0.0.1:502 unit 1 is another device's too"),
        ("device plc", "127.0.0.1:502 unit 1 is another device's too"),
    ]


@pytest.mark.parametrize(
    ("first", "second", "unit"),
    [
        ("input:0:int16", "input:0:int16", "mm"),
        ("input:0:float32", "input:0:float32", "mm"),
        ("input:0:float32", "input:2:float32", "mm"),
        ("input:1:int16", "holding:1:uint16", "mm"),
        ("holding:7:bit0", "holding:7:bit15", None),
        ("coil:3", "coil:3", None),
    ],
)
def test_two_signals_may_read_one_place_alike(demo: Plant, first, second, unit) -> None:
    both = [signal("a", first, unit=unit), signal("b", second, unit=unit)]

    assert check(_plant(demo, PLC, signals=both)) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("input:0:float32", "input:1:float32"),
        ("input:1:int16", "input:0:int32"),
        ("input:0:int16", "input:0:uint16"),
        ("input:0:float32", "input:0:uint32"),
    ],
)
def test_half_an_overlap_is_a_fault(demo: Plant, first, second) -> None:
    [fault] = check(_plant(demo, PLC, signals=[signal("a", first), signal("b", second)]))

    assert fault.where == "signal b, address"
    assert fault.problem == f"{second!r} of plc overlaps {first!r} of a"


def test_a_bit_of_a_register_that_is_read_as_a_number_is_a_fault(demo: Plant) -> None:
    both = [signal("a", "holding:7:uint16"), signal("b", "holding:7:bit3", unit=None)]

    [fault] = check(_plant(demo, PLC, signals=both))

    assert "overlaps" in fault.problem


UA = Device("ua", "opcua", "127.0.0.1", 4840)


def test_each_device_with_signals_has_a_reader(demo: Plant) -> None:
    signals = [signal("a", "input:0:int16"), signal("b", "ns=2;s=b", device="ua")]
    plant = _plant(demo, PLC, UA, replace(PLC, id="idle", unit_id=2), signals=signals)

    readers = pollers(plant, lambda *_: None, lambda: 0)

    assert [reader.device for reader in readers] == ["plc", "ua"]
    assert not any(reader.connected for reader in readers)
    assert [reader.counters for reader in readers] == [Counters(), Counters()]


def test_opc_ua_devices_are_checked_in_their_own_way(demo: Plant) -> None:
    both = (UA, replace(UA, id="other"))  # one server may be two devices
    wrong = replace(UA, id="wrong", user="firstout")

    assert check(_plant(demo, *both)) == []
    [fault] = check(_plant(demo, *both, wrong))
    assert fault.where == "device wrong, security"
    [fault] = check(_plant(demo, UA, signals=[signal("a", "input:0", device="ua")]))
    assert fault.where == "signal a, address"
