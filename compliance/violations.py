"""The live list: what is violated now, since when and why.

An entry is a fail, a suspect, an exceedance (a limit passed at a signal that a criterion binds),
or an unknown that has lasted too long at a device that Order 10 names (its Article 14: such
devices must work).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from compliance import wording
from compliance.criterion import Criterion
from compliance.facts import Facts
from compliance.verdict import Finding, Ground, Verdict
from plant.moment import SECOND, seconds
from plant.plant import Equipment
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


def judge_violations(
    standing: dict[str, Standing],
    criterion: Criterion,
    equipment: Equipment,
    finding: Finding,
    *,
    since: int,
    stale: bool,
    limits: list[str],
    facts: Facts,
    number: Iterator[int],
) -> Iterator[Violation]:
    """Bring the entries of one cell up to date in `standing`, and say what changed."""
    cell = f"{criterion.id}@{equipment.id}"
    long = _max_age(criterion, equipment, facts) + UNKNOWN_TOO_LONG
    too_long = criterion.order10 != "" and facts.now - since > long
    wanted = dict(_of_verdict(finding, since=since, stale=stale, too_long=too_long))
    wanted |= _exceedances(limits, facts)
    for key, (kind, begun, lost, grounds) in wanted.items():
        slot = f"{cell}#{key}"
        known = standing.get(slot)
        violation_id = known.id if known else f"{cell}/{next(number)}"
        entry = Standing(violation_id, kind, known.since if known else begun, lost, grounds)
        if entry != known:
            standing[slot] = entry
            event = ViolationEvent.UPDATE if known else ViolationEvent.OPEN
            yield Violation(event, criterion.id, equipment.id, entry, facts.now)
    for slot in [slot for slot in standing if slot.startswith(f"{cell}#")]:
        if slot.removeprefix(f"{cell}#") not in wanted:
            gone = standing.pop(slot)
            yield Violation(ViolationEvent.CLOSE, criterion.id, equipment.id, gone, facts.now)


_Wanted = tuple[ViolationKind, int, bool, tuple[Ground, ...]]


def _max_age(criterion: Criterion, equipment: Equipment, facts: Facts) -> int:
    ages = [
        seconds(signal.max_age_s)
        for signal in facts.plant.signals
        if signal.role in criterion.roles and signal.equipment == equipment.id
    ]
    return max(ages, default=0)


def _of_verdict(
    finding: Finding, *, since: int, stale: bool, too_long: bool
) -> Iterator[tuple[str, _Wanted]]:
    if finding.verdict is Verdict.FAIL:
        yield "fail", (ViolationKind.FAIL, since, stale, finding.grounds)
    elif finding.verdict is Verdict.SUSPECT:
        yield "suspect", (ViolationKind.SUSPECT, since, stale, finding.grounds)
    elif finding.verdict is Verdict.UNKNOWN and too_long:
        yield "unknown", (ViolationKind.UNKNOWN, since, False, finding.grounds)


def _exceedances(limits: list[str], facts: Facts) -> Mapping[str, _Wanted]:
    active = facts.view.active()
    found: dict[str, _Wanted] = {}
    for limit_id in limits:
        if limit_id in active:
            limit = facts.plant.limit_by_id[limit_id]
            signal = facts.plant.signal_by_id[limit.signal]
            lost = facts.view.trust(signal.id)[0] >= Quality.BAD
            grounds = (wording.exceedance(signal, limit),)
            found[limit_id] = (ViolationKind.EXCEEDANCE, active[limit_id][1], lost, grounds)
    return found
