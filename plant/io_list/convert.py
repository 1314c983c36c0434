"""An I/O list's rows → `signals.csv`, with a note for all that was not simply taken over."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from plant.io_list import cells
from plant.io_list.address import understand
from plant.io_list.headers import Header, find_header
from plant.io_list.note import Done, Note
from plant.io_list.role_guess import guess_role
from plant.name import Name
from plant.read_limits import ORDERED
from plant.read_scale import LOOPS
from plant.read_signals import COLUMNS
from plant.role import ROLES

# What a list seldom says; a person should look at it [E].
_PERIOD_S, _MAX_AGE_S = 1.0, 5.0
_SPARE = ("备用", "预留", "spare", "reserve")
_SWITCH_WORDS = ("di", "do", "bool", "boolean", "开关量", "数字量", "bit", "布尔")
_NO_HEADER = Name(
    "没有找到表头：需有位号列和另外两列",
    "has no row of headers with an id (位号, tag ...) and two columns more",
)
_UNKNOWN = Name("不认识的列", "is no column we know")
_TWICE = Name(
    "与前面的列含义相同，取前一列", "means what an earlier column means, which was taken"
)
_ABSENT = Name("点表中没有", "is not in the list")
_RAW_RANGE = ("raw_low", "raw_high")
_NUMBERS = (*ORDERED, "deadband", "on_delay_s", "off_delay_s", "scale", "offset", *_RAW_RANGE)


@dataclass(frozen=True)
class Defaults:
    """What to write where the list says nothing: ids of the plant folder, "" for nothing."""

    equipment: str = ""
    device: str = ""


@dataclass
class Converted:
    """The result: rows of `signals.csv` by column, and what was done."""

    rows: list[dict[str, str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def as_csv(self) -> str:
        """Write `signals.csv`."""
        out = io.StringIO()
        more = [c for c in (*_RAW_RANGE, "loop") if any(row.get(c) for row in self.rows)]
        writer = csv.DictWriter(out, (*COLUMNS, *more), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()


def convert(
    sheets: Sequence[tuple[str, Sequence[Sequence[str]]]], defaults: Defaults
) -> Converted:
    """Convert all sheets that hold an I/O list; each is (its name, its rows of cell texts).

    No row is lost: one that gives no signal has a note that says why.
    """
    result = Converted()
    seen: dict[str, str] = {}
    for name, rows in sheets:
        header = find_header(rows)
        if header is None:
            if any(cell.strip() for row in rows for cell in row):
                result.notes.append(Note(Done.IGNORED, name, 0, "", _NO_HEADER))
            continue
        _note_header(result, name, header)
        for index in range(header.row + 1, len(rows)):
            if any(cell.strip() for cell in rows[index]):
                _Row(result, name, index + 1, header, rows[index]).convert(seen, defaults)
    return result


def _note_header(result: Converted, sheet: str, header: Header) -> None:
    row = header.row + 1
    for text in header.unknown:
        result.notes.append(Note(Done.IGNORED, sheet, row, text, _UNKNOWN))
    for text in header.twice:
        result.notes.append(Note(Done.IGNORED, sheet, row, text, _TWICE))


class _Row:
    """One row of a list on its way to a row of `signals.csv`."""

    def __init__(
        self, result: Converted, sheet: str, number: int, header: Header, given: Sequence[str]
    ) -> None:
        self._result = result
        self._place = (sheet, number)
        self._header = header
        self._given = given
        self._out: dict[str, str] = {}

    def convert(self, seen: dict[str, str], defaults: Defaults) -> None:
        """Add the row's signal to the result, unless it has none."""
        if not self._name(seen):
            return
        discrete = self._is_switch()
        unit = self._unit(discrete=discrete)
        self._role(unit, discrete=discrete)
        if not discrete:
            self._range()
        self._numbers(discrete=discrete)
        self._loop()
        self._where(defaults, discrete=discrete)
        self._rhythm()
        self._result.rows.append(self._out)

    def _text(self, column: str) -> str:
        index = self._header.columns.get(column)
        return self._given[index].strip() if index is not None and index < len(self._given) else ""

    def _note(self, done: Done, column: str, zh: str, en: str) -> None:
        self._result.notes.append(Note(done, *self._place, column, Name(zh, en)))

    def _absent(self, column: str) -> None:
        self._result.notes.append(Note(Done.MISSING, *self._place, column, _ABSENT))

    def _no_number(self, column: str, text: str) -> None:
        self._note(Done.REFUSED, column, f"{text!r} 不是数字", f"{text!r} is no number")

    def _name(self, seen: dict[str, str]) -> bool:
        given = self._text("id")
        words = " ".join((given, self._text("name_zh"), self._text("name_en"))).lower()
        if not given or any(word in words for word in _SPARE):
            zh, en = ("备用点", "is a spare") if given else ("没有位号", "has no id")
            self._note(Done.IGNORED, "id", f"该行{zh}", f"the row {en}")
            return False
        spelled = cells.identifier(given)
        if not spelled:
            self._note(
                Done.REFUSED,
                "id",
                f"{given!r} 没有可用作编号的字母或数字",
                f"{given!r} has no letter or digit that an id may have",
            )
            return False
        if spelled in seen:
            earlier = seen[spelled]
            self._note(
                Done.REFUSED,
                "id",
                f"{spelled!r} 已存在：{earlier}",
                f"{spelled!r} is there already: {earlier}",
            )
            return False
        seen[spelled] = f"{self._place[0]}!{self._place[1]}"
        if spelled != given:
            self._became("id", given, spelled)
        self._out["id"] = spelled
        self._names(given)
        return True

    def _became(self, column: str, given: str, spelled: str) -> None:
        self._note(
            Done.GUESSED, column, f"{given!r} 改为 {spelled!r}", f"{given!r} became {spelled!r}"
        )

    def _names(self, given: str) -> None:
        zh, en = self._text("name_zh"), self._text("name_en")
        if zh and not en and not cells.has_chinese(zh):
            zh, en = "", zh  # a list in English has one column of descriptions
        elif en and not zh and cells.has_chinese(en):
            zh, en = en, ""
        for column, text, other in (("name_zh", zh, en), ("name_en", en, zh)):
            self._out[column] = text or other or given
            if not text:
                stand_in = self._out[column]
                self._note(
                    Done.GUESSED,
                    column,
                    f"点表中没有，暂用 {stand_in!r}",
                    f"is not in the list; {stand_in!r} stands in",
                )

    def _is_switch(self) -> bool:
        words = (self._text("io").lower(), self._text("type").lower())
        stated = any(word in _SWITCH_WORDS for word in words)
        role = ROLES.get(self._text("role"))
        return stated or (role is not None and role.discrete)

    def _unit(self, *, discrete: bool) -> str | None:
        texts = [self._text("unit"), *self._range_unit(), self._header.units.get("range", "")]
        given = next((text for text in texts if text), "")
        if discrete:
            if self._text("unit"):
                self._note(
                    Done.IGNORED,
                    "unit",
                    f"{given!r}：开关量没有单位",
                    f"{given!r}: a switch has no unit",
                )
            return None
        if not given:
            self._absent("unit")
            return None
        unit = cells.unit(given)
        if unit is None:
            self._note(
                Done.REFUSED, "unit", f"{given!r} 不是已知单位", f"{given!r} is no unit we know"
            )
            return None
        if unit != given:
            self._note(Done.GUESSED, "unit", f"{given!r} 读作 {unit}", f"{given!r} read as {unit}")
        self._out["unit"] = unit
        return unit

    def _range_unit(self) -> tuple[str, ...]:
        found = cells.span(self._text("range"))
        return (found[2],) if found else ()

    def _role(self, unit: str | None, *, discrete: bool) -> None:
        given = self._text("role")
        if given in ROLES:
            self._out["role"] = given
            return
        if given:
            self._note(Done.REFUSED, "role", f"{given!r} 不是角色", f"{given!r} is no role")
        texts = [self._text("name_zh"), self._text("name_en")]
        role = guess_role([text for text in texts if text], unit, discrete=discrete)
        if role is None:
            self._note(
                Done.MISSING,
                "role",
                "无法从名称推断，请选择",
                "cannot be guessed from the name; choose one",
            )
            return
        self._out["role"] = role.id
        self._note(
            Done.GUESSED,
            "role",
            f"按名称推断为 {role.id}（{role.name.zh}）",
            f"{role.id} ({role.name.en}) from the name",
        )

    def _range(self) -> None:
        low, high = self._text("range_low"), self._text("range_high")
        both = cells.span(self._text("range"))
        if not (low or high) and both is not None:
            low, high = f"{both[0]:g}", f"{both[1]:g}"
        elif self._text("range") and both is None:
            given = self._text("range")
            self._note(
                Done.REFUSED,
                "range",
                f"{given!r} 不是量程，例如 0~1.6",
                f"{given!r} is no range such as 0~1.6",
            )
        for column, text in (("range_low", low), ("range_high", high)):
            value = cells.number(text)
            if not text:
                self._absent(column)
            elif value is None:
                self._no_number(column, text)
            else:
                self._out[column] = f"{value:.10g}"

    def _numbers(self, *, discrete: bool) -> None:
        for column in _NUMBERS:
            text = self._text(column)
            if text in ("", "-", "—", "/", "无", "N/A", "n/a"):
                continue
            value = cells.number(text)
            if value is None:
                self._no_number(column, text)
            elif discrete and column in (*ORDERED, "deadband", *_RAW_RANGE):
                self._note(
                    Done.IGNORED,
                    column,
                    f"{text}：开关量没有这种限值",
                    f"{text}: a switch has no such limit",
                )
            else:
                self._out[column] = f"{value:.10g}"

    def _loop(self) -> None:
        """A current loop needs the raw numbers at its ends; without them it cannot be used."""
        words = f"{self._text('io')} {self._text('type')}".lower().replace(" ", "")
        if re.search(r"4[-~至…]20ma", words) is None:
            return
        if all(self._out.get(column) for column in _RAW_RANGE):
            self._out["loop"] = LOOPS[0]
        else:
            zh = "4–20 mA：没有 4 mA 和 20 mA 处的原始值，断线会显示为正常数值"
            en = (
                "4–20 mA: the raw numbers at 4 and 20 mA are not in the list; without them a "
                "broken loop looks like a value"
            )
            self._note(Done.MISSING, "raw_low", zh, en)

    def _where(self, defaults: Defaults, *, discrete: bool) -> None:
        for column, default in (("equipment", defaults.equipment), ("device", defaults.device)):
            given = self._text(column)
            spelled = cells.identifier(given)
            if given and not spelled:
                self._note(
                    Done.REFUSED,
                    column,
                    f"{given!r} 没有可用作编号的字母",
                    f"{given!r} has no letter an id may have",
                )
            elif spelled and spelled != given:
                self._became(column, given, spelled)
            self._out[column] = spelled or default
            if not self._out[column]:
                self._note(
                    Done.MISSING,
                    column,
                    f"点表中没有，请用 --{column} 指定",
                    f"is not in the list; give --{column}",
                )
            elif not spelled:
                self._note(
                    Done.GUESSED, column, f"按指定用 {default!r}", f"{default!r}, as asked for"
                )
        self._address(discrete=discrete)

    def _address(self, *, discrete: bool) -> None:
        given = self._text("address")
        if not given:
            self._absent("address")
            return
        type_ = self._text("type") or self._text("io")  # a column 类型 may mean either
        found = understand(given, self._text("function"), type_, discrete=discrete)
        if found is None:
            self._note(
                Done.REFUSED,
                "address",
                f"{given!r} 不是可识别的地址",
                f"{given!r} is no address we understand",
            )
            return
        self._out["address"] = found.address
        for guess in found.guesses:
            self._note(Done.GUESSED, "address", guess.zh, guess.en)

    def _rhythm(self) -> None:
        period = 0.0
        for column, default in (("period_s", _PERIOD_S), ("max_age_s", _MAX_AGE_S)):
            text = self._text(column)
            value = cells.number(text.lower().removesuffix("s")) if text else None
            if text.lower().endswith("ms"):
                milliseconds = cells.number(text.lower().removesuffix("ms"))
                value = None if milliseconds is None else milliseconds / 1000
            if text and value is None:
                self._note(
                    Done.REFUSED, column, f"{text!r} 不是秒数", f"{text!r} is no time in seconds"
                )
            if value is None:
                value = default if column == "period_s" else max(default, 3 * period)
                self._note(Done.GUESSED, column, f"取 {value:.10g} s", f"{value:.10g} s")
            period = value
            self._out[column] = f"{value:.10g}"
