"""Signals for tests of the gateway."""

import math
import re

from plant.name import Name
from plant.signal import Signal


def signal(
    id: str,  # noqa: A002 - the field's name
    address: str,
    *,
    unit: str | None = "mm",
    period_s: float = 0.5,
    max_age_s: float = 2.0,
    range_low: float = -math.inf,
    range_high: float = math.inf,
    scale: float = 1.0,
    offset: float = 0.0,
    device: str = "plc",
) -> Signal:
    bit = re.match(r"coil|discrete|.*:bit\d", address) is not None
    return Signal(
        id=id,
        equipment="caster-1",
        role="launder.level",
        name=Name(id, id),
        unit=None if bit else unit,
        range_low=range_low,
        range_high=range_high,
        period_s=period_s,
        max_age_s=max_age_s,
        device=device,
        address=address,
        scale=scale,
        offset=offset,
    )
