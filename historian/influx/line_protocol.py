"""Points and positions as InfluxDB's line protocol.

A point is named by its series (measurement, plant, signal) and its time, so writing it again
changes nothing: redelivery doubles nothing.
"""

from collections.abc import Iterator

from historian.historian import Positions
from historian.influx.stored_name import stored
from historian.points import Points, sound
from plant.quality import Quality

SAMPLE = "sample"
POSITION = "firstout_position"

# Lines in one request: about half a megabyte, far below what any server refuses.
BATCH = 5_000

_ESCAPED_IN_TAG = str.maketrans({",": r"\,", "=": r"\=", " ": r"\ "})


def batches(plant: str, points: Points) -> Iterator[bytes]:
    """Give the points as bodies of at most `BATCH` lines.

    A point has a value exactly if it is GOOD or UNCERTAIN: that is how a reader sees that all of
    a point has reached it. A source time is there where one was given.
    """
    points = sound(points)
    heads = [_series(SAMPLE, plant=plant, signal=name) for name in points.names]
    for begin in range(0, len(points), BATCH):
        part = slice(begin, begin + BATCH)
        rows = zip(
            points.which[part].tolist(),
            points.values[part].tolist(),
            points.quality[part].tolist(),
            points.reasons[part].tolist(),
            points.sources[part].tolist(),
            points.times[part].tolist(),
            strict=True,
        )
        yield "\n".join(
            f"{heads[which]} {f'value={value!r},' if level <= Quality.UNCERTAIN else ''}"
            f"quality={level}i,reason={reason}i{f',source={source}i' if source else ''} {time}"
            for which, value, level, reason, source, time in rows
        ).encode()


def position_lines(plant: str, positions: Positions, time: int) -> bytes:
    """Give the positions as points of `time`: spool and offset of a node are one line.

    Both are texts: an offset is a uint64, and the protocol's whole numbers end at 2**63 - 1.
    """
    return "\n".join(
        f"{_series(POSITION, plant=plant, node=node)} "
        f"spool={_text(spool)},offset={_text(str(offset))} {time}"
        for node, (spool, offset) in sorted(positions.items())
    ).encode()


def _series(measurement: str, **tags: str) -> str:
    escaped = (f",{key}={stored(name).translate(_ESCAPED_IN_TAG)}" for key, name in tags.items())
    return measurement + "".join(escaped)


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
