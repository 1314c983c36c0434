"""A plant turned into arrays: one row a signal, one row a limit, grouped by signal."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from monitor.kernel import LIMIT_SPEC, SIGNAL_SPEC
from plant.moment import seconds
from plant.plant import Plant
from plant.signal import Limit


@dataclass(frozen=True, eq=False)
class Compiled:
    """What the engine needs of a plant.

    `signal_spec` has S rows in the plant's order, `limit_spec` L rows; the limits of signal s are
    rows `first` to `last` (exclusive). `nodes` are the edge nodes that bring the signals.
    """

    plant: Plant
    nodes: tuple[str, ...]
    limits: tuple[Limit, ...]
    signal_spec: NDArray[np.void]
    limit_spec: NDArray[np.void]

    @cached_property
    def slot(self) -> dict[str, int]:
        """Signal id → row."""
        return {signal.id: index for index, signal in enumerate(self.plant.signals)}

    @cached_property
    def node_index(self) -> dict[str, int]:
        """Node id → row."""
        return {node: index for index, node in enumerate(self.nodes)}

    @cached_property
    def slots_of(self) -> dict[tuple[str, str], NDArray[np.int32]]:
        """(node, device) → the rows that it brings; device "" is the whole node."""
        rows: dict[tuple[str, str], list[int]] = {}
        for index, signal in enumerate(self.plant.signals):
            node, device, _ = route(self.plant, signal.id)
            rows.setdefault((node, ""), []).append(index)
            if device:
                rows.setdefault((node, device), []).append(index)
        return {key: np.array(value, np.int32) for key, value in rows.items()}


def route(plant: Plant, signal_id: str) -> tuple[str, str, str]:
    """Say as which Sparkplug (node, device, metric) a signal arrives.

    Our own gateway names the device and the metric as the plant does; of a foreign edge node the
    plant's device gives both, and the signal's address is the metric.
    """
    signal = plant.signal_by_id[signal_id]
    device = plant.device_by_id[signal.device]
    if device.protocol == "sparkplug":
        return device.node, device.sparkplug_device, signal.address
    return plant.gateway, device.id, signal.id


def compile_plant(plant: Plant) -> Compiled:
    """Lay the plant out for the kernel."""
    nodes = tuple(dict.fromkeys(route(plant, signal.id)[0] for signal in plant.signals))
    watched = _watched(plant)
    limits = tuple(limit for signal in plant.signals for limit in signal.limits)
    signal_spec = np.zeros(len(plant.signals), SIGNAL_SPEC)
    limit_spec = np.zeros(len(limits), LIMIT_SPEC)
    first = 0
    for row, signal in zip(signal_spec, plant.signals, strict=True):
        row["hold"] = seconds(signal.fresh_s)
        row["first"], row["last"] = first, first + len(signal.limits)
        lows = [limit.set_point for limit in signal.limits if not limit.level.high]
        highs = [limit.set_point for limit in signal.limits if limit.level.high]
        row["calm_above"] = max(lows, default=-np.inf)
        row["calm_below"] = min(highs, default=np.inf)
        row["watched"] = signal.id in watched
        row["node"] = nodes.index(route(plant, signal.id)[0])
        first += len(signal.limits)
    for row, limit in zip(limit_spec, limits, strict=True):
        inward = -limit.deadband if limit.level.high else limit.deadband
        row["set_point"] = limit.set_point
        row["clear"] = limit.set_point + inward
        row["on"] = seconds(limit.on_delay_s)
        row["off"] = seconds(limit.off_delay_s)
        row["high"] = limit.level.high
    return Compiled(plant, nodes, limits, signal_spec, limit_spec)


def _watched(plant: Plant) -> set[str]:
    """Name the signals whose every change of value matters: feedbacks and bypass signals."""
    effects = {effect.signal for item in plant.interlocks for effect in item.effects}
    return effects | {signal for item in plant.interlocks for signal in item.bypass}
