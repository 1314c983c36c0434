"""How each kind of requirement is judged at one equipment."""

from collections.abc import Iterator
from typing import assert_never

from compliance import wording
from compliance.criterion import MonitoredLimits, Requirement, ValidEvidence, WorkingInterlock
from compliance.facts import Facts
from compliance.verdict import Finding, Ground, Verdict
from monitor.changes import InterlockState, Response
from plant.interlock import Interlock
from plant.moment import SECOND
from plant.plant import Equipment, Plant
from plant.quality import CHANNEL_FAULTS, Quality
from plant.signal import Level, Signal

_DAY = 86_400 * SECOND
_OVERDUE = 1.25  # standards 4.6 [E]: suspect after one test interval, fail after 1.25 of it

_PASS = Finding(Verdict.PASS)


def judge(requirement: Requirement, equipment: Equipment, facts: Facts) -> list[Finding]:
    """Judge one requirement point by point, all of which must hold.

    A finding's grounds say why it is not a pass. For one plant version the points are always the
    same, in the same order.
    """
    match requirement:
        case MonitoredLimits():
            return list(_limits(requirement, equipment, facts))
        case WorkingInterlock():
            return list(_interlock(requirement, equipment, facts))
        case ValidEvidence():
            return [_evidence(requirement, equipment, facts)]
    assert_never(requirement)


def gaps(requirement: Requirement, equipment: Equipment, plant: Plant) -> tuple[Ground, ...]:
    """Say what the plant folder lacks (未设置) for this requirement, whatever the data say."""
    match requirement:
        case MonitoredLimits():
            return tuple(_unset_limits(requirement, equipment, plant))
        case WorkingInterlock():
            if _fitting(requirement, equipment, plant):
                return ()
            return (wording.no_interlock(requirement),)
        case ValidEvidence():
            return ()
    assert_never(requirement)


def _signals(role: str, equipment: Equipment, plant: Plant) -> list[Signal]:
    return [s for s in plant.signals if s.role == role and s.equipment == equipment.id]


def _unset_limits(
    requirement: MonitoredLimits, equipment: Equipment, plant: Plant
) -> Iterator[Ground]:
    signals = _signals(requirement.role, equipment, plant)
    if not signals:
        yield wording.no_signal(requirement.role)
    for signal in signals:
        configured = {limit.level for limit in signal.limits}
        for level in requirement.levels:
            if level not in configured:
                yield wording.no_limit(signal, level)


def _limits(requirement: MonitoredLimits, equipment: Equipment, facts: Facts) -> Iterator[Finding]:
    unset = tuple(_unset_limits(requirement, equipment, facts.plant))
    yield Finding(Verdict.FAIL, unset) if unset else _PASS
    for signal in _signals(requirement.role, equipment, facts.plant):
        yield _trusted(signal, facts)


def _trusted(signal: Signal, facts: Facts) -> Finding:
    """A device must work: a faulty channel fails (Order 10, Article 14), silence is unknown."""
    quality, reason = facts.view.trust(signal.id)
    if quality is Quality.GOOD:
        return _PASS
    faulty = quality is Quality.BAD and reason in CHANNEL_FAULTS
    verdict = Verdict.FAIL if faulty else Verdict.UNKNOWN
    return Finding(verdict, (wording.untrusted(signal, reason, faulty=faulty),))


def _fitting(requirement: WorkingInterlock, equipment: Equipment, plant: Plant) -> list[Interlock]:
    limits = {
        f"{signal.id}:{requirement.level}"
        for signal in _signals(requirement.role, equipment, plant)
    }
    found = []
    for interlock in plant.interlocks:
        causes = {cause.limit for cause in interlock.causes}
        effects = {
            (plant.signal_by_id[effect.signal].role, effect.state) for effect in interlock.effects
        }
        if limits & causes and effects >= set(requirement.effects):
            found.append(interlock)
    return found


def _interlock(
    requirement: WorkingInterlock, equipment: Equipment, facts: Facts
) -> Iterator[Finding]:
    fitting = _fitting(requirement, equipment, facts.plant)
    if not fitting:
        yield Finding(Verdict.FAIL, (wording.no_interlock(requirement),))
    for interlock in fitting:
        yield _state(interlock, facts)
        yield _last_demand(interlock, facts)
        yield _proof_test(interlock, facts)


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
    defeated = state in (InterlockState.BYPASSED, InterlockState.UNAVAILABLE)
    verdict = Verdict.FAIL if defeated else Verdict.UNKNOWN
    return Finding(verdict, (wording.not_armed(interlock, state),))


def _last_demand(interlock: Interlock, facts: Facts) -> Finding:
    """The last demand must have worked, unless a proof test has shown so since."""
    last = facts.demands.get(interlock.id)
    if last is None or last.result in (Response.OK, Response.WAITING):
        return _PASS
    test = facts.latest("proof_test", interlock.id)
    if test is not None and test.performed_at > last.opened:
        return _PASS
    unknown = last.result is Response.UNDETERMINED
    verdict = Verdict.UNKNOWN if unknown else Verdict.FAIL
    return Finding(verdict, (wording.demand_not_ok(interlock, last, facts.plant.zone),))


def _proof_test(interlock: Interlock, facts: Facts) -> Finding:
    test = facts.latest("proof_test", interlock.id)
    if test is None:
        return Finding(Verdict.UNKNOWN, (wording.never_tested(interlock),))
    age = facts.now - test.performed_at
    interval = interlock.proof_test_days * _DAY
    if age <= interval:
        return _PASS
    verdict = Verdict.SUSPECT if age <= _OVERDUE * interval else Verdict.FAIL
    return Finding(verdict, (wording.test_overdue(interlock, test, facts.plant.zone),))


def _evidence(requirement: ValidEvidence, equipment: Equipment, facts: Facts) -> Finding:
    record = facts.latest(requirement.type, equipment.id)
    if record is None:
        return Finding(Verdict.UNKNOWN, (wording.no_evidence(requirement, equipment),))
    if facts.now - record.performed_at <= requirement.within_days * _DAY:
        return _PASS
    return Finding(
        Verdict.FAIL, (wording.evidence_expired(requirement, record, facts.plant.zone),)
    )


def bound_limits(roles: frozenset[str], equipment: Equipment, plant: Plant) -> list[str]:
    """Give the outer limits (LL, HH) whose passing is an exceedance under a criterion."""
    return [
        limit.id
        for signal in plant.signals
        if signal.equipment == equipment.id and signal.role in roles
        for limit in signal.limits
        if limit.level in (Level.LL, Level.HH)
    ]
