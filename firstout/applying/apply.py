"""Taking a changed plant folder in: what is demanded of the request, and how judging goes on.

The command that asks has checked the same before; nothing that it says is believed without.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from firstout.judge import Judge, Memory
from firstout.plant_folder import LARGEST, check_files
from firstout.recording import Applied
from journal.entry import Draft
from plant.difference import Difference, differences
from plant.errors import Fault, PlantError, RequestError
from plant.name import Name
from plant.plant import Plant
from plant.read import version_of
from plant.signal import Signal

KIND = "apply"
LONGEST_REASON = 500

_REFUSALS = {
    "not_read": Name(
        "读取企业设定时发生意外错误，详见监测程序日志",
        "the folder could not be read for a reason of ours; see the monitor's log",
    ),
    "invalid_request": Name("请求不完整", "the request does not say all that it must"),
    "reason_missing": Name("必须说明原因", "a reason must be given"),
    "too_large": Name("装置文件夹过大", "the plant folder is too large"),
    "stale_base": Name(
        "生效版本已变，请重新比较后再申请",
        "another version is in force by now; look at the difference again",
    ),
    "same_version": Name("该版本已生效", "this version is in force already"),
    "same_person": Name("申请人与批准人必须不同", "the one who asks cannot agree as well"),
    "approval_missing": Name(
        "涉及安全的变更须由第二人批准", "a change of the safety class needs a second person"
    ),
    "faulty": Name("装置文件夹有误", "the plant folder has faults"),
    "other_plant": Name("这是另一个装置", "this is another plant"),
}


class RefusedError(RequestError):
    """The folder is not taken in, and why; nothing has changed."""

    def __init__(self, code: str, faults: Iterable[str] = ()) -> None:
        self.message = _REFUSALS[code]
        self.faults = tuple(faults)
        super().__init__(code, self.message.en)

    def answer(self) -> dict[str, object]:
        """Give what the asker is told."""
        said: dict[str, object] = {
            "ok": False,
            "code": self.code,
            "message": self.message.as_json(),
        }
        return {**said, "faults": list(self.faults)} if self.faults else said


@dataclass(frozen=True)
class Accepted:
    """A folder that may be taken in: the input to record, and the plant that it describes."""

    applied: Applied
    plant: Plant


def body(files: Mapping[str, str], base: str, reason: str, approver: str) -> dict[str, object]:
    """Give the body of the act; its actor is the one who asks."""
    return {"files": dict(files), "base": base, "reason": reason, "approver": approver}


def accept(in_force: Plant, actor: str, asked: Mapping[str, object], known_at: int) -> Accepted:
    """Say whether what is asked may be done to the plant that is in force.

    Raises:
        RefusedError: it may not; names the first reason, or all faults of the folder.
    """
    files, base, reason, approver = (
        asked.get(name) for name in ("files", "base", "reason", "approver")
    )
    if not (_texts(files) and isinstance(base, str) and isinstance(approver, str) and actor):
        raise RefusedError("invalid_request")
    assert isinstance(files, Mapping)  # noqa: S101 - `_texts` said so
    if not isinstance(reason, str) or not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise RefusedError("reason_missing")
    if sum(map(len, files.values())) > LARGEST:  # a character is a byte or more
        raise RefusedError("too_large")
    if base != in_force.version:
        raise RefusedError("stale_base")
    if approver == actor:
        raise RefusedError("same_person")
    plant = checked(files, in_force)
    if not approver and any(item.safety for item in differences(in_force, plant)):
        raise RefusedError("approval_missing")
    applied = Applied(plant.version, known_at, dict(files), base, reason.strip(), actor, approver)
    return Accepted(applied, plant)


def checked(files: Mapping[str, str], in_force: Plant) -> Plant:
    """Read the folder that shall take the place of `in_force`.

    Raises:
        RefusedError: it has faults, all of which are named, or is another plant's, or the same.
    """
    if version_of(files) == in_force.version:
        raise RefusedError("same_version")
    try:
        plant = read_following(files, in_force)
    except PlantError as error:
        raise RefusedError("faulty", map(str, error.faults)) from error
    if plant.id != in_force.id:
        raise RefusedError("other_plant")
    return plant


def read_following(files: Mapping[str, str], in_force: Plant) -> Plant:
    """Read a folder that follows on `in_force`.

    Raises:
        PlantError: it has faults, or gives a measured signal another unit: what the gateways have
            read and not yet sent is in the old one.
    """
    plant = check_files(dict(files))
    faults = [
        Fault(
            "signals.csv",
            f"signal {signal.id}, unit",
            f"was {_unit(before)} and is {_unit(signal)} now",
            "the same unit, or another id",
        )
        for signal in plant.signals
        if (before := in_force.signal_by_id.get(signal.id)) is not None
        and signal.unit != before.unit
        and signal.device
    ]
    if faults:
        raise PlantError(faults)
    return plant


def _unit(signal: Signal) -> str:
    return signal.unit or "-"


def take_in(
    judge: Judge, memory: Memory, applied: Applied, following: Judge
) -> tuple[Memory, list[Draft]]:
    """Go over from `judge` to the judge of an accepted plant; the entry that says so comes first.

    What was remembered goes on, what is gone is settled; `memory` belongs to nobody afterwards.
    Replay does the same with a recorded `applied` and the judge of its files.
    """
    entry = _entry(applied, differences(judge.plant, following.plant))
    memory, settled = following.take_over(judge, memory, applied.known_at)
    return memory, [entry, *settled]


def _entry(applied: Applied, changed: Iterable[Difference]) -> Draft:
    said: dict[str, object] = {
        "version": applied.version,
        "base": applied.base,
        "files": dict(applied.files or {}),
        "reason": applied.reason,
        "requester": applied.requester,
        "approver": applied.approver or None,
        "difference": [item.as_json() for item in changed],
    }
    at = applied.known_at
    return Draft("plant", applied.version, at, at, applied.requester, said)


def _texts(files: object) -> bool:
    return isinstance(files, Mapping) and all(
        isinstance(name, str) and isinstance(text, str) for name, text in files.items()
    )
