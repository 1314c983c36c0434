from pathlib import Path

import pytest

from historian.embedded.store import Embedded
from historian.embedded.upkeep import Sealing
from plant.moment import SECOND
from tests.historian_contract import HistorianContract, Opened

SEALINGS = {
    "all in the tail": Sealing(),
    "sealed often": Sealing(size=2_000, age=60 * SECOND, least=500),
    "each write sealed": Sealing(size=1),
}


class TestEmbedded(HistorianContract):
    @pytest.fixture(params=SEALINGS.values(), ids=SEALINGS.keys())
    def opened(self, tmp_path: Path, request: pytest.FixtureRequest):
        made: list[Embedded] = []

        def open_again(*, writing: bool) -> Embedded:
            made.append(Embedded.open(tmp_path / "h", writing=writing, sealing=request.param))
            return made[-1]

        opened: Opened = open_again
        yield opened
        for one in made:
            one.close()
