"""Alarms that are suppressed by design while something explains them."""

from dataclasses import dataclass

from plant.name import Name


@dataclass(frozen=True)
class Condition:
    """`signal` is below or above a number, or a switch shows a state; exactly one is not None.

    Equal counts as met: `below=4` holds at 4.
    """

    signal: str
    below: float | None = None
    above: float | None = None
    state: int | None = None


@dataclass(frozen=True)
class Suppression:
    """While `condition` holds, the alarms of `limits` (`signal:LEVEL`) do not call.

    It ends by itself `max_s` seconds after the condition began to hold (every silence expires),
    and at once when the condition's data are lost. The limits go on being judged all the time.
    """

    id: str
    name: Name
    condition: Condition
    limits: tuple[str, ...]
    max_s: float
