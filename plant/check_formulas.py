"""Checks of computed signals: what they follow from, and in which unit."""

from collections.abc import Iterator, Sequence

from plant.circles import circles, shown
from plant.errors import Fault
from plant.formula import Formula, Function
from plant.known_ids import Names, check_name
from plant.plant import Plant
from plant.signal import Signal
from plant.unit import has_own_zero, is_quotient, known, of_difference, same

_CSV = "signals.csv"


def check_formulas(plant: Plant, signals: Names, faults: list[Fault]) -> None:
    """Add a fault for each formula that cannot be computed, or not in the unit declared."""
    follows = {}
    for signal in plant.signals:
        formula = signal.formula
        if formula is None:
            continue
        follows[signal.id] = formula.signals
        where = f"signal {signal.id}, formula"
        for member in formula.signals:
            check_name(faults, _CSV, where, value=member, known=signals)
        if all(member in signals for member in formula.signals):
            members = [plant.signal_by_id[member] for member in formula.signals]
            faults += _of_units(where, signal, formula, members)
    for circle in circles(follows):
        where = f"signal {circle[0]}, formula"
        problem = f"follows from itself: {shown(circle)}"
        faults.append(Fault(_CSV, where, problem, "no circle of formulas"))


def _of_units(
    where: str, signal: Signal, formula: Formula, members: Sequence[Signal]
) -> Iterator[Fault]:
    if formula.function is Function.COUNT:
        yield from _of_count(where, signal, members[0])
        return
    for member in members:
        if member.role and member.discrete:
            accepted = "signals that measure; only count takes a switch"
            yield Fault(_CSV, where, f"names {member.id!r}, a switch", accepted)
    units = [member.unit for member in members if member.unit and known(member.unit)]
    if len(units) < len(members) or signal.unit is None or not known(signal.unit):
        return  # whose unit is missing or wrong was faulted where it stands
    if formula.function is Function.RATIO:
        yield from _of_ratio(where, signal.unit, units)
        return
    for member, unit in zip(members[1:], units[1:], strict=True):
        if not same(unit, units[0]):
            problem = f"mixes {members[0].id} in {units[0]} with {member.id} in {unit}"
            yield Fault(_CSV, where, problem, "members in one unit")
            return
    yield from _of_result(where, signal.unit, formula.function, units[0])


def _of_count(where: str, signal: Signal, member: Signal) -> Iterator[Fault]:
    if member.role and not member.discrete:
        yield Fault(_CSV, where, f"counts {member.id!r}, no switch", "one switch")
    if signal.unit is not None and known(signal.unit) and not same(signal.unit, "count"):
        yield Fault(_CSV, where, f"gives a count, and unit is {signal.unit!r}", "unit count")


def _of_ratio(where: str, unit: str, units: Sequence[str]) -> Iterator[Fault]:
    if any(has_own_zero(item) for item in units):
        yield Fault(_CSV, where, "divides temperatures", "members in K, or another quantity")
    elif not is_quotient(unit, *units):
        over, under = units
        accepted = "unit 1" if same(over, under) else f"a unit such as ({over})/({under})"
        yield Fault(_CSV, where, f"divides {over} by {under}, and unit is {unit!r}", accepted)


def _of_result(where: str, unit: str, function: Function, of_members: str) -> Iterator[Fault]:
    """Check the unit of what is computed from members in one unit."""
    if function in (Function.SUM, Function.PERCENT) and has_own_zero(of_members):
        does = "adds" if function is Function.SUM else "divides"
        yield Fault(_CSV, where, f"{does} temperatures", "members in K, or another quantity")
        return
    wanted = of_members
    if function is Function.PERCENT:
        wanted = "%"
    elif function is Function.DIFFERENCE:
        wanted = of_difference(of_members)
    if not same(unit, wanted):
        problem = f"gives {wanted}, and unit is {unit!r}"
        yield Fault(_CSV, where, problem, f"unit {wanted}")
