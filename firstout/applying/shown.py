"""The difference between two versions of a plant as a person reads it."""

import json
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from plant.difference import Difference
from plant.name import Name

KINDS = {
    "plant": Name("装置", "plant"),
    "device": Name("控制器", "device"),
    "area": Name("区域", "area"),
    "equipment": Name("设备", "equipment"),
    "subject": Name("判定对象", "subject"),
    "signal": Name("测点", "signal"),
    "limit": Name("限值", "limit"),
    "interlock": Name("联锁", "interlock"),
    "suppression": Name("抑制", "suppression"),
    "evidence": Name("佐证材料", "evidence"),
}


def show(found: Sequence[Difference], out: Console) -> None:
    """Print every difference, and how many are of the safety class."""
    for item in found:
        out.print(Text(line(item)), soft_wrap=True, highlight=False)
    if not found:
        out.print("只有注释或文字格式不同 only comments or the form of the text differ")
    safety = sum(item.safety for item in found)
    out.print(f"{len(found)} 处不同 differences, {safety} 处涉及安全 of the safety class (!)")


def line(item: Difference) -> str:
    """Give one difference as a line; `!` marks the safety class."""
    kind = KINDS[item.kind]
    what = f"{'!' if item.safety else ' '} {kind.zh} {kind.en} {item.id}"
    if item.field:
        old, new = _apart(item.old, item.new)
        return f"{what} {item.field}: {_text(old)} → {_text(new)}"
    return f"{what}: {'新增 added' if item.old is None else '移除 removed'}"


def _apart(old: object, new: object) -> tuple[object, object]:
    """Leave out what two lists have in common; nothing else is shortened, for a person agrees."""
    if not isinstance(old, list) or not isinstance(new, list):
        return old, new
    gone = [item for item in old if item not in new]
    come = [item for item in new if item not in old]
    return (gone, come) if gone or come else (old, new)  # else only the order differs


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
