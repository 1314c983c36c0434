"""Which column of an I/O list is which: headers as engineers write them, Chinese and English."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# What a column may be called. A header is compared without case, spaces, punctuation and what
# stands in brackets; the first match wins.
_SPELLINGS = {
    "id": (
        *("位号", "仪表位号", "测点", "测点号", "测点编号", "测点编码", "点号", "点名", "标签"),
        *(
            "标签名",
            "标签号",
            "变量名",
            "编号",
            "信号",
            "信号名",
            "信号编号",
            "id",
            "tag",
            "tagno",
        ),
        *("tagnumber", "tagname", "point", "pointid", "pointname", "signal", "signalid"),
    ),
    "name_zh": (
        *("名称", "测点名称", "信号名称", "仪表名称", "中文名称", "中文描述", "描述", "测点描述"),
        *("信号描述", "说明", "用途", "检测内容", "测量内容", "测点说明", "namezh"),
    ),
    "name_en": (
        *("英文名称", "英文描述", "英文", "name", "description", "desc", "service", "comment"),
        *("nameen", "signaldescription", "englishname", "englishdescription", "english"),
    ),
    "unit": (
        *("单位", "工程单位", "计量单位", "量纲", "unit", "units", "eu", "engunit", "engunits"),
        *("engineeringunit", "engineeringunits", "uom"),
    ),
    "range": ("量程", "量程范围", "测量范围", "范围", "range", "measuringrange", "span"),
    "range_low": (
        *("量程下限", "量程低", "低量程", "量程下限值", "下量程", "量程起点", "量程min"),
        *("rangelow", "lowrange", "rangemin", "min", "eulow", "eulo", "lrv", "rangelo"),
    ),
    "range_high": (
        *("量程上限", "量程高", "高量程", "量程上限值", "上量程", "量程终点", "量程max"),
        *("rangehigh", "highrange", "rangemax", "max", "euhigh", "euhi", "urv", "rangehi"),
    ),
    "raw_low": (
        *("原始值下限", "原始下限", "原始量程下限", "码值下限", "码值低", "rawlow", "rawmin"),
        *("rawlo", "rawlower", "inputlow", "inputmin"),
    ),
    "raw_high": (
        *("原始值上限", "原始上限", "原始量程上限", "码值上限", "码值高", "rawhigh", "rawmax"),
        *("rawhi", "rawupper", "inputhigh", "inputmax"),
    ),
    "LL": (
        *(
            "ll",
            "低低",
            "低低报",
            "低低限",
            "低低报警",
            "低低报警值",
            "低低值",
            "低二值",
            "低低联锁",
        ),
        *("低低限值", "下下限", "下下限报警", "lowlow", "lowlowlimit", "lowlowalarm", "lalarm2"),
    ),
    "L": (
        *("l", "低", "低报", "低限", "低报警", "低报警值", "低限报警", "低值", "低一值", "低限值"),
        *("下限", "下限报警", "报警下限", "low", "lowlimit", "lowalarm", "lo"),
    ),
    "H": (
        *("h", "高", "高报", "高限", "高报警", "高报警值", "高限报警", "高值", "高一值", "高限值"),
        *("上限", "上限报警", "报警上限", "一级报警", "一级报警值", "high", "highlimit"),
        *("highalarm", "hi"),
    ),
    "HH": (
        *("hh", "高高", "高高报", "高高限", "高高报警", "高高报警值", "高高值", "高二值"),
        *("高高联锁", "高高限值", "上上限", "上上限报警", "二级报警", "二级报警值", "highhigh"),
        *("highhighlimit", "highhighalarm", "hihi"),
    ),
    "deadband": ("死区", "回差", "报警死区", "deadband", "hysteresis", "db"),
    "on_delay_s": ("报警延时", "延时", "报警延迟", "延时报警", "ondelay", "delay", "alarmdelay"),
    "off_delay_s": ("恢复延时", "延时恢复", "消警延时", "offdelay", "returndelay"),
    "period_s": (
        "采样周期",
        "采集周期",
        "扫描周期",
        "周期",
        "period",
        "scan",
        "scanrate",
        "scantime",
    ),
    "max_age_s": ("最大时效", "数据时效", "超时时间", "maxage", "timeout"),
    "device": (
        *(
            "控制器",
            "plc",
            "dcs",
            "采集设备",
            "通讯设备",
            "通信设备",
            "数据源",
            "站",
            "站名",
            "device",
        ),
        *("controller", "source", "station"),
    ),
    "equipment": (
        *("设备", "所属设备", "设备名称", "设备编号", "设备号", "装置", "机组", "equipment"),
        *("asset", "equipmentid", "equipmenttag"),
    ),
    "role": ("角色", "测点角色", "role"),
    "address": (
        *(
            "地址",
            "通讯地址",
            "通信地址",
            "寄存器",
            "寄存器地址",
            "modbus地址",
            "点地址",
            "变量地址",
        ),
        *(
            "plc地址",
            "偏移地址",
            "address",
            "register",
            "modbusaddress",
            "registeraddress",
            "addr",
        ),
    ),
    "function": (
        *("功能码", "读功能码", "寄存器类型", "寄存器区", "function", "functioncode", "fc"),
        *("registertype", "modbustable"),
    ),
    "type": ("数据类型", "数据格式", "变量类型", "datatype", "dataformat", "format", "type"),
    "io": (
        *("信号类型", "点类型", "测点类型", "iotype", "io", "signaltype", "类型", "点型"),
        *("信号制", "输入信号", "信号规格", "inputsignal"),
    ),
    "scale": ("系数", "比例", "比例系数", "倍率", "缩放", "scale", "gain", "factor", "multiplier"),
    "offset": ("偏移", "偏移量", "零点", "零点偏移", "offset", "bias"),
}
_MEANING = {spelling: column for column, names in _SPELLINGS.items() for spelling in names}
_LOOK_AT_ROWS = 30
_FEWEST = 3  # a row with fewer known headers is a title or data


@dataclass(frozen=True)
class Header:
    """The header row of a list.

    `row` is its index; `columns` maps a meaning to the column's index, `units` to what stands in
    the header's brackets; `unknown` are the headers that mean nothing here, `twice` those that
    repeat a meaning.
    """

    row: int
    columns: dict[str, int]
    units: dict[str, str]
    unknown: list[str]
    twice: list[str]


def find_header(rows: Sequence[Sequence[str]]) -> Header | None:
    """Find the row that names the columns; None when no row has an id and two columns more."""
    best: Header | None = None
    for index, cells in enumerate(rows[:_LOOK_AT_ROWS]):
        header = _read(index, cells)
        fits = "id" in header.columns and len(header.columns) >= _FEWEST
        if fits and (best is None or len(header.columns) > len(best.columns)):
            best = header
    return best


def _read(row: int, cells: Sequence[str]) -> Header:
    header = Header(row, {}, {}, [], [])
    for index, cell in enumerate(cells):
        if not cell.strip():
            continue
        meaning = _MEANING.get(normal(cell))
        if meaning is None:
            header.unknown.append(cell.strip())
        elif meaning in header.columns:
            header.twice.append(cell.strip())
        else:
            header.columns[meaning] = index
            bracket = re.search(r"[(（\[【]([^)）\]】]+)[)）\]】]", cell)
            if bracket is not None:
                header.units[meaning] = bracket[1].strip()
    return header


def normal(header: str) -> str:
    """Give a header as it is compared: no case, no brackets, no spaces, no punctuation."""
    text = unicodedata.normalize("NFKC", header).lower()
    text = re.sub(r"[(\[【].*?[)\]】]", "", text)
    return "".join(c for c in text if c.isalnum())
