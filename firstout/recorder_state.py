"""How the recorder tells the other parts about itself: a file in the data folder, each second.

It is no record: whoever finds it missing or old knows that nothing is recorded now.
"""

import json
from dataclasses import asdict, replace

import structlog

from api.recorder import RecorderState
from firstout.data_folder import DataFolder, DataFolderError, write_private_json

_COUNTS = ("points", "failures", "lost", "dropped")

_log = structlog.get_logger("record")


def write_state(data: DataFolder, state: RecorderState) -> None:
    """Say how things are.

    Raises:
        DataFolderError: the file cannot be written.
    """
    write_private_json(data.recorder, asdict(state))


def read_state(data: DataFolder) -> RecorderState | None:
    """Give what the recorder said last; None when it said nothing, or nothing readable."""
    try:
        said = json.loads(data.recorder.read_bytes())
        counts = {name: int(said[name]) for name in _COUNTS}
        written_at = said["written_at"]
        return RecorderState(
            said_at=int(said["said_at"]),
            until={str(node): int(time) for node, time in said["until"].items()},
            written_at=None if written_at is None else int(written_at),
            fault=str(said["fault"]),
            upkeep={str(what): int(count) for what, count in said.get("upkeep", {}).items()},
            **counts,
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


class Teller:
    """Writes the file by which the other parts know how the recorder is."""

    def __init__(self, data: DataFolder) -> None:
        self._data = data
        self._fault = ""

    def tell(self, state: RecorderState, now: int) -> None:
        """Say how things are now; a file that cannot be written grows old, and says that too."""
        fault = ""
        try:
            write_state(self._data, replace(state, said_at=now))
        except DataFolderError as error:
            fault = str(error)
        if fault != self._fault:
            _log.warning("the recorder cannot say how it is" if fault else "it can", error=fault)
        self._fault = fault
