"""The kinds of equipment that a plant can have."""

from dataclasses import replace

from plant.catalogue import aluminium, battery, casting, confined, dust, shared, steel
from plant.catalogue.entry import EquipmentKind

__all__ = ["EQUIPMENT_KINDS", "PRODUCES_WITH", "EquipmentKind"]

# Any equipment can follow the operating state of another: a pit is in production when its
# casting machine is.
PRODUCES_WITH = "produces_with"

_TRADES = (shared, steel, aluminium, casting, dust, confined, battery)

EQUIPMENT_KINDS = {
    kind.id: replace(kind, relations={**kind.relations, PRODUCES_WITH: "equipment"})
    for trade in _TRADES
    for kind in trade.KINDS
}
