"""Parts are started again, say why they ended, and cannot fill the disk with logs."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from firstout import supervise
from firstout.applying.watch import RELOAD
from firstout.supervise import Part, Supervisor
from tests.patience import eventually


class Run:
    """One supervised part that is a line of Python; `told` is what was told of its deaths."""

    def __init__(self, logs: Path, code: str) -> None:
        self.told: list[tuple[str, int, str]] = []
        self.part = Part("part", [sys.executable, "-c", code])
        self.log = logs / "part.log"
        self.supervisor = Supervisor([self.part], logs, lambda *what: self.told.append(what))

    def has_died(self) -> None:
        self.supervisor.look()
        assert self.told


@pytest.fixture
def runs() -> Iterator[list[Run]]:
    made: list[Run] = []
    yield made
    for run in made:
        run.supervisor.stop()


def test_the_last_line_says_why_it_ended(tmp_path: Path, runs: list[Run]) -> None:
    run = Run(tmp_path, "import sys; print('one', file=sys.stderr); sys.exit('it is broken\\n')")
    runs.append(run)
    eventually(run.has_died)
    assert run.told[0] == ("part", 1, "it is broken")


def test_parts_do_not_import_from_where_run_was_typed(
    tmp_path: Path, runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = Run(tmp_path, "import os; raise SystemExit(os.getcwd())")
    runs.append(run)
    eventually(run.has_died)
    assert Path(run.told[0][2], "firstout", "supervise.py").is_file()


def test_a_log_that_grows_too_large_begins_anew(
    tmp_path: Path, runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "_LARGEST_LOG", 1000)
    run = Run(
        tmp_path,
        "import sys, time\n"
        "while True: print('x' * 99, file=sys.stderr, flush=True); time.sleep(0.005)",
    )
    runs.append(run)

    def begun_anew() -> None:
        run.supervisor.look()
        assert (tmp_path / "part.log.1").stat().st_size > 1000

    def goes_on() -> None:
        assert run.log.stat().st_size > 0

    eventually(begun_anew)
    eventually(goes_on)
    assert run.log.read_bytes().startswith(b"x")  # no hole: it was opened to append


def test_a_part_that_does_not_work_is_started_again(
    tmp_path: Path, runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(tmp_path, "import time; time.sleep(60)")
    runs.append(run)
    run.supervisor.look()
    run.supervisor.restart("part")
    run.supervisor.look()
    assert run.told == []  # it has only just been started
    monkeypatch.setattr(supervise, "STEADY_S", 0.0)
    run.supervisor.restart("part")
    eventually(run.has_died)
    assert run.told[0][1] == -9

    def running() -> None:
        run.supervisor.look()
        assert run.part.process is not None
        os.kill(run.part.process.pid, 0)

    eventually(running)


def test_a_part_that_reloads_starts_again_at_once_and_has_not_failed(
    tmp_path: Path, runs: list[Run]
) -> None:
    mark = tmp_path / "mark"
    code = f"from pathlib import Path; p = Path({str(mark)!r}); n = p.exists() and p.read_text()\n"
    code += f"p.write_text((n or '') + 'x')\nraise SystemExit({RELOAD} if not n else 'done')\n"
    run = Run(tmp_path, code)
    runs.append(run)
    eventually(run.has_died)
    assert mark.read_text() == "xx"
    assert run.told == [("part", 1, "done")]
    assert run.part.failures == 1


def test_a_part_waits_for_what_it_needs_but_only_the_first_time(
    tmp_path: Path, runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "BACK_OFF_S", (0.0,))
    run = Run(tmp_path, "raise SystemExit(3)")
    runs.append(run)
    there: list[bool] = [False, False, True]
    run.part.awaits = lambda: there.pop(0)

    for _ in range(2):
        run.supervisor.look()
        assert run.part.process is None

    def has_died_twice() -> None:
        run.supervisor.look()  # asking again would find nothing to give
        assert len(run.told) == 2

    eventually(has_died_twice)


def test_a_part_starts_without_what_it_needs_when_that_never_comes(
    tmp_path: Path, runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "PATIENCE_S", 0.0)
    run = Run(tmp_path, "raise SystemExit(3)")
    runs.append(run)
    run.part.awaits = lambda: False
    eventually(run.has_died)
