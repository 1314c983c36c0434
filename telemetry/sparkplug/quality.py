"""How trust in a value travels: the `Quality` property, and our `Reason` beside it.

A metric without the property is good. Sparkplug knows 0 (bad), 192 (good) and 500 (stale) and
nothing between, so an uncertain value is bad to everybody else, and `Uncertain` tells our own.
"""

from collections.abc import Mapping

from plant.quality import Quality, Reason

QUALITY = "Quality"
REASON = "Reason"
UNCERTAIN = "Uncertain"

_BAD = 0
_GOOD = 192
_STALE = 500

_TO_WIRE = {
    Quality.GOOD: _GOOD,
    Quality.UNCERTAIN: _BAD,
    Quality.BAD: _BAD,
    Quality.STALE: _STALE,
    Quality.MISSING: _BAD,
}


def to_wire(quality: Quality, reason: Reason) -> dict[str, int]:
    """Give the properties that say `quality`; none for GOOD."""
    if quality is Quality.GOOD:
        return {}
    said = {QUALITY: _TO_WIRE[quality], REASON: int(reason)}
    return said | {UNCERTAIN: 1} if quality is Quality.UNCERTAIN else said


def from_wire(
    properties: Mapping[str, object], *, null: bool, ours: bool
) -> tuple[Quality, Reason]:
    """Judge a metric's own statement about itself.

    Args:
        properties: the metric's properties, integers as they are meant (signed).
        null: the metric says that it has no value.
        ours: the sender is a gateway of ours, whose `Reason` means what ours means.

    Returns:
        GOOD only for a value without the property or with 192. A value that the sender declares
        bad, or null without saying why, is a fault of the sensor as far as anyone knows.
    """
    code = properties.get(QUALITY, _GOOD)
    quality = _quality(code, null=null)
    if ours and not null and quality is Quality.BAD and properties.get(UNCERTAIN) == 1:
        quality = Quality.UNCERTAIN
    if quality is Quality.GOOD:
        return quality, Reason.NONE
    reason = _reason(properties.get(REASON)) if ours else None
    if quality is Quality.BAD and reason is Reason.NEVER_SEEN:
        return Quality.MISSING, reason
    if reason is not None:
        return quality, reason
    if quality is Quality.STALE:
        return quality, Reason.NO_ANSWER
    return quality, Reason.SENSOR_FAULT if quality is Quality.BAD else Reason.NONE


def _quality(code: object, *, null: bool) -> Quality:
    if isinstance(code, bool) or not isinstance(code, int):
        return Quality.BAD
    if code == _STALE:
        return Quality.STALE
    if null:
        return Quality.BAD
    if code == _GOOD:
        return Quality.GOOD
    # Classic OPC keeps uncertain in 64 to 127 and good with a reservation in 193 to 255.
    return Quality.UNCERTAIN if 64 <= code < 128 or _GOOD < code < 256 else Quality.BAD


def _reason(code: object) -> Reason | None:
    if isinstance(code, bool) or not isinstance(code, int):
        return None
    try:
        return Reason(code)
    except ValueError:
        return None
