"""Keeps the parts of one plant running: a part that dies is started again."""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from firstout import clock
from firstout.applying.watch import RELOAD

BACK_OFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)
STEADY_S = 10.0  # a part that ran so long starts again without waiting
PATIENCE_S = 20.0
STOP_S = 3.5  # of the 5 s in which everything must be gone
_LARGEST_LOG = 16 << 20
_TAIL = 2000
# Parts import what this process did; where `run` was typed there may be an `api.py` of others.
_HOME = Path(__file__).parent.parent
_PR_SET_PDEATHSIG = 1


@dataclass
class Part:
    """One process: its name and command.

    `awaits`, if given, says whether what it needs is there; its first start waits for that, but
    no longer than PATIENCE_S.
    """

    name: str
    command: list[str]
    awaits: Callable[[], bool] | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    failures: int = 0


@dataclass
class Supervisor:
    """Starts `parts` in order, logging each to a file of its own in `logs`.

    `told` hears of every death: the part's name, its exit code and the last line it logged.
    """

    parts: list[Part]
    logs: Path
    told: Callable[[str, int, str], None]
    began_at: float = field(default_factory=clock.monotonic_s)

    def look(self) -> None:
        """Start what is not running and due; call this a few times a second."""
        now = clock.monotonic_s()
        for part in self.parts:
            if part.process is not None and part.process.poll() is not None:
                self._note_death(part, now)
            if part.process is None and now >= part.start_at and self._may_start(part, now):
                self._start(part, now)
            self._bound_log(part)

    def restart(self, name: str) -> None:
        """End a part that runs but does not work; `look` starts it again.

        A part that has just been started is left alone.
        """
        now = clock.monotonic_s()
        for part in self.parts:
            if part.name == name and part.process is not None and now - part.started_at > STEADY_S:
                part.process.kill()

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

    def _may_start(self, part: Part, now: float) -> bool:
        if part.awaits is not None and (part.awaits() or now - self.began_at > PATIENCE_S):
            part.awaits = None
        return part.awaits is None

    def _note_death(self, part: Part, now: float) -> None:
        assert part.process is not None  # noqa: S101 - the caller looked
        code = part.process.returncode
        part.process = None
        if code == RELOAD:  # it wants to be started anew: no failure, and nothing to wait for
            part.start_at = now
            return
        part.failures = 0 if now - part.started_at >= STEADY_S else part.failures + 1
        part.start_at = now + BACK_OFF_S[min(part.failures, len(BACK_OFF_S) - 1)]
        self.told(part.name, code, _last_line(self._log(part)))

    def _log(self, part: Part) -> Path:
        return self.logs / f"{part.name}.log"

    def _bound_log(self, part: Part) -> None:
        """Keep a log that has grown too large as `.log.1`; the part goes on writing to the first.

        On a full disk the copy is given up, not the bound.
        """
        log = self._log(part)
        with contextlib.suppress(FileNotFoundError):
            if log.stat().st_size > _LARGEST_LOG:
                with contextlib.suppress(OSError):
                    shutil.copyfile(log, log.with_suffix(".log.1"))
                os.truncate(log, 0)

    def _start(self, part: Part, now: float) -> None:
        with self._log(part).open("ab") as log:
            part.process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                part.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=_HOME,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - no thread is running yet
            )
        part.started_at = now


def _last_line(log: Path) -> str:
    """Give what a part said last; empty when nothing can be read."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL))
            lines = file.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _die_with_parent() -> None:
    """Let the kernel end this child when the supervisor is gone, however it went (Linux)."""
    parent = os.getppid()
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
