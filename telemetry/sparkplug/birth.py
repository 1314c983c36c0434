"""What a birth declares: which alias or name is which of our signals, and how it is carried."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from plant.errors import TelemetryError
from telemetry.sparkplug.datatype import SIGNED_BITS
from telemetry.sparkplug.names import DELIVERY
from telemetry.sparkplug.payload import Payload

# In the place of a slot: bound to nothing, or one of the metrics that prove delivery.
UNBOUND = -1
SPOOL_AT, OFFSET_AT, READ_TIME_AT, LOST_FROM_AT, LOST_TO_AT = range(-2, -7, -1)

_DELIVERY_CODES = dict(
    zip(DELIVERY, (SPOOL_AT, OFFSET_AT, READ_TIME_AT, LOST_FROM_AT, LOST_TO_AT), strict=True)
)


class Table:
    """The metrics of one device (or of the node itself) as its birth declares them.

    The arrays run in parallel, sorted by alias: `codes` is the slot of the bound signal or one of
    the codes above, `signed` the width in bits of a signed integer, else 0.
    """

    def __init__(self, birth: Payload, bind: Mapping[str, int], *, ours: bool) -> None:
        """Read a birth; TelemetryError when two metrics share a name or an alias.

        Args:
            birth: the decoded NBIRTH or DBIRTH.
            bind: metric name to slot.
            ours: the delivery metrics mean what ours mean.
        """
        self.by_name: dict[str, tuple[int, int]] = {}
        by_alias: dict[int, tuple[int, int]] = {}
        for metric in birth.metrics:
            if metric.name is None or metric.datatype is None:
                raise TelemetryError("a birth must name each metric and give its data type")
            delivery = _DELIVERY_CODES.get(metric.name) if ours else None
            code = bind.get(metric.name, UNBOUND) if delivery is None else delivery
            entry = code, metric.datatype
            if metric.name in self.by_name or metric.alias in by_alias:
                raise TelemetryError(f"the birth declares {metric.name!r} or its alias twice")
            self.by_name[metric.name] = entry
            if metric.alias is not None:
                by_alias[metric.alias] = entry
        self.by_alias = by_alias
        self.numbered = all(name in self.by_name for name in (DELIVERY[:3]))
        order = sorted(by_alias)
        self.aliases: NDArray[np.uint64] = np.array(order, np.uint64)
        self.codes: NDArray[np.int32] = np.array([by_alias[a][0] for a in order], np.int32)
        self.signed: NDArray[np.uint8] = np.array(
            [SIGNED_BITS.get(by_alias[a][1], 0) for a in order],
            np.uint8,
        )
        self.has_signed = bool(self.signed.any())
