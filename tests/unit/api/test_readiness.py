"""Ready means judged now; what does not keep the plant from being judged is a warning."""

from typing import Any

import pytest

from api.recorder import RecorderState
from plant.moment import SECOND
from tests.api_world import START, World


async def readiness(world: World) -> tuple[int, Any]:
    async with world.client(None) as client:
        answer = await client.get("/readyz")
    return answer.status_code, answer.json()


async def test_a_journal_that_cannot_be_read_is_not_ready(world: World) -> None:
    world.beat()
    with world.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE heartbeat")
    status, said = await readiness(world)

    assert (status, said["ready"]) == (503, False)
    assert said["reason"].startswith("the journal cannot be read: ")
    assert said["judging"]["stale"]


@pytest.mark.parametrize(
    ("recorder", "warning"),
    [
        (None, "the recorder is away"),
        (RecorderState(START - 6 * SECOND, {"gw1": START}), "the recorder is away"),
        (RecorderState(START, {"gw1": START}, fault="disk full"), "takes no samples: disk full"),
        (RecorderState(START, {}), "the recorder is behind"),
    ],
)
async def test_the_recorder_does_not_keep_it_from_being_ready(
    world: World, recorder: RecorderState | None, warning: str
) -> None:
    world.beat()
    world.recorder = recorder
    status, said = await readiness(world)

    assert (status, said["ready"], said["reason"]) == (200, True, None)
    assert warning in said["warnings"][0]
    assert len(said["warnings"]) == 1


async def test_when_all_is_well_nothing_is_warned_of(world: World) -> None:
    world.beat()
    world.recorder = RecorderState(START, {"gw1": START})

    assert (await readiness(world))[1]["warnings"] == []
