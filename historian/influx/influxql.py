# ruff: noqa: S608 - every name from outside is quoted by `text`, every number is one
"""What is asked of InfluxDB, in InfluxQL: the one language that all its versions answer."""

from historian.influx.line_protocol import POSITION, SAMPLE
from historian.influx.stored_name import stored
from plant.quality import Quality

# InfluxDB keeps its own meaning for the two ends of int64.
_FIRST, _LAST = -(2**63) + 2, 2**63 - 2


def buckets(plant: str, signal: str, start: int, end: int, width: int) -> str:
    """Ask for a signal's samples of [start, end) in spans of `width`: three statements.

    The values of GOOD and UNCERTAIN samples; how many of those are UNCERTAIN; how many samples of
    all there are. The quality is asked for although only those have a value: a sample that was
    written again at its time as BAD still has the value that it had before.
    """
    of_values = ", ".join(
        f'{what}("value") AS "{what}"' for what in ("count", "min", "mean", "max", "first", "last")
    )
    where = f'FROM "{SAMPLE}" WHERE {_of_signal(plant, signal, start, end)}'
    spans = f"GROUP BY time({width:d}ns) fill(none)"
    return (
        f'SELECT {of_values} {where} AND "quality" <= {Quality.UNCERTAIN:d} {spans};'
        f'SELECT count("value") AS "count" {where} AND "quality" = {Quality.UNCERTAIN:d} {spans};'
        f'SELECT count("quality") AS "samples" {where} {spans}'
    )


def samples(plant: str, signal: str, start: int, end: int, limit: int) -> str:
    """Ask for the first `limit` samples of [start, end) of a signal."""
    return (
        f'SELECT "value", "quality", "reason", "source" FROM "{SAMPLE}" '
        f"WHERE {_of_signal(plant, signal, start, end)} ORDER BY time LIMIT {limit:d}"
    )


def positions(plant: str) -> str:
    """Ask for the newest position of each node."""
    return (
        f'SELECT "spool", "offset" FROM "{POSITION}" WHERE "plant" = {text(stored(plant))} '
        'GROUP BY "node" ORDER BY time DESC LIMIT 1'
    )


def databases() -> str:
    """Ask which databases there are, of those that the account may see."""
    return "SHOW DATABASES"


def create_database(name: str) -> str:
    """Ask for a database; nothing happens if it is there."""
    return f"CREATE DATABASE {identifier(name)}"


def text(value: str) -> str:
    """Quote a text; nothing in it can end it."""
    return f"'{_escaped(value, chr(39))}'"


def identifier(name: str) -> str:
    """Quote a name; nothing in it can end it."""
    return f'"{_escaped(name, chr(34))}"'


def _escaped(value: str, quote: str) -> str:
    return value.replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("\n", "\\n")


def _of_signal(plant: str, signal: str, start: int, end: int) -> str:
    return (
        f'"plant" = {text(stored(plant))} AND "signal" = {text(stored(signal))} '
        f"AND time >= {max(start, _FIRST):d} AND time < {min(end, _LAST):d}"
    )
