"""The live list: what is violated now, since when and why.

An entry is a fail, a suspect, an exceedance (a limit passed at a signal that a criterion binds),
or an unknown that has lasted too long at a device that Order 10 names (its Article 14: such
devices must work).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from compliance import wording
from compliance.bound import Cell
from compliance.facts import Facts
from compliance.gates import open_for_exceedance
from compliance.verdict import Finding, Ground, Verdict
from plant.moment import SECOND, seconds
from plant.quality import Quality

UNKNOWN_TOO_LONG = 60 * SECOND  # on top of the signals' max age (architecture section 4)


class ViolationKind(StrEnum):
    """Why an entry is on the list, worst first."""

    FAIL = "fail"
    SUSPECT = "suspect"
    EXCEEDANCE = "exceedance"
    UNKNOWN = "unknown"


class ViolationEvent(StrEnum):
    """What happened to an entry."""

    OPEN = "open"
    UPDATE = "update"
    CLOSE = "close"


@dataclass(frozen=True)
class Standing:
    """An entry that stands: its id, since when, whether its data are lost, and the reasons."""

    id: str
    kind: ViolationKind
    since: int
    stale: bool
    grounds: tuple[Ground, ...]


@dataclass(frozen=True)
class Violation:
    """An entry was opened, updated or closed at `time`."""

    event: ViolationEvent
    criterion: str
    subject: str
    standing: Standing
    time: int


Slots = dict[str, Standing]  # the entries of one cell, by what each is for


def judge_violations(
    slots: Slots,
    cell: Cell,
    finding: Finding,
    *,
    since: int,
    stale: bool,
    facts: Facts,
    number: Iterator[int],
) -> Iterator[Violation]:
    """Bring the entries of one cell up to date in `slots`, and say what changed."""
    wanted = dict(_of_verdict(cell, finding, since=since, stale=stale, facts=facts))
    if finding.verdict is not Verdict.NOT_APPLICABLE:
        wanted |= _exceedances(cell, facts)
    for key, (kind, begun, lost, grounds) in wanted.items():
        known = slots.get(key)
        violation_id = known.id if known else f"{cell.key}/{next(number)}"
        entry = Standing(violation_id, kind, known.since if known else begun, lost, grounds)
        if entry != known:
            slots[key] = entry
            event = ViolationEvent.UPDATE if known else ViolationEvent.OPEN
            yield Violation(event, cell.criterion.id, cell.subject.id, entry, facts.now)
    for key in [key for key in slots if key not in wanted]:
        yield _closed(cell.key, slots.pop(key), facts.now)


def close_all(key: str, slots: Slots, now: int) -> Iterator[Violation]:
    """Close the entries of a cell (`criterion@subject`) that is no more."""
    for gone in slots.values():
        yield _closed(key, gone, now)
    slots.clear()


def _closed(key: str, gone: Standing, now: int) -> Violation:
    criterion, _, subject = key.partition("@")
    return Violation(ViolationEvent.CLOSE, criterion, subject, gone, now)


_Wanted = tuple[ViolationKind, int, bool, tuple[Ground, ...]]


def _of_verdict(
    cell: Cell, finding: Finding, *, since: int, stale: bool, facts: Facts
) -> Iterator[tuple[str, _Wanted]]:
    if finding.verdict is Verdict.FAIL:
        yield "fail", (ViolationKind.FAIL, since, stale, finding.grounds)
    elif finding.verdict is Verdict.SUSPECT:
        yield "suspect", (ViolationKind.SUSPECT, since, stale, finding.grounds)
    elif finding.verdict is Verdict.UNKNOWN and cell.criterion.order10 and cell.has_device:
        too_long = since + _max_age(cell) + UNKNOWN_TOO_LONG + 1
        facts.horizon.at(too_long)
        if facts.dated >= too_long:
            yield "unknown", (ViolationKind.UNKNOWN, since, False, finding.grounds)


def _max_age(cell: Cell) -> int:
    ages = (seconds(signal.max_age_s) for part in cell.parts for signal in part.signals)
    return max(ages, default=0)


def _exceedances(cell: Cell, facts: Facts) -> Mapping[str, _Wanted]:
    active = facts.view.active()
    found: dict[str, _Wanted] = {}
    for limit_id, gates in cell.bindings:
        if limit_id not in active or not all(open_for_exceedance(gate, facts) for gate in gates):
            continue
        limit = facts.plant.limit_by_id[limit_id]
        signal = facts.plant.signal_by_id[limit.signal]
        lost = facts.view.trust(signal.id)[0] >= Quality.BAD
        grounds = (wording.exceedance(signal, limit),)
        found[limit_id] = (ViolationKind.EXCEEDANCE, active[limit_id][1], lost, grounds)
    return found
