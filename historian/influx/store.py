"""The historian that keeps its samples in InfluxDB."""

from collections.abc import Callable
from typing import Protocol

from historian.historian import HistorianError, Positions
from historian.influx import influxql, line_protocol
from historian.influx.answer import tables
from historian.influx.client_write import ClientWrite
from historian.influx.columns import buckets_of, history_of, positions_of
from historian.influx.connection import Connection
from historian.influx.refusal import NoDatabaseError
from historian.influx.server import Server
from historian.points import Buckets, History, Points
from plant.moment import SECOND


class _Write(Protocol):
    def write(self, lines: bytes) -> None: ...

    def close(self) -> None: ...


class Influx:
    """One plant's samples in a database of an InfluxDB server; others may use it too.

    InfluxDB has no transactions, so points go first, each of which is there once however often it
    is written, and positions after the server's answer. Whatever is killed in between, the worst
    is that points are written again.

    Positions are points of the same database, not a file beside it: they say what *this* database
    holds. A database that is restored from a back-up, emptied or exchanged brings its own
    positions along, and the gateways give again what it lacks; a file here would say that it has
    everything. Each is a new point, for not every version promises that the later of two writes
    of one point wins.
    """

    def __init__(
        self, server: Server, plant: str, *, now: Callable[[], int], writing: bool
    ) -> None:
        self._server = server
        self.plant = plant
        self._now = now
        self._writing = writing
        self._queries = Connection(server)
        self._points: _Write = self._queries if server.version == 1 else ClientWrite(server)
        self._stamp: int | None = None  # of the newest position; None before they were looked up

    def write(self, points: Points, positions: Positions) -> None:
        """Keep the points, then the positions.

        Raises:
            PointsRefusedError: the server will never take them; a person has to act.
            HistorianError: it is not known that all is kept.
        """
        if not self._writing:
            raise HistorianError(f"{self._server} was opened for reading")
        stamp = self._next_stamp()
        try:
            for lines in line_protocol.batches(self.plant, points):
                self._points.write(lines)
            if positions:
                self._points.write(line_protocol.position_lines(self.plant, positions, stamp))
        except NoDatabaseError:
            self._stamp = None  # made anew by the next attempt
            raise
        self._stamp = stamp

    def positions(self) -> Positions:
        """Give how far each node's spool is kept; whoever writes makes a missing database first.

        Raises:
            HistorianError: the server does not answer, or lacks the database.
        """
        if self._writing and self._server.version == 1:
            self._make_database()
        (nodes,) = tables(self._queries.query(influxql.positions(self.plant)), 1)
        found, self._stamp = positions_of(nodes)
        return found

    def buckets(self, signal: str, start: int, end: int, width: int) -> Buckets:
        """Give a signal's samples of [start, end) in buckets of `width` (ns, times in ns).

        Raises:
            HistorianError: the server does not answer, or cannot.
        """
        if start >= end:
            return buckets_of((), (), ())
        statement = influxql.buckets(self.plant, signal, start, end, width)
        return buckets_of(*tables(self._queries.query(statement), 3))

    def samples(self, signal: str, start: int, end: int, limit: int) -> History:
        """Give the first `limit` samples of [start, end) of a signal.

        Raises:
            HistorianError: the server does not answer, or cannot.
        """
        if start >= end:
            return history_of((), limit)
        statement = influxql.samples(self.plant, signal, start, end, limit + 1)
        (found,) = tables(self._queries.query(statement), 1)
        return history_of(found, limit)

    def close(self) -> None:
        """Let go of the connections; harmless when closed already."""
        self._points.close()
        self._queries.close()

    def _next_stamp(self) -> int:
        """Later than the newest position, whatever the clock does; whole seconds pack best."""
        if self._stamp is None:
            self.positions()
        now = self._now()
        return max((self._stamp or 0) + 1, now - now % SECOND)

    def _make_database(self) -> None:
        name = self._server.database
        (listed,) = tables(self._queries.query(influxql.databases()), 1)
        if any(name in table.columns.get("name", ()) for table in listed):
            return
        try:
            tables(self._queries.query(influxql.create_database(name), changing=True), 1)
        except HistorianError as error:
            raise NoDatabaseError(
                f"{self._server} has no database {name!r}, and this account may not make it; "
                f"let an administrator run {influxql.create_database(name)}"
            ) from error
