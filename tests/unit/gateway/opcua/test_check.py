from dataclasses import replace

import pytest

from gateway.opcua.check import SECURITY, check_opcua
from plant.plant import Device
from plant.read_device import SECURITY as ACCEPTED
from tests.signals import signal

PLC = Device("plc", "opcua", "127.0.0.1", 4840, timeout_s=1.0)


def test_a_right_device_has_no_fault() -> None:
    signals = [signal("a", "ns=2;s=a"), signal("b", "/Objects/2:B"), signal("c", "ns=2;s=a")]

    assert check_opcua(PLC, signals) == []
    assert check_opcua(replace(PLC, security="sign", user="firstout"), signals) == []


def test_every_security_a_plant_may_name_is_spoken() -> None:
    assert set(SECURITY) == set(ACCEPTED)


@pytest.mark.parametrize(
    ("changes", "where", "problem"),
    [
        ({"host": ""}, "device plc, url", "names no host"),
        ({"port": 0}, "device plc, url", "is no port"),
        ({"timeout_s": 0.0}, "device plc, timeout_s", "is no time-out"),
        ({"security": "tls"}, "device plc, security", "'tls' is not spoken"),
        ({"user": "firstout"}, "device plc, security", "would travel unprotected"),
    ],
)
def test_a_wrong_device_is_one_fault(changes, where: str, problem: str) -> None:
    (fault,) = check_opcua(replace(PLC, **changes), [])

    assert (fault.file, fault.where) == ("plant.toml", where)
    assert problem in fault.problem
    assert fault.accepted


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (signal("a", "holding:3:int16"), "no OPC UA address"),
        (signal("a", "ns=2;s=a", period_s=0.0), "too short"),
        (signal("a", "ns=2;s=a", period_s=1.5), "noticed after 2.5 s"),
    ],
)
def test_a_wrong_signal_is_one_fault(wrong, problem: str) -> None:
    (fault,) = check_opcua(PLC, [wrong])

    assert fault.file == "signals.csv"
    assert problem in fault.problem
    assert fault.accepted
