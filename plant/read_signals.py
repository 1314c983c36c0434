"""signals.csv, the I/O list (点表): one row a signal."""

import csv
import io

from plant.errors import Fault
from plant.form import Faults, Form
from plant.name import Name
from plant.role import ROLES, Role
from plant.signal import Level, Limit, LimitSource, Priority, Signal
from plant.unit import comparable, known

FILE = "signals.csv"

COLUMNS = (
    *("id", "equipment", "role", "name_zh", "name_en", "unit", "range_low", "range_high"),
    *("period_s", "max_age_s", "device", "address", "scale", "offset"),
    *("LL", "L", "H", "HH", "deadband", "on_delay_s", "off_delay_s"),
    *("outer_priority", "inner_priority", "limit_source"),
)

_DAY_S = 86_400.0


def read_signals(text: str, into: list[Fault]) -> tuple[Signal, ...]:
    """Read all rows; each fault names its row as the engineer's spreadsheet numbers it."""
    faults = Faults(FILE, into)
    rows = _read_rows(text, faults)
    header = [cell.strip() for cell in rows[0]] if rows else []
    for column in header:
        if column not in COLUMNS:
            faults.add(f"column {column!r}", "is not a known column", ", ".join(COLUMNS))
    for column in COLUMNS:
        if header.count(column) != 1:
            problem = "appears more than once" if column in header else "is missing"
            faults.add(f"column {column!r}", problem, ", ".join(COLUMNS))
    signals = []
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        where = f"row {number}"
        if len(cells) != len(header):
            faults.add(where, f"has {len(cells)} cells", f"{len(header)} cells, as the header has")
            continue
        known_cells = {
            key: cell for key, cell in zip(header, cells, strict=True) if key in COLUMNS
        }
        signals.append(_read_row(Form(known_cells, where, faults)))
    return tuple(signals)


def _read_rows(text: str, faults: Faults) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    except csv.Error as error:
        faults.add("", f"is no table: {error}", "comma-separated values")
        return []


def _read_row(row: Form) -> Signal:
    signal_id = row.id("id")
    role = ROLES.get(row.text("role", ""))
    if role is None:
        row.choice("role", sorted(ROLES))
    discrete = role is not None and role.discrete
    range_low = row.number("range_low", -1e12, 1e12, 0.0 if discrete else None)
    range_high = row.number("range_high", -1e12, 1e12, 1.0 if discrete else None)
    if not range_low < range_high:
        row.fault("range_high", f"is {range_high:g}", f"a number above range_low ({range_low:g})")
    return Signal(
        id=signal_id,
        equipment=row.id("equipment"),
        role=role.id if role is not None else "",
        name=Name(row.text("name_zh"), row.text("name_en")),
        unit=_read_unit(row, role),
        range_low=range_low,
        range_high=range_high,
        period_s=row.number("period_s", 0.01, 3600),
        max_age_s=row.number("max_age_s", 0.02, _DAY_S),
        device=row.id("device"),
        address=row.text("address"),
        scale=_read_scale(row),
        offset=row.number("offset", -1e12, 1e12, 0.0),
        limits=_read_limits(row, signal_id, range_low, range_high, discrete=discrete),
    )


def _read_scale(row: Form) -> float:
    scale = row.number("scale", -1e9, 1e9, 1.0)
    if scale == 0:
        row.fault("scale", "is 0", "a number other than 0")
    return scale


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


def _read_limits(
    row: Form, signal: str, range_low: float, range_high: float, *, discrete: bool
) -> tuple[Limit, ...]:
    set_points = {level: row.optional_number(level) for level in Level}
    deadband = row.number("deadband", 0, 1e12, 0.0)
    on_delay_s = row.number("on_delay_s", 0, 3600, 0.0)
    off_delay_s = row.number("off_delay_s", 0, 3600, 0.0)
    outer = Priority(row.choice("outer_priority", Priority, Priority.CRITICAL))
    inner = Priority(row.choice("inner_priority", Priority, Priority.HIGH))
    source = LimitSource(row.choice("limit_source", LimitSource, LimitSource.SITE))
    given = {level: value for level, value in set_points.items() if value is not None}
    if given and discrete:
        row.fault(next(iter(given)), "is given for a switch", "nothing: a switch has no limits")
        return ()
    _check_order(row, given, range_low, range_high)
    for level, value in given.items():
        back = value - deadband if level.high else value + deadband
        if not range_low < back < range_high:
            accepted = f"a deadband with which {level} ({value:g}) can be returned from"
            row.fault("deadband", f"is {deadband:g}", f"{accepted} inside the range")
    return tuple(
        Limit(
            signal=signal,
            level=level,
            set_point=value,
            deadband=deadband,
            on_delay_s=on_delay_s,
            off_delay_s=off_delay_s,
            priority=outer if level.outer else inner,
            source=source,
        )
        for level, value in given.items()
    )


def _check_order(row: Form, given: dict[Level, float], low: float, high: float) -> None:
    """Demand range_low < LL < L < H < HH < range_high for the limits that exist."""
    previous_name, previous = "range_low", low
    for level, value in given.items():
        if not previous < value:
            row.fault(level, f"is {value:g}", f"a number above {previous_name} ({previous:g})")
        previous_name, previous = level.value, value
    if given and not previous < high:
        row.fault(previous_name, f"is {previous:g}", f"a number below range_high ({high:g})")
