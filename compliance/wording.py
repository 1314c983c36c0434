"""Reasons that speak of signals, limits and interlocks, as sentences in both languages."""

from zoneinfo import ZoneInfo

from alarms.wording import level_name, reason_name
from compliance.criterion import MonitoredLimits, RunningCondition, WorkingInterlock
from compliance.facts import LastDemand, Record
from compliance.verdict import Ground, Reference
from monitor.changes import InterlockState, Response
from plant.interlock import Interlock
from plant.moment import to_local
from plant.name import Name
from plant.quality import Reason
from plant.role import ROLES
from plant.signal import Level, Limit, Signal
from plant.unit import shown

_STATES = {
    InterlockState.BYPASSED: Name("已被旁路", "is bypassed"),
    InterlockState.UNAVAILABLE: Name("因通道故障失效", "is defeated by a faulty channel"),
    InterlockState.DEGRADED: Name("表决已降级", "votes with fewer channels than designed"),
    InterlockState.DISARMED: Name("未投入", "is not in service"),
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


def no_limit(signal: Signal, level: Level, state: int | None = None) -> Ground:
    """A signal lacks an alarm limit, of STATE that on the wrong `state`."""
    which = level_name(level)
    alarm = Name("", "") if level is Level.STATE else Name("报警", " alarm")
    if level is Level.STATE and state is not None:
        alarm = Name(f"（状态 {state}）", f" on state {state}")
    return Ground(
        "limit_not_set",
        f"{signal.name.zh}未设置{which.zh}{alarm.zh}",
        f"{signal.name.en} has no {which.en}{alarm.en}",
        (Reference("signal", signal.id),),
    )


def limit_laxer(
    signal: Signal, limit: Limit, figure: float, asked: MonitoredLimits | RunningCondition
) -> Ground:
    """A set-point is laxer than the figure of the rule."""
    which = level_name(limit.level)
    own = f"{limit.set_point:g} {shown(signal.unit)}"
    given = f"{figure:g} {shown(ROLES[asked.role].unit)}"
    rule = Name(asked.rule or "惯例", asked.rule or "common practice")
    if asked.basis == "memory":
        rule = Name(f"{rule.zh}（待核实）", f"{rule.en} (to be verified)")
    return Ground(
        "limit_laxer",
        f"{signal.name.zh}{which.zh}设定为 {own}，宽于{rule.zh}的 {given}，须由人确认",
        f"the {which.en} of {signal.name.en} is set at {own}, laxer than the {given} of "
        f"{rule.en}; a person must confirm it",
        (Reference("limit", limit.id), Reference("signal", signal.id)),
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


def not_interlocked(signal: Signal, requirement: WorkingInterlock) -> Ground:
    """Another signal in the role has the interlock that the criterion asks for, this one not."""
    which = level_name(requirement.level)
    return Ground(
        "signal_not_interlocked",
        f"{signal.name.zh}{which.zh}未参与联锁，同类测点已联锁，须由人确认",
        f"the {which.en} of {signal.name.en} acts on no interlock although others in its role "
        "do; a person must confirm it",
        (Reference("signal", signal.id),),
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


def test_not_ok(interlock: Interlock, test: Record, zone: ZoneInfo) -> Ground:
    """The last proof test of an interlock says that it did not work."""
    at = to_local(test.performed_at, zone)
    return Ground(
        "proof_test_failed",
        f"{interlock.name.zh}在 {at} 的检验测试不合格",
        f"{interlock.name.en} did not pass its proof test at {at}",
        (Reference("interlock", interlock.id), Reference("evidence", test.id)),
    )


def unprovable(interlock: Interlock, role: str) -> Ground:
    """An effect of an interlock has no feedback."""
    name = ROLES[role].name
    return Ground(
        "effect_not_provable",
        f"{interlock.name.zh}的动作“{name.zh}”没有反馈信号，无法证明",
        f'{interlock.name.en} cannot be proven: its effect "{name.en}" has no feedback',
        (Reference("interlock", interlock.id),),
    )


def allowance_too_long(interlock: Interlock, own_s: float, usual_s: float) -> Ground:
    """An interlock may take longer than the engineering default."""
    return Ground(
        "allowance_too_long",
        f"{interlock.name.zh}允许 {own_s:g} 秒内动作，长于工程默认值 {usual_s:g} 秒，须由人确认",
        f"{interlock.name.en} may take {own_s:g} s, longer than the engineering default of "
        f"{usual_s:g} s; a person must confirm it",
        (Reference("interlock", interlock.id),),
    )


def test_interval_too_long(interlock: Interlock, usual: float) -> Ground:
    """An interlock is to be tested more rarely than the engineering default."""
    own = interlock.proof_test_days
    return Ground(
        "test_interval_too_long",
        f"{interlock.name.zh}检验测试周期 {own} 天，长于工程默认值 {usual:g} 天，须由人确认",
        f"{interlock.name.en} is proof tested every {own} days, more rarely than the "
        f"engineering default of {usual:g} days; a person must confirm it",
        (Reference("interlock", interlock.id),),
    )


def condition(signal: Signal, limit: Limit, for_s: float, *, over: bool) -> Ground:
    """A limit of a running condition is passed, for so long that it fails, or not yet."""
    passed = _passed(signal, limit)
    references = (Reference("limit", limit.id), Reference("signal", signal.id))
    if not over:
        zh, en = f"{passed.zh}，未满 {for_s:g} 秒", f"{passed.en}, not yet for {for_s:g} s"
        return Ground("condition_in_doubt", zh, en, references)
    lasting = Name(f"，已持续 {for_s:g} 秒", f", for {for_s:g} s") if for_s else Name("", "")
    zh, en = f"{passed.zh}{lasting.zh}", f"{passed.en}{lasting.en}"
    return Ground("condition_violated", zh, en, references)


def exceedance(signal: Signal, limit: Limit) -> Ground:
    """A limit is passed at a signal that a criterion binds."""
    passed = _passed(signal, limit)
    references = (Reference("limit", limit.id), Reference("signal", signal.id))
    return Ground("limit_passed", passed.zh, passed.en, references)


def _passed(signal: Signal, limit: Limit) -> Name:
    which, name = level_name(limit.level), signal.name
    if limit.level is Level.STATE:
        return Name(f"{name.zh}处于报警状态", f"{name.en} is in its alarm state")
    point = f"{limit.set_point:g} {shown(signal.unit)}".rstrip()
    if not limit.level.ordered:
        window = Name("", "")
        if limit.level is Level.RATE:
            window = Name(f"（{limit.window_s:g} 秒内）", f" within {limit.window_s:g} s")
        return Name(
            f"{name.zh}超过{which.zh} {point}{window.zh}",
            f"{name.en} has passed its {which.en} {point}{window.en}",
        )
    direction = Name("高于", "above") if limit.level.high else Name("低于", "below")
    return Name(
        f"{name.zh}{direction.zh}{which.zh} {point}",
        f"{name.en} is {direction.en} its {which.en} {point}",
    )
