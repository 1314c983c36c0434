"""Steel works (钢铁): blast furnaces, steel furnaces, coal gas, emergency vessels of casting."""

from plant.catalogue.entry import YES_NO, EquipmentKind, Role
from plant.name import Name

ROLES = (
    Role("blast.flow", Name("鼓风流量", "blast flow"), "m3/h"),
    Role("top.pressure", Name("高炉炉顶压力", "furnace top pressure"), "kPa"),
    Role("top.pressure_set_point", Name("炉顶压力设定值", "top pressure set-point"), "kPa"),
    Role("relief.set_point", Name("放散联锁设定值", "relief interlock set-point"), "kPa"),
    Role("relief_valve.open", Name("放散阀开到位", "relief valve open"), None),
    Role("lance.raised", Name("氧枪提升到位", "oxygen lance raised"), None),
    Role("electrode.off", Name("电极断电", "electrode power off"), None),
    Role("electrode.raised", Name("电极升起到位", "electrode raised"), None),
    Role("electrode.energised", Name("电极通电", "electrode energised"), None),
    Role("tilt.blocked", Name("炉体倾动闭锁", "furnace tilt blocked"), None),
    Role("seal.water_level", Name("水封水位", "water-seal level"), "mm"),
    Role("isolator.open", Name("隔断装置开到位", "isolating device open"), None),
    Role("isolator.closed", Name("隔断装置关到位", "isolating device closed"), None),
    Role("isolator.intermediate", Name("隔断装置中间位", "isolating device between ends"), None),
)

KINDS = (
    EquipmentKind("blast_furnace", Name("高炉", "blast furnace")),
    EquipmentKind(
        "steel_furnace",
        Name("炼钢炉", "steel furnace"),
        {"furnace": ("converter", "electric_arc", "ladle_furnace", "vacuum_degasser")},
    ),
    EquipmentKind(
        "casting_route",
        Name("浇铸流程", "casting route"),
        {"process": ("continuous", "ingot"), "emergency_watch": ("sensors", "patrol")},
        {
            "accident_ladle": "emergency_vessel",
            "spill_pit": "emergency_vessel",
            "overflow_pit": "emergency_vessel",
            "swivel_launder": "emergency_vessel",
        },
    ),
    # Each side of an isolating device is a gas line of its own.
    EquipmentKind("drain_pot", Name("煤气排水器", "gas drain pot"), {}, {"gas_lines": "gas_main"}),
    EquipmentKind("gas_area_room", Name("煤气区域有人场所", "manned place in a gas area")),
    EquipmentKind(
        "gas_inlet",
        Name("车间煤气入口", "gas inlet of a shop"),
        {"position_feedback": YES_NO},
        {"gas_main": "gas_main"},
    ),
)
