"""Everything the routes need, put together once by whoever builds the app."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request

from api.accounts.store import Accounts
from api.criteria import Criterion
from api.gateways import GatewayStore
from api.history import HistoryReaders
from api.judging import Judged, judged
from api.live import LiveStore
from api.lockout import Lockout
from api.metrics.registry import Metrics
from api.recorder import RecorderState
from api.stream import Stream
from journal.ask import Inbox
from journal.read import Reader
from journal.verify import VerifyReport
from plant.plant import Plant


@dataclass(frozen=True)
class Services:
    """The injected parts; routes get them by `Injected`. `now` gives nanoseconds since 1970."""

    plant: Plant
    criteria: tuple[Criterion, ...]
    reader: Reader
    inbox: Inbox
    verify: Callable[[], VerifyReport]
    accounts: Accounts
    lockout: Lockout
    live: LiveStore
    gateways: GatewayStore
    stream: Stream
    metrics: Metrics
    history: HistoryReaders
    recorder: Callable[[], RecorderState | None]
    now: Callable[[], int]
    # A password check takes 64 MB and a core for a while, a walk of the journal far longer.
    password_checks: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    verifying: Lock = field(default_factory=Lock)

    def judged(self) -> Judged:
        """Say how far the monitor has judged, as of now."""
        return judged(self.reader.heartbeat(), self.plant, self.now())

    def position(self) -> str | None:
        """Give where the journal stands; read it before the rows it is answered with."""
        identity = self.reader.identity()
        if identity is None:
            return None
        head = self.reader.head()
        return f"{identity[1]}-{head['seq'] if head else 0}"


def services(request: Request) -> Services:
    """Give the parts that the app was built with."""
    found = request.app.state.services
    if not isinstance(found, Services):
        raise TypeError("the app was not built by api.app.build")
    return found


Injected = Annotated[Services, Depends(services)]
