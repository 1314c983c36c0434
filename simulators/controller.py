"""The plant's own safety controller, as the demonstration needs one. Pure.

Every 100 ms it compares the measured values with the trip limits. A trip closes the fast gate
and opens the emergency drain, and stays until the process has been well for a while: a real one
waits for a person with a key, the demonstration resets itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

SCAN = 100  # ms
GATE_TRAVEL = 600  # ms from open to closed, and back
DRAIN_TRAVEL = 800  # ms
RESET_AFTER = 8_000  # ms of a healthy process


@dataclass(frozen=True)
class Trip:
    """One limit that trips: the role that is measured and the value at which it does.

    `healthy` is the value that the measurement must be back inside of before a reset.
    """

    role: str
    high: bool
    set_point: float
    healthy: float

    def passed(self, value: float) -> bool:
        """True at the set-point and beyond."""
        return value >= self.set_point if self.high else value <= self.set_point

    def well(self, value: float) -> bool:
        """True when the value is well inside."""
        return value < self.healthy if self.high else value > self.healthy


@dataclass(frozen=True)
class Controller:
    """The controller's memory and its two valves (milliseconds of travel made)."""

    until_scan: int = 0
    tripped: bool = False
    well_for: int = 0
    gate: int = 0  # 0 open, GATE_TRAVEL closed
    drain: int = 0  # 0 closed, DRAIN_TRAVEL open

    @property
    def gate_open(self) -> float:
        """The gate's open share, 0 to 1."""
        return 1 - self.gate / GATE_TRAVEL

    @property
    def drain_open(self) -> float:
        """The drain's open share, 0 to 1."""
        return self.drain / DRAIN_TRAVEL

    @property
    def gate_closed_switch(self) -> bool:
        """The limit switch: made only in the end position."""
        return self.gate == GATE_TRAVEL

    @property
    def drain_open_switch(self) -> bool:
        """The limit switch: made only in the end position."""
        return self.drain == DRAIN_TRAVEL


def step(
    controller: Controller,
    trips: tuple[Trip, ...],
    measured: Mapping[str, float],
    dt: int,
    *,
    bypassed: bool,
) -> Controller:
    """Give the controller `dt` milliseconds later, with `measured` values by role.

    While `bypassed`, no limit trips; a trip that stands is not undone by the bypass.
    """
    travel = dt if controller.tripped else -dt  # as commanded before this step's scan
    until_scan = controller.until_scan
    if until_scan <= 0:
        controller = _scan(controller, trips, measured, bypassed=bypassed)
        until_scan += SCAN
    return replace(
        controller,
        until_scan=until_scan - dt,
        gate=min(GATE_TRAVEL, max(0, controller.gate + travel)),
        drain=min(DRAIN_TRAVEL, max(0, controller.drain + travel)),
    )


def _scan(
    controller: Controller,
    trips: tuple[Trip, ...],
    measured: Mapping[str, float],
    *,
    bypassed: bool,
) -> Controller:
    demanded = any(trip.passed(measured[trip.role]) for trip in trips) and not bypassed
    if demanded:
        return replace(controller, tripped=True, well_for=0)
    if not controller.tripped:
        return controller
    well = all(trip.well(measured[trip.role]) for trip in trips)
    well_for = controller.well_for + SCAN if well else 0
    return replace(controller, tripped=well_for < RESET_AFTER, well_for=well_for)
