"""One signal, one limit, one clock: the rules of docs/reference/judging.md, a second time."""

from dataclasses import dataclass

from monitor.changes import ClockChange, LimitChange, QualityChange
from plant.moment import SECOND, seconds
from plant.quality import Quality, Reason
from plant.signal import Level, Limit, Signal

NEVER = -(2**62)
FOR_EVER = 2**61
Said = LimitChange | QualityChange | ClockChange


def moved(moment: int, by: int) -> int:
    return moment if moment == NEVER else moment + by


def own_limits(signal: Signal) -> list["LimitReference"]:
    """Give the limits that compare the signal's own value."""
    others = (Level.RATE, Level.DEVIATION)
    return [LimitReference(x) for x in signal.limits if x.level not in others]


@dataclass
class LimitReference:
    rule: Limit
    phase: str = "CLEAR"
    since: int = 0
    earliest: int = NEVER
    latest: int = NEVER

    @property
    def set_point(self) -> float:
        return 0.5 if self.rule.level is Level.STATE else self.rule.set_point

    def passed(self, value: float) -> bool:
        if self.rule.passed_upwards:
            return value >= self.set_point
        return value <= self.set_point

    def returned(self, value: float) -> bool:
        if self.rule.passed_upwards:
            return value < self.set_point - self.rule.deadband
        return value > self.set_point + self.rule.deadband

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
        if self.phase == "PENDING_ON":
            self.since = min(self.since, time)
        if not self.passed(value) and (good or self.phase == "CLEAR"):
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
    """A signal, or (`hidden`) what one of its limits compares."""

    signal: Signal
    limits: list[LimitReference]
    hidden: bool = False
    value: float = float("nan")
    usable_at: int = NEVER
    seen_at: int = NEVER
    quality: Quality = Quality.MISSING
    why: Reason = Reason.NEVER_SEEN
    shown: Quality = Quality.MISSING
    reason: Reason = Reason.NEVER_SEEN
    dead: bool = False
    same_since: int = NEVER

    @property
    def by_node(self) -> bool:
        return self.signal.life == "node" and not self.hidden

    @property
    def usable(self) -> bool:
        return self.quality <= Quality.UNCERTAIN

    @property
    def fresh(self) -> int:
        if self.signal.life == "node":
            return FOR_EVER
        return seconds(min(3 * self.signal.period_s, self.signal.max_age_s))

    @property
    def holds_until(self) -> int:
        return self.usable_at if self.dead and self.by_node else self.usable_at + self.fresh

    def frozen(self, time: int, value: float) -> bool:
        if self.usable_at == NEVER or self.value != value:
            self.same_since = time
        limit = seconds(self.signal.frozen_s)
        return limit > 0 and time - self.same_since >= limit

    def take(
        self,
        time: int,
        value: float,
        quality: Quality,
        reason: Reason,
        *,
        settled: bool,
        proven: int,
    ) -> list[Said]:
        said = self.grow_old(time)
        old = time - proven > self.fresh
        holds_until = self.holds_until
        usable = quality in (Quality.GOOD, Quality.UNCERTAIN)
        for item in self.limits:
            said += item.run_out(self.usable_at, min(time, holds_until), self.value)
            if usable:
                said += item.judge(
                    time,
                    value,
                    good=quality is Quality.GOOD and not old,
                    before=self.usable_at,
                    gap=time > holds_until,
                )
            elif item.phase == "PENDING_OFF":
                item.phase = "ACTIVE"
        lost = self.shown in (Quality.STALE, Quality.MISSING)
        if (settled and not old) or not lost:
            told = (Quality.STALE, Reason.AGED) if old and usable else (quality, reason)
            said += self.show(*told, time)
        self.quality, self.why, self.dead = quality, reason, False
        if usable:
            self.value, self.usable_at = value, proven
        self.seen_at = proven
        return said

    def repeat(self, time: int, *, settled: bool) -> list[Said] | None:
        """Something proves that the last sample still holds; None when it does not."""
        if self.dead or self.seen_at == NEVER or time < self.seen_at:
            return None
        return self.take(time, self.value, self.quality, self.why, settled=settled, proven=time)

    def let_pass(self, judged: int) -> list[Said]:
        said: list[Said] = []
        for item in self.limits:
            said += item.run_out(self.usable_at, min(judged, self.holds_until), self.value)
        return said + self.grow_old(judged)

    def grow_old(self, judged: int) -> list[Said]:
        lost = self.shown in (Quality.STALE, Quality.MISSING)
        if not lost and judged - self.seen_at > self.fresh:
            return self.show(Quality.STALE, Reason.AGED, self.seen_at + self.fresh)
        return []

    def show(self, quality: Quality, reason: Reason, time: int) -> list[Said]:
        if self.hidden or (quality, reason) == (self.shown, self.reason):
            return []
        before, self.shown, self.reason = self.shown, quality, reason
        return [QualityChange(self.signal.id, before, quality, reason, time)]

    def die(self, time: int, judged: int) -> list[Said]:
        if self.by_node and not self.dead and self.seen_at != NEVER:
            if self.usable:
                self.usable_at = max(self.usable_at, judged)
            self.seen_at = max(self.seen_at, judged)
        self.dead = True
        for item in self.limits:
            if item.phase == "PENDING_OFF":
                item.phase = "ACTIVE"
        if self.shown in (Quality.STALE, Quality.MISSING):
            return []
        return self.show(Quality.STALE, Reason.NODE_OFFLINE, time)

    def shift(self, by: int) -> None:
        self.usable_at = moved(self.usable_at, by)
        self.seen_at = moved(self.seen_at, by)
        self.same_since = moved(self.same_since, by)
        for item in self.limits:
            item.since += by
            item.latest += by
            item.earliest = moved(item.earliest, by)


@dataclass
class ClockReference:
    """A device's own clock."""

    device: str
    offset: int
    wrong: bool = False
    fault_at: int = NEVER

    def hear(self, time: int, source: int, before: int) -> tuple[bool, list[Said]]:
        """Say whether a sample's source time is in order, and what is new of the clock."""
        off = time - source - self.offset
        if abs(off) > 2 * SECOND or source < before:
            self.fault_at = time
            if self.wrong:
                return False, []
            self.wrong = True
            return False, [ClockChange(self.device, wrong=True, offset=off, time=time)]
        if self.wrong and time - self.fault_at >= 10 * SECOND:
            self.wrong = False
            return True, [ClockChange(self.device, wrong=False, offset=off, time=time)]
        return True, []
