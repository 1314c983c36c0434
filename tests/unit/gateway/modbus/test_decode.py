import json
import math
import struct
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.modbus.decode import decode
from gateway.modbus.plan import plan
from plant.quality import Quality, Reason
from plant.reading import Reading
from tests.modbus_signals import signal

CASES = Path("tests/cases/gateway/modbus")
_FORMATS = {"int16": ">h", "uint16": ">H", "int32": ">i", "uint32": ">I", "float32": ">f"}


def _encoded(form: str, value: float, word_order: str) -> list[int]:
    packed = struct.pack(_FORMATS[form], value)
    words = [int.from_bytes(packed[at : at + 2], "big") for at in range(0, len(packed), 2)]
    return words[::-1] if word_order == "little" else words


def _typed(draw_from: str) -> st.SearchStrategy:
    bounds = {
        "int16": st.integers(-(2**15), 2**15 - 1),
        "uint16": st.integers(0, 2**16 - 1),
        "int32": st.integers(-(2**31), 2**31 - 1),
        "uint32": st.integers(0, 2**32 - 1),
        "float32": st.floats(width=32, allow_nan=False, allow_infinity=False),
    }
    return st.tuples(st.just(draw_from), bounds[draw_from])


_values = st.sampled_from(sorted(_FORMATS)).flatmap(_typed)


@given(_values, st.sampled_from(["big", "little"]), st.integers(0, 1000))
def test_decoding_undoes_encoding(typed, word_order: str, number: int) -> None:
    form, value = typed
    (group,) = plan([signal("s", f"input:{number}:{form}")])
    (read,) = group.parts

    assert decode(read, _encoded(form, value, word_order), word_order) == (
        Reading("s", float(value)),
    )


@given(st.integers(0, 0xFFFF), st.integers(0, 15))
def test_a_bit_of_a_register_is_found(word: int, bit: int) -> None:
    (group,) = plan([signal("s", f"holding:3:bit{bit}")])

    (reading,) = decode(group.parts[0], [word], "big")

    assert reading == Reading("s", float(f"{word:016b}"[15 - bit]))


_nonsense = st.lists(st.integers(-(2**40), 2**40) | st.booleans(), max_size=20)


@given(_nonsense, st.sampled_from(["big", "little"]))
def test_no_answer_raises_and_every_signal_gets_one_reading(data, word_order: str) -> None:
    signals = [
        signal("f", "input:0:float32", range_low=0.0, range_high=1.0),
        signal("i", "input:2:int32", scale=1e308),
        signal("b", "input:5:bit9"),
        signal("u", "input:4:uint16"),
    ]
    (group,) = plan(signals)
    (read,) = group.parts

    readings = decode(read, data, word_order)

    assert [reading.signal for reading in readings] == list(read.signals)
    for reading in readings:
        assert (reading.quality is Quality.GOOD) == (reading.reason is Reason.NONE)
        assert (reading.quality is Quality.GOOD) == math.isfinite(reading.value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_number_is_not_decodable(value: float) -> None:
    (group,) = plan([signal("s", "input:0:float32", range_low=0, range_high=1)])

    (reading,) = decode(group.parts[0], _encoded("float32", value, "big"), "big")

    assert (reading.quality, reading.reason) == (Quality.BAD, Reason.NOT_DECODABLE)
    assert math.isnan(reading.value)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (0.0, Reason.NONE),
        (0.6, Reason.NONE),  # 0.60000002 on the wire
        (0.601, Reason.OUT_OF_RANGE),
        (-0.001, Reason.OUT_OF_RANGE),
    ],
)
def test_values_outside_the_range_are_instrument_faults(value: float, reason: Reason) -> None:
    (group,) = plan([signal("s", "input:0:float32", range_low=0, range_high=0.6)])

    (reading,) = decode(group.parts[0], _encoded("float32", value, "big"), "big")

    assert reading.reason is reason


@pytest.mark.parametrize("folder", sorted(CASES.iterdir()), ids=lambda folder: folder.name)
def test_case(folder: Path) -> None:
    case = tomllib.loads((folder / "case.toml").read_text("utf-8"))
    expected = [
        json.loads(line) for line in (folder / "expected.jsonl").read_text("utf-8").splitlines()
    ]
    (group,) = plan([signal(**row) for row in case["signal"]])
    readings = [
        reading
        for read, answer in zip(group.parts, case["answer"], strict=True)
        for reading in decode(read, answer["data"], case["word_order"])
    ]

    found = [
        {
            "signal": reading.signal,
            "value": None if math.isnan(reading.value) else reading.value,
            "quality": reading.quality.name,
            "reason": reading.reason.name,
        }
        for reading in readings
    ]

    assert found == expected
    assert [(read.table.name.lower(), read.start, read.count) for read in group.parts] == [
        (answer["table"], answer["start"], answer["count"]) for answer in case["answer"]
    ]
