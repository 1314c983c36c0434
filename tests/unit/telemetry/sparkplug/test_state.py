import json

import pytest

from plant.errors import TelemetryError
from telemetry.sparkplug import state
from telemetry.sparkplug.state import State


@pytest.mark.tck("tck-id-host-topic-phid-birth-topic")
@pytest.mark.tck("tck-id-host-topic-phid-birth-payload")
@pytest.mark.tck("tck-id-host-topic-phid-birth-payload-timestamp")
@pytest.mark.tck("tck-id-host-topic-phid-birth-qos")
@pytest.mark.tck("tck-id-host-topic-phid-birth-retain")
@pytest.mark.tck("tck-id-operational-behavior-host-application-connect-birth-topic")
@pytest.mark.tck("tck-id-operational-behavior-host-application-connect-birth-qos")
@pytest.mark.tck("tck-id-operational-behavior-host-application-connect-birth-retained")
def test_a_host_is_born_with_the_time_of_its_will() -> None:
    birth = state.birth("monitor", 1234)

    assert (birth.topic, birth.qos, birth.retain) == ("spBv1.0/STATE/monitor", 1, True)
    assert json.loads(birth.payload) == {"online": True, "timestamp": 1234}
    assert state.parse(state.will("monitor", 1234).payload).timestamp == 1234


@pytest.mark.tck("tck-id-host-topic-phid-death-topic")
@pytest.mark.tck("tck-id-host-topic-phid-death-payload")
@pytest.mark.tck("tck-id-host-topic-phid-death-qos")
@pytest.mark.tck("tck-id-host-topic-phid-death-retain")
@pytest.mark.tck("tck-id-operational-behavior-host-application-connect-will-topic")
@pytest.mark.tck("tck-id-operational-behavior-host-application-connect-will-payload")
@pytest.mark.tck("tck-id-operational-behavior-host-application-connect-will-qos")
@pytest.mark.tck("tck-id-operational-behavior-host-application-connect-will-retained")
@pytest.mark.parametrize("death", [state.will, state.death])
def test_a_host_dies_retained(death: object) -> None:
    message = death("monitor", 5)  # type: ignore[operator]

    assert (message.topic, message.qos, message.retain) == ("spBv1.0/STATE/monitor", 1, True)
    assert json.loads(message.payload) == {"online": False, "timestamp": 5}


@pytest.mark.tck("tck-id-message-flow-hid-sparkplug-state-message-delivered")
def test_a_host_that_is_called_dead_says_that_it_lives() -> None:
    said = state.answer("monitor", state.will("monitor", 5).payload, 9)

    assert said is not None
    assert (said.topic, said.qos, said.retain) == ("spBv1.0/STATE/monitor", 1, True)
    assert state.parse(said.payload) == State(online=True, timestamp=9)
    assert state.answer("monitor", said.payload, 10) is None


def test_a_state_reads_back() -> None:
    assert state.parse(state.birth("monitor", 7).payload) == State(online=True, timestamp=7)


@pytest.mark.parametrize(
    "payload",
    [b"", b"ONLINE", b"\xff", b"[]", b"{}", b'{"online": 1, "timestamp": 5}', b'{"online": true}',
     b'{"online": true, "timestamp": true}', b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_state_is_refused(payload: bytes) -> None:
    with pytest.raises(TelemetryError):
        state.parse(payload)
