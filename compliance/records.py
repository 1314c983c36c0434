"""How dated records are judged: evidence, calibrations, proof tests."""

from collections.abc import Callable
from functools import partial

from compliance import wording, wording_records
from compliance.criterion import ValidEvidence
from compliance.facts import Facts, Record
from compliance.verdict import Finding, Ground, Verdict
from plant.interlock import Interlock
from plant.moment import SECOND
from plant.signal import Signal
from plant.subject import Subject

_DAY = 86_400 * SECOND
_OVERDUE = 1.25  # standards 4.6 [E]: suspect after one test interval, fail after 1.25 of it

_PASS = Finding(Verdict.PASS)


def judge_evidence(requirement: ValidEvidence, subject: Subject, facts: Facts) -> Finding:
    """A record must exist, say that all is well, and not have expired.

    It is valid up to and including its last moment.
    """
    owner = facts.plant.subjects[0] if requirement.of_enterprise else subject
    record = facts.latest(requirement.type, [owner.id])
    if record is None:
        verdict = Verdict.FAIL if requirement.missing_fails else Verdict.UNKNOWN
        return Finding(verdict, (wording_records.no_evidence(requirement, owner),))
    if not record.ok:
        ground = wording_records.evidence_not_ok(requirement.name, record, facts.plant.zone)
        return Finding(Verdict.FAIL, (ground,))
    late = partial(wording_records.evidence_expired, requirement, record, facts.plant.zone)
    return _by_age(record, requirement.within_days, requirement.fail_after_days, late, facts)


def judge_calibration(signal: Signal, days: float, facts: Facts) -> Finding:
    """The signal, or its equipment as a whole, must have been calibrated in time."""
    record = facts.latest("calibration", [signal.id, signal.equipment])
    if record is None:
        return Finding(Verdict.UNKNOWN, (wording_records.never_calibrated(signal),))
    if not record.ok:
        ground = wording_records.calibration_not_ok(signal, record, facts.plant.zone)
        return Finding(Verdict.FAIL, (ground,))
    late = partial(wording_records.calibration_overdue, signal, days, record, facts.plant.zone)
    return _by_age(record, days, _OVERDUE * days, late, facts)


def judge_proof_test(interlock: Interlock, facts: Facts) -> Finding:
    """The interlock must have been tested in time, and have worked in the test."""
    test = facts.latest("proof_test", [interlock.id])
    if test is None:
        return Finding(Verdict.UNKNOWN, (wording.never_tested(interlock),))
    if not test.ok:
        return Finding(Verdict.FAIL, (wording.test_not_ok(interlock, test, facts.plant.zone),))
    days = interlock.proof_test_days
    late = partial(wording.test_overdue, interlock, test, facts.plant.zone)
    return _by_age(test, days, _OVERDUE * days, late, facts)


def _by_age(
    record: Record,
    within: float | None,
    fail_after: float | None,
    ground: Callable[[], Ground],
    facts: Facts,
) -> Finding:
    """Pass within `within` days and the record's own validity, suspect up to `fail_after` days."""
    ends = [] if within is None else [record.performed_at + round(within * _DAY)]
    if record.valid_until is not None:
        ends.append(record.valid_until)
    if not ends or facts.dated <= min(ends):
        if ends:
            facts.horizon.at(min(ends) + 1)
        return _PASS
    if fail_after is not None:
        last = record.performed_at + round(fail_after * _DAY)
        facts.horizon.at(last + 1)
        if facts.dated <= last:
            return Finding(Verdict.SUSPECT, (ground(),))
    return Finding(Verdict.FAIL, (ground(),))
