"""The roles a signal can play at its equipment, and what is measured in each.

A criterion names roles, never signals, so one criterion fits every plant.
"""

from dataclasses import dataclass

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


_ROLES = (
    Role("mould.water_pressure", Name("结晶器进水压力", "mould water inlet pressure"), "MPa"),
    Role("mould.water_flow", Name("结晶器进水流量", "mould water inlet flow"), "m3/h"),
    Role(
        "mould.water_temperature", Name("结晶器进水温度", "mould water inlet temperature"), "degC"
    ),
    Role("furnace.outlet_level", Name("炉口铝液液位", "furnace outlet metal level"), "mm"),
    Role("launder.level", Name("流槽液位", "launder metal level"), "mm"),
    Role("fast_gate.closed", Name("快速切断阀关到位", "fast gate closed"), None),
    Role("emergency_drain.open", Name("紧急排放阀开到位", "emergency drain open"), None),
    Role("mechanical_lock.locked", Name("炉口机械锁紧", "furnace outlet mechanical lock"), None),
    Role("interlock.bypass", Name("联锁旁路", "interlock bypass"), None),
)

ROLES = {role.id: role for role in _ROLES}
