"""Stores of the historian's tests: each a process of the test, in a folder of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from historian.influx.server import Server
from historian.influx.store import Influx
from tests.historian_contract import START
from tests.peers.influx_servers import Store, influxd, victoria_metrics


@pytest.fixture
def influx(tmp_path: Path) -> Iterator[Store]:
    with influxd(tmp_path) as store:
        yield store


@pytest.fixture
def victoria(tmp_path: Path) -> Iterator[Store]:
    with victoria_metrics(tmp_path) as store:
        yield store


@pytest.fixture
def server(influx: Store) -> Server:
    return Server(influx.url, 1, "history")


@pytest.fixture
def opened(server: Server) -> Iterator[Callable[..., Influx]]:
    """Open the plant `demo` in the database of `server`, or of another."""
    given: list[Influx] = []

    def build(*, writing: bool, server: Server = server) -> Influx:
        given.append(Influx(server, "demo", now=lambda: START, writing=writing))
        return given[-1]

    yield build
    for historian in given:
        historian.close()
