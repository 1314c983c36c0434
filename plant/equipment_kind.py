"""The kinds of equipment that a plant can have."""

from dataclasses import replace

from plant.catalogue import TRADES
from plant.catalogue.entry import EquipmentKind

__all__ = ["EQUIPMENT_KINDS", "PRODUCES_WITH", "EquipmentKind"]

# Any equipment can follow the operating state of another: a pit is in production when its
# casting machine is.
PRODUCES_WITH = "produces_with"

EQUIPMENT_KINDS = {
    kind.id: replace(kind, relations={**kind.relations, PRODUCES_WITH: "equipment"})
    for trade in TRADES
    for kind in trade.KINDS
}
