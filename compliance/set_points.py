"""Which limits count as those that are asked for, and whether they are set strictly enough."""

from collections.abc import Iterable, Iterator

from compliance import wording
from compliance.criterion import MonitoredLimits, RunningCondition, WorkingInterlock
from compliance.verdict import Ground
from plant.interlock import Interlock
from plant.plant import Plant
from plant.role import ROLES
from plant.signal import Indicates, Level, Limit, Signal
from plant.unit import convert

_EXACT = 1e-9  # a set-point that differs by less from its figure is rounding


def counting(
    signals: Iterable[Signal], levels: Iterable[Level], state: int | None
) -> Iterator[Limit]:
    """Give the limits at `levels` that tell of the process, of STATE those on the wrong `state`.

    A limit that tells of the instrument watches nothing that a criterion asks for.
    """
    wanted = set(levels)
    for signal in signals:
        for limit in signal.limits:
            right = limit.level is not Level.STATE or state in (None, int(limit.passed_upwards))
            if limit.level in wanted and right and limit.indicates is Indicates.PROCESS:
                yield limit


def unset(
    role: str, levels: tuple[Level, ...], state: int | None, signals: tuple[Signal, ...]
) -> Iterator[Ground]:
    """Say what is not set: the signal, or a level of one."""
    if not signals:
        yield wording.no_signal(role)
    for signal in signals:
        configured = {limit.level for limit in counting([signal], levels, state)}
        for level in levels:
            if level not in configured:
                yield wording.no_limit(signal, level, state)


def laxer_limits(
    requirement: MonitoredLimits | RunningCondition, signals: Iterable[Signal]
) -> Iterator[Ground]:
    """Say which set-points are laxer than the figures, compared in the role's unit.

    The plant's design may have its reasons, so that is for a person to confirm.
    """
    unit = ROLES[requirement.role].unit or ""
    figures = dict(requirement.figures)
    for signal in signals:
        for limit in counting([signal], figures, None):
            figure = figures[limit.level]
            above = convert(limit.set_point, signal.unit or "", unit) - figure
            laxer = above if limit.level.high else -above
            if laxer > _EXACT * max(1.0, abs(figure)):
                yield wording.limit_laxer(signal, limit, figure, requirement)


def left_out(
    requirement: WorkingInterlock, signals: Iterable[Signal], interlocks: Iterable[Interlock]
) -> Iterator[Ground]:
    """Name the signals in the role that no such interlock acts on, such as a second circuit's.

    One may be there to be looked at only, so that is for a person to confirm.
    """
    acting = {signal for interlock in interlocks for signal in interlock.cause_signals}
    for signal in signals:
        if acting and signal.id not in acting:
            yield wording.not_interlocked(signal, requirement)


def laxer_interlock(
    requirement: WorkingInterlock, interlock: Interlock, plant: Plant
) -> Iterator[Ground]:
    """Say whether an interlock may answer later, or be tested more rarely, than is usual."""
    longest = max(
        (
            effect.within_s
            for effect in interlock.effects
            if (plant.role_of(effect), effect.state) in requirement.effects
        ),
        default=0.0,
    )
    if requirement.within_s is not None and longest > requirement.within_s:
        yield wording.allowance_too_long(interlock, longest, requirement.within_s)
    days = requirement.proof_test_days
    if days is not None and interlock.proof_test_days > days:
        yield wording.test_interval_too_long(interlock, days)
