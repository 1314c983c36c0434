"""How each kind of requirement is judged at one subject."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from compliance import wording, wording_records
from compliance.bound import Bound
from compliance.criterion import (
    AnyOf,
    DeclaredAttribute,
    DeclaredRelation,
    MonitoredLimits,
    RunningCondition,
    ValidEvidence,
    WorkingInterlock,
)
from compliance.facts import Facts
from compliance.gates import apply_gate
from compliance.records import judge_calibration, judge_evidence, judge_proof_test
from compliance.verdict import Finding, Verdict, all_of, any_of
from monitor.changes import InterlockState, Response
from plant.interlock import Interlock
from plant.moment import seconds
from plant.quality import CHANNEL_FAULTS, Quality
from plant.signal import Signal

_PASS = Finding(Verdict.PASS)

_OF_STATE = {
    InterlockState.DEGRADED: Verdict.SUSPECT,
    InterlockState.DISARMED: Verdict.FAIL,
    InterlockState.BYPASSED: Verdict.FAIL,
    InterlockState.UNAVAILABLE: Verdict.FAIL,
    InterlockState.UNKNOWN: Verdict.UNKNOWN,
}


@dataclass(frozen=True)
class Point:
    """One finding that must hold; `key` names it within its cell for one plant version.

    `stale` says that it stands on data now lost.
    """

    key: str
    finding: Finding
    stale: bool = False


def judge(requirements: Iterable[Bound], facts: Facts) -> list[Point]:
    """Judge requirements point by point, all of which must hold.

    A finding's grounds say why it is not a pass.
    """
    return [
        Point(f"{index}:{name}", apply_gate(bound, finding, facts))
        for index, bound in enumerate(requirements)
        for name, finding in _judge(bound, facts)
    ]


def _judge(bound: Bound, facts: Facts) -> Iterator[tuple[str, Finding]]:
    requirement = bound.requirement
    match requirement:
        case MonitoredLimits():
            yield from _limits(bound, requirement, facts)
        case WorkingInterlock():
            yield from _interlocks(bound, requirement, facts)
        case RunningCondition():
            yield from _condition(bound, requirement, facts)
        case ValidEvidence():
            yield "record", judge_evidence(requirement, bound.subject, facts)
        case DeclaredRelation():
            yield "relation", _relation(bound, requirement, facts)
        case DeclaredAttribute():
            yield "attribute", _attribute(bound, requirement)
        case AnyOf():
            yield "any", any_of(_alternative(each, facts) for each in bound.alternatives)
        case _:
            assert_never(requirement)


def _limits(
    bound: Bound, requirement: MonitoredLimits, facts: Facts
) -> Iterator[tuple[str, Finding]]:
    yield from _set(bound)
    for signal in bound.signals:
        yield signal.id, _trusted(signal, facts)
    if requirement.calibration_days is not None:
        days = requirement.calibration_days
        measured = (each for signal in bound.signals for each in facts.plant.measured(signal))
        for signal in dict.fromkeys(measured):
            yield f"{signal.id}:calibration", judge_calibration(signal, days, facts)


def _condition(
    bound: Bound, requirement: RunningCondition, facts: Facts
) -> Iterator[tuple[str, Finding]]:
    yield from _set(bound)
    for signal in bound.signals:
        yield signal.id, _trusted(signal, facts)
        yield f"{signal.id}:run", _runs_right(bound, requirement, signal, facts)


def _alternative(bounds: tuple[Bound, ...], facts: Facts) -> Finding:
    return all_of(point.finding for point in judge(bounds, facts))


def _set(bound: Bound) -> Iterator[tuple[str, Finding]]:
    """What is asked must be set (已设置) at all, and as strictly as is usual."""
    yield "set", Finding(Verdict.FAIL, bound.gaps) if bound.gaps else _PASS
    yield "laxer", _strict(bound)


def _strict(bound: Bound) -> Finding:
    """What is set laxer than a figure may have its reasons: a person must confirm it."""
    return Finding(Verdict.SUSPECT, bound.laxer) if bound.laxer else _PASS


def _trusted(signal: Signal, facts: Facts) -> Finding:
    """A device must work: a faulty channel fails (Order 10, Article 14), silence is unknown."""
    quality, reason = facts.view.trust(signal.id)
    if quality is Quality.GOOD:
        return _PASS
    faulty = quality is Quality.BAD and reason in CHANNEL_FAULTS
    verdict = Verdict.FAIL if faulty else Verdict.UNKNOWN
    return Finding(verdict, (wording.untrusted(signal, reason, faulty=faulty),))


def _runs_right(
    bound: Bound, requirement: RunningCondition, signal: Signal, facts: Facts
) -> Finding:
    """A passed limit fails after `for_s`, counted from the latest moment of its passing.

    A limit stays active while its data are lost, but that shows nothing any more.
    """
    quality, reason = facts.view.trust(signal.id)
    if quality > Quality.UNCERTAIN:
        return Finding(Verdict.UNKNOWN, (wording.untrusted(signal, reason, faulty=False),))
    active, found = facts.view.active(), []
    for limit in signal.limits:
        if limit.id in bound.binding and limit.id in active:
            over = active[limit.id][1] + seconds(requirement.for_s)
            facts.horizon.at(over)
            verdict = Verdict.FAIL if facts.dated >= over else Verdict.UNKNOWN
            ground = wording.condition(signal, limit, requirement.for_s, over=facts.dated >= over)
            found.append(Finding(verdict, (ground,)))
    return all_of(found) if found else _PASS


def _interlocks(
    bound: Bound, requirement: WorkingInterlock, facts: Facts
) -> Iterator[tuple[str, Finding]]:
    unset = (wording.no_interlock(requirement),)
    yield "set", _PASS if bound.interlocks else Finding(Verdict.FAIL, unset)
    yield "laxer", _strict(bound)
    for interlock in bound.interlocks:
        unproven = [role for key, role in bound.unproven if key == interlock.id]
        grounds = tuple(wording.unprovable(interlock, role) for role in unproven)
        yield f"{interlock.id}:proven", Finding(Verdict.UNKNOWN, grounds) if grounds else _PASS
        yield f"{interlock.id}:state", _state(interlock, facts)
        yield f"{interlock.id}:demand", _last_demand(interlock, facts)
        yield f"{interlock.id}:test", judge_proof_test(interlock, facts)


def _state(interlock: Interlock, facts: Facts) -> Finding:
    """It must be ready to act, or acting, as far as every signal it depends on shows."""
    state = facts.interlocks.get(interlock.id, InterlockState.UNKNOWN)
    if state in (InterlockState.ARMED, InterlockState.DEMANDED):
        for signal in interlock.signals:
            quality, reason = facts.view.trust(signal)
            if quality is not Quality.GOOD:
                source = facts.plant.signal_by_id[signal]
                grounds = (wording.untrusted(source, reason, faulty=False),)
                return Finding(Verdict.UNKNOWN, grounds)
        return _PASS
    return Finding(_OF_STATE[state], (wording.not_armed(interlock, state),))


def _last_demand(interlock: Interlock, facts: Facts) -> Finding:
    """The last demand must have worked, unless a proof test has shown so since."""
    last = facts.demands.get(interlock.id)
    if last is None or last.result is Response.OK:
        return _PASS
    test = facts.latest("proof_test", [interlock.id])
    if test is not None and test.ok and test.performed_at > last.opened:
        return _PASS
    unknown = last.result is Response.UNDETERMINED
    verdict = Verdict.UNKNOWN if unknown else Verdict.FAIL
    return Finding(verdict, (wording.demand_not_ok(interlock, last, facts.plant.zone),))


def _relation(bound: Bound, requirement: DeclaredRelation, facts: Facts) -> Finding:
    declared = dict(bound.subject.relations).get(requirement.relation, ())
    if not declared:
        ground = wording_records.no_relation(requirement, bound.subject)
        return Finding(Verdict.UNKNOWN, (ground,))
    least, most = requirement.at_least or 0, requirement.at_most
    if len(declared) >= least and (most is None or len(declared) <= most):
        return _PASS
    ground = wording_records.wrong_relation(requirement, bound.subject, declared, facts.plant)
    return Finding(Verdict.FAIL, (ground,))


def _attribute(bound: Bound, requirement: DeclaredAttribute) -> Finding:
    answer = dict(bound.subject.attributes).get(requirement.attribute)
    if answer in requirement.allowed:
        return _PASS
    ground = wording_records.wrong_attribute(requirement, bound.subject, answer)
    return Finding(Verdict.UNKNOWN if answer is None else Verdict.FAIL, (ground,))
