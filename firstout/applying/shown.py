"""The difference between two versions of a plant as a person reads it."""

import json
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from plant.difference import Difference
from plant.name import Name

KINDS = {
    "plant": Name("工厂", "plant"),
    "device": Name("设备通信", "device"),
    "equipment": Name("设备", "equipment"),
    "subject": Name("对象", "subject"),
    "signal": Name("信号", "signal"),
    "limit": Name("限值", "limit"),
    "interlock": Name("联锁", "interlock"),
    "suppression": Name("抑制", "suppression"),
    "evidence": Name("证据", "evidence"),
}
_LONGEST = 120


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
        return f"{what} {item.field}: {_brief(item.old)} → {_brief(item.new)}"
    return f"{what}: {'新增 added' if item.old is None else '移除 removed'}"


def _brief(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
