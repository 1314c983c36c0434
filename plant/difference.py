"""What two versions of a plant differ in, and which of it is of the safety class.

Of the safety class is all that changes what is judged, or how: a second person must agree to it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum

from plant.evidence import NOT_APPLICABLE, Evidence
from plant.name import Name
from plant.plant import Area, Plant
from plant.signal import Signal

# What people read and look for things by; nothing is judged by it.
_TEXTS = frozenset({"name", "enterprise", "district", "guidance", "area"})
# Things of their own beside the plant's other fields; the version follows from everything.
_PARTS = (
    ("device", "devices"),
    ("area", "areas"),
    ("equipment", "equipment"),
    ("subject", "declared_subjects"),
    ("signal", "signals"),
    ("limit", ""),
    ("interlock", "interlocks"),
    ("suppression", "suppressions"),
    ("evidence", "evidence"),
)
_NOT_OF_THE_PLANT = frozenset({"version", *(name for _, name in _PARTS)})
# A new signal in one of these roles says at once when others are not to be judged, or defeated.
_EXCUSES = frozenset({"equipment.producing", "interlock.bypass", "interlock.armed"})


@dataclass(frozen=True)
class Difference:
    """One field of one thing that the two versions say differently.

    `kind` is plant, device, area, equipment, subject, signal, limit, interlock, suppression or
    evidence. `field` is empty when the whole thing was added (`old` is None) or removed (`new`
    is None). `old` and `new` are plain JSON values. `safety` marks the safety class.
    """

    kind: str
    id: str
    field: str
    old: object
    new: object
    safety: bool

    def as_json(self) -> dict[str, object]:
        """Give the shape of the journal and of `--json`."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


def differences(old: Plant, new: Plant) -> tuple[Difference, ...]:
    """List what `new` says differently from `old`, kind by kind, in the plants' order.

    Text that describes the same plant in other words, such as comments, gives none.
    """
    found: list[Difference] = list(_fields("plant", old.id, old, new, _NOT_OF_THE_PLANT))
    used = _used(new)
    for kind, _ in _PARTS:
        before, after = _things(kind, old), _things(kind, new)
        for identifier in dict.fromkeys((*before, *after)):
            found += _thing(kind, identifier, before.get(identifier), after.get(identifier), used)
    return tuple(found)


def _things(kind: str, plant: Plant) -> Mapping[str, object]:
    if kind == "limit":
        return plant.limit_by_id
    things: Iterable[object] = getattr(plant, dict(_PARTS)[kind])
    return {str(getattr(thing, "id")): thing for thing in things}  # noqa: B009 - of several types


def _thing(
    kind: str, identifier: str, old: object, new: object, used: set[str]
) -> Iterator[Difference]:
    if old is None:
        yield Difference(kind, identifier, "", None, _content(new), _adds(new, used))
    elif new is None:
        yield Difference(
            kind, identifier, "", _content(old), None, not isinstance(old, Evidence | Area)
        )
    else:
        yield from _fields(
            kind, identifier, old, new, frozenset({"limits"} if kind == "signal" else ())
        )


def _fields(
    kind: str, identifier: str, old: object, new: object, left_out: frozenset[str]
) -> Iterator[Difference]:
    if old == new:
        return
    for name in _names(old, left_out):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            safety = _changes(new, name)
            yield Difference(kind, identifier, name, plain(before), plain(after), safety)


def _changes(new: object, field: str) -> bool:
    """Say whether another value of a field is of the safety class.

    So is every change of a record, which could turn a fail into a pass, and of a statement of
    `not_applicable` even its name: that is its reason.
    """
    stated = isinstance(new, Evidence) and new.type == NOT_APPLICABLE
    return stated or field not in _TEXTS


def _adds(new: object, used: set[str]) -> bool:
    """Say whether an added thing is of the safety class: not areas, records, unused signals."""
    if isinstance(new, Area):
        return False
    if isinstance(new, Evidence):
        return new.type == NOT_APPLICABLE
    if isinstance(new, Signal):
        return bool(new.limits) or new.role in _EXCUSES or new.id in used
    return True


def _used(plant: Plant) -> set[str]:
    """Name the signals that something else in the plant rests on."""
    used = {signal for item in plant.interlocks for signal in item.signals}
    used |= {item.condition.signal for item in plant.suppressions}
    for signal in plant.signals:
        used |= set(signal.formula.signals if signal.formula else ())
        used |= {signal.life}
        used |= {member for limit in signal.limits for member in limit.group}
    return used


def _content(thing: object) -> dict[str, object]:
    """Give a whole thing; a signal's limits are things of their own."""
    left_out = frozenset({"limits"}) if isinstance(thing, Signal) else frozenset()
    return {name: plain(getattr(thing, name)) for name in _names(thing, left_out)}


def _names(thing: object, left_out: frozenset[str]) -> list[str]:
    assert is_dataclass(thing)  # noqa: S101 - all of a plant's things are
    return [item.name for item in fields(thing) if item.name not in left_out | {"id"}]


def plain(value: object) -> object:
    """Give a plant's value as JSON has it."""
    match value:
        case Enum():
            return str(value.value)
        case Name():
            return value.as_json()
        case tuple() | list():
            return [plain(item) for item in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
        case _:
            return value
