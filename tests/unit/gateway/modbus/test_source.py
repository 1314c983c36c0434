import inspect

import pymodbus.exceptions
import pytest

from gateway.modbus.source import REASONS, translated
from plant.errors import SourceError
from plant.quality import Reason

EXCEPTIONS = [
    member
    for _, member in inspect.getmembers(pymodbus.exceptions, inspect.isclass)
    if issubclass(member, Exception)
]


def test_every_exception_of_pymodbus_has_a_reason() -> None:
    assert set(REASONS) == set(EXCEPTIONS)
    assert set(REASONS.values()) <= {Reason.NO_ANSWER, Reason.REFUSED, Reason.NOT_DECODABLE}


def test_every_exception_of_pymodbus_is_one_we_catch() -> None:
    assert all(issubclass(kind, pymodbus.exceptions.ModbusException) for kind in EXCEPTIONS)


@pytest.mark.parametrize("kind", EXCEPTIONS, ids=lambda kind: kind.__name__)
def test_it_becomes_ours(kind: type[pymodbus.exceptions.ModbusException]) -> None:
    error = translated(kind("it is broken"))

    assert isinstance(error, SourceError)
    assert error.reason is REASONS[kind]
    assert "it is broken" in str(error)
