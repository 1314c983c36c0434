"""What every historian must do, over a real InfluxDB 1.6.7."""

from collections.abc import Callable

import pytest

from historian.influx.store import Influx
from tests.historian_contract import HistorianContract
from tests.peers.influx_servers import Store


class TestInflux(HistorianContract):
    @pytest.fixture
    def opened(self, influx: Store, opened: Callable[..., Influx]) -> Callable[..., Influx]:
        influx.ask("CREATE DATABASE history")  # a reader makes none
        return opened
