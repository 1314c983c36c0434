"""The recorded inputs on disk: what a crash leaves, hours, days, and judging them again."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firstout.input_log import InputLog, read_inputs
from firstout.judge import Act, Judge
from firstout.recording import Applied, Recorded, Snapshot
from journal.entry import Draft
from monitor.inputs import Input, Tick
from plant.errors import JournalError
from plant.moment import SECOND, from_text
from tests.caster_run import CasterRun, caster_judge
from tests.small_plant import at

HOUR = 3600 * SECOND
NOON = from_text("2026-11-24T12:00:00Z")


def written(folder: Path, *ticks: int) -> bytes:
    """Record some ticks in one commit, and give the mark."""
    log = InputLog(folder)
    log.resume(None)
    for tick in ticks:
        log.add(Tick(tick))
    mark = log.flush(ticks[-1], memory)
    log.close()
    return mark


def memory() -> Snapshot:
    return Snapshot("version", {"block": b"what is remembered"}, NOON)


def ticks(folder: Path) -> list[int]:
    return [item.known_at for item in read_inputs(folder) if isinstance(item, Tick)]


def test_what_was_flushed_is_read_back(tmp_path: Path) -> None:
    mark = written(tmp_path, NOON, NOON + 1)
    assert ticks(tmp_path) == [NOON, NOON + 1]
    name, size = mark.decode().split(":")
    assert name == "2026-11-24T12.inputs"
    assert int(size) == (tmp_path / name).stat().st_size


def test_what_was_not_flushed_is_lost_as_after_a_crash(tmp_path: Path) -> None:
    log = InputLog(tmp_path)
    log.resume(None)
    log.add(Tick(NOON))
    log.flush(NOON, memory)
    log.add(Tick(NOON + 1))
    log.close()
    assert ticks(tmp_path) == [NOON]


def test_an_idle_flush_gives_the_same_mark(tmp_path: Path) -> None:
    log = InputLog(tmp_path)
    log.resume(None)
    log.add(Tick(NOON))
    assert log.flush(NOON, memory) == log.flush(NOON + 1, memory)
    log.close()


class TestResume:
    def test_it_cuts_off_what_no_commit_follows(self, tmp_path: Path) -> None:
        log = InputLog(tmp_path)
        log.resume(None)
        log.add(Tick(NOON))
        mark = log.flush(NOON, memory)
        log.add(Tick(NOON + 1))
        log.flush(NOON + 1, memory)  # the commit that should have stored this mark never came
        log.close()
        log = InputLog(tmp_path)
        log.resume(mark)
        assert ticks(tmp_path) == [NOON]
        log.add(Tick(NOON + 2))
        log.flush(NOON + 2, memory)
        log.close()
        assert ticks(tmp_path) == [NOON, NOON + 2]

    def test_it_removes_later_hours(self, tmp_path: Path) -> None:
        mark = written(tmp_path, NOON)
        written_later = InputLog(tmp_path)
        written_later.resume(mark)
        written_later.add(Tick(NOON + HOUR))
        written_later.flush(NOON + HOUR, memory)
        written_later.close()
        InputLog(tmp_path).resume(mark)
        assert ticks(tmp_path) == [NOON]

    def test_without_a_commit_nothing_stays(self, tmp_path: Path) -> None:
        written(tmp_path, NOON)
        InputLog(tmp_path).resume(None)
        assert ticks(tmp_path) == []

    @pytest.mark.parametrize("left", [0, 10])
    def test_it_refuses_when_judged_inputs_are_gone(self, tmp_path: Path, left: int) -> None:
        mark = written(tmp_path, NOON)
        path = tmp_path / "2026-11-24T12.inputs"
        path.write_bytes(path.read_bytes()[:left])
        with pytest.raises(JournalError, match="end before the last commit; restore the file"):
            InputLog(tmp_path).resume(mark)

    def test_it_refuses_when_the_file_is_gone(self, tmp_path: Path) -> None:
        log = InputLog(tmp_path)
        log.resume(None)
        for moment in (NOON, NOON + HOUR):
            log.add(Tick(moment))
            mark = log.flush(moment, memory)
        log.close()
        (tmp_path / "2026-11-24T13.inputs").unlink()
        with pytest.raises(JournalError, match="restore the file"):
            InputLog(tmp_path).resume(mark)

    def test_it_goes_on_when_somebody_moved_all_files_away(self, tmp_path: Path) -> None:
        mark = written(tmp_path, NOON)
        (tmp_path / "2026-11-24T12.inputs").unlink()
        log = InputLog(tmp_path)
        log.resume(mark)
        log.add(Tick(NOON + 1))  # judged already: the memory has it
        log.flush(NOON + 1, memory)
        log.close()
        assert list(read_inputs(tmp_path)) == [memory()]

    def test_the_inputs_of_another_journal_are_set_aside(self, tmp_path: Path) -> None:
        written(tmp_path, NOON)
        InputLog(tmp_path).resume(None)
        assert [path.name for path in tmp_path.iterdir()] == ["2026-11-24T12.orphaned"]

    def test_a_full_disk_is_said_in_a_sentence(self, tmp_path: Path) -> None:
        log = InputLog(tmp_path)
        log.resume(None)
        (tmp_path / "2026-11-24T12.inputs").symlink_to("/dev/full")
        log.add(Tick(NOON))
        with pytest.raises(JournalError, match="No space left on device; free space"):
            log.flush(NOON, memory)
        log.close()

    def test_a_clock_an_hour_back_writes_behind_the_mark(self, tmp_path: Path) -> None:
        """Else the next start would cut off what is committed."""
        mark = written(tmp_path, NOON)
        log = InputLog(tmp_path)
        log.resume(mark)
        log.add(Tick(NOON - HOUR))
        second = log.flush(NOON - HOUR, memory)
        log.close()
        InputLog(tmp_path).resume(second)
        assert ticks(tmp_path) == [NOON, NOON - HOUR]


class TestFiles:
    def test_one_an_hour(self, tmp_path: Path) -> None:
        log = InputLog(tmp_path)
        log.resume(None)
        for hour in range(3):
            log.add(Tick(NOON + hour * HOUR))
            log.flush(NOON + hour * HOUR, memory)
        log.close()
        names = sorted(path.name for path in tmp_path.iterdir())
        assert names == [f"2026-11-24T1{hour}.inputs" for hour in (2, 3, 4)]
        assert ticks(tmp_path) == [NOON, NOON + HOUR, NOON + 2 * HOUR]

    def test_a_clock_stepped_back_stays_in_its_hour(self, tmp_path: Path) -> None:
        log = InputLog(tmp_path)
        log.resume(None)
        for moment in (NOON, NOON - HOUR, NOON + 1):
            log.add(Tick(moment))
            log.flush(moment, memory)
        log.close()
        assert ticks(tmp_path) == [NOON, NOON - HOUR, NOON + 1]

    def test_each_after_the_first_begins_with_what_is_remembered(self, tmp_path: Path) -> None:
        log = InputLog(tmp_path)
        log.resume(None)
        for moment in (NOON, NOON + HOUR):
            log.add(Tick(moment))
            mark = log.flush(moment, memory)
        log.close()
        assert list(read_inputs(tmp_path)) == [Tick(NOON), Tick(NOON + HOUR), memory()]
        assert mark.startswith(b"2026-11-24T13.inputs:")
        (tmp_path / "2026-11-24T12.inputs").unlink()
        assert list(read_inputs(tmp_path)) == [memory()]

    def test_14_days_are_kept_whatever_the_clock_says(self, tmp_path: Path) -> None:
        hours = [_hour(NOON - age * HOUR) for age in range(14 * 24 + 2)]
        for name in hours:
            (tmp_path / name).touch()
        log = InputLog(tmp_path)
        log.resume(f"{hours[0]}:0".encode())
        log.flush(NOON + 365 * 24 * HOUR, memory)
        log.close()
        left = sorted(path.name for path in tmp_path.iterdir())
        assert len(left) == 14 * 24
        assert left[-2] == hours[0]


def _hour(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1e9, UTC).strftime("%Y-%m-%dT%H.inputs")


class Recorder(CasterRun):
    """A run of the demonstration plant that records what it is given."""

    def __init__(self, log: InputLog) -> None:
        self.log = log
        log.add(Applied("demo", at(0)))
        super().__init__()

    def give(self, given: Input) -> list[Draft]:
        self.log.add(given)
        return super().give(given)

    def act(self, second: float, **body: object) -> dict[str, object]:
        self.log.add(Act("acknowledge", "operator", body, at(second)))
        return super().act(second, **body)


def test_judging_recorded_inputs_again_gives_the_same_drafts(tmp_path: Path) -> None:
    log = InputLog(tmp_path)
    log.resume(None)
    run = Recorder(log)
    run.run(0.5, 3)
    run.set(water_flow=150, outlet_level=185)
    run.run(3.5, 8)
    assert run.act(8.2, alarm="caster-1.water_flow:low") == {"ok": True}
    assert run.act(8.3, alarm="caster-1.water_flow:low")["code"] == "already_acknowledged"
    run.set(water_flow=220, outlet_level=150, bypass=1)
    run.spoil("gate_closed")
    run.run(8.5, 15)
    log.flush(at(15), memory)
    log.close()

    assert judged_again(caster_judge(), read_inputs(tmp_path)) == run.drafts
    assert len(run.drafts) > 30


def judged_again(judge: Judge, inputs: Iterable[Recorded]) -> list[Draft]:
    memory, drafts = judge.new_memory(), list[Draft]()
    for item in inputs:
        if isinstance(item, Applied):
            drafts += judge.apply(memory, {}, item.known_at)
        elif isinstance(item, Act):
            drafts += judge.act(memory, item)[0]
        else:
            drafts += judge.advance(memory, item)
    return drafts
