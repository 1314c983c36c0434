"""Our reading of PublishResponses agrees with asyncua's writing of them, and survives anything."""

import math
import struct
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from asyncua import ua
from asyncua.ua.ua_binary import struct_to_binary
from hypothesis import given
from hypothesis import strategies as st

from gateway.opcua.notification import Item, Kind, NotificationError, Publication, read

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STAMP = 1_780_000_000_123_456_000


def _response(*parts, subscription: int = 7, sequence: int = 3) -> bytes:
    response = ua.PublishResponse()
    response.Parameters.SubscriptionId = subscription
    response.Parameters.AvailableSequenceNumbers = [1, 2, 3]
    response.Parameters.NotificationMessage.SequenceNumber = sequence
    response.Parameters.NotificationMessage.NotificationData = list(parts)
    response.Parameters.Results = [ua.StatusCode(0)]
    return struct_to_binary(response)


def _changes(*values: ua.DataValue) -> bytes:
    change = ua.DataChangeNotification()
    change.MonitoredItems = [ua.MonitoredItemNotification(n, v) for n, v in enumerate(values)]
    return _response(change)


NUMBERS = {
    "Boolean": st.booleans(),
    "SByte": st.integers(-128, 127),
    "Byte": st.integers(0, 255),
    "Int16": st.integers(-(1 << 15), (1 << 15) - 1),
    "UInt16": st.integers(0, (1 << 16) - 1),
    "Int32": st.integers(-(1 << 31), (1 << 31) - 1),
    "UInt32": st.integers(0, (1 << 32) - 1),
    "Int64": st.integers(-(1 << 63), (1 << 63) - 1),
    "UInt64": st.integers(0, (1 << 64) - 1),
    "Float": st.floats(width=32, allow_nan=False),
    "Double": st.floats(allow_nan=False),
}


@given(st.data())
def test_numbers_of_every_type_are_read_as_they_were_written(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(sorted(NUMBERS)), min_size=1, max_size=8))
    values = [data.draw(NUMBERS[kind]) for kind in kinds]
    micros = data.draw(st.integers(1000, 2_000_000_000_000_000))
    status = data.draw(st.integers(0, (1 << 32) - 1))
    answer = read(
        _changes(
            *(
                ua.DataValue(
                    ua.Variant(value, ua.VariantType[kind]),
                    ua.StatusCode(status),
                    EPOCH + timedelta(microseconds=micros),
                    EPOCH,
                    SourcePicoseconds=5,
                    ServerPicoseconds=6,
                )
                for kind, value in zip(kinds, values, strict=True)
            )
        )
    )

    assert (answer.subscription, answer.sequence, answer.carries) == (7, 3, True)
    assert answer.items == [
        Item(
            n,
            Kind.BOOLEAN if kind == "Boolean" else Kind.NUMBER,
            float(value),
            status,
            micros * 1000,
        )
        for n, (kind, value) in enumerate(zip(kinds, values, strict=True))
    ]


def _node(node: ua.NodeId) -> ua.Variant:
    return ua.Variant(node, ua.VariantType.NodeId)


OTHERS = {
    "text": ua.Variant("Ofen 炉"),
    "no text": ua.Variant(None, ua.VariantType.String),
    "nothing": ua.Variant(None),
    "bytes": ua.Variant(b"\x00\x01"),
    "list": ua.Variant([1, 2, 3], ua.VariantType.Int32),
    "texts": ua.Variant(["a", "bc"]),
    "matrix": ua.Variant([[1.0, 2.0], [3.0, 4.0]], ua.VariantType.Double),
    "empty list": ua.Variant([], ua.VariantType.Double, is_array=True),
    "time": ua.Variant(EPOCH),
    "guid": ua.Variant(uuid.UUID(int=5)),
    "two-byte node": _node(ua.TwoByteNodeId(3)),
    "four-byte node": _node(ua.FourByteNodeId(300, 2)),
    "numeric node": _node(ua.NumericNodeId(70_000, 2)),
    "text node": _node(ua.NodeId("T", 2)),
    "guid node": _node(ua.NodeId(uuid.UUID(int=1), 2)),
    "bytes node": _node(ua.NodeId(b"ab", 2)),
    "foreign node": ua.Variant(
        ua.ExpandedNodeId("T", 0, NamespaceUri="urn:x", ServerIndex=2),
        ua.VariantType.ExpandedNodeId,
    ),
    "status": ua.Variant(ua.StatusCode(1)),
    "name": ua.Variant(ua.QualifiedName("n", 2)),
    "localized": ua.Variant(ua.LocalizedText("t", "en")),
    "structure": ua.Variant(ua.Argument("a", ua.NodeId(1), -1)),
    "value": ua.Variant(ua.DataValue(ua.Variant([1, 2]), ua.StatusCode(5), EPOCH, EPOCH)),
    "variants": ua.Variant([ua.Variant(1), ua.Variant("x")], ua.VariantType.Variant),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_number_is_stepped_over(name: str) -> None:
    number = ua.DataValue(ua.Variant(2.5), SourceTimestamp=EPOCH + timedelta(seconds=1))

    items = read(_changes(ua.DataValue(OTHERS[name]), number)).items

    assert items[0].kind == Kind.NOTHING
    assert math.isnan(items[0].value)
    assert items[1] == Item(1, Kind.NUMBER, 2.5, 0, 1_000_000_000)


def test_a_structure_that_nobody_knows_is_stepped_over() -> None:
    body = ua.ExtensionObject(ua.NodeId(4711, 9), b"whatever it is")

    items = read(_changes(ua.DataValue(ua.Variant(body)), ua.DataValue(ua.Variant(1)))).items

    assert [item.value for item in items[1:]] == [1.0]


def test_a_keep_alive_carries_nothing() -> None:
    assert read(_response(sequence=9)) == Publication(0, 7, 9)


def test_the_end_of_a_subscription_is_told() -> None:
    end = ua.StatusChangeNotification(Status=ua.StatusCode(0x800A0000))

    assert read(_response(end)).state == 0x800A0000


def test_a_failed_answer_has_its_status() -> None:
    response = ua.PublishResponse()
    response.ResponseHeader.ServiceResult = ua.StatusCode(0x80790000)

    assert read(struct_to_binary(response)) == Publication(0x80790000)


def test_other_messages_are_refused() -> None:
    with pytest.raises(NotificationError, match="631"):
        read(struct_to_binary(ua.ReadRequest()))


WHOLE = _changes(
    *(ua.DataValue(value, SourceTimestamp=EPOCH) for value in (*OTHERS.values(), ua.Variant(1.5)))
)


# The last 12 bytes, what became of our acknowledgements, are of no interest.
@pytest.mark.parametrize("length", range(0, len(WHOLE) - 12, 7))
def test_bytes_that_end_too_early_are_an_error_and_nothing_else(length: int) -> None:
    with pytest.raises(NotificationError):
        read(WHOLE[:length])


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=4))
def test_damaged_bytes_never_raise_anything_else(at: int, damage: bytes) -> None:
    try:
        read(WHOLE[:at] + damage + WHOLE[at + len(damage) :])
    except NotificationError:
        return


def test_values_nested_without_end_are_refused() -> None:
    deep = ua.Variant(1)
    for _ in range(40):
        deep = ua.Variant([deep], ua.VariantType.Variant)

    with pytest.raises(NotificationError, match="deep"):
        read(_changes(ua.DataValue(deep)))


def test_a_list_longer_than_the_message_is_refused() -> None:
    whole = _changes(ua.DataValue(ua.Variant([1, 2, 3], ua.VariantType.Int32)))
    at = whole.rindex(struct.pack("<iiii", 3, 1, 2, 3))

    with pytest.raises(NotificationError, match="fit"):
        read(whole[:at] + struct.pack("<i", 1 << 30) + whole[at + 4 :])


def _stamped(ticks: int) -> int:
    """Give the source time of a value that is stamped with so many 100 ns since 1601."""
    whole = _changes(ua.DataValue(ua.Variant(1.5), SourceTimestamp=EPOCH))
    at = whole.rindex(struct.pack("<q", 116_444_736_000_000_000))
    return read(whole[:at] + struct.pack("<q", ticks) + whole[at + 8 :]).items[0].source


@pytest.mark.parametrize("ticks", [0, -1, -(1 << 63)])
def test_1601_and_what_is_before_is_no_stamp(ticks: int) -> None:
    assert _stamped(ticks) == 0


YEAR_9999 = 2_650_467_743_990_000_000


@pytest.mark.parametrize(
    ("ticks", "year"),
    [
        (1, 1970),
        (9_466_848_000_000_000, 1970),  # 1631
        (116_444_736_000_000_000, 1970),
        (116_444_736_000_000_001, 1970),
        (YEAR_9999, 2116),
        ((1 << 62) - 1, 2116),
        ((1 << 63) - 1, 2116),
    ],
)
def test_a_stamp_of_a_clock_that_is_wrong_stays_one_and_fits(ticks: int, year: int) -> None:
    source = _stamped(ticks)

    assert datetime.fromtimestamp(source / 1e9, tz=UTC).year == year
    assert 0 < source // 1_000_000 < 1 << 63  # a stamp still, in whole milliseconds
    assert -(1 << 63) < source - STAMP < 1 << 63


def test_without_a_time_stamp_there_is_none() -> None:
    assert read(_changes(ua.DataValue(ua.Variant(1)))).items[0].source == 0
