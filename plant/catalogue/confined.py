"""Confined spaces (有限空间)."""

from plant.catalogue.entry import YES_NO, EquipmentKind, Role
from plant.name import Name

ROLES = (
    Role("space.entered", Name("有限空间有人进入", "confined space entered"), None),
    Role("attendant.present", Name("监护人员在场", "attendant present"), None),
    Role("methane.concentration", Name("甲烷浓度", "methane concentration"), "%LEL"),
    Role("maintenance.under_way", Name("检维修作业进行中", "maintenance under way"), None),
)

KINDS = (
    EquipmentKind(
        "confined_space", Name("有限空间", "confined space"), {"attendant_sensor": YES_NO}
    ),
)
