"""Nothing in the gateway can reach a function that writes to a device."""

import ast
from pathlib import Path

import pytest
from pymodbus.client import AsyncModbusTcpClient
from pymodbus.client.mixin import ModbusClientMixin

from gateway.modbus.frame import READ_FUNCTIONS
from gateway.modbus.source import ModbusSource
from plant.modbus_address import Table
from plant.plant import Device

READS = {"read_coils", "read_discrete_inputs", "read_holding_registers", "read_input_registers"}
REQUESTS = {name for name in vars(ModbusClientMixin) if not name.startswith("_")}
FILES = sorted(Path("gateway").rglob("*.py"))


def _names(tree: ast.AST) -> set[str]:
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("file", FILES, ids=str)
def test_the_only_requests_named_are_reads(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    imported = {
        (getattr(node, "module", None) or "", alias.name)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    speaks = {name for module, name in imported if module.startswith("pymodbus")} | {
        name for module, name in imported if not module and name.startswith("pymodbus")
    }

    if file.as_posix() != "gateway/modbus/source.py":
        assert speaks == set()
        return
    assert speaks == {"exceptions", "AsyncModbusTcpClient", "ModbusPDU"}
    assert REQUESTS & _names(tree) == READS
    called = {node.func.id for node in ast.walk(tree)
              if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}  # fmt: skip
    assert not called & {"getattr", "eval", "exec", "vars", "__import__"}


def test_pymodbus_has_requests_that_write_so_the_test_above_means_something() -> None:
    assert {"write_coil", "write_register", "write_registers", "execute"} | READS < REQUESTS
    assert isinstance(AsyncModbusTcpClient, type)


def test_tables_are_read_with_function_codes_1_to_4() -> None:
    assert {table.function for table in Table} == READ_FUNCTIONS == {1, 2, 3, 4}


@pytest.mark.parametrize("function", sorted(set(range(128)) - READ_FUNCTIONS))
def test_a_packet_that_does_not_read_cannot_leave(function: int) -> None:
    source = ModbusSource(Device("plc", "modbus-tcp", "127.0.0.1", 502), [])
    packet = bytes([0, 1, 0, 0, 0, 6, 1, function, 0, 0, 0, 1])

    with pytest.raises(AssertionError, match="must never be sent"):
        source._on_bytes(True, packet)
