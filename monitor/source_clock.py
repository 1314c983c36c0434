"""The hot step before the others: what the sources' own clocks say of the samples' age."""

import numpy as np
from numpy.typing import NDArray

from monitor.hot import hot
from monitor.tables import CLOCK, CLOCK_WRONG, NEVER, UNCERTAIN, Rows
from monitor.take import say

SOURCE_CLOCK_TOLERANCE = 2_000_000_000  # ns [E]: standards 2.4, alarm when more than 2 s off
SOURCE_CLOCK_QUIET = 10_000_000_000  # ns [E]: without a fault so long, it is right again


@hot
def judge_sources(
    rows: Rows,
    slots: NDArray[np.int32],
    times: NDArray[np.int64],
    sources: NDArray[np.int64],
    device: NDArray[np.int32],
    clock_offset: NDArray[np.int64],
    proven: NDArray[np.int64],
    quality: NDArray[np.uint8],
    reasons: NDArray[np.uint8],
    start: int,
    room: int,
    out: NDArray[np.void],
) -> tuple[int, int]:
    """Put into `proven` from when each sample's age counts, and distrust what a clock spoils.

    `quality` and `reasons` are changed in place. Returns the index of the first sample not looked
    at and the number of records put into `out`.
    """
    count = 0
    for i in range(start, slots.shape[0]):
        if count > room:
            return i, count
        source = sources[i]
        if source == 0:
            continue
        past = rows.past[slots[i]]
        place = device[slots[i]]
        clock = rows.devices[place]
        offset = times[i] - source - clock_offset[place]
        back = past["source_at"] != NEVER and source < past["source_at"]
        past["source_at"] = source
        if back or abs(offset) > SOURCE_CLOCK_TOLERANCE:
            clock["fault_at"] = times[i]
            if not clock["wrong"]:
                clock["wrong"] = True
                count = say(out, count, CLOCK, place, times[i], 0.0, offset, 0, 0, 1, 0)
            if quality[i] <= UNCERTAIN:
                quality[i] = UNCERTAIN
                reasons[i] = CLOCK_WRONG
        else:
            proven[i] = min(times[i], times[i] - offset)
            if clock["wrong"] and times[i] - clock["fault_at"] >= SOURCE_CLOCK_QUIET:
                clock["wrong"] = False
                count = say(out, count, CLOCK, place, times[i], 0.0, offset, 0, 1, 0, 0)
    return slots.shape[0], count
