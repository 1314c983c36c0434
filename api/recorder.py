"""How far the recorder has come, and whether it still records: a trend that ends must say why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
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
    `fault` is why the store takes nothing now, empty while it does. `upkeep` counts what the store
    has done by itself since it was opened: tails `sealed`, files `merged`, `days_deleted`, and
    `failures` of that; empty for one that others look after.
    """

    said_at: int
    until: Mapping[str, int]
    points: int = 0
    written_at: int | None = None
    failures: int = 0
    lost: int = 0
    dropped: int = 0
    fault: str = ""
    upkeep: Mapping[str, int] = field(default_factory=dict)


def recorded_until(said: RecorderState | None, plant: Plant, signal: Signal) -> int | None:
    """Give the read time up to which what the signal's nodes brought is kept; None if never."""
    if said is None:
        return None
    found = [said.until.get(node) for node in _nodes(plant, signal)]
    times = [time for time in found if time is not None]
    return min(times) if len(times) == len(found) else None


def recording(said: RecorderState | None, plant: Plant, signal: Signal, now: int) -> Recording:
    """Say whether the signal is being recorded now.

    A foreign node speaks when it likes, so its silence is not the recorder's delay.
    """
    return _recording(said, plant, _nodes(plant, signal), now)


def recorder_is(said: RecorderState | None, plant: Plant, now: int) -> Recording:
    """Say whether what the plant's gateway brings is being recorded now."""
    return _recording(said, plant, {plant.gateway}, now)


def _recording(
    said: RecorderState | None, plant: Plant, nodes: Collection[str], now: int
) -> Recording:
    if said is None or abs(now - said.said_at) > SILENT:
        return "away"
    if said.fault:
        return "failing"
    if plant.gateway in nodes:
        until = said.until.get(plant.gateway)
        if until is None or now - until > SILENT + lag_limit(plant):
            return "behind"
    return "current"


def _nodes(plant: Plant, signal: Signal) -> set[str]:
    """Name the nodes that bring a signal, or what it is computed from."""
    devices = (plant.device_by_id.get(one.device) for one in plant.measured(signal))
    return {device.node if device and device.node else plant.gateway for device in devices}
