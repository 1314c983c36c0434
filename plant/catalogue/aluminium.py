"""Aluminium deep-well casting (铝加工深井铸造): the casting machine and its furnace."""

from plant.catalogue.entry import EquipmentKind, Role
from plant.name import Name

ROLES = (
    Role("mould.water_pressure", Name("结晶器进水压力", "mould water inlet pressure"), "MPa"),
    Role("mould.water_flow", Name("结晶器进水流量", "mould water inlet flow"), "m3/h"),
    Role(
        "mould.water_temperature", Name("结晶器进水温度", "mould water inlet temperature"), "degC"
    ),
    Role(
        "mould.water_outlet_temperature",
        Name("结晶器出水温度", "mould water outlet temperature"),
        "degC",
    ),
    Role("emergency_water.pressure", Name("应急冷却水压力", "emergency water pressure"), "MPa"),
    Role("emergency_water.running", Name("应急冷却水投入", "emergency water running"), None),
    Role("furnace.outlet_level", Name("炉口铝液液位", "furnace outlet metal level"), "mm"),
    Role("launder.level", Name("流槽液位", "launder metal level"), "mm"),
    Role("fast_gate.closed", Name("快速切断阀关到位", "fast gate closed"), None),
    Role("launder.cut_off", Name("流槽断开到位", "launder cut off"), None),
    Role("mechanical_lock.locked", Name("炉口机械锁紧", "furnace outlet mechanical lock"), None),
    Role("furnace.tilt_angle", Name("炉体倾动角度", "furnace tilt angle"), "deg"),
    Role("furnace.tilted_back", Name("倾动炉回倾到位", "furnace tilted back"), None),
    Role("casting.speed", Name("铸造速度", "casting speed"), "mm/min"),
    Role("casting.speed_fault", Name("铸造速度异常", "casting speed fault"), None),
    Role("casting.length", Name("铸造长度", "cast length"), "mm"),
    Role("rope.tension", Name("钢丝绳张力", "hoist rope tension"), "kN"),
    Role("floor.moisture", Name("地面湿度", "floor moisture"), "%"),
)

KINDS = (
    EquipmentKind(
        "deep_well_caster",
        Name("深井铸造机", "deep-well casting machine"),
        {
            "furnace": ("fixed", "tilting"),
            "hoist": ("rope", "hydraulic"),
            "emergency_watch": ("sensors", "patrol"),
        },
        {"emergency_vessels": "emergency_vessel"},
    ),
    EquipmentKind(
        "ingot_store",
        Name("铝锭存放地", "ingot store"),
        {
            "water_sensor": ("switch", "level", "both"),
            "floor_moisture": ("sensor", "patrol"),
        },
    ),
)
