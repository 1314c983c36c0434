"""The rules of docs/reference/judging.md for limits and freshness, written a second time.

One object a limit, no arrays, nothing clever: slow and plain, so that it can be read against the
page. It shares nothing with the engine but the dataclasses of what is said.
"""

from dataclasses import dataclass

from monitor.changes import LimitChange, QualityChange
from monitor.inputs import Born, Died, Input, Samples, Started, Tick
from plant.moment import SECOND, seconds
from plant.plant import Plant
from plant.quality import Quality, Reason
from plant.signal import Limit, Signal

NEVER = -(2**62)
Said = LimitChange | QualityChange


@dataclass
class LimitReference:
    rule: Limit
    phase: str = "CLEAR"
    since: int = 0
    earliest: int = NEVER
    latest: int = NEVER

    def passed(self, value: float) -> bool:
        if self.rule.level.high:
            return value >= self.rule.set_point
        return value <= self.rule.set_point

    def returned(self, value: float) -> bool:
        if self.rule.level.high:
            return value < self.rule.set_point - self.rule.deadband
        return value > self.rule.set_point + self.rule.deadband

    def say(self, *, active: bool, time: int, value: float) -> LimitChange:
        return LimitChange(self.rule.id, active, time, value, self.earliest, self.latest)

    def run_out(self, held_from: int, until: int, value: float) -> list[Said]:
        """A delay runs out exactly at its end, if the last usable value holds then."""
        on, off = seconds(self.rule.on_delay_s), seconds(self.rule.off_delay_s)
        if self.phase == "PENDING_ON" and held_from <= self.since + on <= until:
            self.phase = "ACTIVE"
            return [self.say(active=True, time=self.since + on, value=value)]
        if self.phase == "PENDING_OFF" and held_from <= self.since + off <= until:
            self.phase = "CLEAR"
            return [self.say(active=False, time=self.since + off, value=value)]
        return []

    def begin(self, time: int, before: int) -> None:
        self.since, self.earliest, self.latest = time, before, time

    def judge(self, time: int, value: float, *, good: bool, before: int, gap: bool) -> list[Said]:
        back = self.returned(value) and good
        if self.phase in ("CLEAR", "PENDING_ON"):
            return self.judge_quiet(time, value, good=good, before=before)
        if self.phase == "ACTIVE" and back:
            self.begin(time, before)
            if self.rule.off_delay_s == 0:
                self.phase = "CLEAR"
                return [self.say(active=False, time=time, value=value)]
            self.phase = "PENDING_OFF"
        elif not back:
            self.phase = "ACTIVE"
        elif gap:
            self.since = time
        return []

    def judge_quiet(self, time: int, value: float, *, good: bool, before: int) -> list[Said]:
        on_delay = seconds(self.rule.on_delay_s)
        if not self.passed(value):
            if good:
                self.phase = "CLEAR"
            return []
        if self.phase == "CLEAR":
            self.begin(time, before)
            self.phase = "PENDING_ON"
            if on_delay > 0:
                return []
        if time - self.since >= on_delay:
            self.phase = "ACTIVE"
            return [self.say(active=True, time=time, value=value)]
        return []


@dataclass
class SignalReference:
    signal: Signal
    node: str
    limits: list[LimitReference]
    value: float = float("nan")
    usable_at: int = NEVER
    seen_at: int = NEVER
    shown: Quality = Quality.MISSING
    reason: Reason = Reason.NEVER_SEEN

    @property
    def fresh(self) -> int:
        return seconds(min(3 * self.signal.period_s, self.signal.max_age_s))

    def take(
        self, time: int, value: float, quality: Quality, reason: Reason, *, settled: bool
    ) -> list[Said]:
        said: list[Said] = []
        holds_until = self.usable_at + self.fresh
        usable = quality in (Quality.GOOD, Quality.UNCERTAIN)
        for item in self.limits:
            said += item.run_out(self.usable_at, min(time, holds_until), self.value)
            if usable:
                said += item.judge(
                    time,
                    value,
                    good=quality is Quality.GOOD,
                    before=self.usable_at,
                    gap=time > holds_until,
                )
            elif item.phase == "PENDING_OFF":
                item.phase = "ACTIVE"
        lost = self.shown in (Quality.STALE, Quality.MISSING)
        if settled or not lost:
            said += self.show(quality, reason, time)
        if usable:
            self.value, self.usable_at = value, time
        self.seen_at = time
        return said

    def let_pass(self, judged: int) -> list[Said]:
        said: list[Said] = []
        for item in self.limits:
            holds_until = self.usable_at + self.fresh
            said += item.run_out(self.usable_at, min(judged, holds_until), self.value)
        lost = self.shown in (Quality.STALE, Quality.MISSING)
        if not lost and judged - self.seen_at > self.fresh:
            said += self.show(Quality.STALE, Reason.AGED, self.seen_at + self.fresh)
        return said

    def show(self, quality: Quality, reason: Reason, time: int) -> list[Said]:
        if (quality, reason) == (self.shown, self.reason):
            return []
        before, self.shown, self.reason = self.shown, quality, reason
        return [QualityChange(self.signal.id, before, quality, reason, time)]

    def shift(self, by: int) -> None:
        if self.usable_at != NEVER:
            self.usable_at += by
        if self.seen_at != NEVER:
            self.seen_at += by
        for item in self.limits:
            item.since += by
            item.latest += by
            if item.earliest != NEVER:
                item.earliest += by


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
        self.signals = [
            SignalReference(signal, plant.gateway, [LimitReference(x) for x in signal.limits])
            for signal in plant.signals
        ]

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
        said: list[Said] = []
        for slot, time, value, quality, reason in zip(
            given.slots.tolist(),
            given.times.tolist(),
            given.values.tolist(),
            given.quality.tolist(),
            given.reasons.tolist(),
            strict=True,
        ):
            trust, why = Quality(quality), Reason(reason)
            said += self.signals[slot].take(time, value, trust, why, settled=self.node.settled)
            self.node.judged = time
        return said

    def tick(self, now: int) -> list[Said]:
        if self.last_tick - now > SECOND:
            step = now - self.last_tick
            self.node.shift(step)
            for signal in self.signals:
                signal.shift(step)
        self.last_tick = now
        node = self.node
        if not node.settled and now - max(node.heard_at, node.unsettled_since) > 3 * SECOND:
            node.settled = True
        if node.settled:
            node.judged = now
        return [change for signal in self.signals for change in signal.let_pass(node.judged)]

    def died(self, given: Died) -> list[Said]:
        said: list[Said] = []
        for signal in self.signals:
            if given.device in ("", signal.signal.device) and signal.shown < Quality.STALE:
                said += signal.show(Quality.STALE, Reason.NODE_OFFLINE, given.known_at)
        if not given.device:
            self.node.settled = True
        return said
