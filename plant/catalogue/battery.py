"""Lithium-thionyl-chloride battery makers (锂亚电池): electrolyte and finished cells."""

from plant.catalogue.entry import YES_NO, EquipmentKind, Role
from plant.name import Name

ROLES = (
    Role("so2.concentration", Name("二氧化硫浓度", "SO2 concentration"), "mg/m3"),
    Role("hcl.concentration", Name("氯化氢浓度", "HCl concentration"), "mg/m3"),
    Role("emergency_fan.running", Name("事故风机运行", "emergency fan running"), None),
    Role("emergency_airflow.proven", Name("事故通风风量确认", "emergency airflow proven"), None),
    Role("stack.temperature", Name("堆垛温度", "stack temperature"), "degC"),
    Role("stack.tilted", Name("堆垛倾斜", "stack tilted"), None),
    Role("store.smoke", Name("仓库烟感", "store smoke"), None),
)

KINDS = (
    EquipmentKind(
        "electrolyte_store",
        Name("电解液中转储存处", "electrolyte transfer or store room"),
        {"hcl_detector": YES_NO},
    ),
    EquipmentKind(
        "battery_store",
        Name("电池成品仓库", "battery store"),
        {"temperature_watch": YES_NO, "smoke_watch": YES_NO, "tilt_watch": YES_NO},
    ),
)
