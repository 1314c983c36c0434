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
_LOOK_S = 1.0


async def until_changed(data: DataFolder, version: str) -> None:
    """Return when a version other than `version` is in force."""
    engine = open_database(data.journal)

    def look() -> str | None:
        with suppress(JournalError):  # a journal that cannot be read now has not changed
            return version_in_force(engine)
        return None

    try:
        while await asyncio.to_thread(look) in (None, version):  # noqa: ASYNC110 - there is no event
            await asyncio.sleep(_LOOK_S)
    finally:
        engine.dispose()


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
        await asyncio.sleep(_LOOK_S)
