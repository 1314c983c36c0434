"""Dated records that show what telemetry cannot: tests, calibrations, inspections, drills."""

from dataclasses import dataclass

from plant.name import Name

# A misspelt type would be a record that no criterion ever finds.
EVIDENCE_TYPES = ("proof_test", "emergency_water_test")


@dataclass(frozen=True)
class Evidence:
    """One record as the plant folder states it.

    `subject` is an equipment or interlock id.
    `performed` is an RFC 3339 date-time, or, in a simulated plant only, `days_before` counts
    back from the moment the plant was first applied (so that a demonstration does not expire).
    """

    id: str
    type: str
    subject: str
    name: Name
    performed: str = ""
    days_before: float | None = None
