import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.errors import TelemetryError
from telemetry.sparkplug import topic
from telemetry.sparkplug.topic import Topic, Verb

names = st.text(st.characters(codec="utf-8"), max_size=20).filter(topic.is_name)


@pytest.mark.tck("tck-id-topic-structure-namespace-device-id-associated-message-types")
@pytest.mark.tck("tck-id-topic-structure-namespace-device-id-non-associated-message-types")
@given(names, st.sampled_from(Verb), names, names)
def test_a_topic_reads_back_as_it_was_written(
    group: str, verb: Verb, node: str, device: str
) -> None:
    written = Topic(group, verb, node, device if verb.of_device else "")

    assert topic.parse(str(written)) == written


@given(st.text(max_size=60))
def test_any_text_is_a_topic_or_refused(text: str) -> None:
    try:
        parsed = topic.parse(text)
    except TelemetryError:
        return
    assert str(parsed) == text


@pytest.mark.parametrize(
    "name", ["", "a b", "a/b", "+", "#", "a#", "*", ">", "a\tb", "\u3000", "x" * 256]
)
def test_a_name_that_a_broker_could_trip_over_is_refused(name: str) -> None:
    with pytest.raises(TelemetryError):
        str(Topic("demo", Verb.NBIRTH, name))


@pytest.mark.parametrize(
    "text",
    [
        "spBv1.0/demo/NDATA/gw1/plc",
        "spBv1.0/demo/DDATA/gw1",
        "spBv1.0/demo/XDATA/gw1",
        "spAv1.0/demo/NDATA/gw1",
        "spBv1.0/STATE/host",
        "",
    ],
)
def test_what_is_no_topic_is_refused(text: str) -> None:
    with pytest.raises(TelemetryError):
        topic.parse(text)


def test_a_node_message_has_no_device() -> None:
    with pytest.raises(TelemetryError):
        str(Topic("demo", Verb.NDATA, "gw1", "plc"))


def test_dots_and_chinese_may_stand_in_names() -> None:
    assert str(Topic("一厂", Verb.DDATA, "gw.1", "plc")) == "spBv1.0/一厂/DDATA/gw.1/plc"
