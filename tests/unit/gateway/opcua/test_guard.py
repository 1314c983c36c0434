"""What may be sent is named; everything else asyncua could send is stopped as bytes."""

import ast
from pathlib import Path

import pytest
from asyncua import ua
from asyncua.common.connection import TransportLimits
from asyncua.crypto.security_policies import SecurityPolicyNone
from asyncua.ua.ua_binary import struct_to_binary

from gateway.opcua.session.guard import READ_REQUESTS, ReadingConnection

REQUESTS = sorted(name for name in vars(ua) if name.endswith("Request") and name != "Request")
ACTS = {"WriteRequest", "CallRequest", "AddNodesRequest", "DeleteNodesRequest"}
FILES = sorted(Path("gateway").rglob("*.py"))


def _number(name: str) -> int | None:
    return getattr(ua.ObjectIds, f"{name}_Encoding_DefaultBinary", None)


@pytest.fixture
def connection() -> ReadingConnection:
    return ReadingConnection(SecurityPolicyNone(), TransportLimits(65535, 65535, 0, 0))


def test_the_numbers_are_those_of_the_names() -> None:
    assert {_number(f"{name}Request"): name for name in READ_REQUESTS.values()} == READ_REQUESTS


@pytest.mark.parametrize("name", [name for name in REQUESTS if _number(name) is not None])
def test_a_request_leaves_only_if_it_is_one_of_those(connection, name: str) -> None:
    try:
        message = struct_to_binary(getattr(ua, name)())
    except AttributeError:  # asyncua cannot write it at all
        message = b"\x01\x00" + _number(name).to_bytes(2, "little")
    if _number(name) in READ_REQUESTS:
        assert message in connection.message_to_binary(message)
        return
    with pytest.raises(AssertionError, match="must never be sent"):
        connection.message_to_binary(message)


def test_there_are_requests_that_act_so_the_test_above_means_something() -> None:
    assert set(REQUESTS) >= ACTS
    assert not {_number(name) for name in ACTS} & set(READ_REQUESTS)


@pytest.mark.parametrize("message", [b"", b"\x00\xa1", b"\x02\x00\x00\x77\x02\x00\x00", b"\x01"])
def test_a_request_by_another_kind_of_number_cannot_leave(connection, message: bytes) -> None:
    with pytest.raises(AssertionError, match="must never be sent"):
        connection.message_to_binary(message)


@pytest.mark.parametrize("file", FILES, ids=str)
def test_the_only_requests_named_are_those_that_read(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    requests = {name for name in named if name in REQUESTS}
    speaks = any(
        (getattr(node, "module", None) or node.names[0].name).split(".")[0] == "asyncua"
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    )

    assert speaks <= (file.parent.as_posix() == "gateway/opcua/session")
    allowed = {f"{name}Request" for name in READ_REQUESTS.values()}
    assert requests <= allowed | {"MonitoredItemCreateRequest"}  # that one is a parameter
    assert not named & {"write_value", "call_method", "write_attribute", "set_value"}
