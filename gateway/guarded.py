"""The one boundary behind which anything may go wrong: asking a device."""

from collections.abc import Awaitable
from typing import TypeVar

import structlog

from gateway.counters import Counters
from gateway.source import ReadError
from plant.quality import Reason

_log = structlog.get_logger("gateway")

T = TypeVar("T")


async def guarded(attempt: Awaitable[T], device: str, counters: Counters) -> T:
    """Await `attempt`; whatever goes wrong in it is the device's failure, and is counted.

    Raises:
        ReadError: always this, also for errors that nobody expected (NOT_DECODABLE).
    """
    try:
        return await attempt
    except ReadError as error:
        counters.failures[error.reason] += 1
        raise
    except Exception as error:  # the supervised boundary of a reader's task
        counters.crashes += 1
        _log.exception("unexpected error while reading", device=device)
        message = f"{device}: {type(error).__name__} while reading"
        raise ReadError(Reason.NOT_DECODABLE, message) from error
