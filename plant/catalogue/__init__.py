"""The words of each trade: the roles of its signals and the kinds of its equipment.

One module per trade; `plant.role` and `plant.equipment_kind` put them together.
"""
