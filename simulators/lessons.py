"""What the demonstration teaches: one lesson a minute, in this order. Data.

A plant plays those lessons that it has the equipment and signals for. Times are in seconds of
the lesson's minute; each has left the process calm, and the controllers reset, by its end.

An interlock that fails is asked again in the minute after, when it has been mended: a verdict
that fails stays so until a demand, or a proof test, has shown that the interlock simulated.
"""

from dataclasses import dataclass

from plant.name import Name
from simulators.faults import At, Fault, Kind, Which

SECONDS = 60.0


@dataclass(frozen=True)
class Lesson:
    """One minute: what it shows in one line, and the faults that make it."""

    id: str
    title: Name
    faults: tuple[Fault, ...]


_CASTER = At("deep_well_caster")
_STEEL_FURNACE = At("steel_furnace")
_BLAST_FURNACE = At("blast_furnace")
_MELTING_FURNACE = At("melting_furnace")
_STEEL_GAS = At("gas_main", which=Which.FIRST)
_FOUNDRY_GAS = At("gas_main", which=Which.LAST)
_CUT_OFF = At("gas_main", "cutoff_valve.closed", Which.LAST)
_BURNER = At("burner")
_BOOSTER_ROOM = At("gas_area_room", which=Which.FIRST)
_CONTROL_ROOM_CO = At("gas_area_room", "co.concentration", Which.LAST, place=0)
_OUTLET_TEMPERATURE = At("steel_furnace", "cooling.outlet_temperature", Which.FIRST, place=0)
_STORE = At("electrolyte_store")
_STORE_FAN = At("electrolyte_store", "emergency_fan.running")

PUMP_SLOWS = Lesson(
    "mould-water-pump-slows",
    Name(
        "结晶器水泵降速：水压、流量低于低低限，联锁关快速切断阀、开紧急排放阀",
        "The mould-water pump slows: pressure and flow pass LL, gate and drain act",
    ),
    (Fault(Kind.PUMP, _CASTER, 12.0, 20.0, 0.75, 3.0),),
)
METAL_SURGES = Lesson(
    "metal-surges",
    Name(
        "铝液涌入流槽：液位超过高高限，快速切断阀关闭止流",
        "Metal surges into the launder: the level passes HH, closing the gate ends it",
    ),
    (Fault(Kind.SURGE, _CASTER, 12.0, 22.0, 32.0, 4.0),),
)
BYPASS = Lesson(
    "bypass-on",
    Name(
        "有人投入联锁旁路，同时滤网堵塞：保护已失去作用",
        "Somebody switches the bypass on while a strainer clogs: the protection is gone",
    ),
    (
        Fault(Kind.BYPASS, _CASTER, 12.0, 37.0),
        Fault(Kind.PASSAGES, _CASTER, 18.0, 24.0, 0.85, 2.0),
    ),
)
FURNACE_LEAKS = Lesson(
    "furnace-leaks",
    Name(
        "电炉水冷件漏水：流量差先超高限、再超高高限，联锁断电、升电极",
        "A furnace panel leaks: the flow difference passes H, then HH; power goes off",
    ),
    (
        Fault(Kind.LEAK, _STEEL_FURNACE, 6.0, 34.0, 0.032, 2.0),
        Fault(Kind.LEAK, _STEEL_FURNACE, 20.0, 34.0, 0.050, 2.0),
    ),
)
GAS_SUPPLY_LOST = Lesson(
    "gas-supply-lost",
    Name(
        "燃气供应中断：总管压力低于低低限，切断阀关闭",
        "The gas supply is lost: the main's pressure passes LL, the cut-off valve closes",
    ),
    (Fault(Kind.SUPPLY, _STEEL_GAS, 8.0, 24.0, 0.0, 1.0),),
)
CO_ESCAPES = Lesson(
    "co-escapes",
    Name(
        "加压机房煤气泄漏：一氧化碳先后超过 24、160 ppm，通风后恢复",
        "Gas escapes in a manned room: CO passes 24 and 160 ppm; ventilation clears it",
    ),
    (
        Fault(Kind.RELEASE, _BOOSTER_ROOM, 5.0, 19.0, 40.0, 3.0),
        Fault(Kind.VENTILATION, _BOOSTER_ROOM, 25.0, 50.0, 1.0, 2.0),
    ),
)
TOP_SURGES = Lesson(
    "furnace-top-surges",
    Name(
        "高炉崩料：炉顶压力超过高高限，放散阀打开",
        "The burden slips: the top pressure passes HH, the relief valve opens",
    ),
    (Fault(Kind.TOP_GAS, _BLAST_FURNACE, 8.0, 20.0, 0.9, 2.0),),
)
PUMP_TRIPS = Lesson(
    "furnace-pump-trips",
    Name(
        "感应炉冷却水泵跳闸：进水流量低于低低限，加热断电",
        "The induction furnace's water pump trips: the flow passes LL, heating goes off",
    ),
    (Fault(Kind.PUMP, _MELTING_FURNACE, 8.0, 22.0, 0.2, 2.0),),
)
FLAME_LOST = Lesson(
    "flame-lost",
    Name(
        "烧嘴熄火：切断阀关闭，吹扫后重新点火",
        "The burner's flame is lost: the cut-off valve closes; it is lit again after a purge",
    ),
    (Fault(Kind.FLAME, _BURNER, 8.0, 12.0, 0.0),),
)
VALVE_CREEPS = Lesson(
    "valve-creeps",
    Name(
        "燃气超压而切断阀卡涩：联锁动作超时",
        "Gas over-pressure and a sticking cut-off valve: the trip comes, but too late",
    ),
    (
        Fault(Kind.REGULATOR, _FOUNDRY_GAS, 8.0, 16.0, 1.8, 3.0),
        Fault(Kind.SLOW, _CUT_OFF, 2.0, 40.0, 8.0),
    ),
)
COMBUSTION_FAN_STOPS = Lesson(
    "combustion-fan-stops",
    Name(
        "助燃风机停机：修复后的切断阀及时关闭，烧嘴随之熄火",
        "The combustion fan stops: the mended valve closes in time, the burner goes out with it",
    ),
    (Fault(Kind.COMBUSTION_FAN, _FOUNDRY_GAS, 8.0, 20.0, 0.0),),
)
FAN_IS_DEAD = Lesson(
    "fan-is-dead",
    Name(
        "电解液泄漏而事故风机不启动：联锁失效，二氧化硫超过高高限",
        "Electrolyte leaks, the emergency fan stays dead: the interlock fails, SO2 passes HH",
    ),
    (
        Fault(Kind.FAILS, _STORE_FAN, 2.0, 58.0),
        Fault(Kind.RELEASE, _STORE, 6.0, 15.0, 4.0, 2.0),
        Fault(Kind.VENTILATION, _STORE, 27.0, 50.0, 1.0, 2.0),
    ),
)
SO2_ESCAPES = Lesson(
    "so2-escapes",
    Name(
        "电解液再次泄漏：二氧化硫超过高限，修复后的事故风机启动、风量到位",
        "Electrolyte leaks again: SO2 passes H, the mended fan starts, its airflow is proven",
    ),
    (Fault(Kind.RELEASE, _STORE, 6.0, 16.0, 2.2, 2.0),),
)
INSTRUMENTS_LIE = Lesson(
    "instruments-lie",
    Name(
        "仪表失真：一氧化碳探测器断线，出水温度示值卡死不变",
        "Two instruments lie: a CO detector's loop breaks, a temperature transmitter freezes",
    ),
    (
        Fault(Kind.DROP_OUT, _CONTROL_ROOM_CO, 6.0, 36.0),
        Fault(Kind.FREEZE, _OUTLET_TEMPERATURE, 8.0, 46.0),
    ),
)
DEVICE_AWAY = Lesson(
    "device-away",
    Name(
        "一台控制器失联数秒：未知不等于正常",
        "A controller is silent for some seconds: unknown is not normal",
    ),
    (Fault(Kind.AWAY, _BOOSTER_ROOM, 12.0, 20.0),),
)

LESSONS = (
    *(PUMP_SLOWS, METAL_SURGES, BYPASS),
    *(FURNACE_LEAKS, GAS_SUPPLY_LOST, CO_ESCAPES, TOP_SURGES, PUMP_TRIPS, FLAME_LOST),
    *(VALVE_CREEPS, COMBUSTION_FAN_STOPS),
    *(FAN_IS_DEAD, SO2_ESCAPES),
    *(INSTRUMENTS_LIE, DEVICE_AWAY),
)
