"""A live run's recorded inputs give exactly the drafts of the run, wherever the file begins."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from firstout.applying.apply import take_in
from firstout.judge import Act, Judge
from firstout.plant_folder import check_files, criteria, read_files
from firstout.recording import Applied, Recorded, Snapshot, encode
from firstout.replaying.oddities import Oddities, Oddity
from firstout.replaying.replay import Replay
from journal.entry import Draft
from monitor.inputs import Born, Died, Started, Tick
from plant.errors import RecordingError
from tests.golden_recordings import CASES
from tests.small_plant import Point, at, samples

FILES = read_files(CASES / "_plants" / "interlock")
PLANT = check_files(FILES)
EDITED_FILES = {**FILES, "signals.csv": FILES["signals.csv"].replace(",160,", ",170,")}
EDITED = check_files(EDITED_FILES)


def _story() -> Iterator[Recorded]:
    """A demand, an acknowledgement, an outage, a step of the clock, an edited plant."""
    yield Started(at(0))
    yield Born("gw", "", at(0))
    yield Born("gw", "plc", at(0))
    for step in range(120):
        second = step / 10
        if step % 5 == 0 and not 60 <= step < 90:
            flow = 150.0 if 10 <= step < 40 else 200.0
            values = (flow, 0.3, float(15 <= step < 45), float(15 <= step < 45), 0.0)
            points = [Point(slot, at(second), value) for slot, value in enumerate(values)]
            yield samples(points, at(second))
        if step == 30:
            yield Act("acknowledge", "a1", {"alarm": "flow:low", "occurrence": 1}, at(second))
        if step == 70:
            yield Died("gw", "", at(second))
        if step == 90:
            yield Born("gw", "", at(second))
        yield Tick(at(second))
    yield Tick(at(5))
    yield Applied(EDITED.version, at(6), EDITED_FILES, PLANT.version, "why", "a1", "a2")
    yield Tick(at(7))


@pytest.fixture(scope="module")
def lived() -> tuple[list[Draft], list[Recorded], list[Recorded]]:
    """What a live run drafted, what it recorded, and the second half of it behind a snapshot."""
    judge = Judge(PLANT, criteria())
    memory = judge.new_memory()
    applied = Applied(PLANT.version, at(0))
    drafts = judge.apply(memory, FILES, at(0))
    recorded: list[Recorded] = [applied]
    half: list[Recorded] = []
    for number, given in enumerate(_story()):
        if number == 70:
            half.append(Snapshot(PLANT.version, judge.to_blocks(memory), given.known_at))
            recorded.append(half[0])
        recorded.append(given)
        if half:
            half.append(given)
        if isinstance(given, Act):
            drafts += judge.act(memory, given)[0]
        elif isinstance(given, Applied):
            following = Judge(EDITED, criteria())
            memory, said = take_in(judge, memory, given, following)
            judge, drafts = following, drafts + said
        else:
            drafts += judge.advance(memory, given)
    return drafts, recorded, half


def _replay(path: Path) -> tuple[list[Draft], Oddities]:
    odd = Oddities()
    progress, drafts = Replay(FILES, criteria(), odd).of_inputs(path)
    found = list(drafts)
    assert progress.samples > 0
    return [draft for draft in found if draft.kind not in ("limit", "quality")], odd


def _written(path: Path, recorded: list[Recorded]) -> Path:
    path.write_bytes(b"".join(encode(item) for item in recorded))
    return path


def test_the_whole_run(
    tmp_path: Path, lived: tuple[list[Draft], list[Recorded], list[Recorded]]
) -> None:
    drafts, recorded, _ = lived

    replayed, odd = _replay(_written(tmp_path / "a.inputs", recorded))

    assert replayed == drafts
    kinds = {draft.kind for draft in drafts}
    assert {"plant", "demand", "alarm", "node", "interlock", "verdict"} <= kinds
    assert any(draft.kind == "alarm" and draft.actor == "a1" for draft in drafts)
    assert sum(draft.kind == "plant" for draft in replayed) == 2
    assert not odd.noted


def test_a_later_file_by_itself(
    tmp_path: Path, lived: tuple[list[Draft], list[Recorded], list[Recorded]]
) -> None:
    drafts, _, half = lived

    replayed, _ = _replay(_written(tmp_path / "b.inputs", half))

    assert replayed == drafts[-len(replayed) :]
    assert replayed


def test_a_folder_with_a_hole_goes_on_from_the_snapshot(
    tmp_path: Path, lived: tuple[list[Draft], list[Recorded], list[Recorded]]
) -> None:
    drafts, recorded, half = lived
    _written(tmp_path / "1.inputs", recorded[:20])
    _written(tmp_path / "3.inputs", half)

    replayed, odd = _replay(tmp_path)

    assert odd.noted[Oddity.JUMPED].count == 1
    assert replayed[-1] == drafts[-1]


def test_another_plant_version_is_refused(
    tmp_path: Path, lived: tuple[list[Draft], list[Recorded], list[Recorded]]
) -> None:
    path = _written(tmp_path / "a.inputs", [Applied("f" * 64, at(0)), *lived[1][1:]])

    with pytest.raises(RecordingError, match=r"plant version ffffffffffff was in force"):
        _replay(path)


def test_what_does_not_begin_is_refused(
    tmp_path: Path, lived: tuple[list[Draft], list[Recorded], list[Recorded]]
) -> None:
    with pytest.raises(RecordingError, match="does not begin"):
        _replay(_written(tmp_path / "a.inputs", lived[1][5:9]))
    with pytest.raises(RecordingError, match="No such file"):
        _replay(tmp_path / "none.inputs")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RecordingError, match="does not begin"):
        _replay(tmp_path / "empty")
