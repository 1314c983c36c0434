"""Reading tables with a fixed set of keys, collecting every fault instead of stopping at one."""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import TypeVar

from plant.errors import Fault
from plant.moment import from_text
from plant.name import Name

Value = TypeVar("Value")

_MOST_SHOWN = 12
FEW = 100

_ID = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_ID_ALLOWED = "letters, digits, '-', '_' and '.', at most 100 characters"


class Faults:
    """Collects the faults of one file."""

    def __init__(self, file: str, into: list[Fault]) -> None:
        self.file = file
        self._into = into

    def add(self, where: str, problem: str, accepted: str = "") -> None:
        """Note one fault at `where` (a key path or a row)."""
        self._into.append(Fault(self.file, where, problem, accepted))

    @property
    def few(self) -> bool:
        """Say whether a person will read them one by one, so that each is worth a search."""
        return len(self._into) < FEW


class Form:
    """One table or row: every read names the key, what it must be, and its default.

    Keys that were never asked for are faults when the form is closed, so a misspelt key cannot be
    ignored silently.
    """

    __slots__ = ("_asked", "_table", "faults", "where")  # a large plant has one a row

    def __init__(self, table: object, where: str, faults: Faults) -> None:
        self.where = where
        self.faults = faults
        self._asked: set[str] = set()
        if isinstance(table, Mapping):
            self._table: Mapping[str, object] = table
        else:
            self._table = {}
            faults.add(where, f"is {_shown(table)}, not a table", "a table of keys")

    def has(self, key: str) -> bool:
        """Say whether the key is there and not blank."""
        return self._get(key) is not None

    def is_table(self, key: str) -> bool:
        """Say whether the key holds a table, where a text would do too."""
        return isinstance(self._get(key), Mapping)

    def fault(self, key: str, problem: str, accepted: str = "") -> None:
        """Note a fault at one key of this form."""
        self.faults.add(f"{self.where}.{key}" if self.where else key, problem, accepted)

    def text(self, key: str, default: str | None = None) -> str:
        """Read a text; required unless a default is given."""
        value = self._get(key)
        if value is None:
            return self._missing(key, "a text", default, "")
        if isinstance(value, str) and value.strip() and len(value) <= 1000:
            return value.strip()
        self.fault(key, f"is {_shown(value)}", "a text of 1 to 1000 characters")
        return default or ""

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        """Read one of `choices`."""
        value = self._get(key)
        if value is None and default is not None:
            return default
        accepted = tuple(choices)
        if isinstance(value, str) and value in accepted:
            return value
        problem = "is missing" if value is None else f"is {_shown(value)}"
        self.fault(key, problem, some_of(accepted, value if self.faults.few else None))
        return default or accepted[0]

    def id(self, key: str) -> str:
        """Read an identifier; it also becomes part of an MQTT topic."""
        value = self.text(key)
        if value and not is_id(value):
            self.fault(key, f"is {_shown(value)}", _ID_ALLOWED)
        return value

    def number(
        self,
        key: str,
        low: float,
        high: float,
        default: float | None = None,
    ) -> float:
        """Read a number between `low` and `high` (both allowed)."""
        value = self._get(key)
        if value is None and default is not None:
            return default
        number = _as_number(value)
        if number is None or not low <= number <= high:
            problem = "is missing" if value is None else f"is {_shown(value)}"
            self.fault(key, problem, f"a number from {low:g} to {high:g}")
            return low
        return number

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Read a whole number between `low` and `high` (both allowed)."""
        value = self._get(key)
        if value is None and default is not None:
            return default
        number = _as_number(value)
        if number is None or not number.is_integer() or not low <= number <= high:
            problem = "is missing" if value is None else f"is {_shown(value)}"
            self.fault(key, problem, f"a whole number from {low} to {high}")
            return low
        return int(number)

    def optional_number(self, key: str) -> float | None:
        """Read a number that may be absent."""
        value = self._get(key)
        if value is None:
            return None
        number = _as_number(value)
        if number is None:
            self.fault(key, f"is {_shown(value)}", "a number, or nothing")
        return number

    def flag(self, key: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self._get(key)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        self.fault(key, f"is {_shown(value)}", "true or false")
        return default

    def moment(self, key: str) -> str:
        """Read a point in time, as TOML's own or as a text; empty when absent or wrong."""
        value = self._get(key)
        if value is None:
            return ""
        given = value.isoformat() if isinstance(value, datetime) else value
        if isinstance(given, str):
            with suppress(ValueError):
                from_text(given)
                return given
        self.fault(key, f"is {_shown(given)}", "a time with its zone: 2026-11-24T08:00:00+08:00")
        return ""

    def day(self, key: str) -> str:
        """Read a day, as TOML's own or as a text; empty when absent or wrong."""
        value = self._get(key)
        if value is None:
            return ""
        given = value.isoformat() if type(value) is date else value
        if isinstance(given, str):
            with suppress(ValueError):
                return date.fromisoformat(given).isoformat()
        self.fault(key, f"is {_shown(value)}", "a day such as 2026-12-31")
        return ""

    def name(self, key: str) -> Name:
        """Read a text in both languages."""
        value = self._get(key)
        accepted = '{ zh = "…", en = "…" }'
        if value is None:
            return self._missing(key, accepted, None, Name("", ""))
        form = Form(value, f"{self.where}.{key}" if self.where else key, self.faults)
        name = Name(form.text("zh"), form.text("en"))
        form.close()
        return name

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Read a list of texts."""
        value = self._get(key)
        if value is None:
            return self._missing(key, "a list of texts", default, ())
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.fault(key, f"is {_shown(value)}", 'a list of texts, such as ["a", "b"]')
        return ()

    def table(self, key: str) -> Mapping[str, object]:
        """Read a table that may be absent."""
        value = self._get(key)
        if value is None:
            return {}
        if isinstance(value, Mapping):
            return value
        self.fault(key, f"is {_shown(value)}", "a table of keys")
        return {}

    def forms(
        self, key: str, read: Callable[["Form"], Value], at_least: int = 0
    ) -> tuple[Value, ...]:
        """Read a list of tables with `read`, and close each."""
        value = self._get(key)
        rows = value if isinstance(value, list) else []
        if value is not None and not isinstance(value, list):
            self.fault(key, f"is {_shown(value)}", f"a list of tables, such as [[{key}]]")
        elif len(rows) < at_least:
            self.fault(key, f"has {len(rows)} entries", f"a list of at least {at_least} tables")
        result = []
        for index, row in enumerate(rows, start=1):
            where = f"{self.where}.{key}[{index}]" if self.where else f"{key}[{index}]"
            form = Form(row, where, self.faults)
            result.append(read(form))
            form.close()
        return tuple(result)

    def leave(self) -> None:
        """Take the keys not yet read as they are: what they would have to be is not known."""
        self._asked.update(self._table)

    def close(self) -> None:
        """Fault every key that nothing asked for."""
        for key in self._table:
            if key not in self._asked:
                self.fault(key, "is not a known key", ", ".join(sorted(self._asked)))

    def _get(self, key: str) -> object:
        self._asked.add(key)
        value = self._table.get(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        return value

    def _missing(self, key: str, accepted: str, default: Value | None, blank: Value) -> Value:
        if default is not None:
            return default
        self.fault(key, "is missing", accepted)
        return blank


class Row(Form):
    """One row of a table whose header was checked: no key in it is unknown, no cell is blank."""

    __slots__ = ()

    def __init__(self, cells: Mapping[str, str], where: str, faults: Faults) -> None:
        self.where = where
        self.faults = faults
        self._table = cells

    def flag(self, key: str, *, default: bool) -> bool:
        """Read true or false; spreadsheets write TRUE, people true."""
        choices = ("true", "false", "TRUE", "FALSE")
        return self.choice(key, choices, str(default).lower()).lower() == "true"

    def _get(self, key: str) -> object:
        return self._table.get(key)


def some_of(choices: Iterable[str], given: object = None) -> str:
    """Name what would be accepted: all of it, or of much the closest to what was `given`."""
    named = tuple(choices)
    if len(named) <= _MOST_SHOWN:
        return ", ".join(named)
    close = _closest(given, named) if isinstance(given, str) else ()
    return ", ".join(close or named[:_MOST_SHOWN]) + " …"


@lru_cache(maxsize=256)
def _closest(given: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    """A word misspelt once is often misspelt in every row."""
    return tuple(get_close_matches(given, choices, n=5, cutoff=0.5))


def is_id(text: str) -> bool:
    """Say whether `text` may name a plant, device, equipment, signal or interlock."""
    return _ID.fullmatch(text) is not None


def _as_number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e300 else None  # refuses NaN and infinities too


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
