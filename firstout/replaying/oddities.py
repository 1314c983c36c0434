"""What was odd in a recording, how often, where first, and what was done with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from plant.name import Name

_NAMED = 5  # of a list of names, so many are told


class Oddity(Enum):
    """One kind of odd input; the value says what it is and what is done with it."""

    UNKNOWN_COLUMN = Name("未知列：忽略", "unknown columns: left out")
    COMPUTED_COLUMN = Name(
        "计算量的列：忽略，由各成员重新计算",
        "columns of computed signals: left out, computed again from their members",
    )
    UNKNOWN_SIGNAL = Name("未知测点的行：忽略", "rows of unknown signals: left out")
    UNRECORDED = Name("记录中没有的测点：无数据", "signals that are not recorded: missing")
    UNREADABLE_TIME = Name("时间无法识别的行：忽略", "rows without a readable time: left out")
    RAGGED = Name("列数不符的行：忽略", "rows with another number of cells: left out")
    UNSORTED = Name("乱序的行：按时间稳定排序", "rows out of order: sorted by time, else kept")
    EMPTY = Name("空单元格：不作为样本", "empty cells: no sample")
    NAN = Name("NaN：坏值（无法解码）", "NaN: BAD, not decodable")
    INFINITE = Name("无穷大：坏值（无法解码）", "infinite: BAD, not decodable")
    NOT_A_NUMBER = Name("非数字：坏值（无法解码）", "not a number: BAD, not decodable")
    NO_STATE = Name(
        "开关量既非0也非1：坏值（无法解码）", "switches neither 0 nor 1: BAD, not decodable"
    )
    OUT_OF_RANGE = Name("超出仪表量程：坏值", "outside the instrument range: BAD")
    UNKNOWN_QUALITY = Name("未知质量：坏值", "quality not known: BAD")
    REPEATED = Name("同一时间同一测点同一值：只取一次", "same time, signal and value: taken once")
    CONTRADICTED = Name(
        "同一时间同一测点不同值：按行序依次判定",
        "same time and signal, other value: judged in the order given",
    )
    SILENT = Name("数据中断，超过有效时间", "silences longer than the fresh time: STALE")
    JUMPED = Name("输入记录有缺失：接续快照", "inputs missing: went on from the snapshot")


@dataclass
class Noted:
    """How often, and where first."""

    count: int
    first: str


class Oddities:
    """Counts what was odd; a mutable ledger of one replay."""

    def __init__(self) -> None:
        self.noted: dict[Oddity, Noted] = {}

    def note(self, what: Oddity, count: int, first: str) -> None:
        """Add `count` cases, of which the first is at `first`."""
        if count:
            known = self.noted.setdefault(what, Noted(0, first))
            known.count += count

    def name(self, what: Oddity, names: Iterable[str]) -> None:
        """Note things that have names, and tell some of the names."""
        listed = list(names)
        more = ", …" if len(listed) > _NAMED else ""
        self.note(what, len(listed), ", ".join(listed[:_NAMED]) + more)

    def in_order(self) -> list[tuple[Oddity, Noted]]:
        """Give what was noted, in the order in which the kinds are declared."""
        return [(what, self.noted[what]) for what in Oddity if what in self.noted]
