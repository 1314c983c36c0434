"""What the catalogue is made of: a role of signals, and a kind of equipment."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from plant.name import Name


@dataclass(frozen=True)
class Role:
    """What a signal means: its name, and the unit its quantity is comparable with.

    `unit` is None for a discrete signal (0 or 1).
    """

    id: str
    name: Name
    unit: str | None

    @property
    def discrete(self) -> bool:
        """True when the signal is a switch or a state, not a measured quantity."""
        return self.unit is None


@dataclass(frozen=True)
class EquipmentKind:
    """What an equipment can be, and what it must say of itself.

    `attributes` are questions that every equipment of the kind answers out of the choices given;
    none has a default, because what a criterion asks may hang on the answer. `relations` name
    other things, and may be left out: each relation's value is the kind that the ids must have,
    "equipment" for any kind, or "text" for free texts.
    """

    id: str
    name: Name
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    relations: Mapping[str, str] = field(default_factory=dict)


YES_NO = ("yes", "no")
TEXT = "text"
