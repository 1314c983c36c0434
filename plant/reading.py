"""What one poll of a device gave: the unit in which values travel from the field."""

from dataclasses import dataclass

from plant.quality import Quality, Reason


@dataclass(frozen=True)
class Reading:
    """One signal's value in the signal's unit (0 or 1 for discrete ones), with its quality.

    `value` means nothing, and is NaN, when the quality is BAD or worse.
    """

    signal: str
    value: float
    quality: Quality = Quality.GOOD
    reason: Reason = Reason.NONE
