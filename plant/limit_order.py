"""What must hold between a signal's limits, from whichever file each comes."""

from plant.read_limits import PlacedLimit, SignalRow
from plant.signal import Level, Limit, Signal

_RANKS = {level: rank for rank, level in enumerate(Level)}


def ordered(of_signal: SignalRow) -> tuple[Limit, ...]:
    """Give a signal's limits in the order of their levels, and fault those that cannot be."""
    placed = sorted(of_signal.placed.values(), key=_rank)
    _check_order([item for item in placed if item.limit.level.ordered], of_signal.signal)
    for item in placed:
        _check_return(item, of_signal.signal)
    return tuple(item.limit for item in placed)


def _rank(item: PlacedLimit) -> int:
    return _RANKS[item.limit.level]


def _check_order(placed: list[PlacedLimit], signal: Signal) -> None:
    """Demand range_low < LL < L < H < HH < range_high for the limits that exist."""
    name, previous = "range_low", signal.range_low
    for item in placed:
        value = item.limit.set_point
        if not previous < value:
            item.row.fault(item.key, f"is {value:g}", f"a number above {name} ({previous:g})")
        name, previous = item.limit.level.value, value
    if placed and not previous < signal.range_high:
        accepted = f"a number below range_high ({signal.range_high:g})"
        placed[-1].row.fault(placed[-1].key, f"is {previous:g}", accepted)


def _check_return(item: PlacedLimit, signal: Signal) -> None:
    """Demand a value inside the range with which the limit can have returned."""
    limit = item.limit
    if limit.level is Level.STATE:
        possible, inside = limit.deadband == 0, ": a switch has none"
    elif limit.level is Level.RATE:
        possible, inside = limit.deadband < abs(limit.set_point), " when nothing changes"
        possible = possible or limit.set_point == 0  # which is a fault of its own
    else:
        inward = -limit.deadband if limit.passed_upwards else limit.deadband
        possible = signal.range_low < limit.set_point + inward < signal.range_high
        inside = " inside the range"
    if not possible:
        named = f"{limit.level} ({limit.set_point:g})"
        accepted = f"a deadband with which {named} can be returned from{inside}"
        item.settings.fault("deadband", f"is {limit.deadband:g}", accepted)
