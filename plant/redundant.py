"""`[[redundant]]` of plant.toml: signals that measure the same, and so must agree.

Standards 4.4: a member is out of line when it is further than 2 % of its span from the others
for 30 s. Each group becomes one DEVIATION limit a member.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plant.form import Faults, Form
from plant.known_ids import Names
from plant.read_limits import SignalRow
from plant.signal import Level, Limit, LimitSource, Priority, Signal
from plant.unit import known, same

_SHARE_OF_SPAN = 0.02
_FOR_S = 30.0


@dataclass(frozen=True)
class Redundant:
    """One group; `deviation` is in the signals' unit, None for 2 % of each member's span."""

    id: str
    signals: tuple[str, ...]
    deviation: float | None
    for_s: float
    priority: Priority


def read_redundant(form: Form) -> Redundant:
    """Read one group."""
    group = form.id("id")
    form.name("name")  # for the reader of the file
    signals = form.texts("signals")
    if len(set(signals)) < max(2, len(signals)):
        form.fault("signals", f"is {list(signals)}", "at least two signals, each once")
    return Redundant(
        id=group,
        signals=tuple(dict.fromkeys(signals)),
        deviation=form.number("deviation", 1e-12, 1e12) if form.has("deviation") else None,
        for_s=form.number("for_s", 0, 3600, _FOR_S),
        priority=Priority(form.choice("priority", Priority, Priority.MEDIUM)),
    )


def deviation_limits(
    groups: Sequence[Redundant], rows: Mapping[str, SignalRow], faults: Faults
) -> dict[str, Limit]:
    """Give the DEVIATION limit of each member, by signal; fault what cannot be compared."""
    known_ids = Names(rows)
    limits: dict[str, Limit] = {}
    for group in groups:
        where = f"redundant {group.id}, signals"
        members = []
        for signal in group.signals:
            if signal not in known_ids:
                faults.add(where, f"names {signal!r}", known_ids.accepted)
            elif signal in limits:
                faults.add(where, f"names {signal!r}, a member of another group", "one group each")
            else:
                members.append(rows[signal].signal)
        _check_members(members, where, faults)
        limits |= {member.id: _limit(group, member) for member in members}
    return limits


def _check_members(members: Sequence[Signal], where: str, faults: Faults) -> None:
    """Demand quantities in one unit."""
    measured = [member for member in members if member.unit and known(member.unit)]
    for member in members:
        if member.role and member.discrete:
            faults.add(where, f"names {member.id!r}, a switch", "signals that measure")
    for member in measured[1:]:
        unit = measured[0].unit or ""
        if not same(member.unit or "", unit):
            problem = f"names {member.id!r} in {member.unit} beside {measured[0].id!r} in {unit}"
            faults.add(where, problem, "signals in one unit")


def _limit(group: Redundant, member: Signal) -> Limit:
    span = member.range_high - member.range_low
    return Limit(
        signal=member.id,
        level=Level.DEVIATION,
        set_point=_SHARE_OF_SPAN * span if group.deviation is None else group.deviation,
        deadband=0.0,
        on_delay_s=group.for_s,
        off_delay_s=0.0,
        priority=group.priority,
        source=LimitSource.SITE,
        group=group.signals,
    )
