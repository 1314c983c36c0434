"""The reasons of verdicts as sentences, in both languages."""

from zoneinfo import ZoneInfo

from alarms.wording import level_name, reason_name
from compliance.criterion import ValidEvidence, WorkingInterlock
from compliance.facts import LastDemand, Record
from compliance.verdict import Ground, Reference
from monitor.changes import InterlockState, Response
from plant.interlock import Interlock
from plant.moment import to_local
from plant.name import Name
from plant.plant import Equipment
from plant.quality import Reason
from plant.role import ROLES
from plant.signal import Level, Limit, Signal
from plant.unit import shown

_STATES = {
    InterlockState.BYPASSED: Name("已被旁路", "is bypassed"),
    InterlockState.UNAVAILABLE: Name("因通道故障失效", "is defeated by a faulty channel"),
    InterlockState.UNKNOWN: Name("状态无法判定", "is in an unknown state"),
}

_RESULTS = {
    Response.SLOW: Name("动作超过允许时间", "answered later than allowed"),
    Response.PARTIAL: Name("只执行了部分动作", "did only part of its work"),
    Response.FAILED: Name("未动作", "did not act"),
    Response.UNDETERMINED: Name("动作是否及时无法判定", "cannot be shown to have been in time"),
}


def no_signal(role: str) -> Ground:
    """The equipment has no signal in a role that the criterion asks for."""
    name = ROLES[role].name
    return Ground("signal_not_set", f"未设置{name.zh}监测", f"{name.en} is not monitored")


def no_limit(signal: Signal, level: Level) -> Ground:
    """A signal lacks an alarm limit."""
    which = level_name(level)
    return Ground(
        "limit_not_set",
        f"{signal.name.zh}未设置{which.zh}报警",
        f"{signal.name.en} has no {which.en} alarm",
        (Reference("signal", signal.id),),
    )


def untrusted(signal: Signal, reason: Reason, *, faulty: bool) -> Ground:
    """A signal's value cannot be trusted now."""
    why = reason_name(reason)
    state = Name("失效", "does not work") if faulty else Name("无法判定", "cannot be judged")
    return Ground(
        "signal_faulty" if faulty else "signal_unknown",
        f"{signal.name.zh}{state.zh}：{why.zh}",
        f"{signal.name.en} {state.en}: {why.en}",
        (Reference("signal", signal.id),),
    )


def no_interlock(requirement: WorkingInterlock) -> Ground:
    """No interlock leads from a limit to the effects that the criterion asks for."""
    role, which = ROLES[requirement.role].name, level_name(requirement.level)
    effects = [ROLES[effect].name for effect, _ in requirement.effects]
    return Ground(
        "interlock_not_set",
        f"{role.zh}{which.zh}未与{'、'.join(e.zh for e in effects)}联锁",
        f"the {which.en} of {role.en} is not interlocked with {', '.join(e.en for e in effects)}",
    )


def not_armed(interlock: Interlock, state: InterlockState) -> Ground:
    """An interlock is not armed."""
    words = _STATES[state]
    return Ground(
        f"interlock_{state}",
        f"{interlock.name.zh}{words.zh}",
        f"{interlock.name.en} {words.en}",
        (Reference("interlock", interlock.id),),
    )


def demand_not_ok(interlock: Interlock, last: LastDemand, zone: ZoneInfo) -> Ground:
    """An interlock did not answer its last demand as it must."""
    words = _RESULTS[last.result]
    at = to_local(last.opened, zone)
    return Ground(
        f"demand_{last.result}",
        f"{interlock.name.zh}在 {at} 的动作要求中{words.zh}",
        f"{interlock.name.en} {words.en} in the demand at {at}",
        (Reference("interlock", interlock.id), Reference("demand", last.demand)),
    )


def never_tested(interlock: Interlock) -> Ground:
    """No proof test of an interlock is recorded."""
    return Ground(
        "proof_test_missing",
        f"{interlock.name.zh}没有检验测试记录",
        f"no proof test of {interlock.name.en} is recorded",
        (Reference("interlock", interlock.id),),
    )


def test_overdue(interlock: Interlock, test: Record, zone: ZoneInfo) -> Ground:
    """The proof test of an interlock is overdue."""
    at, days = to_local(test.performed_at, zone), interlock.proof_test_days
    return Ground(
        "proof_test_overdue",
        f"{interlock.name.zh}检验测试超期：上次 {at}，周期 {days} 天",
        f"the proof test of {interlock.name.en} is overdue: last {at}, interval {days} days",
        (Reference("interlock", interlock.id), Reference("evidence", test.id)),
    )


def no_evidence(requirement: ValidEvidence, equipment: Equipment) -> Ground:
    """No record of the kind is known."""
    name = requirement.name
    return Ground(
        "evidence_missing",
        f"{equipment.name.zh}没有{name.zh}",
        f"no {name.en} is known for {equipment.name.en}",
    )


def evidence_expired(requirement: ValidEvidence, record: Record, zone: ZoneInfo) -> Ground:
    """The latest record of the kind is too old."""
    name, at = requirement.name, to_local(record.performed_at, zone)
    return Ground(
        "evidence_expired",
        f"{name.zh}已过期：上次 {at}，有效期 {requirement.within_days:g} 天",
        f"the {name.en} has expired: last {at}, valid for {requirement.within_days:g} days",
        (Reference("evidence", record.id),),
    )


def exceedance(signal: Signal, limit: Limit) -> Ground:
    """A limit is passed at a signal that a criterion binds."""
    which, unit = level_name(limit.level), shown(signal.unit)
    direction = Name("高于", "above") if limit.level.high else Name("低于", "below")
    return Ground(
        "limit_passed",
        f"{signal.name.zh}{direction.zh}{which.zh} {limit.set_point:g} {unit}".rstrip(),
        f"{signal.name.en} is {direction.en} its {which.en} {limit.set_point:g} {unit}".rstrip(),
        (Reference("limit", limit.id), Reference("signal", signal.id)),
    )
