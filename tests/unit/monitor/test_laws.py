"""What holds for the engine whatever the plant and whatever comes."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.changes import Change, LimitChange, QualityChange
from monitor.compiled import compile_plant
from monitor.engine import Engine
from monitor.inputs import Died, Input, Samples, Tick
from monitor.state import from_blocks, new_state, to_blocks
from monitor.state_view import StateView
from plant.moment import SECOND
from plant.plant import Plant
from plant.quality import Quality
from plant.signal import Level, Signal
from tests.small_plant import Point, samples
from tests.unit.monitor.scripted_stream import digest
from tests.unit.monitor.streams import inputs, plants

_LAW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def run(plant: Plant, stream: list[Input]) -> list[Change]:
    compiled = compile_plant(plant)
    engine, state = Engine(compiled), new_state(compiled)
    return [change for item in stream for change in engine.advance(state, item)[0]]


def of_signals(changes: list[Change]) -> list[LimitChange | QualityChange]:
    return [c for c in changes if isinstance(c, LimitChange | QualityChange)]


@_LAW
@given(st.data())
def test_the_same_inputs_give_the_same_changes(data: st.DataObject) -> None:
    plant = data.draw(plants())
    stream = data.draw(inputs(plant))

    assert run(plant, stream) == run(plant, stream)


@_LAW
@given(st.data())
def test_how_samples_are_packed_changes_no_limit_and_no_quality(data: st.DataObject) -> None:
    plant = data.draw(plants())
    stream = data.draw(inputs(plant))
    packed: list[Input] = []
    for item in stream:
        # What follows from an instant follows from all of it: it is cut only between instants.
        cuts = np.flatnonzero(np.diff(item.times)) + 1 if isinstance(item, Samples) else []
        if isinstance(item, Samples) and len(cuts):
            cut = data.draw(st.sampled_from(list(cuts)))
            packed += [part(item, slice(0, cut)), part(item, slice(cut, None))]
        else:
            packed.append(item)

    assert of_signals(run(plant, packed)) == of_signals(run(plant, stream))


def part(given: Samples, where: slice) -> Samples:
    return replace(
        given,
        slots=given.slots[where],
        times=given.times[where],
        values=given.values[where],
        quality=given.quality[where],
        reasons=given.reasons[where],
        sources=None if given.sources is None else given.sources[where],
    )


@_LAW
@given(st.data())
def test_stopping_and_going_on_equals_never_stopping(data: st.DataObject) -> None:
    plant = data.draw(plants())
    stream = data.draw(inputs(plant))
    stop = data.draw(st.integers(0, len(stream)))
    compiled = compile_plant(plant)
    engine, state = Engine(compiled), new_state(compiled)
    said = [change for item in stream[:stop] for change in engine.advance(state, item)[0]]
    blocks = to_blocks(state)
    engine, state = Engine(compile_plant(plant)), from_blocks(compiled, blocks)
    said += [change for item in stream[stop:] for change in engine.advance(state, item)[0]]

    assert to_blocks(from_blocks(compiled, blocks)) == blocks
    assert said == run(plant, stream)


@_LAW
@given(st.data())
def test_little_room_for_what_is_said_changes_nothing(data: st.DataObject) -> None:
    """The hot loops stop when there is no room, and go on where they stopped."""
    plant = data.draw(plants())
    stream = data.draw(inputs(plant))
    compiled = compile_plant(plant)
    engine, state = Engine(compiled), new_state(compiled)
    engine._room = 0
    said = [change for item in stream for change in engine.advance(state, item)[0]]

    assert said == run(plant, stream)


@_LAW
@given(st.data(), st.integers(-(10**9), 10**9))
def test_shifting_all_times_shifts_the_changes(data: st.DataObject, by_seconds: int) -> None:
    plant, by = data.draw(plants()), by_seconds * SECOND
    stream = data.draw(inputs(plant))
    moved: list[Input] = [shifted(item, by) for item in stream]

    assert [back(change, by) for change in run(plant, moved)] == run(plant, stream)


def shifted(item: Input, by: int) -> Input:
    if isinstance(item, Samples):
        sources = item.sources
        if sources is not None:
            sources = np.where(sources == 0, 0, sources + by)
        return replace(item, times=item.times + by, known_at=item.known_at + by, sources=sources)
    return replace(item, known_at=item.known_at + by)


def back(change: Change, by: int) -> Change:
    never = -(2**62)
    if isinstance(change, LimitChange):
        earliest = change.earliest if change.earliest == never else change.earliest - by
        return replace(change, time=change.time - by, earliest=earliest, latest=change.latest - by)
    assert not hasattr(change, "latest")
    return replace(change, time=change.time - by)  # type: ignore[call-arg]


@_LAW
@given(st.data())
def test_a_plant_of_many_signals_equals_many_plants_of_one(data: st.DataObject) -> None:
    plant = data.draw(plants(apart=True))
    stream: list[Input] = []
    for item in data.draw(inputs(plant)):
        if isinstance(item, Samples):
            stream.append(replace(item, historical=False))
        elif isinstance(item, Tick | Died):
            stream.append(item)
    together = of_signals(run(plant, stream))
    for slot, signal in enumerate(plant.signals):
        alone = replace(plant, signals=(signal,))
        mine: list[Input] = [
            only_slot(item, slot) if isinstance(item, Samples) else item for item in stream
        ]
        expected = [c for c in together if names(c) == signal.id]

        assert of_signals(run(alone, mine)) == expected


def only_slot(given: Samples, slot: int) -> Samples:
    chosen = given.slots == slot
    return replace(
        given,
        slots=np.zeros(int(chosen.sum()), np.int32),
        times=given.times[chosen],
        values=given.values[chosen],
        quality=given.quality[chosen],
        reasons=given.reasons[chosen],
        sources=None if given.sources is None else given.sources[chosen],
    )


def names(change: LimitChange | QualityChange) -> str:
    if isinstance(change, QualityChange):
        return change.signal
    return change.limit.rpartition(":")[0]


@settings(_LAW, max_examples=30)
@given(st.data())
def test_a_plant_of_many_limits_equals_many_plants_of_one(data: st.DataObject) -> None:
    plant = data.draw(plants())
    stream = data.draw(inputs(plant))
    together = [c for c in run(plant, stream) if isinstance(c, LimitChange)]
    for limit in plant.limit_by_id.values():
        alone = [
            replace(signal, limits=(limit,) if signal.id == limit.signal else ())
            for signal in plant.signals
        ]
        said = run(replace(plant, signals=tuple(alone)), stream)

        assert [c for c in said if isinstance(c, LimitChange)] == [
            c for c in together if c.limit == limit.id
        ]


@_LAW
@given(st.data())
def test_a_laxer_limit_adds_no_alarm(data: st.DataObject) -> None:
    """Whenever the laxer one is active, the stricter one is."""
    plant = data.draw(plants())
    lax = replace(plant, signals=tuple(laxer(signal) for signal in plant.signals))
    states = [(Engine(compile_plant(p)), new_state(compile_plant(p))) for p in (plant, lax)]
    for item in data.draw(inputs(plant)):
        (_, strict), (_, less) = states
        for engine, state in states:
            engine.advance(state, item)
        assert set(less.memory.active) <= set(strict.memory.active)


def laxer(signal: Signal) -> Signal:
    limits = tuple(
        limit
        if limit.level is Level.STATE
        else replace(limit, set_point=limit.set_point + (3 if limit.passed_upwards else -3))
        for limit in signal.limits
    )
    return replace(signal, limits=limits)


@_LAW
@given(st.data())
def test_a_worse_quality_clears_nothing_and_makes_nothing_good(data: st.DataObject) -> None:
    """From any state: what a sample clears at a worse quality, it clears at a better one too.

    Except the others' deviation: a member that is lost is left out, and the rest may agree.
    """
    plant = data.draw(plants())
    stream = data.draw(inputs(plant))
    compiled = compile_plant(plant)
    engine, state = Engine(compiled), new_state(compiled)
    last = 0
    for item in stream:
        engine.advance(state, item)
        last = item.known_at
    blocks = to_blocks(state)
    measured = [slot for slot, signal in enumerate(plant.signals) if signal.formula is None]
    slot = data.draw(st.sampled_from(measured))
    value = data.draw(st.sampled_from([0.0, 25.0, 50.0, 75.0, 100.0]))
    better, worse = sorted(data.draw(st.tuples(*[st.sampled_from(list(Quality))] * 2)))

    def judged(quality: Quality) -> tuple[set[str], set[str]]:
        message = samples([Point(slot, last + SECOND, value, quality)], last + SECOND)
        again = from_blocks(compiled, blocks)
        changes, _ = engine.advance(again, message)
        cleared = {c.limit for c in changes if isinstance(c, LimitChange) and not c.active}
        view = StateView(compiled, again)
        good = {s.id for s in plant.signals if view.trust(s.id)[0] is Quality.GOOD}
        return {limit for limit in cleared if not limit.endswith(":DEVIATION")}, good

    cleared, good = judged(worse)
    assert cleared <= judged(better)[0]
    assert good <= judged(better)[1]


def test_the_kernel_says_the_same_uncompiled() -> None:
    uncompiled = subprocess.run(
        [sys.executable, "-m", "tests.unit.monitor.scripted_stream"],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert uncompiled.stdout == digest()
