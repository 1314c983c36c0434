"""How far the recorder has come, and whether it still records: a trend that ends must say why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from api.judging import lag_limit
from plant.moment import SECOND
from plant.plant import Plant
from plant.signal import Signal

SILENT = 5 * SECOND
"""A recorder that has not said anything for this long, saying so each second, is away."""

Recording = Literal["current", "behind", "failing", "away"]


@dataclass(frozen=True)
class RecorderState:
    """What the recorder says of itself each second; moments in ns since 1970 UTC.

    `until` has, for each edge node, the read time of the latest sample that is kept.
    `points` counts samples kept, `failures` writes that the store did not take, `lost` records
    that a gateway no longer had, `dropped` samples of foreign nodes that came while the store
    took nothing; all since the data folder's first recorder.
    `fault` is why the store takes nothing now, empty while it does.
    """

    said_at: int
    until: Mapping[str, int]
    points: int = 0
    written_at: int | None = None
    failures: int = 0
    lost: int = 0
    dropped: int = 0
    fault: str = ""


def recorded_until(said: RecorderState | None, plant: Plant, signal: Signal) -> int | None:
    """Give the read time up to which what the signal's node brought is kept; None if never."""
    return None if said is None else said.until.get(_node(plant, signal))


def recording(said: RecorderState | None, plant: Plant, signal: Signal, now: int) -> Recording:
    """Say whether the signal is being recorded now.

    A foreign node speaks when it likes, so its silence is not the recorder's delay.
    """
    if said is None or abs(now - said.said_at) > SILENT:
        return "away"
    if said.fault:
        return "failing"
    until = recorded_until(said, plant, signal)
    ours = _node(plant, signal) == plant.gateway
    if ours and (until is None or now - until > SILENT + lag_limit(plant)):
        return "behind"
    return "current"


def _node(plant: Plant, signal: Signal) -> str:
    device = plant.device_by_id.get(signal.device)
    return device.node if device is not None and device.node else plant.gateway
