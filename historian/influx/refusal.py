"""What an answer other than yes means, and who can do something about it.

HistorianError           the store is away, or cannot do it now: written again, it will be kept
├── PointsRefusedError   it will give the same answer for ever: a person has to change something
└── NoDatabaseError      the database is not there
"""

from historian.historian import HistorianError
from historian.influx.server import Server

_SHOWN = 300


class PointsRefusedError(HistorianError):
    """The store refuses these points and will refuse them again; a person has to act.

    Nothing is dropped for it: the points stay in the gateway's spool, and what comes after them
    waits behind them, because a store with holes that nobody decided on is worth less than one
    that is late.
    """


class NoDatabaseError(HistorianError):
    """The database is not there, or not any more."""


def refusal(server: Server, status: int, body: bytes) -> HistorianError:
    """Give the error that an HTTP answer means (status 400 or more, or a redirection)."""
    said = f"{status}: {' '.join(body.decode('utf-8', 'replace').split())[:_SHOWN]}"
    if status in (401, 403):
        return HistorianError(
            f"{server} refuses the account ({said}); check user and password_file or token_file, "
            f"and that it may read and write database {server.database!r}"
        )
    if status == 404:
        return _not_found(server, said)
    if status in (400, 413, 422):
        return PointsRefusedError(f"{server} refuses the points ({said}); {_remedy(said)}")
    if status < 400:
        return HistorianError(f"{server} sends us elsewhere ({said}); name that place as url")
    return HistorianError(f"{server} cannot do it now ({said})")


def _not_found(server: Server, said: str) -> HistorianError:
    if "database not found" in said or "bucket" in said:
        return NoDatabaseError(f"{server} has no database {server.database!r} ({said})")
    return HistorianError(
        f"what answers at {server.url} is no InfluxDB {server.version} ({said}); "
        "check url and version"
    )


def _remedy(said: str) -> str:
    lower = said.lower()
    if "retention" in lower:
        return (
            "they are older than the database keeps anything: let it keep longer than a gateway "
            "can be behind, at least until this backlog is kept"
        )
    if "type conflict" in lower:
        return (
            "another program has written the measurement `sample` or `firstout_position` with "
            "other types: give Firstout a database of its own"
        )
    if said.startswith("413"):
        return "it limits a request to less than a megabyte: raise its max-body-size"
    return "what it says tells what to change there"
