"""What the judge found out, as drafts of journal entries."""

import math
from typing import assert_never

from alarms.alarm import AlarmEvent
from compliance.facts import Record
from compliance.judge import VerdictChange
from compliance.operating import Declared
from compliance.verdict import Ground
from compliance.violations import Violation, ViolationEvent
from journal.entry import Draft
from monitor.changes import (
    BypassChange,
    CauseSeen,
    Change,
    ClockChange,
    DemandChange,
    EffectSeen,
    InterlockChange,
    LimitChange,
    NodeChange,
    QualityChange,
    Response,
    SuppressionChange,
    ValueChange,
    Voting,
)
from monitor.tables import NEVER
from plant.moment import SECOND, to_text
from plant.plant import Plant

MONITOR = "monitor"


def of_change(plant: Plant, change: Change, known_at: int) -> Draft | None:
    """Draft the entry of one change; None for changes that only alarms and verdicts speak of."""
    match change:
        case InterlockChange() | DemandChange() | BypassChange():
            return _of_interlock(plant, change, known_at)
        case NodeChange():
            body: dict[str, object] = {"from": change.before, "state": change.after}
            return Draft("node", change.node, change.time, known_at, MONITOR, body)
        case ClockChange():
            body = {"wrong": change.wrong, "offset_s": round(change.offset / SECOND, 3)}
            return Draft("clock", change.device, change.time, known_at, MONITOR, body)
        case SuppressionChange():
            body = {"event": "on" if change.on else "off"}
            return Draft("suppression", change.suppression, change.time, known_at, MONITOR, body)
        case LimitChange() | QualityChange() | ValueChange():
            return None


def _of_interlock(
    plant: Plant, change: InterlockChange | DemandChange | BypassChange, known_at: int
) -> Draft:
    match change:
        case InterlockChange():
            body: dict[str, object] = {
                "equipment": plant.interlock_by_id[change.interlock].equipment,
                "from": change.before,
                "state": change.after,
                "reason": change.reason.as_json() if change.reason else None,
                "votings": [_voting(voting) for voting in change.votings],
            }
            return Draft("interlock", change.interlock, change.time, known_at, MONITOR, body)
        case DemandChange():
            body = _demand(plant, change)
            return Draft("demand", change.interlock, change.time, known_at, MONITOR, body)
        case BypassChange():
            body = {
                "bypass": f"{change.interlock}/{change.signal}/{to_text(change.started)}",
                "event": "on" if change.on else "off",
                "signal": change.signal,
                "started_at": to_text(change.started),
                "ended_at": None if change.on else to_text(change.time),
            }
            return Draft("bypass", change.interlock, change.time, known_at, MONITOR, body)
    assert_never(change)


def of_alarm(happened: AlarmEvent, known_at: int) -> Draft:
    """Draft the entry of an alarm's transition."""
    alarm = happened.alarm
    body: dict[str, object] = {
        "event": happened.event,
        "kind": alarm.kind,
        "signal": alarm.signal,
        "equipment": alarm.equipment,
        "active": alarm.active,
        "acknowledged": alarm.acknowledged,
        "priority": alarm.priority,
        "level": alarm.level,
        "occurrence": alarm.occurrence,
        "value": _finite(alarm.value),
        "limit": alarm.limit,
        "unit": alarm.unit,
        "latched": alarm.latched,
        "suppressed_by": alarm.suppressed_by,
        "message": alarm.message.as_json(),
        "raised_at": to_text(alarm.raised_at),
    }
    if happened.actor is not None:
        body["comment"] = happened.comment
    actor = happened.actor or MONITOR
    return Draft("alarm", alarm.id, happened.time, known_at, actor, body)


def of_verdict(change: VerdictChange, known_at: int) -> Draft:
    """Draft the entry of a changed verdict."""
    body: dict[str, object] = {
        "criterion": change.criterion,
        "subject": change.subject,
        "from": change.before,
        "verdict": change.verdict,
        "stale": change.stale,
        "reasons": _reasons(change.grounds),
    }
    subject = f"{change.criterion}@{change.subject}"
    return Draft("verdict", subject, change.time, known_at, MONITOR, body)


def of_violation(change: Violation, known_at: int) -> Draft:
    """Draft the entry of a violation that opened, changed or closed."""
    entry = change.standing
    closed = change.event is ViolationEvent.CLOSE
    body: dict[str, object] = {
        "event": change.event,
        "criterion": change.criterion,
        "subject": change.subject,
        "kind": entry.kind,
        "since": to_text(entry.since),
        "until": to_text(change.time) if closed else None,
        "stale": entry.stale,
        "reasons": _reasons(entry.grounds),
    }
    return Draft("violation", entry.id, change.time, known_at, MONITOR, body)


def of_record(record: Record, known_at: int) -> Draft:
    """Draft the entry of a record that is taken in."""
    body: dict[str, object] = {
        "type": record.type,
        "subject": record.subject,
        "name": record.name.as_json(),
        "performed_at": to_text(record.performed_at),
        "valid_until": None if record.valid_until is None else to_text(record.valid_until),
        "ok": record.ok,
        "criterion": record.criterion or None,
    }
    return Draft("evidence", record.id, known_at, known_at, MONITOR, body)


def of_declared(act: Declared, known_at: int) -> Draft:
    """Draft the entry of a person's statement of an operating state."""
    body: dict[str, object] = {
        "producing": act.producing,
        "until": to_text(act.until),
        "reason": act.reason,
    }
    return Draft("operating", act.equipment, known_at, known_at, act.actor, body)


def _demand(plant: Plant, change: DemandChange) -> dict[str, object]:
    declared = plant.interlock_by_id[change.interlock].effects
    waiting = change.result is Response.WAITING
    return {
        "demand": change.demand,
        "event": change.event,
        "time": to_text(change.opened),
        "result": "open" if waiting else change.result,
        "bypassed": change.bypassed,
        "first_out": list(change.first_out),
        "causes": [_cause(cause) for cause in change.causes],
        "effects": [
            {
                "signal": seen.signal,
                "feedback": bool(effect.signal),
                "state": effect.state,
                "within_s": effect.within_s,
                "result": seen.result,
                "response_s": _response(seen),
            }
            for effect, seen in zip(declared, change.effects, strict=True)
        ],
    }


def _cause(cause: CauseSeen) -> dict[str, object]:
    earliest = None if cause.earliest == NEVER else to_text(cause.earliest)
    return {
        "limit": cause.limit,
        "at": [earliest, to_text(cause.latest)],
        "members": list(cause.members),
        "rank": cause.rank,
    }


def _voting(voting: Voting) -> dict[str, object]:
    return {
        "cause": voting.cause,
        "designed": voting.designed,
        "effective": voting.effective,
        "tolerance": voting.tolerance,
    }


def _response(seen: EffectSeen) -> list[float | None] | None:
    if seen.shortest is None or seen.longest is None:
        return None
    # An interval that reaches back to before the first sample has no upper bound.
    longest = None if seen.longest > -NEVER // 2 else round(seen.longest / SECOND, 3)
    return [round(seen.shortest / SECOND, 3), longest]


def _reasons(grounds: tuple[Ground, ...]) -> list[dict[str, object]]:
    return [
        {
            "code": ground.code,
            "zh": ground.zh,
            "en": ground.en,
            "refs": [{"type": ref.type, "id": ref.id} for ref in ground.refs],
        }
        for ground in grounds
    ]


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
