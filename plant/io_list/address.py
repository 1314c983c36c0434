"""Addresses as I/O lists write them, in the grammar of `plant.modbus_address`.

40001, 400001          conventional: holding register, numbered from 1
30011.3                bit 3 of input register 10
12 with function 03    the number on the wire, as documented with a function code
ns=2;s=Furnace.T_out   an OPC UA node id or browse path, taken as it is
"""

import re
import unicodedata
from dataclasses import dataclass

from plant import opcua_address
from plant.modbus_address import ByteOrder, Form, Table, parse
from plant.name import Name

_CONVENTIONAL = {"0": Table.COIL, "1": Table.DISCRETE, "3": Table.INPUT, "4": Table.HOLDING}
_FUNCTIONS = {
    **{str(table.function): table for table in Table},
    **{f"0{table.function}": table for table in Table},
    "线圈": Table.COIL,
    "coil": Table.COIL,
    "coils": Table.COIL,
    "离散输入": Table.DISCRETE,
    "discrete": Table.DISCRETE,
    "discreteinput": Table.DISCRETE,
    "保持寄存器": Table.HOLDING,
    "holding": Table.HOLDING,
    "holdingregister": Table.HOLDING,
    "输入寄存器": Table.INPUT,
    "input": Table.INPUT,
    "inputregister": Table.INPUT,
}
_CONVENTION = Name(
    "按传统编号（如 40001，从 1 起）理解",
    "read as conventional numbering (such as 40001), which starts at 1",
)
_ON_THE_WIRE = Name(
    "按报文中的地址（从 0 起）理解", "read as the number on the wire, which starts at 0"
)
_NO_BIT = Name(
    "寄存器中的开关量没有位号，取第 0 位", "a switch in a register without a bit number: bit 0"
)
_NO_FRACTION = Name(
    "“.0” 按电子表格的数字格式理解，不是位号",
    "the .0 read as a spreadsheet's number, not as a bit",
)
_NO_TYPE = Name("没有已知的数据类型，取 uint16", "no known data type: uint16")
_FORMS = {
    "int": Form.INT16,
    "int16": Form.INT16,
    "short": Form.INT16,
    "整型": Form.INT16,
    "整数": Form.INT16,
    "word": Form.UINT16,
    "uint": Form.UINT16,
    "uint16": Form.UINT16,
    "ushort": Form.UINT16,
    "无符号整型": Form.UINT16,
    "dint": Form.INT32,
    "int32": Form.INT32,
    "long": Form.INT32,
    "双整型": Form.INT32,
    "长整型": Form.INT32,
    "dword": Form.UINT32,
    "udint": Form.UINT32,
    "uint32": Form.UINT32,
    "float": Form.FLOAT32,
    "float32": Form.FLOAT32,
    "real": Form.FLOAT32,
    "single": Form.FLOAT32,
    "浮点": Form.FLOAT32,
    "浮点数": Form.FLOAT32,
    "浮点型": Form.FLOAT32,
    "单精度浮点": Form.FLOAT32,
    "int64": Form.INT64,
    "lint": Form.INT64,
    "uint64": Form.UINT64,
    "ulint": Form.UINT64,
    "lword": Form.UINT64,
    "float64": Form.FLOAT64,
    "double": Form.FLOAT64,
    "lreal": Form.FLOAT64,
    "双精度": Form.FLOAT64,
    "双精度浮点": Form.FLOAT64,
}


@dataclass(frozen=True)
class Understood:
    """An address in our grammar, and what had to be guessed to get there."""

    address: str
    guesses: tuple[Name, ...] = ()


def understand(text: str, function: str, type_: str, *, discrete: bool) -> Understood | None:
    """Understand an address with its function code and data type; None when it cannot be.

    An address that is written in our own grammar is taken as it is.
    """
    taken = _in_our_grammar(unicodedata.normalize("NFKC", text).strip())
    if taken is not None:
        return Understood(taken)
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    match = re.fullmatch(r"(\d{1,6})(?:\.(\d{1,2}))?", plain)
    if match is None:
        return None
    table, item, guesses = _place(match[1], function)
    if table is None:
        return None
    form, more = _form(table, match[2], type_, discrete=discrete)
    address = f"{table.name.lower()}:{item}{form}"
    try:
        parse(address)
    except ValueError:
        return None
    return Understood(address, (*guesses, *more))


def _in_our_grammar(text: str) -> str | None:
    head, _, order = text.rpartition(":")
    ordered = order.upper() in list(ByteOrder)
    modbus = f"{head.lower()}:{order.upper()}" if ordered else text.lower()
    for parse_one, candidate in ((parse, modbus), (opcua_address.parse, text)):
        try:
            parse_one(candidate)
        except ValueError:
            continue
        return candidate
    return None


def _place(digits: str, function: str) -> tuple[Table | None, int, tuple[Name, ...]]:
    if function.strip():
        key = re.sub(r"[\s_-]|^fc", "", unicodedata.normalize("NFKC", function).strip().lower())
        table = _FUNCTIONS.get(key)
        if table is None or not _conventional(digits) or _CONVENTIONAL[digits[0]] is not table:
            return table, int(digits), (_ON_THE_WIRE,) if table is not None else ()
    if not _conventional(digits):
        return None, 0, ()
    return _CONVENTIONAL[digits[0]], int(digits[1:]) - 1, (_CONVENTION,)


def _conventional(digits: str) -> bool:
    return len(digits) in (5, 6) and digits[0] in _CONVENTIONAL and int(digits[1:]) > 0


def _form(
    table: Table, bit: str | None, type_: str, *, discrete: bool
) -> tuple[str, tuple[Name, ...]]:
    """Give the address's ending, and what was guessed for it."""
    if table.bits:
        return "", ()
    order, type_ = _order(unicodedata.normalize("NFKC", type_).strip())
    key = re.sub(r"[\s_-]", "", type_.lower())
    known = _FORMS.get(key)
    if bit is not None and (discrete or known is None or int(bit) > 0):
        return f":bit{int(bit)}", ()
    if known is not None:
        return f":{known}{order}", () if bit is None else (_NO_FRACTION,)
    if discrete:
        return ":bit0", (_NO_BIT,)
    return ":uint16", (_NO_TYPE,)


def _order(type_: str) -> tuple[str, str]:
    """Give the ending for a byte order that is written with the data type, and the rest of it."""
    match = re.search(rf"[\s_(-]*\b({'|'.join(ByteOrder)})\b\)?", type_.upper())
    if match is None:
        return "", type_
    return f":{match[1]}", type_[: match.start()] + type_[match.end() :]
