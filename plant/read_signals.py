"""signals.csv, the I/O list (点表): one row a signal."""

from plant.errors import Fault
from plant.form import Faults, Form
from plant.name import Name
from plant.read_formula import read_formula
from plant.read_limits import SignalRow, read_row_limits
from plant.read_scale import read_scale
from plant.read_table import read_table
from plant.role import ROLES, Role
from plant.signal import Signal
from plant.unit import comparable, known

FILE = "signals.csv"

COLUMNS = (
    *("id", "equipment", "role", "name_zh", "name_en", "unit", "range_low", "range_high"),
    *("period_s", "max_age_s", "device", "address", "scale", "offset"),
    *("LL", "L", "H", "HH", "deadband", "on_delay_s", "off_delay_s"),
    *("outer_priority", "inner_priority", "limit_source"),
)
OPTIONAL = (
    *("formula", "pair_within_s", "frozen_s", "life"),
    *("raw_low", "raw_high", "loop"),
)

_DAY_S = 86_400.0


def read_signals(text: str, into: list[Fault]) -> list[SignalRow]:
    """Read all rows; each fault names its row as the engineer's spreadsheet numbers it."""
    return [_read_row(row) for row in read_table(text, Faults(FILE, into), COLUMNS, OPTIONAL)]


def _read_row(row: Form) -> SignalRow:
    signal_id = row.id("id")
    role = ROLES.get(row.text("role", ""))
    if role is None:
        row.choice("role", sorted(ROLES))
    discrete = role is not None and role.discrete
    range_low = row.number("range_low", -1e12, 1e12, 0.0 if discrete else None)
    range_high = row.number("range_high", -1e12, 1e12, 1.0 if discrete else None)
    if not range_low < range_high:
        row.fault("range_high", f"is {range_high:g}", f"a number above range_low ({range_low:g})")
    computed = row.has("formula")
    scale, offset = read_scale(row, range_low, range_high, discrete=discrete)
    signal = Signal(
        id=signal_id,
        equipment=row.id("equipment"),
        role=role.id if role is not None else "",
        name=Name(row.text("name_zh"), row.text("name_en")),
        unit=_read_unit(row, role),
        range_low=range_low,
        range_high=range_high,
        period_s=row.number("period_s", 0.01, 3600),
        max_age_s=row.number("max_age_s", 0.02, _DAY_S),
        device="" if computed else row.id("device"),
        address="" if computed else row.text("address"),
        scale=scale,
        offset=offset,
        current_loop=row.has("loop"),
        formula=read_formula(row),
        frozen_s=row.number("frozen_s", 0, _DAY_S, 0.0),
        life=_read_life(row),
    )
    _check_kind(row, signal, computed=computed)
    return read_row_limits(row, signal)


# What only a signal can have that is read from a device.
_MEASURED = (
    *("device", "address", "scale", "offset", "raw_low", "raw_high", "loop"),
    *("frozen_s", "life"),
)


def _check_kind(row: Form, signal: Signal, *, computed: bool) -> None:
    """Fault what a computed signal or a switch cannot have."""
    if computed:
        for key in _MEASURED:
            if row.has(key):
                row.fault(key, "is given for a computed signal", "nothing: it has a formula")
        if signal.role and signal.discrete:
            accepted = "a role that measures: what is computed is a number"
            row.fault("role", f"is {signal.role!r}, a switch, with a formula", accepted)
    elif signal.frozen_s and signal.role and signal.discrete:
        row.fault("frozen_s", "is given for a switch", "nothing: a switch may stay as it is")
    elif 0 < signal.frozen_s < 2 * signal.period_s:
        accepted = f"at least two periods ({2 * signal.period_s:g}), or 0: not watched"
        row.fault("frozen_s", f"is {signal.frozen_s:g}", accepted)


def _read_life(row: Form) -> str:
    """Read what proves that the signal is alive: "node" or a signal's id."""
    return row.id("life") if row.has("life") else ""


def _read_unit(row: Form, role: Role | None) -> str | None:
    if role is None:
        return row.text("unit", "") or None  # of what it would have to be a unit is not known
    reference = role.unit
    unit = row.text("unit", "") if reference is None else row.text("unit")
    if reference is None:
        if unit:
            row.fault("unit", f"is {unit!r}", "nothing: this role is a switch, 0 or 1")
        return None
    if unit and not known(unit):
        row.fault("unit", f"is {unit!r}, which is no unit", f"a unit like {reference}")
    elif unit and not comparable(unit, reference):
        row.fault(
            "unit", f"is {unit!r}, which measures another quantity", f"a unit like {reference}"
        )
    return unit or reference
