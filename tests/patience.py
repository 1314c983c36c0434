"""Waiting for what a running part must do."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

import httpx

T = TypeVar("T")


async def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until `condition` holds; TimeoutError when it does not in time."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event to give
            await asyncio.sleep(0.01)


def eventually(attempt: Callable[[], T], within_s: float = 5.0) -> T:
    """Try until `attempt` neither fails an assertion nor lacks something; give what it gives."""
    deadline = time.monotonic() + within_s
    while True:
        try:
            return attempt()
        except (AssertionError, LookupError, StopIteration, OSError, httpx.HTTPError):
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)
