"""Each of the 46 criteria can be met, and notices whatever is missing, lost, late or wrong.

Every test is made from the criteria themselves, for every answer a subject can give.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import pytest

from compliance.criterion import (
    AnyOf,
    MonitoredLimits,
    RunningCondition,
    ValidEvidence,
    WhileProducing,
    WhileState,
    WorkingInterlock,
)
from firstout.plant_folder import criteria
from plant.signal import Indicates, Level
from tests.unit.compliance.made import (
    BYPASS,
    PRODUCING,
    WITHIN_S,
    Way,
    calm,
    owner_of,
    passing,
    plant_for,
    record,
    records_for,
    relations_of,
    ways,
    with_limit,
    without_effect,
    without_interlock,
    without_limit,
    without_signal,
    wrong_states,
)
from tests.unit.compliance.made_run import Run, has_gap

ALL = [way for criterion in criteria() for way in ways(criterion)]
EACH = [way for way in ALL if way.allowed]

each = pytest.mark.parametrize("way", EACH, ids=str)
T = TypeVar("T")


def of(way: Way, kind: type[T]) -> list[T]:
    """Give what is asked of one kind, that of the chosen alternatives too."""
    return [item for item in (*way.firm, *way.chosen) if isinstance(item, kind)]


def measured(way: Way) -> list[MonitoredLimits | RunningCondition]:
    return [*of(way, MonitoredLimits), *of(way, RunningCondition)]


def records(way: Way) -> list[ValidEvidence]:
    return [item for item in way.firm if isinstance(item, ValidEvidence)]


def having(kind: type) -> pytest.MarkDecorator:
    some = [way for way in EACH if of(way, kind)]
    return pytest.mark.parametrize("way", some, ids=str)


def test_every_criterion_can_be_met_in_some_way() -> None:
    assert {way.criterion.id for way in EACH} == {criterion.id for criterion in criteria()}
    assert {way.criterion.id for way in ALL if not way.allowed} == {"dust-3"}


@pytest.mark.parametrize("way", [way for way in ALL if not way.allowed], ids=str)
def test_an_answer_that_is_not_allowed_fails(way: Way) -> None:
    run = Run(way)

    assert run.verdict == "fail"
    assert "attribute_wrong" in run.codes


@each
def test_with_everything_set_there_is_no_gap_and_it_passes(way: Way) -> None:
    run = Run(way)

    assert not has_gap(way, run.plant)
    assert (run.verdict, run.codes, run.exceedances) == ("pass", set(), set())


@each
def test_without_records_it_does_not_pass(way: Way) -> None:
    fails = any(item.missing_fails for item in of(way, ValidEvidence))

    run = Run(way, records=[])

    assert run.verdict == ("fail" if fails else "unknown")


@each
def test_every_single_record_is_needed(way: Way) -> None:
    given = records_for(way)
    firm = {f"{item.type}@{owner_of(way, item)}" for item in records(way)}
    for missing in given:
        spare = missing.id not in firm and missing.type not in ("proof_test", "calibration")
        if spare and way.others_hold:
            continue
        left = [item for item in given if item.id != missing.id]
        assert Run(way, records=left).verdict in ("unknown", "fail"), missing.id


@each
def test_a_record_that_finds_something_wrong_fails(way: Way) -> None:
    given = {item.id: item for item in records_for(way)}
    for item in records(way):
        wrong = record(item.type, owner_of(way, item), 0.001, ok=False)
        run = Run(way, records=(given | {wrong.id: wrong}).values())
        assert run.verdict == "fail", item.type
        assert "evidence_not_ok" in run.codes


def ages(item: ValidEvidence) -> Iterator[tuple[float, str]]:
    """Give ages of a record in days, and what it shows at that age."""
    within, fail_after = item.within_days, item.fail_after_days
    if within is None:
        yield 3650, "pass"
        return
    yield within * 0.99, "pass"
    yield within * 1.01, "fail" if fail_after is None else "suspect"
    if fail_after is not None:
        yield fail_after * 0.99, "suspect"
        yield fail_after * 1.01, "fail"


@each
def test_a_record_counts_for_its_period_and_no_longer(way: Way) -> None:
    given = {item.id: item for item in records_for(way)}
    chosen = {item.type for item in way.chosen if isinstance(item, ValidEvidence)}
    for item in records(way):
        for days, verdict in ages(item) if item.type not in chosen else ():
            old = record(item.type, owner_of(way, item), days)
            run = Run(way, records=(given | {old.id: old}).values())
            assert run.verdict == verdict, (item.type, days)


@each
def test_a_lost_signal_leaves_nothing_shown(way: Way) -> None:
    needed = {item.role for item in measured(way)}
    for item in of(way, WorkingInterlock):
        needed |= {item.role, BYPASS, *(role for role, _ in item.effects)}
    for role in sorted(needed):
        run = Run(way).poll(60, lost=[role])
        assert run.verdict == "unknown", role
        assert run.codes & {"signal_unknown", "interlock_unknown"}, role


@pytest.mark.parametrize("way", [way for way in EACH if measured(way)], ids=str)
def test_a_signal_or_limit_that_is_not_set_is_a_gap_and_fails(way: Way) -> None:
    whole = plant_for(way)
    for item in way.firm:
        if not isinstance(item, MonitoredLimits | RunningCondition):
            continue
        for level in (None, *item.levels):
            less = (
                without_limit(whole, f"{item.role}:{level}")
                if level
                else without_signal(whole, item.role)
            )
            assert has_gap(way, less), (item.role, level)
            run = Run(way, less)
            assert run.verdict == "fail", (item.role, level)
            assert run.codes & {"signal_not_set", "limit_not_set"}, (item.role, level)


STATEFUL = [
    way
    for way in EACH
    if any(item.state is not None for item in [*measured(way), *of(way, WorkingInterlock)])
]


@pytest.mark.parametrize("way", STATEFUL, ids=str)
def test_an_alarm_on_the_right_state_counts_for_nothing(way: Way) -> None:
    for role, wrong in wrong_states(way).items():
        plant = with_limit(plant_for(way), f"{role}:STATE", set_point=1.0 - wrong)
        run = Run(way, plant)
        assert has_gap(way, plant), role
        assert run.verdict == "fail", role
        assert run.codes & {"limit_not_set", "interlock_not_set"}, role


@pytest.mark.parametrize("way", [way for way in EACH if measured(way)], ids=str)
def test_a_limit_that_tells_of_the_instrument_is_none_of_the_process(way: Way) -> None:
    for item in way.firm:
        for level in item.levels if isinstance(item, MonitoredLimits | RunningCondition) else ():
            name = f"{item.role}:{level}"
            plant = with_limit(plant_for(way), name, indicates=Indicates.INSTRUMENT)
            assert has_gap(way, plant), name
            assert Run(way, plant).verdict == "fail", name


FIGURED = [way for way in EACH if any(item.figures for item in measured(way))]


@pytest.mark.parametrize("way", FIGURED, ids=str)
def test_a_set_point_laxer_than_its_figure_is_for_a_person_to_confirm(way: Way) -> None:
    for item in measured(way):
        for level, figure in item.figures:
            name, more = f"{item.role}:{level}", figure * (0.001 if level.high else -0.001)
            laxer = with_limit(plant_for(way), name, set_point=figure + more)
            run = Run(way, laxer)
            assert (run.verdict, run.codes) == ("suspect", {"limit_laxer"}), name
            stricter = with_limit(plant_for(way), name, set_point=figure - more)
            assert Run(way, stricter).verdict == "pass", name


@having(WorkingInterlock)
def test_a_longer_allowance_or_test_interval_is_for_a_person_to_confirm(way: Way) -> None:
    whole = plant_for(way)
    for asked, trip in zip(
        dict.fromkeys(of(way, WorkingInterlock)), whole.interlocks, strict=True
    ):
        late = tuple(replace(effect, within_s=effect.within_s + 0.1) for effect in trip.effects)
        rare = replace(trip, proof_test_days=trip.proof_test_days + 1)
        for laxer, code, figure in (
            (replace(trip, effects=late), "allowance_too_long", asked.within_s),
            (rare, "test_interval_too_long", asked.proof_test_days),
        ):
            others = tuple(laxer if item is trip else item for item in whole.interlocks)
            run = Run(way, replace(whole, interlocks=others))
            expected = ("pass", set()) if figure is None else ("suspect", {code})
            assert (run.verdict, run.codes) == expected, (trip.id, code)


@having(WorkingInterlock)
def test_an_interlock_or_effect_that_is_missing_is_a_gap_and_fails(way: Way) -> None:
    whole = plant_for(way)
    for trip in whole.interlocks:
        less = [without_interlock(whole, trip.id)]
        less += [without_effect(whole, trip.id, effect.signal) for effect in trip.effects]
        for plant in less:
            assert has_gap(way, plant)
            run = Run(way, plant)
            assert run.verdict == "fail"
            assert "interlock_not_set" in run.codes


@having(WorkingInterlock)
def test_an_effect_without_feedback_is_a_gap_and_cannot_be_shown(way: Way) -> None:
    whole = plant_for(way)
    for role in {effect.signal for trip in whole.interlocks for effect in trip.effects}:
        plant = without_signal(whole, role)
        assert has_gap(way, plant), role
        run = Run(way, plant)
        assert run.verdict in ("unknown", "fail"), role
        assert "effect_not_provable" in run.codes, role


def demanded(way: Way, cause: WorkingInterlock) -> dict[str, float]:
    """Give the effects of everything that passing this cause's limit demands, HH passing H too."""
    inner = {Level.HH: {Level.H, Level.HH}, Level.LL: {Level.L, Level.LL}}
    passed = inner.get(cause.level, {cause.level})
    return {
        effect: float(state)
        for item in of(way, WorkingInterlock)
        if item.role == cause.role and item.level in passed
        for effect, state in item.effects
    }


def unhurried(way: Way) -> Way:
    """Ask for no allowance: what is polled every 5 s can prove none shorter."""
    asked = tuple(
        replace(item, within_s=None) if isinstance(item, WorkingInterlock) else item
        for item in way.criterion.requires
    )
    return replace(way, criterion=replace(way.criterion, requires=asked))


def after_demand(way: Way, cause: WorkingInterlock, answer: dict[str, float]) -> Run:
    """Let the cause come, be answered, and all be calm again."""
    run = Run(way).show({cause.role: passing(way, cause.role, cause.level)}).poll()
    return run.show(answer).poll(WITHIN_S + 30).show(calm(way)).poll(10)


@having(WorkingInterlock)
def test_an_interlock_must_answer_each_demand_with_all_its_effects(way: Way) -> None:
    way = unhurried(way)
    for cause in of(way, WorkingInterlock):
        answer = demanded(way, cause)
        works = after_demand(way, cause, answer)
        assert (works.verdict, works.codes) == ("pass", set()), (cause.role, cause.level)
        for effect in answer:
            part = {key: value for key, value in answer.items() if key != effect}
            fails = after_demand(way, cause, part)
            assert fails.verdict == "fail", (cause.role, cause.level, effect)
            assert fails.codes & {"demand_failed", "demand_partial"}, effect


@having(WorkingInterlock)
def test_a_bypassed_interlock_fails(way: Way) -> None:
    run = Run(way).show({BYPASS: 1.0}).poll()

    assert (run.verdict, run.codes) == ("fail", {"interlock_bypassed"})


@having(RunningCondition)
def test_a_condition_that_is_not_met_fails(way: Way) -> None:
    for item in of(way, RunningCondition):
        for level in item.levels:
            run = Run(way).show({item.role: passing(way, item.role, level)}).poll()
            if item.for_s > 10:
                assert run.verdict == "unknown", (item.role, level)
            run.poll(item.for_s + 10)
            assert run.verdict == "fail", (item.role, level)
            assert "condition_violated" in run.codes
            assert f"{item.role}:{level}" in run.exceedances
            assert run.show({item.role: calm(way)[item.role]}).poll().verdict == "pass"


@having(MonitoredLimits)
def test_a_passed_limit_is_an_exceedance_where_it_binds(way: Way) -> None:
    binds: dict[str, set[str]] = {}
    for item in measured(way):
        bound = item.binds if isinstance(item, MonitoredLimits) else item.levels
        binds.setdefault(item.role, set()).update(f"{item.role}:{level}" for level in bound)
    for item in of(way, MonitoredLimits):
        for level in item.levels:
            run = Run(way).show({item.role: passing(way, item.role, level)}).poll()
            name = f"{item.role}:{level}"
            assert (name in run.exceedances) is (name in binds[item.role]), name


def shut(way: Way) -> dict[str, float]:
    """Give the values that close every gate."""
    closed = (
        {PRODUCING: 0.0} if any(isinstance(i.during, WhileProducing) for i in way.gated) else {}
    )
    for item in way.gated:
        if isinstance(item.during, WhileState):
            closed[item.during.role] = 1.0 - item.during.state
    return closed


GATED = [way for way in EACH if any(item.during for item in way.gated)]


@pytest.mark.parametrize("way", GATED, ids=str)
def test_what_is_asked_only_at_times_passes_at_others(way: Way) -> None:
    """Without its records, and with its conditions not met."""
    behind = {item.type for item in records(way) if item.during}
    behind |= {
        part.type
        for item in way.asked
        if isinstance(item, AnyOf) and item.during
        for each_way in way.of(item)
        for part in each_way
        if isinstance(part, ValidEvidence)
    }
    left = [item for item in records_for(way) if item.type not in behind]
    wrong = {
        item.role: passing(way, item.role, item.levels[0])
        for item in way.firm
        if isinstance(item, RunningCondition) and item.during
    }

    run = Run(way, records=left).show(wrong).poll(120)
    assert (run.verdict == "pass") is not bool(wrong or behind)
    run.show(shut(way)).poll(10)
    assert (run.verdict, run.codes, run.exceedances) == ("pass", set(), set())


@pytest.mark.parametrize("way", GATED, ids=str)
def test_a_limit_behind_a_gate_is_an_exceedance_only_while_it_is_open(way: Way) -> None:
    always = {
        f"{item.role}:{level}"
        for item in of(way, MonitoredLimits)
        if item.during is None
        for level in item.binds
    }
    for item in of(way, MonitoredLimits):
        for level in item.binds if item.during else ():
            name = f"{item.role}:{level}"
            run = Run(way).show({item.role: passing(way, item.role, level)}).poll()
            assert name in run.exceedances
            run.show(shut(way)).poll(10)
            assert (name in run.exceedances) is (name in always), name


@pytest.mark.parametrize("way", [way for way in EACH if relations_of(way)], ids=str)
def test_what_is_not_declared_is_a_gap_and_unknown(way: Way) -> None:
    whole = plant_for(way)
    it, *others = whole.equipment
    for relation, _ in it.relations:
        kept = tuple(pair for pair in it.relations if pair[0] != relation)
        less = replace(whole, equipment=(replace(it, relations=kept), *others))
        assert has_gap(way, less), relation
        assert Run(way, less).verdict == "unknown", relation
