"""Status codes: the table in the code, the names of asyncua, and the page say the same."""

import re
from pathlib import Path

import pytest
from asyncua import ua

from gateway.opcua.status import TABLE, is_bad, judged, names_no_node, overflowed
from plant.quality import Quality, Reason

PAGE = Path("docs/reference/opc-ua.md").read_text("utf-8")
ROW = re.compile(r"^\| (.+?) \| (GOOD|UNCERTAIN|BAD) \| ([A-Z_]*) \|$", re.MULTILINE)


@pytest.mark.parametrize("code", TABLE, ids=lambda code: TABLE[code][0])
def test_each_row_is_judged_as_it_says_whatever_its_flags(code: int) -> None:
    name, quality, reason = TABLE[code]

    assert getattr(ua.StatusCodes, name) == code
    assert judged(code) == judged(code | 0x0480) == judged(code | 0x0500) == (quality, reason)
    assert quality is not Quality.GOOD
    assert (code >> 30 == 2) == (quality is Quality.BAD)


@pytest.mark.parametrize(
    ("status", "quality", "reason"),
    [
        (0x00000000, Quality.GOOD, Reason.NONE),
        (ua.StatusCodes.GoodOverload, Quality.GOOD, Reason.NONE),
        (0x00000480, Quality.GOOD, Reason.NONE),  # queue overflow: nothing of this value
        (0x00000500, Quality.UNCERTAIN, Reason.OUT_OF_RANGE),  # at the low limit
        (0x00000600, Quality.UNCERTAIN, Reason.OUT_OF_RANGE),  # at the high limit
        (0x00000700, Quality.UNCERTAIN, Reason.SENSOR_FAULT),  # cannot change
        (0x00000300, Quality.GOOD, Reason.NONE),  # not flags of a value
        (ua.StatusCodes.UncertainSensorNotAccurate, Quality.UNCERTAIN, Reason.SENSOR_FAULT),
        (ua.StatusCodes.UncertainSubstituteValue, Quality.UNCERTAIN, Reason.SENSOR_FAULT),
        (ua.StatusCodes.BadDependentValueChanged, Quality.BAD, Reason.REFUSED),
        (0xC0000000, Quality.BAD, Reason.NOT_DECODABLE),
    ],
)
def test_other_codes_are_judged_by_severity_and_flags(status, quality, reason) -> None:
    assert judged(status) == (quality, reason)


def test_no_bad_code_of_the_standard_is_usable() -> None:
    codes = [code for name, code in vars(ua.StatusCodes).items() if name.startswith("Bad")]

    assert len(codes) > 200
    assert {judged(code)[0] for code in codes} == {Quality.BAD}


def test_the_page_has_each_row() -> None:
    said = {
        name: (quality, reason)
        for names, quality, reason in ROW.findall(PAGE)
        for name in re.findall(r"`((?:Good|Uncertain|Bad)\w*)`", names)
    }

    assert said == {name: (quality.name, reason.name) for name, quality, reason in TABLE.values()}


def test_flags_and_severity() -> None:
    assert overflowed(0x00000480)
    assert not overflowed(0x00000080)  # that flag belongs to values only
    assert is_bad(0x80340000)
    assert not is_bad(0x40900000)
    assert names_no_node(0x80340480)
    assert not names_no_node(0x808A0000)
