"""Roles and kinds that several trades share: molten metal, gas, cooling water, work, controllers.

The quantities are those of standards 2.2.
"""

from plant.catalogue.entry import YES_NO, EquipmentKind, Role
from plant.name import Name

ROLES = (
    # Controllers and interlocks
    Role("equipment.producing", Name("生产中", "equipment producing"), None),
    Role("controller.heartbeat", Name("控制器心跳", "controller heartbeat"), None),
    Role(
        "controller.heartbeat_count", Name("控制器心跳计数", "controller heartbeat count"), "count"
    ),
    Role("interlock.bypass", Name("联锁旁路", "interlock bypass"), None),
    Role("interlock.armed", Name("联锁投入", "interlock armed"), None),
    Role("emergency_stop.pressed", Name("急停按下", "emergency stop pressed"), None),
    # Lifting and moving of molten metal
    Role("crane.loaded", Name("吊车负载", "crane loaded"), None),
    Role("zone.occupied", Name("吊运区域有人", "lifting zone occupied"), None),
    Role("transfer.running", Name("熔融金属输送中", "metal transfer running"), None),
    Role("transfer.stopped", Name("熔融金属输送已停止", "metal transfer stopped"), None),
    Role("machine.running", Name("机器运行", "machine running"), None),
    # Water where molten metal can reach
    Role("water.present", Name("积水", "standing water present"), None),
    Role("water.level", Name("积水深度", "standing water depth"), "mm"),
    # Emergency drain and vessels
    Role("emergency_drain.open", Name("紧急排放阀开到位", "emergency drain open"), None),
    Role("vessel.level", Name("应急容器料位", "emergency vessel level"), "mm"),
    Role("vessel.weight", Name("事故罐称重", "accident ladle weight"), "t"),
    Role("vessel.wet", Name("应急容器潮湿", "emergency vessel wet"), None),
    # Cooling water of furnaces and machines
    Role("cooling.inlet_flow", Name("冷却水进水流量", "cooling water inlet flow"), "m3/h"),
    Role("cooling.outlet_flow", Name("冷却水出水流量", "cooling water outlet flow"), "m3/h"),
    Role("cooling.flow_difference", Name("进出水流量差", "cooling water flow difference"), "%"),
    Role("cooling.flow_loss", Name("进出水流量损失", "cooling water flow loss"), "m3/h"),
    Role(
        "cooling.inlet_temperature",
        Name("冷却水进水温度", "cooling water inlet temperature"),
        "degC",
    ),
    Role(
        "cooling.outlet_temperature",
        Name("冷却水出水温度", "cooling water outlet temperature"),
        "degC",
    ),
    Role("cooling.temperature_rise", Name("冷却水温升", "cooling water temperature rise"), "K"),
    # Gas mains and burners
    Role("gas_main.pressure", Name("燃气总管压力", "gas main pressure"), "kPa"),
    Role("combustion_air.pressure", Name("助燃风压", "combustion air pressure"), "kPa"),
    Role("combustion_fan.running", Name("助燃风机运行", "combustion fan running"), None),
    Role("cutoff_valve.closed", Name("切断阀关到位", "cut-off valve closed"), None),
    Role("flame.present", Name("火焰", "flame present"), None),
    Role("flame.intensity", Name("火焰强度", "flame intensity"), "%"),
    Role("chamber.temperature", Name("炉膛温度", "chamber temperature"), "degC"),
    # Gases in the air people breathe; mg/m3 and ppm are never converted (standards 0.2, trap 3)
    Role("co.concentration", Name("一氧化碳浓度", "CO concentration"), "ppm"),
    Role("co.mass_concentration", Name("一氧化碳质量浓度", "CO mass concentration"), "mg/m3"),
    Role("h2s.concentration", Name("硫化氢浓度", "H2S concentration"), "mg/m3"),
    Role("oxygen.concentration", Name("氧浓度", "oxygen concentration"), "%vol"),
    Role(
        "combustible_gas.concentration",
        Name("可燃气体浓度", "flammable gas concentration"),
        "%LEL",
    ),
    # Fans
    Role("fan.running", Name("风机运行", "fan running"), None),
    Role("fan.airflow", Name("风机风量", "fan airflow"), "m3/h"),
    Role("ventilation.running", Name("通风机运行", "ventilation running"), None),
    Role("ventilation.airflow", Name("通风风量", "ventilation airflow"), "m3/h"),
)

KINDS = (
    EquipmentKind("lifting_bay", Name("吊运跨", "lifting bay")),
    EquipmentKind(
        "molten_metal_area",
        Name("熔融金属区域", "molten-metal area"),
        {"water_sensor": ("switch", "level", "both")},
    ),
    EquipmentKind("emergency_vessel", Name("应急储存设施", "emergency vessel")),
    EquipmentKind("gas_main", Name("燃气管道", "gas main"), {"forced_air": YES_NO}),
    EquipmentKind(
        "burner",
        Name("燃气燃烧装置", "gas burner"),
        {"fuel": ("natural_gas", "coal_gas", "other_gas")},
        {"gas_main": "gas_main"},
    ),
    EquipmentKind(
        "maintenance_site", Name("检维修与外委作业点", "maintenance or outsourced work site")
    ),
)
