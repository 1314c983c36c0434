"""Combustible dust (粉尘涉爆): collectors, spark-prone machines, dust areas and stores."""

from plant.catalogue.entry import TEXT, YES_NO, EquipmentKind, Role
from plant.name import Name

ROLES = (
    # Dust collector
    Role(
        "collector.pressure_difference",
        Name("除尘器压差", "dust collector differential pressure"),
        "Pa",
    ),
    Role(
        "collector.inlet_temperature",
        Name("除尘器进风口温度", "dust collector inlet temperature"),
        "degC",
    ),
    Role("collector.water_level", Name("湿式除尘器水位", "wet collector water level"), "mm"),
    Role(
        "collector.circulation_flow",
        Name("湿式除尘器循环水流量", "wet collector circulation flow"),
        "m3/h",
    ),
    Role("collector.oxygen", Name("除尘器内氧浓度", "oxygen inside the dust collector"), "%vol"),
    Role("duct.pressure", Name("吸尘罩风压", "duct pressure at the hood"), "Pa"),
    Role("hopper.temperature", Name("灰斗温度", "hopper temperature"), "degC"),
    Role("hopper.level", Name("灰斗料位", "hopper level"), "%"),
    Role("airlock.rotating", Name("锁气卸灰装置旋转", "air-lock discharge rotating"), None),
    Role("airlock.fault", Name("锁气卸灰装置故障", "air-lock discharge fault"), None),
    # Explosion control
    Role("venting.burst", Name("泄爆片破裂", "explosion vent burst"), None),
    Role("suppression.ready", Name("抑爆系统投入", "explosion suppression ready"), None),
    Role("explosion_valve.closed", Name("隔爆阀关到位", "explosion isolation valve closed"), None),
    # Ignition sources
    Role("spark.count", Name("火花计数", "spark count"), "count"),
    Role("spark_extinguisher.ready", Name("火花熄灭装置投入", "spark extinguishing ready"), None),
    Role(
        "spark_extinguisher.active", Name("火花熄灭装置动作", "spark extinguishing active"), None
    ),
    Role("separator.ready", Name("除铁除石装置正常", "tramp-metal separator ready"), None),
    # Stores and areas
    Role("hydrogen.concentration", Name("氢气浓度", "hydrogen concentration"), "%LEL"),
    Role("store.humidity", Name("储存处湿度", "store humidity"), "%RH"),
    Role("store.temperature", Name("储存处温度", "store temperature"), "degC"),
    Role("dust_layer.thickness", Name("积尘厚度", "dust layer thickness"), "mm"),
)

KINDS = (
    EquipmentKind(
        "dust_collector",
        Name("除尘器", "dust collector"),
        {
            "type": ("dry", "wet"),
            "dust": ("metal", "wood", "other"),
            "draught": ("suction", "blowing"),
        },
        {"dusts": TEXT, "buildings": TEXT, "fire_zones": TEXT},
    ),
    EquipmentKind("zone_20_area", Name("20区场所", "zone 20 area")),
    EquipmentKind(
        "spark_prone_machine", Name("易产生火花设备", "spark-prone machine"), {"sander": YES_NO}
    ),
    EquipmentKind("metal_dust_store", Name("金属粉尘储存处", "metal-dust store")),
    EquipmentKind("dust_area", Name("粉尘作业区", "dust area")),
)
