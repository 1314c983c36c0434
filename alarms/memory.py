"""What the alarm book remembers; the caller owns it."""

from dataclasses import dataclass, field

from alarms.alarm import Alarm


@dataclass
class AlarmMemory:
    """All alarms that ever tripped, by id, and what is waited for.

    `unusable` says since when each signal has been unusable, by device ("" for computed ones);
    those in `waiting` have not been so for long enough yet, or nobody has looked since.
    `online` are the nodes that are live, `quiet` the devices of which nothing is heard at all.
    `ready` tells of each interlock whether it would act, `suppressions` which hold now, in the
    order in which they began.
    """

    alarms: dict[str, Alarm] = field(default_factory=dict)
    unusable: dict[str, dict[str, int]] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)  # signal → unusable since
    online: list[str] = field(default_factory=list)
    quiet: list[str] = field(default_factory=list)
    ready: dict[str, bool] = field(default_factory=dict)
    suppressions: list[str] = field(default_factory=list)


def shift_clock(memory: AlarmMemory, by: int) -> None:
    """Move what is waited for by `by` nanoseconds, after the clock was stepped back."""
    for since in (memory.waiting, *memory.unusable.values()):
        since.update({signal: moment + by for signal, moment in since.items()})
