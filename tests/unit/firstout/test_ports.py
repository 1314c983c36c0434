"""Where one may listen, and where somebody does."""

import socket

import pytest

from firstout.ports import all_listen, demand_free, is_free

HERE = "127.0.0.1"


def test_a_port_with_a_listener_is_not_free_until_it_goes() -> None:
    with socket.create_server((HERE, 0)) as server:
        port = server.getsockname()[1]
        assert not is_free(HERE, port)
        with pytest.raises(OSError, match="in use"):
            demand_free(HERE, port)
    assert is_free(HERE, port)


def test_an_address_of_another_machine_is_not_free() -> None:
    assert not is_free("192.0.2.1", 0)


def test_all_must_listen() -> None:
    with socket.create_server((HERE, 0)) as one, socket.create_server((HERE, 0)) as other:
        places = [server.getsockname() for server in (one, other)]
        assert all_listen(places)
        other.close()
        assert not all_listen(places)
    assert all_listen([])
