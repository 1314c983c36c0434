"""How a running part notices that another plant version is in force.

A part that cannot go over to it in place ends with RELOAD, and whatever keeps it running starts
it again, with the new version: `firstout run` at once and without counting it as a failure.
"""

import asyncio
from contextlib import suppress

from firstout.data_folder import DataFolder
from journal.applied import version_in_force
from journal.open import open_database
from plant.errors import JournalError

RELOAD = 75  # EX_TEMPFAIL of sysexits.h: try again
LOOK_S = 1.0


class AppliedWatch:
    """Looks whether a version other than `version` is in force."""

    def __init__(self, data: DataFolder, version: str) -> None:
        self._engine = open_database(data.journal)
        self._version = version

    def changed(self) -> bool:
        """Look once; a journal that cannot be read now has not changed."""
        try:
            found = version_in_force(self._engine)
        except JournalError:
            return False
        return found not in (None, self._version)

    def close(self) -> None:
        """Let go of the journal."""
        self._engine.dispose()


async def until_changed(data: DataFolder, version: str) -> None:
    """Return when a version other than `version` is in force."""
    watch = AppliedWatch(data, version)
    try:
        while not await asyncio.to_thread(watch.changed):  # noqa: ASYNC110 - the journal has no event
            await asyncio.sleep(LOOK_S)
    finally:
        watch.close()


async def until_superseded(data: DataFolder) -> None:
    """Return when another version takes the place of the one in force, the first not counted."""
    while True:
        with suppress(JournalError):
            engine = open_database(data.journal)
            try:
                found = await asyncio.to_thread(version_in_force, engine)
            finally:
                engine.dispose()
            if found is not None:
                return await until_changed(data, found)
        await asyncio.sleep(LOOK_S)
