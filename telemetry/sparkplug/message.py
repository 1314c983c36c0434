"""One MQTT message, ready to be published."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """Where to publish what, and how.

    Sparkplug asks QoS 0 and no retain for births and data, QoS 1 for wills, and QoS 1 with
    retain for a host's STATE.
    """

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
