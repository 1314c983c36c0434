"""Whether a task is still wanted: a cancellation may come together with an answer."""

import asyncio


def still_wanted() -> None:
    """Pass on a cancellation that came while an answer was already there.

    `asyncio.wait_for`, with which pymodbus and asyncua wait, forgets it then until Python 3.12; a
    task that tries again for ever would then never end.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
