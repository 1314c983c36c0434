"""Mechanical casting with molten metal (机械铸造): melting, refining, holding, die casting."""

from plant.catalogue.entry import YES_NO, EquipmentKind, Role
from plant.name import Name

ROLES = (Role("heating.off", Name("加热断电", "heating power off"), None),)

KINDS = (
    EquipmentKind(
        "melting_furnace",
        Name("熔炼、精炼、保温炉", "melting, refining or holding furnace"),
        {
            "use": ("melting", "refining", "holding"),
            "water_cooled": YES_NO,
            "emergency_watch": ("sensors", "patrol"),
        },
        {"emergency_vessels": "emergency_vessel"},
    ),
    EquipmentKind("die_caster", Name("压铸机", "die-casting machine"), {"water_cooled": YES_NO}),
    EquipmentKind("oxygen_lance", Name("氧枪", "oxygen lance"), {"water_cooled": YES_NO}),
)
