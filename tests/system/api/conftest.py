from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, stream={"ring": 20, "queue_bytes": 1_000_000, "most_clients": 8})
    yield made
    made.close()
