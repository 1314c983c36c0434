"""The words of each trade: the roles of its signals and the kinds of its equipment.

One module per trade; `plant.role` and `plant.equipment_kind` put them together.
"""

from plant.catalogue import aluminium, battery, casting, confined, dust, shared, steel

TRADES = (shared, steel, aluminium, casting, dust, confined, battery)
