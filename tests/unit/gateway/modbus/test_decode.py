import json
import math
import struct
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.modbus.decode import Answer, Decoder
from gateway.modbus.plan import Read, plan
from plant.modbus_address import ByteOrder
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from plant.signal import Signal
from tests.signals import signal

CASES = Path("tests/cases/gateway/modbus")
_FORMATS = {
    "int16": ">h", "uint16": ">H", "int32": ">i", "uint32": ">I", "int64": ">q", "uint64": ">Q",
    "float32": ">f", "float64": ">d",
}  # fmt: skip
# Where each byte of a big-endian value lies on the wire, spelled out for every length.
_LAID = {
    "ABCD": {2: "ab", 4: "abcd", 8: "abcdefgh"},
    "CDAB": {2: "ab", 4: "cdab", 8: "ghefcdab"},
    "BADC": {2: "ba", 4: "badc", 8: "badcfehg"},
    "DCBA": {2: "ba", 4: "dcba", 8: "hgfedcba"},
}
_orders = st.sampled_from(sorted(_LAID))


def _encoded(form: str, value: float, order: str = "ABCD") -> bytes:
    packed = struct.pack(_FORMATS[form], value)
    return bytes(packed["abcdefgh".index(letter)] for letter in _LAID[order][len(packed)])


def _decode(read: Read, data: bytes, order: str = "ABCD") -> list[Reading]:
    return list(Decoder([read], ByteOrder(order)).readings([Answer(data)]))


def _read(*signals: Signal) -> Read:
    (group,) = plan(signals)
    (read,) = group.parts
    return read


def _typed(form: str) -> st.SearchStrategy:
    bits = int(form.lstrip("uintfloa"))
    if form.startswith("float"):
        values = st.floats(width=bits, allow_nan=False, allow_infinity=False)
    elif form.startswith("u"):
        values = st.integers(0, 2**bits - 1)
    else:
        values = st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return st.tuples(st.just(form), values)


_values = st.sampled_from(sorted(_FORMATS)).flatmap(_typed)


@given(_values, _orders, st.integers(0, 1000))
def test_decoding_undoes_encoding(typed, order: str, number: int) -> None:
    form, value = typed
    read = _read(signal("s", f"input:{number}:{form}"))

    assert _decode(read, _encoded(form, value, order), order) == [Reading("s", float(value))]


@given(st.lists(st.tuples(_values, _orders | st.none()), min_size=1, max_size=25), _orders)
def test_values_of_any_form_and_order_share_an_answer(rows, device: str) -> None:
    signals, data, number = [], b"", 0
    for place, ((form, value), own) in enumerate(rows):
        suffix = "" if own is None else f":{own}"
        signals.append(signal(f"s{place}", f"holding:{number}:{form}{suffix}"))
        data += _encoded(form, value, own or device)
        number = len(data) // 2
    read = _read(*signals)

    expected = [Reading(f"s{place}", float(value)) for place, ((_, value), _) in enumerate(rows)]
    assert _decode(read, data, device) == expected


@pytest.mark.parametrize(
    ("word_order", "byte_order", "order"),
    [
        ("big", "big", "ABCD"), ("little", "big", "CDAB"),
        ("big", "little", "BADC"), ("little", "little", "DCBA"),
    ],
)  # fmt: skip
def test_the_settings_of_a_device_name_an_order(word_order, byte_order, order) -> None:
    assert ByteOrder.of(word_order, byte_order) == order


@given(st.integers(0, 0xFFFF), st.integers(0, 15))
def test_a_bit_of_a_register_is_found(word: int, bit: int) -> None:
    read = _read(signal("s", f"holding:3:bit{bit}"))

    (reading,) = _decode(read, word.to_bytes(2, "big"))

    assert reading == Reading("s", float(f"{word:016b}"[15 - bit]))


@given(st.integers(0, 0xFFFF), st.tuples(st.integers(0, 15), st.integers(0, 15)))
def test_a_bit_field_is_a_whole_number(word: int, ends: tuple[int, int]) -> None:
    low, high = sorted(ends)
    form = f"bits{low}-{high}" if low < high else f"bit{low}"
    read = _read(signal("s", f"holding:3:{form}"))

    (reading,) = _decode(read, word.to_bytes(2, "little"), "BADC")

    assert reading == Reading("s", float(int(f"{word:016b}"[15 - high : 16 - low], 2)))


@given(st.lists(st.booleans(), min_size=1, max_size=2000))
def test_bits_come_eight_to_a_byte_lowest_first(bits: list[bool]) -> None:
    read = _read(*(signal(f"s{number}", f"coil:{number}") for number in range(len(bits))))
    data = b"".join(
        bytes([sum(bit << place for place, bit in enumerate(bits[at : at + 8]))])
        for at in range(0, len(bits), 8)
    )

    assert [reading.value for reading in _decode(read, data)] == bits


def test_a_discrete_signal_may_be_turned_round() -> None:
    turned = [signal(f"s{n}", f"coil:{n}", scale=-1, offset=1) for n in range(2)]

    assert [reading.value for reading in _decode(_read(*turned), b"\x02")] == [1.0, 0.0]


def test_a_counter_past_2_to_the_53_is_the_nearest_float() -> None:
    read = _read(signal("s", "input:0:uint64"))

    (reading,) = _decode(read, _encoded("uint64", 2**53 + 1))

    assert reading == Reading("s", float(2**53))


def test_the_same_signals_are_the_same_tuple_at_every_poll() -> None:
    decoder = Decoder([_read(signal("s", "input:0:uint16"))], ByteOrder.ABCD)

    good, short = decoder.readings([Answer(b"\0\1")]), decoder.readings([Answer(b"")])

    assert good.signals is short.signals is decoder.signals


def test_answers_of_all_tables_are_one_record() -> None:
    (group,) = plan(
        [
            signal("gate", "discrete:9"),
            signal("flow", "input:7:float32"),
            signal("mode", "holding:3:bits8-15"),
            signal("lamp", "coil:5"),
        ]
    )
    decoder = Decoder(group.parts, ByteOrder.ABCD)
    answers = [b"\0", b"\1", b"\x2a\xff", _encoded("float32", -0.5)]

    assert list(decoder.readings([Answer(data) for data in answers])) == [
        Reading("lamp", 0.0),
        Reading("gate", 1.0),
        Reading("mode", 42.0),
        Reading("flow", -0.5),
    ]


def test_a_request_without_an_answer_leaves_the_others_what_they_are() -> None:
    (group,) = plan([signal(f"s{n}", f"holding:{50 * n}:uint16") for n in range(4)])
    decoder = Decoder(group.parts, ByteOrder.ABCD)
    refused = Answer(b"\0\3", np.array([True]))

    readings = decoder.readings([Answer(b"\0\1"), Reason.NO_ANSWER, Answer(b"\2"), refused])

    assert [(reading.quality, reading.reason) for reading in readings] == [
        (Quality.GOOD, Reason.NONE),
        (Quality.BAD, Reason.NO_ANSWER),
        (Quality.BAD, Reason.NOT_DECODABLE),
        (Quality.BAD, Reason.REFUSED),
    ]
    assert next(iter(readings)).value == 1.0
    assert np.isnan(readings.values[1:]).all()


SIGNALS = [
    signal("f", "input:0:float32", range_low=0.0, range_high=1.0),
    signal("i", "input:2:int32", scale=1e308),
    signal("b", "input:5:bit9"),
    signal("u", "input:4:uint16"),
    signal("d", "input:6:float64:CDAB", scale=1e10),
]


@given(st.binary(max_size=24) | st.binary(min_size=20, max_size=20), _orders)
def test_no_answer_raises_and_every_signal_gets_one_reading(data: bytes, order: str) -> None:
    read = _read(*SIGNALS)

    readings = _decode(read, data, order)

    assert [reading.signal for reading in readings] == list(read.signals)
    for reading in readings:
        assert (reading.quality is Quality.GOOD) == (reading.reason is Reason.NONE)
        assert (reading.quality is Quality.GOOD) == math.isfinite(reading.value)
    if len(data) < 20:
        assert {reading.reason for reading in readings} == {Reason.NOT_DECODABLE}


@pytest.mark.parametrize("number", ["7fc00000", "7fa00000", "7f800000", "ff800000"])
def test_no_number_is_not_decodable(number: str) -> None:
    read = _read(signal("s", "input:0:float32", range_low=0, range_high=1))

    (reading,) = _decode(read, bytes.fromhex(number))

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
    read = _read(signal("s", "input:0:float32", range_low=0, range_high=0.6))

    (reading,) = _decode(read, _encoded("float32", value))

    assert reading.reason is reason


def test_a_current_that_says_fault_is_a_sensor_fault() -> None:
    loop = signal("s", "input:0:uint16", range_low=0, range_high=16, scale=0.001, offset=-4)
    read = _read(replace(loop, current_loop=True))

    found = {ua: _decode(read, ua.to_bytes(2, "big"))[0] for ua in (3500, 3700, 12000, 20600)}

    assert {ua: (reading.quality, reading.reason) for ua, reading in found.items()} == {
        3500: (Quality.BAD, Reason.SENSOR_FAULT),
        3700: (Quality.UNCERTAIN, Reason.OUT_OF_RANGE),
        12000: (Quality.GOOD, Reason.NONE),
        20600: (Quality.UNCERTAIN, Reason.OUT_OF_RANGE),
    }


def _bytes(data: Sequence[int]) -> bytes:
    """A case gives registers as numbers, coils as booleans."""
    if data and isinstance(data[0], bool):
        return sum(bit << place for place, bit in enumerate(data)).to_bytes(
            (len(data) + 7) // 8, "little"
        )
    return b"".join(word.to_bytes(2, "big") for word in data)


@pytest.mark.parametrize("folder", sorted(CASES.iterdir()), ids=lambda folder: folder.name)
def test_case(folder: Path) -> None:
    case = tomllib.loads((folder / "case.toml").read_text("utf-8"))
    expected = [
        json.loads(line) for line in (folder / "expected.jsonl").read_text("utf-8").splitlines()
    ]
    order = ByteOrder.of(case["word_order"], case.get("byte_order", "big"))
    (group,) = plan([signal(**row) for row in case["signal"]])
    answers: list[Readings] = [
        Decoder([read], order).readings([Answer(_bytes(answer["data"]))])
        for read, answer in zip(group.parts, case["answer"], strict=True)
    ]

    found = [
        {
            "signal": reading.signal,
            "value": None if math.isnan(reading.value) else reading.value,
            "quality": reading.quality.name,
            "reason": reading.reason.name,
        }
        for readings in answers
        for reading in readings
    ]

    assert found == expected
    assert [(read.table.name.lower(), read.start, read.count) for read in group.parts] == [
        (answer["table"], answer["start"], answer["count"]) for answer in case["answer"]
    ]
