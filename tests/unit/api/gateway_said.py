"""A gateway of the small plant as it says how it is, for the tests of what is made of it."""

from dataclasses import replace

from plant.quality import Reason
from telemetry.delivery import Position, committed_topic, encode_committed
from telemetry.durations import Spread
from telemetry.gateway_state import DeviceState, GatewayState, SpoolState, state_message
from tests.api_world import PLANT, START, World

DEVICE = DeviceState(
    id="mould-plc", protocol="modbus-tcp", address="127.0.0.1:5020 unit 1", down=None,
    since=START, answered_at=START, polls=20, overruns=1, connections=1,
    failures={Reason.REFUSED: 2}, crashes=0, request=Spread(20, 0.002, 0.03, 0.04),
    spooled=Spread(20, 0.0002, 0.001, 0.002),
)  # fmt: skip
STATE = GatewayState(
    at=START,
    version=PLANT.version,
    devices=(DEVICE,),
    spool=SpoolState("5p001", 40, 50, 1000, 1 << 29, 0, 0),
    sent=50,
    rewinds=0,
    linked_since=START,
)


def say(world: World, state: GatewayState = STATE) -> None:
    """Have the gateway say how it is, now."""
    message = state_message(PLANT.id, PLANT.gateway, replace(state, at=world.now))
    world.gateways.update(message.topic, message.payload)


def commit(world: World, consumer: str, offset: int, spool: str = "5p001") -> None:
    """Have a consumer say how far it is, now."""
    topic = committed_topic(PLANT.id, PLANT.gateway, consumer)
    world.gateways.update(topic, encode_committed(Position(spool, offset), rewind=False))
