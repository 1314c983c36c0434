"""What holds for the judge of all cells, whatever comes."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from compliance.memory import LONG_AGO, ComplianceMemory
from compliance.operating import Declared
from plant.quality import Quality
from tests.small_plant import at
from tests.unit.compliance.stand import CALM, Said, Stand

_LAW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_WILD = {
    "flow": [10.0, 20.0, 25.0, 90.0],
    "gate": [1.0],
    "lock": [1.0],
    "run": [0.0, 0.0, 0.0],
    "speed": [0.0, 0.0, 2.0],
    "by": [1.0],
}
_RECORDS = [
    ("drill", "caster"),
    ("drill", "pit"),
    ("drill", "small"),
    ("proof_test", "trip"),
    ("not_applicable", "caster"),
]
_STEPS = st.sampled_from([0.1, 0.5, 0.5, 0.5, 1.0, 2.9, 70.0])
_SPOILT = st.sets(st.sampled_from(list(CALM)), max_size=2)
_TRUST = st.sampled_from([Quality.UNCERTAIN, Quality.BAD])


@st.composite
def steps(draw: st.DrawFn) -> list[tuple[str, float, dict[str, object]]]:
    """Give steps (what, when, how): polls, ticks, gateways that die, records and acts that end."""
    now, found = 0.5, []
    for _ in range(draw(st.integers(2, 25))):
        now = round(now + draw(_STEPS), 3)
        what = draw(st.sampled_from(["poll"] * 8 + ["tick"] * 4 + ["died", "record", "act"]))
        how: dict[str, object] = {}
        if what == "poll":
            names = draw(st.sets(st.sampled_from(list(CALM)), max_size=4))
            how = {name: draw(st.sampled_from(_WILD[name])) for name in sorted(names)}
            how |= {"spoilt": sorted(draw(_SPOILT)), "trust": draw(_TRUST)}
        elif what == "record":
            kind, subject = draw(st.sampled_from(_RECORDS))
            until = draw(st.sampled_from([None, now + 0.2, now + 3]))
            how = {
                "type_": kind,
                "subject": subject,
                "performed": now + draw(st.sampled_from([-86_399.0, -5.0, 0.7])),
                "valid_until": None if until is None else at(until),
                "ok": draw(st.booleans()),
                "criterion": "flow",
            }
        elif what == "act":
            how = {"until": now + draw(st.sampled_from([0.3, 4.0])), "on": draw(st.booleans())}
        found.append((what, now, how))
    return found


def step(stand: Stand, what: str, now: float, how: dict[str, object]) -> list[Said]:
    match what:
        case "poll":
            return stand.poll(now, **how)  # type: ignore[arg-type]
        case "tick":
            return stand.tick(now)
        case "died":
            return stand.take(stand.bench.died(now))
        case "record":
            stand.record(**how)  # type: ignore[arg-type]
        case _:
            act = Declared("caster", bool(how["on"]), at(float(str(how["until"]))), "r", "a")
            stand.judge.declare_operating(stand.memory, act)
    return []


@_LAW
@given(steps())
def test_judging_touched_cells_equals_judging_all(
    stream: list[tuple[str, float, dict[str, object]]],
) -> None:
    touched, every = Stand(), Stand()
    for what, now, how in stream:
        every.memory.due = LONG_AGO
        for judged in every.memory.cells.values():
            judged.due = LONG_AGO

        assert step(touched, what, now, how) == step(every, what, now, how)
    assert touched.memory.cells == every.memory.cells


@_LAW
@given(st.data())
def test_a_worse_quality_passes_nothing_more(data: st.DataObject) -> None:
    """One poll in two qualities, from any state: nothing passes on the worse data alone."""
    stand = Stand()
    for what, now, how in data.draw(steps()):
        step(stand, what, now, how)
    wild = {name: data.draw(st.sampled_from([CALM[name], *_WILD[name]])) for name in CALM}
    spoilt = data.draw(st.sets(st.sampled_from(list(CALM)), min_size=1))
    second = now + 1.0

    def passed(trust: Quality) -> set[str]:
        twin = stand.copy()
        twin.poll(second, spoilt, trust, **wild)
        return {k for k, cell in twin.memory.cells.items() if cell.finding.verdict == "pass"}

    good = stand.copy()
    good.poll(second, **wild)
    best = {k for k, cell in good.memory.cells.items() if cell.finding.verdict == "pass"}
    assert passed(Quality.UNCERTAIN) <= best
    assert passed(Quality.BAD) <= best


@_LAW
@given(steps(), st.integers(0, 24))
def test_stopping_and_going_on_equals_never_stopping(
    stream: list[tuple[str, float, dict[str, object]]], stop: int
) -> None:
    memory = TypeAdapter(ComplianceMemory)
    one, two = Stand(), Stand()
    for index, (what, now, how) in enumerate(stream):
        if index == stop:
            two.memory = memory.validate_json(memory.dump_json(two.memory))
        assert step(one, what, now, how) == step(two, what, now, how)
    assert one.memory == two.memory
