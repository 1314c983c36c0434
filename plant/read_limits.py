"""The limits of signals: those of a row of signals.csv, and limits.csv (报警设定表).

limits.csv has one row a limit. It adds what signals.csv has no column for (latching, guidance,
rates, states) and refines LL to HH; a set-point is given in one of the two files.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from plant.form import Faults, Form
from plant.name import Name
from plant.read_table import read_table
from plant.signal import Guidance, Indicates, Level, Limit, LimitSource, Priority, Signal

FILE = "limits.csv"
REQUIRED = ("signal", "level")
OPTIONAL = (
    *("set_point", "deadband", "on_delay_s", "off_delay_s", "priority", "latching"),
    *("window_s", "indicates", "consequence_zh", "consequence_en", "cause_zh", "cause_en"),
    *("action_zh", "action_en", "respond_s", "limit_source", "basis"),
)
ORDERED = tuple(level for level in Level if level.ordered)
# Redundant members deviate from each other: [[redundant]] of plant.toml says which and how far.
LEVELS = (*ORDERED, Level.RATE, Level.STATE)

_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What a row of signals.csv says for all of its signal's limits."""

    deadband: float
    on_delay_s: float
    off_delay_s: float
    outer: Priority
    inner: Priority
    source: LimitSource

    def priority(self, level: Level) -> Priority:
        """Give the priority of a limit that says nothing else."""
        return self.outer if level.outer else self.inner


@dataclass(frozen=True, slots=True)
class PlacedLimit:
    """A limit, where its set-point stands (`key` of `row`), and the row of its other settings."""

    limit: Limit
    row: Form
    key: str
    settings: Form


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A signal as its row of signals.csv gives it, the limits set there apart."""

    signal: Signal
    settings: Settings
    placed: dict[Level, PlacedLimit]


def read_row_limits(row: Form, signal: Signal) -> SignalRow:
    """Read the limits that a row of signals.csv sets."""
    set_points = {level: row.optional_number(level) for level in ORDERED}
    settings = Settings(
        deadband=row.number("deadband", 0, 1e12, 0.0),
        on_delay_s=row.number("on_delay_s", 0, 3600, 0.0),
        off_delay_s=row.number("off_delay_s", 0, 3600, 0.0),
        outer=Priority(row.choice("outer_priority", Priority, Priority.CRITICAL)),
        inner=Priority(row.choice("inner_priority", Priority, Priority.HIGH)),
        source=LimitSource(row.choice("limit_source", LimitSource, LimitSource.SITE)),
    )
    given = {level: value for level, value in set_points.items() if value is not None}
    if given and signal.role and signal.discrete:
        accepted = "nothing: a switch has STATE limits, in limits.csv"
        row.fault(next(iter(given)), "is given for a switch", accepted)
        given = {}
    placed = {
        level: PlacedLimit(_from_settings(signal.id, level, value, settings), row, level, row)
        for level, value in given.items()
    }
    return SignalRow(signal, settings, placed)


def _from_settings(signal: str, level: Level, set_point: float, settings: Settings) -> Limit:
    return Limit(
        signal=signal,
        level=level,
        set_point=set_point,
        deadband=settings.deadband,
        on_delay_s=settings.on_delay_s,
        off_delay_s=settings.off_delay_s,
        priority=settings.priority(level),
        source=settings.source,
    )


def read_limits(text: str, rows: Mapping[str, SignalRow], into: Faults) -> None:
    """Read limits.csv and put each of its limits among those of its signal's row."""
    seen: set[str] = set()
    for row in read_table(text, into, REQUIRED, OPTIONAL):
        signal_id = row.text("signal")
        of_signal = rows.get(signal_id)
        level = row.choice("level", LEVELS)
        if signal_id and of_signal is None:
            row.fault("signal", f"names {signal_id!r}", "a signal of signals.csv")
        if of_signal is None or level != row.text("level", ""):
            continue
        limit_id = f"{signal_id}:{level}"
        if limit_id in seen:
            row.fault("level", f"is set by an earlier row: {limit_id}", "each limit once")
            continue
        seen.add(limit_id)
        placed = _read_limit(row, of_signal, Level(level))
        if placed is not None:
            of_signal.placed[placed.limit.level] = placed


def _read_limit(row: Form, of_signal: SignalRow, level: Level) -> PlacedLimit | None:
    """Read one row; what it leaves blank is as the signal's own row says."""
    base = _base(row, of_signal, level)
    source = row.choice("limit_source", LimitSource, of_signal.settings.source)
    deadband = 0.0 if level in (Level.RATE, Level.STATE) else of_signal.settings.deadband
    limit = Limit(
        signal=of_signal.signal.id,
        level=level,
        set_point=0.0 if base is None else base.limit.set_point,
        deadband=row.number("deadband", 0, 1e12, deadband),
        on_delay_s=row.number("on_delay_s", 0, 3600, of_signal.settings.on_delay_s),
        off_delay_s=row.number("off_delay_s", 0, 3600, of_signal.settings.off_delay_s),
        priority=Priority(row.choice("priority", Priority, of_signal.settings.priority(level))),
        source=LimitSource(source),
        latching=row.flag("latching", default=False),
        window_s=_read_window(row, level, of_signal.signal),
        indicates=Indicates(row.choice("indicates", Indicates, Indicates.PROCESS)),
        basis=row.text("basis", ""),
        guidance=_read_guidance(row),
    )
    return None if base is None else PlacedLimit(limit, base.row, base.key, row)


def _base(row: Form, of_signal: SignalRow, level: Level) -> PlacedLimit | None:
    """Find the set-point, in this row or in signals.csv, and check that the level fits."""
    set_point = row.optional_number("set_point")
    earlier = of_signal.placed.get(level)
    signal = of_signal.signal
    if signal.discrete is not (level is Level.STATE):
        if signal.role:  # else what it would have to be is not known
            what = "a switch" if signal.discrete else "no switch"
            accepted = "STATE" if signal.discrete else "LL, L, H, HH or RATE"
            row.fault("level", f"is {level}, and {signal.id} is {what}", accepted)
        return None
    if set_point is None and earlier is None:
        where = " here or in signals.csv" if level.ordered else ""
        row.fault("set_point", "is missing", f"a number{where}")
        return None
    if set_point is not None and earlier is not None:
        problem = f"is {set_point:g}, and signals.csv sets {level} too"
        row.fault("set_point", problem, "a set-point in one of the two files")
        return None
    if set_point is None:
        return earlier
    if level is Level.RATE and set_point == 0:
        row.fault("set_point", "is 0", "above 0 for a rise, below 0 for a fall")
    if level is Level.STATE and set_point not in (0, 1):
        row.fault("set_point", f"is {set_point:g}", "0 or 1, the state that alarms")
    limit = _from_settings(signal.id, level, set_point, of_signal.settings)
    return PlacedLimit(limit, row, "set_point", row)


def _read_window(row: Form, level: Level, signal: Signal) -> float:
    if level is Level.RATE and not signal.discrete:
        return row.number("window_s", 0.1, _DAY_S)
    if row.has("window_s") and level is not Level.RATE:
        row.fault("window_s", f"is given for {level}", "nothing: only RATE looks back")
    return 0.0


def _read_guidance(row: Form) -> Guidance:
    respond_s = row.number("respond_s", 1, _DAY_S) if row.has("respond_s") else None
    return Guidance(
        consequence=_read_name(row, "consequence"),
        cause=_read_name(row, "cause"),
        action=_read_name(row, "action"),
        respond_s=respond_s,
    )


def _read_name(row: Form, key: str) -> Name | None:
    zh, en = row.text(f"{key}_zh", ""), row.text(f"{key}_en", "")
    if bool(zh) is not bool(en):
        row.fault(f"{key}_{'en' if zh else 'zh'}", "is missing", "both languages, or neither")
    return Name(zh, en) if zh and en else None
