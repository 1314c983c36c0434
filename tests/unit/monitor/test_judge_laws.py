"""What holds for the whole judge on the demonstration plant, whatever comes."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstout.judge import Judge
from journal.entry import Draft
from monitor.inputs import Born, Died, Input, Samples, Started, Tick
from plant.moment import MILLISECOND, SECOND
from plant.quality import Quality, Reason
from tests.caster_run import CALM, NODE, caster_judge
from tests.small_plant import Point, at, samples
from tests.unit.monitor.test_laws import part

_LAW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

_WILD = {
    "caster-1.water_pressure": [0.20, 0.24, 0.245, 0.25, 0.345, 0.39],
    "caster-1.water_flow": [100.0, 160.0, 163.0, 180.0, 190.0],
    "caster-1.water_temperature": [5.0, 35.0, 41.0],
    "caster-1.outlet_level": [110.0, 120.0, 135.0, 165.0, 180.0],
    "caster-1.launder_level": [110.0, 120.0, 135.0, 165.0, 180.0],
    "caster-1.gate_closed": [1.0],
    "caster-1.drain_open": [1.0],
    "caster-1.lock_locked": [0.0],
    "caster-1.bypass": [1.0],
    "caster-1.water_outlet_temperature": [50.0, 55.0],
    "caster-1.emergency_water_pressure": [0.1],
    "caster-1.launder_cut": [1.0],
    "caster-1.emergency_water": [1.0],
}
_TRUST = st.sampled_from(
    [(Quality.GOOD, Reason.NONE)] * 12
    + [
        (Quality.UNCERTAIN, Reason.NONE),
        (Quality.BAD, Reason.NO_ANSWER),
        (Quality.BAD, Reason.OUT_OF_RANGE),
        (Quality.STALE, Reason.NO_ANSWER),
    ]
)


def points(draw: st.DrawFn, time: int) -> list[Point]:
    """Give one poll: mostly calm, one or two signals wild, some of them missing or spoilt."""
    wild = draw(st.sets(st.sampled_from(list(CALM)), max_size=3))
    lost = draw(st.sampled_from([set(), set(), set(), {"caster-1.gate_closed"}]))
    slot = caster_judge().compiled.slot
    found = []
    for name, calm in CALM.items():
        if name not in lost:
            value = draw(st.sampled_from(_WILD[name])) if name in wild else calm
            found.append(Point(slot[name], time, value, *draw(_TRUST)))
    return found


@st.composite
def streams(draw: st.DrawFn, most: int = 25) -> list[Input]:
    now, stream = at(0), list[Input]([Started(at(0))])
    for _ in range(draw(st.integers(3, most))):
        now += draw(st.sampled_from([250, 500, 500, 500, 1500, 5000, 90_000])) * MILLISECOND
        match draw(
            st.sampled_from(["poll"] * 8 + ["tick"] * 3 + ["late", "born", "died", "step"])
        ):
            case "poll":
                stream += [samples(points(draw, now), now, node=NODE), Tick(now + MILLISECOND)]
            case "tick":
                stream.append(Tick(now))
            case "late":
                backlog = [p for second in (3, 2, 1) for p in points(draw, now - second * SECOND)]
                stream.append(samples(backlog, now, historical=True, node=NODE))
            case "born":
                stream.append(Born(NODE, "", now))
            case "died":
                stream.append(Died(NODE, draw(st.sampled_from(["", "mould-plc"])), now))
            case _:
                stream += [Tick(now), Tick(now - 3600 * SECOND)]
                now -= 3600 * SECOND
    return stream


def run(judge: Judge, stream: list[Input], stop: int | None = None) -> list[Draft]:
    """Judge a stream; at `stop` put everything away and go on with a new judge."""
    memory = judge.new_memory()
    drafts = judge.apply(memory, {}, at(0))
    for index, item in enumerate(stream):
        if index == stop:
            blocks = judge.to_blocks(memory)
            memory = caster_judge().from_blocks(blocks)
            assert caster_judge().to_blocks(memory) == blocks
        drafts += judge.advance(memory, item)
    return drafts


@_LAW
@given(st.data())
def test_stopping_and_going_on_equals_never_stopping(data: st.DataObject) -> None:
    stream = data.draw(streams())
    stop = data.draw(st.integers(0, len(stream) - 1))

    assert run(caster_judge(), stream, stop) == run(caster_judge(), stream)


@_LAW
@given(st.data())
def test_how_instants_are_packed_changes_nothing(data: st.DataObject) -> None:
    stream = data.draw(streams())
    unpacked: list[Input] = []
    for item in stream:
        if isinstance(item, Samples) and item.historical:
            size = len(item.slots)
            cuts = [i for i in range(1, size) if item.times[i] != item.times[i - 1]]
            for first, last in zip([0, *cuts], [*cuts, size], strict=True):
                unpacked.append(part(item, slice(first, last)))
        else:
            unpacked.append(item)

    assert run(caster_judge(), unpacked) == run(caster_judge(), stream)


@_LAW
@given(st.data())
def test_a_worse_quality_turns_no_fail_into_a_pass(data: st.DataObject) -> None:
    """One poll at two qualities, from any state: the worse one passes nothing more."""
    judge, stream = caster_judge(), data.draw(streams())
    memory = judge.new_memory()
    judge.apply(memory, {}, at(0))
    for item in stream:
        judge.advance(memory, item)
    blocks, now = judge.to_blocks(memory), stream[-1].known_at + SECOND
    poll = data.draw(st.composite(points)(now))
    spoilt = data.draw(st.sets(st.integers(0, len(poll) - 1), min_size=1))

    def passed(quality: Quality) -> set[str]:
        again = judge.from_blocks(blocks)
        bad = [
            Point(p.slot, p.time, p.value, max(p.quality, quality), Reason.NO_ANSWER)
            if index in spoilt and quality > p.quality
            else p
            for index, p in enumerate(poll)
        ]
        judge.advance(again, samples(bad, now, node=NODE))
        cells = again.compliance.cells
        return {key for key, cell in cells.items() if cell.finding.verdict == "pass"}

    before = passed(Quality.GOOD)
    assert passed(Quality.UNCERTAIN) <= before
    assert passed(Quality.BAD) <= before


@_LAW
@given(st.data())
def test_every_draft_can_be_written_and_tells_a_time_of_the_stream(data: st.DataObject) -> None:
    for draft in run(caster_judge(), data.draw(streams())):
        assert at(-40 * 3600) < draft.time <= draft.known_at
