"""One demo plant that most tests of the whole product look at."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import RunningPlant


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    """The demo plant, ready; shared, so tests must leave it as it is."""
    plant = RunningPlant(tmp_path_factory.mktemp("demo") / "data")
    try:
        plant.wait_ready()
        yield plant
    finally:
        plant.end()


@pytest.fixture
def own_demo(tmp_path: Path) -> Iterator[RunningPlant]:
    """A demo plant of the test's own, ready, to be mistreated."""
    plant = RunningPlant(tmp_path / "data")
    try:
        plant.wait_ready()
        yield plant
    finally:
        plant.end()
