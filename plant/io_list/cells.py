"""What engineers write in the cells of an I/O list: numbers, ranges, units, ids."""

import re
import unicodedata

from plant.form import is_id
from plant.unit import known

_NUMBER = r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_RANGE = re.compile(rf"({_NUMBER})\s*(?:~|～|…|\.\.\.?|至|到|to|-|—|–)\s*({_NUMBER})\s*(.*)")

# Ways of writing a unit that the unit library does not know as such.
_UNITS = {
    "°c": "degC",
    "摄氏度": "degC",
    "度": "degC",
    "c": "degC",
    "m^3/h": "m3/h",
    "立方米/小时": "m3/h",
    "nm3/h": "m3/h",
    "mpa": "MPa",
    "mpag": "MPa",
    "kpa": "kPa",
    "kpag": "kPa",
    "pa": "Pa",
    "兆帕": "MPa",
    "千帕": "kPa",
    "帕": "Pa",
    "毫米": "mm",
    "米": "m",
    "毫克/立方米": "mg/m3",
    "mg/nm3": "mg/m3",
    "%lel": "%LEL",
    "lel%": "%LEL",
    "%vol": "%vol",
    "vol%": "%vol",
    "%rh": "%RH",
    "rh%": "%RH",
    "ppmv": "ppm",
}


def number(text: str) -> float | None:
    """Read a number, with a decimal point or thousands separated by commas; None if it is none.

    A unit behind the number is no part of it and makes it unreadable here.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    return float(plain) if re.fullmatch(_NUMBER, plain) else None


def span(text: str) -> tuple[float, float, str] | None:
    """Read a range such as `0~1.6`, `-50…150 ℃` or `0-100`: low, high and the unit behind it."""
    match = _RANGE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        return None
    return float(match[1]), float(match[2]), match[3].strip()


def unit(text: str) -> str | None:
    """Give a unit as `signals.csv` writes it; None when it is no unit we know."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(" ", "")
    plain = re.sub(r"[(（]([gG]|表压)[)）]$", "", plain)
    spelled = _UNITS.get(plain.lower(), plain)
    return spelled if known(spelled) else None


def identifier(text: str) -> str:
    """Give the nearest id: other characters become `-`; empty when nothing is left."""
    plain = unicodedata.normalize("NFKC", text).strip()
    spelled = re.sub(r"[^A-Za-z0-9_.-]+", "-", plain).strip("-")[:100]
    return spelled if is_id(spelled) else ""


def has_chinese(text: str) -> bool:
    """Say whether a text has at least one Chinese character."""
    return any("\u4e00" <= c <= "\u9fff" for c in text)
