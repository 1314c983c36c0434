"""Which column of a recording is what: the time, a signal of the plant, or nothing we know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from firstout.replaying.oddities import Oddities, Oddity
from firstout.replaying.recording_cells import TIME_FORMS
from plant.errors import RecordingError
from plant.plant import Plant

# What a column may be called that is no signal; `--map COLUMN=time` names another column so.
MEANINGS: Mapping[str, tuple[str, ...]] = {
    "time": ("time", "timestamp", "datetime", "ts", "时间", "时间戳", "采集时间"),
    "signal": ("signal", "tag", "测点", "位号"),
    "value": ("value", "值", "数值"),
    "quality": ("quality", "质量", "质量码"),
    "known_at": ("known_at",),
    "source_time": ("source_time",),
}


@dataclass(frozen=True)
class Layout:
    """Where things are, as places of columns.

    Wide: `signals` maps a column to the slot of its signal. Long: `signal` and `value` are
    columns, and `slots` maps what the signal column may say to slots. The others are None when
    the recording does not have them.
    """

    time: int
    signals: Mapping[int, int]
    slots: Mapping[str, int]
    signal: int | None = None
    value: int | None = None
    quality: int | None = None
    known_at: int | None = None
    source_time: int | None = None

    @property
    def long(self) -> bool:
        """True when each row is one sample."""
        return self.signal is not None

    @property
    def times(self) -> tuple[int, ...]:
        """The columns that hold times: the time itself, known_at, source_time."""
        found = (self.time, self.known_at, self.source_time)
        return tuple(place for place in found if place is not None)


def read_map(pairs: Sequence[str]) -> dict[str, str]:
    """Read `column=signal` pairs.

    Raises:
        RecordingError: a pair has no `=`, or a column is mapped twice.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        column, equals, signal = pair.rpartition("=")
        if not equals or not column or not signal:
            raise RecordingError(f"--map {pair}: accepted: --map COLUMN=SIGNAL")
        if column in found:
            raise RecordingError(f"--map {pair}: {column!r} is mapped twice; accepted: once")
        found[column] = signal
    return found


def lay_out(
    names: Sequence[str], mapped: Mapping[str, str], plant: Plant, oddities: Oddities
) -> Layout:
    """Find out what each column is.

    Raises:
        RecordingError: there is no time, no column fits a signal, a mapping names nothing, or
            two columns are the same.
    """
    slots = {signal.id: slot for slot, signal in enumerate(plant.signals)}
    for column, signal in mapped.items():
        if signal not in slots and signal not in MEANINGS:
            raise RecordingError(f"--map {column}={signal}: {_no_signal(signal, slots)}")
    meanings = _meanings(names, mapped, slots)
    if "time" not in meanings:
        known = ", ".join(MEANINGS["time"])
        raise RecordingError(
            f"the recording has no time column, only {_listed(names)}; "
            f"accepted: a column named {known}, or --map COLUMN=time, of {TIME_FORMS}"
        )
    if ("signal" in meanings) != ("value" in meanings):
        raise RecordingError(
            "the recording has only one of the columns signal and value; "
            "accepted: both (one sample a row), or a column for each signal"
        )
    long = "signal" in meanings
    wanted = {**{name: name for name in slots}, **mapped}
    left = [place for place in range(len(names)) if place not in meanings.values()]
    _check_mapped(names, mapped, long=long)
    if long:
        oddities.name(Oddity.UNKNOWN_COLUMN, [names[place] for place in left])
        usable = {name: slots[to] for name, to in wanted.items() if to in slots}
        return Layout(slots=usable, signals={}, **meanings)
    return _wide(names, left, wanted, slots, plant, meanings, oddities)


def _wide(
    names: Sequence[str],
    left: list[int],
    wanted: Mapping[str, str],
    slots: Mapping[str, int],
    plant: Plant,
    meanings: dict[str, int],
    oddities: Oddities,
) -> Layout:
    signals: dict[int, int] = {}
    taken: set[int] = set()
    unknown, computed = [], []
    for place in left:
        slot = slots.get(wanted.get(names[place], ""))
        if slot is None:
            unknown.append(names[place])
        elif plant.signals[slot].formula is not None:
            computed.append(names[place])
        elif slot in taken:
            raise RecordingError(
                f"two columns are signal {plant.signals[slot].id}; accepted: one column a signal"
            )
        else:
            signals[place] = slot
            taken.add(slot)
    if not signals:
        raise RecordingError(
            f"no column names a signal of plant {plant.id}, only {_listed(names)}; "
            "accepted: columns named by signal ids, or --map COLUMN=SIGNAL"
        )
    oddities.name(Oddity.UNKNOWN_COLUMN, unknown)
    oddities.name(Oddity.COMPUTED_COLUMN, computed)
    return Layout(signals=signals, slots={}, **meanings)


def _meanings(
    names: Sequence[str], mapped: Mapping[str, str], slots: Mapping[str, int]
) -> dict[str, int]:
    """Give the place of each column that is no signal: by mapping, else by its name."""
    found: dict[str, int] = {}
    for meaning, called in MEANINGS.items():
        by_map = [p for p, name in enumerate(names) if mapped.get(name) == meaning]
        by_name = [
            p
            for p, name in enumerate(names)
            if name.lower() in called and name not in mapped and name not in slots
        ]
        if len(by_map or by_name) > 1:
            raise RecordingError(
                f"two columns are the {meaning}; accepted: one, or --map COLUMN={meaning}"
            )
        for place in by_map or by_name:
            found[meaning] = place
    return found


def _check_mapped(names: Sequence[str], mapped: Mapping[str, str], *, long: bool) -> None:
    for column, to in mapped.items():
        if column not in names and (to in MEANINGS or not long):
            raise RecordingError(
                f"--map {column}={to}: there is no column {column!r}; "
                f"accepted: one of {_listed(names)}"
            )


def _no_signal(name: str, slots: Mapping[str, int]) -> str:
    near = get_close_matches(name, slots, 3)
    accepted = " or ".join(near) if near else "a signal's id, or " + ", ".join(MEANINGS)
    return f"the plant has no signal {name!r}; accepted: {accepted}"


def _listed(names: Sequence[str]) -> str:
    more = ", …" if len(names) > 8 else ""
    return ", ".join(names[:8]) + more
