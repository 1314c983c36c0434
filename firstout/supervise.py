"""Keeps the parts of one plant running: a part that dies is started again."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from firstout import clock

BACK_OFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)
STEADY_S = 10.0  # a part that ran so long starts again without waiting
STOP_S = 3.5  # of the 5 s in which everything must be gone
_LARGEST_LOG = 16 << 20
_PR_SET_PDEATHSIG = 1


@dataclass
class Part:
    """One process: its name and command."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    failures: int = 0


@dataclass
class Supervisor:
    """Starts `parts` in order, logging each to a file of its own in `logs`.

    `told` hears of every start after the first, with the part's name and its last exit code.
    """

    parts: list[Part]
    logs: Path
    told: Callable[[str, int], None]
    _stopping: bool = field(default=False, init=False)

    def look(self) -> None:
        """Start what is not running and due; call this a few times a second."""
        now = clock.monotonic_s()
        for part in self.parts:
            if part.process is not None and part.process.poll() is not None:
                self._note_death(part, now)
            if part.process is None and now >= part.start_at:
                self._start(part, now)

    def stop(self) -> None:
        """Ask the parts to end, last started first, and end those that do not; waits for all.

        The monitor goes before the gateway, so that a planned stop is not an alarm, and the broker
        last, so that farewells still reach it.
        """
        deadline = clock.monotonic_s() + STOP_S
        for part in reversed(self.parts):
            if part.process is None:
                continue
            part.process.terminate()
            try:
                part.process.wait(max(0.05, deadline - clock.monotonic_s()))
            except subprocess.TimeoutExpired:
                part.process.kill()
                part.process.wait()

    def _note_death(self, part: Part, now: float) -> None:
        assert part.process is not None  # noqa: S101 - the caller looked
        code = part.process.returncode
        part.process = None
        part.failures = 0 if now - part.started_at >= STEADY_S else part.failures + 1
        part.start_at = now + BACK_OFF_S[min(part.failures, len(BACK_OFF_S) - 1)]
        self.told(part.name, code)

    def _start(self, part: Part, now: float) -> None:
        path = self.logs / f"{part.name}.log"
        if path.exists() and path.stat().st_size > _LARGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as log:
            part.process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                part.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - no thread is running yet
            )
        part.started_at = now


def _die_with_parent() -> None:
    """Let the kernel end this child when the supervisor is gone, however it went (Linux)."""
    parent = os.getppid()
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
