"""A large plant as text: casting machines with 10 signals each, 20 machines to a controller."""

from collections.abc import Iterator

OWN = 10  # signals of a caster
CASTERS = 20  # on a controller

_HEADER = (
    "id,equipment,role,name_zh,name_en,unit,range_low,range_high,period_s,max_age_s,device,"
    "address,scale,offset,LL,L,H,HH,deadband,on_delay_s,off_delay_s,outer_priority,"
    "inner_priority,limit_source,formula,pair_within_s,frozen_s,life"
)
_ROWS = """\
{c}.pressure,{c},mould.water_pressure,进水压力,Pressure,MPa,0,0.6,1,4,{d},input:{a0}:float32\
,,,0.24,0.27,0.345,0.39,0.005,0,2,critical,high,site,,,600,
{c}.flow,{c},mould.water_flow,进水流量,Flow,m3/h,0,300,1,4,{d},input:{a2}:float32\
,,,160,180,,,3,0,2,critical,high,site,,,,
{c}.temperature,{c},mould.water_temperature,进水温度,Temperature,degC,0,60,1,4,{d}\
,input:{a4}:float32,,,5,10,35,40,0.5,2,5,high,medium,site,,,,
{c}.level,{c},furnace.outlet_level,炉口液位,Level,mm,0,300,1,4,{d},input:{a6}:float32\
,,,120,135,165,180,2,0,2,critical,high,site,,,,
{c}.launder,{c},launder.level,流槽液位,Launder level,mm,0,300,1,4,{d},input:{a8}:float32\
,,,120,135,165,180,2,0,2,critical,high,site,,,,
{c}.gate,{c},fast_gate.closed,快速切断阀,Gate,,,,1,4,{d},discrete:{b0},,,,,,,,,,,,,,,,
{c}.drain,{c},emergency_drain.open,紧急排放阀,Drain,,,,1,4,{d},discrete:{b1},,,,,,,,,,,,,,,,
{c}.lock,{c},mechanical_lock.locked,机械锁紧,Lock,,,,1,4,{d},discrete:{b2},,,,,,,,,,,,,,,,
{c}.bypass,{c},interlock.bypass,旁路,Bypass,,,,1,4,{d},discrete:{b3},,,,,,,,,,,,,,,,
{c}.mean,{c},launder.level,平均液位,Mean level,mm,0,300,1,4,,,,,,,170,,2,0,2,,,\
,"mean({c}.level, {c}.launder)",1,,
"""
_DEVICE = """
[[device]]
id = "{d}"
protocol = "modbus-tcp"
host = "{d}.plant"
"""
_CASTER = """
[[equipment]]
id = "{c}"
kind = "deep_well_caster"
furnace = "fixed"
hoist = "rope"
emergency_watch = "sensors"
name = {{ zh = "{c}号铸造机", en = "Caster {c}" }}

[[interlock]]
id = "water-{c}"
equipment = "{c}"
name = {{ zh = "{c}号冷却水联锁", en = "Water interlock {c}" }}
causes = [{{ limits = ["{c}.flow:LL", "{c}.pressure:LL"], voting = "1oo2" }}]
effects = [{{ signal = "{c}.gate", state = 1, within_s = 3.0 }}]
bypass = ["{c}.bypass"]
proof_test_days = 90

[[redundant]]
id = "levels-{c}"
name = {{ zh = "{c}号液位", en = "Levels {c}" }}
signals = ["{c}.level", "{c}.launder"]
"""
_LIMITS = """\
{c}.flow,LL,,,true,断水,No water
{c}.temperature,RATE,5,600,,,
{c}.lock,STATE,0,,,,
"""


def large_plant(signals: int) -> dict[str, str]:
    """Give the files of a sound plant with `signals` signals, a multiple of ten."""
    casters, rest = divmod(signals, OWN)
    assert rest == 0, "whole casters only"
    return {
        "plant.toml": "".join(_plant(casters)),
        "signals.csv": "\n".join((_HEADER, *(_rows(number) for number in range(casters)))),
        "limits.csv": "signal,level,set_point,window_s,latching,consequence_zh,consequence_en\n"
        + "".join(_LIMITS.format(c=_caster(number)) for number in range(casters)),
    }


def _plant(casters: int) -> Iterator[str]:
    name = 'name = { zh = "大厂", en = "Large works" }'
    yield f'[plant]\nid = "large"\n{name}\n{name.replace("name", "enterprise", 1)}\n'
    yield f"{name.replace('name', 'district', 1)}\nindustries = ['aluminium']\n"
    yield "time_zone = 'Asia/Shanghai'\nsimulated = true\ngateway = 'gw1'\n"
    for number in range(0, casters, CASTERS):
        yield _DEVICE.format(d=_device(number))
    for number in range(casters):
        yield _CASTER.format(c=_caster(number))


def _rows(number: int) -> str:
    place = number % CASTERS
    places = {f"a{word}": 10 * place + word for word in range(0, 10, 2)}
    places |= {f"b{bit}": 4 * place + bit for bit in range(4)}
    return _ROWS.format(c=_caster(number), d=_device(number), **places).rstrip("\n")


def _caster(number: int) -> str:
    return f"c{number}"


def _device(number: int) -> str:
    return f"plc-{number // CASTERS}"
