"""A recorder reduced to its writing: records in order, each after what is kept, until all are.

`python -m tests.system.historian.influx_writer URL RECORDS` goes on where the store's position
says.
"""

import sys
import time

from historian.historian import HistorianError
from historian.influx.line_protocol import BATCH
from historian.influx.server import Server
from historian.influx.store import Influx
from historian.points import Points
from plant.moment import MILLISECOND
from tests.historian_contract import START, points, series

SIGNALS = ("a", "b", "c")
EACH = BATCH - 1000  # samples of a signal in a record: three requests, and signals across them


def record(number: int) -> Points:
    """Give the samples of one record; those of a signal go on where the record before ended."""
    first = START + number * EACH * MILLISECOND
    return points([s for name in SIGNALS for s in series(name, EACH, first, MILLISECOND)])


def write_all(url: str, records: int) -> int:
    """Write until the store has all records; give how often it failed."""
    server = Server(url, 1, "history", timeout_s=5)
    historian = Influx(server, "demo", now=time.time_ns, writing=True)
    failures = 0
    kept: int | None = None  # not known yet
    while kept is None or kept < records:
        try:
            if kept is None:
                kept = historian.positions().get("gw", ("spool", 0))[1]
            else:
                historian.write(record(kept), {"gw": ("spool", kept + 1)})
                kept += 1
        except HistorianError:
            failures += 1
            time.sleep(0.05)
    historian.close()
    return failures


if __name__ == "__main__":
    write_all(sys.argv[1], int(sys.argv[2]))
