"""The signed act that says whether an equipment produces: what is refused, and why."""

from collections.abc import Mapping
from contextlib import suppress

from compliance.operating import Declared
from plant.errors import RequestError
from plant.moment import SECOND, from_text
from plant.name import Name
from plant.plant import Plant

KIND = "declare_operating"

# Engineering default [E], as for a bypass: a standstill longer than a day is signed anew.
LONGEST = 24 * 3600 * SECOND
_LONGEST_REASON = 1000  # characters

REFUSALS: Mapping[str, Name] = {
    "unknown_equipment": Name("没有这台设备", "there is no such equipment"),
    "producing_missing": Name(
        "请说明是否在生产（producing 为 true 或 false）",
        "say whether it produces (producing is true or false)",
    ),
    "until_missing": Name(
        "请给出截止时间（带时区的 RFC 3339 时间）",
        "say until when (an RFC 3339 time with an offset)",
    ),
    "until_passed": Name("截止时间已过", "the end has passed already"),
    "until_too_far": Name("截止时间不得超过 24 小时", "the end is more than 24 hours ahead"),
    "reason_empty": Name(
        "请说明理由（不超过 1000 字）", "give a reason (at most 1000 characters)"
    ),
}


def read_declared(plant: Plant, actor: str, body: Mapping[str, object], known_at: int) -> Declared:
    """Read the act's body `{equipment, producing, until, reason}`.

    Raises:
        RequestError: with a code of REFUSALS.
    """
    equipment, producing = body.get("equipment"), body.get("producing")
    if not isinstance(equipment, str) or equipment not in plant.equipment_by_id:
        raise RequestError("unknown_equipment", f"{equipment!r} is no equipment of this plant")
    if not isinstance(producing, bool):
        raise RequestError("producing_missing", f"producing is {producing!r}")
    until = _moment(body.get("until"))
    if until is None:
        raise RequestError("until_missing", f"until is {body.get('until')!r}")
    if until <= known_at:
        raise RequestError("until_passed", "until is not in the future")
    if until > known_at + LONGEST:
        raise RequestError("until_too_far", "until is more than 24 h ahead")
    reason = body.get("reason")
    reason = reason.strip() if isinstance(reason, str) else ""
    if not 0 < len(reason) <= _LONGEST_REASON:
        raise RequestError("reason_empty", "the reason is empty or too long")
    return Declared(equipment, producing, until, reason, actor)


def _moment(text: object) -> int | None:
    if isinstance(text, str):
        with suppress(ValueError, OverflowError):
            return from_text(text)
    return None
