"""Commands to a node. There is one: be born again. No value ever goes towards the plant."""

from telemetry.sparkplug.datatype import DataType
from telemetry.sparkplug.message import Message
from telemetry.sparkplug.names import REBIRTH
from telemetry.sparkplug.payload import Metric, Payload, Writer
from telemetry.sparkplug.topic import Topic, Verb


def rebirth(group: str, node: str, now_ms: int) -> Message:
    """Ask a node to send its births again."""
    writer = Writer(now_ms, None)
    writer.add(REBIRTH, None, now_ms, DataType.BOOLEAN, value=True)
    writer.declare(DataType.BOOLEAN)
    return Message(str(Topic(group, Verb.NCMD, node)), writer.done())


def asks_rebirth(payload: Payload) -> bool:
    """Say whether the command is that one and nothing else."""
    return len(payload.metrics) == 1 and _is_rebirth(payload.metrics[0])


def _is_rebirth(metric: Metric) -> bool:
    return metric.name == REBIRTH and metric.value is True
