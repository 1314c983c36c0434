"""What holds for interlocks whatever comes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from monitor.changes import (
    CauseSeen,
    Change,
    DemandChange,
    InterlockChange,
    InterlockState,
    NodeChange,
    NodeState,
)
from monitor.compiled import compile_plant
from monitor.engine import Engine
from monitor.inputs import Born, Died, Input, Started, Tick
from monitor.interlock_condition import judge
from monitor.interlock_state import Feedback, InterlockMemory, OpenDemand, Trip, shift
from monitor.interlocks import Interlocks
from monitor.state import from_blocks, new_state, to_blocks
from monitor.tables import NEVER
from plant.interlock import Cause, Effect, OnBad
from plant.moment import MILLISECOND, SECOND
from plant.plant import Plant
from plant.quality import Quality, Reason
from tests.interlock_story import voted
from tests.small_plant import NODE, Point, at, samples

_LAW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ON_BAD = st.sampled_from(OnBad)


@st.composite
def plants(draw: st.DrawFn) -> Plant:
    """Two interlocks over the same signals, so that one may be touched and the other not."""
    on_bad = draw(ON_BAD)
    voting = [
        Cause(("a:H", "b:H", "c:H"), draw(st.integers(1, 3)), on_bad),
        *draw(st.sampled_from([(), (Cause(("a:H",)),), (Cause(("b:H", "c:H"), 1, on_bad),)])),
    ]
    effects = draw(
        st.sampled_from(
            [
                (Effect("gate", 1, 1.0),),
                (Effect("gate", 1, 1.0), Effect("drain", 1, 2.0)),
                (Effect("gate", 1, 1.0), Effect("", 1, 1.0, "none")),
            ]
        )
    )
    on = draw(st.sampled_from([0.0, 0.0, 1.0]))
    plant = voted(*voting, effects=effects, on=on, armed=draw(st.sampled_from(["", "key3"])))
    other = replace(
        plant.interlocks[0],
        id="other",
        causes=(Cause(("c:H",)),),
        effects=(Effect("drain", 1, 1.0),),
        bypass=(),
        armed="",
    )
    return replace(plant, interlocks=(*plant.interlocks, other))


_TRUSTS = st.sampled_from(
    [(Quality.GOOD, Reason.NONE)] * 10
    + [(Quality.UNCERTAIN, Reason.NONE), (Quality.BAD, Reason.SENSOR_FAULT)]
    + [(Quality.BAD, Reason.NO_ANSWER)]
)


@st.composite
def streams(draw: st.DrawFn, plant: Plant) -> list[Input]:
    now, stream = at(0), list[Input]([Started(at(0))])
    shows = dict.fromkeys((signal.id for signal in plant.signals), 0.0)
    for _ in range(draw(st.integers(5, 40))):
        now += draw(st.sampled_from([100, 500, 500, 500, 2500])) * MILLISECOND
        kind = draw(st.sampled_from(["poll"] * 6 + ["late", "tick", "died", "born", "step"]))
        if kind == "step":
            now -= 2 * SECOND
            stream.append(Tick(now))
        elif kind in ("poll", "late"):
            for name in draw(st.lists(st.sampled_from(sorted(shows)), max_size=3)):
                shows[name] = draw(st.sampled_from([0.0, 1.0, 100.0]))
            points = [
                Point(
                    slot,
                    now,
                    shows[signal.id] if not signal.discrete else min(shows[signal.id], 1),
                    *draw(_TRUSTS),
                )
                for slot, signal in enumerate(plant.signals)
                if draw(st.sampled_from([True] * 9 + [False]))
            ]
            stream.append(samples(points, now, historical=kind == "late"))
        else:
            given: dict[str, Input] = {
                "tick": Tick(now),
                "died": Died(NODE, "", now),
                "born": Born(NODE, "", now),
            }
            stream.append(given[kind])
    return stream


def run(plant: Plant, stream: Iterable[Input]) -> list[Change]:
    compiled = compile_plant(plant)
    engine, state = Engine(compiled), new_state(compiled)
    return [change for item in stream for change in engine.advance(state, item)[0]]


class Everything(Interlocks):
    """Advances every interlock at every input: what the index must not change."""

    def advance(self, memories, changes, view, now, until_of):  # type: ignore[no-untyped-def]
        for memory in memories.values():
            memory.awaiting = True
        return super().advance(memories, changes, view, now, until_of)


@_LAW
@given(st.data())
def test_only_what_is_touched_or_awaits_has_something_to_say(data: st.DataObject) -> None:
    plant = data.draw(plants())
    stream = data.draw(streams(plant))
    compiled = compile_plant(plant)
    engine, state = Engine(compiled), new_state(compiled)
    engine._interlocks = Everything(plant)

    assert run(plant, stream) == [c for i in stream for c in engine.advance(state, i)[0]]


@_LAW
@given(st.data())
def test_stopping_and_going_on_equals_never_stopping(data: st.DataObject) -> None:
    plant = data.draw(plants())
    stream = data.draw(streams(plant))
    stop = data.draw(st.integers(0, len(stream)))
    compiled = compile_plant(plant)
    engine, state = Engine(compiled), new_state(compiled)
    said = [change for item in stream[:stop] for change in engine.advance(state, item)[0]]
    blocks = to_blocks(state)
    engine, state = Engine(compiled), from_blocks(compiled, blocks)
    said += [change for item in stream[stop:] for change in engine.advance(state, item)[0]]

    assert to_blocks(from_blocks(compiled, blocks)) == blocks
    assert said == run(plant, stream)


@_LAW
@given(st.data(), ON_BAD)
def test_a_vote_of_one_member_equals_the_plain_cause(data: st.DataObject, on_bad: OnBad) -> None:
    """Removing the only channel and counting no fault leave nothing else to vote."""
    plain = voted(Cause(("a:H",)), Cause(("b:H",)))
    single = voted(Cause(("a:H",), 1, OnBad.REMOVE), Cause(("b:H",), 1, OnBad.REMOVE))
    stream = data.draw(streams(plain))

    assert run(single, stream) == run(plain, stream)


@_LAW
@given(st.data())
def test_one_of_two_demands_whenever_one_of_its_members_alone_does(data: st.DataObject) -> None:
    both = voted(Cause(("a:H", "b:H"), 1))
    each = voted(Cause(("a:H",)), Cause(("b:H",)))
    stream = data.draw(streams(both))

    def opened(plant: Plant) -> list[tuple[str, int, bool]]:
        said = (c for c in run(plant, stream) if isinstance(c, DemandChange))
        return [(c.demand, c.opened, not c.causes) for c in said if c.event == "open"]

    assert opened(both) == opened(each)


class Trusts:
    """A view in which each signal is trusted as told."""

    def __init__(self, trusts: Mapping[str, tuple[Quality, Reason]]) -> None:
        self._trusts = trusts

    def trust(self, signal: str) -> tuple[Quality, Reason]:
        return self._trusts[signal]

    def usable(self, _: str) -> tuple[float, int]:
        return 1.0, at(0)

    def active(self) -> Mapping[str, tuple[int, int]]:
        return {}


_WORSE = [
    (Quality.GOOD, Reason.NONE),
    (Quality.UNCERTAIN, Reason.NONE),
    (Quality.BAD, Reason.SENSOR_FAULT),
    (Quality.BAD, Reason.NO_ANSWER),
    (Quality.STALE, Reason.AGED),
]


@_LAW
@given(st.data(), st.booleans(), st.booleans())
def test_worse_data_never_arm(data: st.DataObject, bypassed: bool, out: bool) -> None:  # noqa: FBT001
    plant = data.draw(plants())
    item = plant.interlocks[0]
    rank = {s.id: data.draw(st.integers(0, 4)) for s in plant.signals}
    worse = {name: data.draw(st.integers(at_best, 4)) for name, at_best in rank.items()}
    memory = InterlockMemory(bypassed_since={"key1": 1} if bypassed else {})
    memory.out_of_service = out and bool(item.armed)

    def state(ranks: Mapping[str, int]) -> InterlockState:
        view = Trusts({name: _WORSE[index] for name, index in ranks.items()})
        return judge(plant, item, memory, view).state

    if state(rank) is not InterlockState.ARMED:
        assert state(worse) is not InterlockState.ARMED
    if state(rank) is InterlockState.UNKNOWN:
        assert state(worse) in (InterlockState.UNKNOWN, InterlockState.UNAVAILABLE)


def test_a_node_touches_every_interlock() -> None:
    """Its going changes how far all signals are trusted, without a change of each."""
    plant = voted()
    interlocks, memory = Interlocks(plant), InterlockMemory(state=InterlockState.ARMED)
    gone = {signal.id: (Quality.STALE, Reason.NODE_OFFLINE) for signal in plant.signals}
    change = NodeChange(NODE, NodeState.ONLINE, NodeState.OFFLINE, at(1))
    said = interlocks.advance({"trip": memory}, [change], Trusts(gone), at(1), lambda _: at(1))

    assert [c.after for c in said if isinstance(c, InterlockChange)] == [InterlockState.UNKNOWN]
    assert interlocks.advance({"trip": memory}, [], Trusts(gone), at(2), lambda _: at(2)) == []


def test_a_step_of_the_clock_moves_every_remembered_time_once() -> None:
    """All but when a bypass began: that names it in the journal."""
    came = Feedback(1.0, NEVER, at(3))
    seen = CauseSeen("a:H", at(1), at(2), ("a:H",), 1)
    demand = OpenDemand("trip/1", at(2), [seen], [], [came, None], ended=at(9))
    memory = InterlockMemory(
        feedback={"gate": came},
        bypassed_since={"key1": at(4)},
        passed={"a:H": (NEVER, at(2))},
        faults={"b": (at(5), at(6))},
        usable_since={"a": at(0)},
        demand=demand,
        last=replace(demand, id="trip/0"),
        trip=Trip([came, None], {"a": at(7), "b": NEVER}),
    )
    before = TypeAdapter(InterlockMemory).dump_python(memory)
    shift(memory, SECOND)

    def moved(item: object, key: object = None) -> object:
        if isinstance(item, dict):
            return {name: moved(value, name) for name, value in item.items()}
        if isinstance(item, list | tuple):
            return type(item)(moved(value, key) for value in item)
        time = isinstance(item, int) and item > at(-1) and key != "key1"
        return item + SECOND if time else item  # type: ignore[operator]

    assert TypeAdapter(InterlockMemory).dump_python(memory) == moved(before)
