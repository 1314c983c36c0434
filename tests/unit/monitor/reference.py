"""The rules of docs/reference/judging.md for limits and freshness, written a second time.

One object a limit, no arrays, nothing clever: slow and plain, so that it can be read against the
page. It shares nothing with the engine but the dataclasses of what is said. What follows from
other signals is in reference_derived.py, one signal by itself in
reference_signal.py.
"""

from dataclasses import dataclass

from monitor.inputs import Born, Died, Input, Samples, Started, Tick
from plant.moment import SECOND, seconds
from plant.plant import Plant
from plant.quality import Quality, Reason
from tests.unit.monitor.reference_derived import Derived
from tests.unit.monitor.reference_signal import (
    NEVER,
    ClockReference,
    Said,
    SignalReference,
    moved,
    own_limits,
)


@dataclass
class NodeReference:
    judged: int = NEVER
    heard_at: int = NEVER
    unsettled_since: int = NEVER
    settled: bool = False

    def unsettle(self, at: int) -> None:
        self.settled, self.unsettled_since = False, at

    def shift(self, by: int) -> None:
        self.judged += by
        self.heard_at += by
        self.unsettled_since += by


class Reference:
    """Judges limits and freshness of one plant, all of whose devices one gateway reads."""

    def __init__(self, plant: Plant) -> None:
        self.node = NodeReference()
        self.last_tick = NEVER
        self.signals = [SignalReference(signal, own_limits(signal)) for signal in plant.signals]
        self.derived = Derived(self.signals)
        self.clocks = {
            device.id: ClockReference(device.id, seconds(device.clock_offset_s))
            for device in plant.devices
        }
        self.sources: dict[int, int] = {}

    def advance(self, given: Input) -> list[Said]:
        match given:
            case Samples():
                return self.samples(given)
            case Tick():
                return self.tick(given.known_at)
            case Born():
                self.node.heard_at = given.known_at
                if not given.device:
                    self.node.unsettle(given.known_at)
            case Died():
                return self.died(given)
            case Started():
                self.node.unsettle(given.known_at)
        return []

    def samples(self, given: Samples) -> list[Said]:
        self.node.heard_at = given.known_at
        if not given.historical:
            self.node.settled = True
        elif self.node.settled:
            self.node.unsettle(given.known_at)
        rows = list(
            zip(
                given.slots.tolist(),
                given.times.tolist(),
                given.values.tolist(),
                given.quality.tolist(),
                given.reasons.tolist(),
                [0] * len(given.slots) if given.sources is None else given.sources.tolist(),
                strict=True,
            )
        )
        clocks = [self.clock(slot, time, source) for slot, time, _, _, _, source in rows]
        said = [change for _, _, changes in clocks for change in changes]
        settled, before = self.node.settled, None
        for (slot, time, value, quality, reason, _), (right, proven, _) in zip(
            rows, clocks, strict=True
        ):
            if before is not None and time != before:
                said += self.derived.work_out(before, settled=settled)
            signal, trust, why = self.signals[slot], Quality(quality), Reason(reason)
            if trust <= Quality.UNCERTAIN and not right:
                trust, why = Quality.UNCERTAIN, Reason.CLOCK
            if trust <= Quality.UNCERTAIN and signal.frozen(time, value):
                trust, why = Quality.BAD, Reason.FROZEN
            beats = trust is Quality.GOOD and signal.usable_at != NEVER and signal.value != value
            said += signal.take(time, value, trust, why, settled=settled, proven=proven)
            self.derived.note(slot, beats=beats)
            self.node.judged = before = time
        if before is not None:
            said += self.derived.work_out(before, settled=settled)
        return said

    def clock(self, slot: int, time: int, source: int) -> tuple[bool, int, list[Said]]:
        """Say whether a sample's clock is right, from when its age counts, and what is new."""
        if source == 0:
            return True, time, []
        clock = self.clocks[self.signals[slot].signal.device]
        right, said = clock.hear(time, source, self.sources.get(slot, NEVER))
        self.sources[slot] = source
        return right, min(time, source + clock.offset) if right else time, said

    def tick(self, now: int) -> list[Said]:
        if self.last_tick - now > SECOND:
            self.shift(now - self.last_tick)
        self.last_tick = now
        node = self.node
        if not node.settled and now - max(node.heard_at, node.unsettled_since) > 3 * SECOND:
            node.settled = True
        if node.settled:
            node.judged = now
        said: list[Said] = []
        for slot, signal in enumerate([*self.signals, *self.derived.hidden]):
            if signal.by_node and node.settled and not signal.dead:
                repeated = signal.repeat(node.judged, settled=True)
                if repeated is not None:
                    said += repeated
                    self.derived.note(slot, beats=False)
                said += signal.grow_old(node.judged)
            else:
                said += signal.let_pass(node.judged)
        return said + self.derived.work_out(NEVER, settled=node.settled)

    def shift(self, by: int) -> None:
        self.node.shift(by)
        for signal in (*self.signals, *self.derived.hidden):
            signal.shift(by)
        self.derived.shift(by)
        for clock in self.clocks.values():
            clock.fault_at = moved(clock.fault_at, by)

    def died(self, given: Died) -> list[Said]:
        said: list[Said] = []
        for signal in [*self.signals, *self.derived.hidden]:
            if not given.device or given.device in self.derived.devices_of(signal):
                said += signal.die(given.known_at, self.node.judged)
        if not given.device:
            self.node.settled = True
        return said
