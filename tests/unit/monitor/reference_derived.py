"""What follows from other signals: computed ones, rates, deviations, signs of life, plainly."""

import math
from dataclasses import dataclass, field
from statistics import median

from plant.formula import Formula, Function
from plant.moment import SECOND, seconds
from plant.quality import CHANNEL_FAULTS, Quality, Reason
from plant.signal import Level, Limit
from tests.unit.monitor.reference_signal import (
    NEVER,
    LimitReference,
    Said,
    SignalReference,
    moved,
)

Result = tuple[float, Quality, Reason]
_NO_VALUE = math.nan


@dataclass
class Item:
    """One thing to work out for `target` from `members`."""

    target: SignalReference
    members: list[SignalReference]
    formula: Formula | None = None
    limit: Limit | None = None
    history: list[tuple[int, float]] = field(default_factory=list)
    whole_since: int = NEVER
    newest: int = NEVER
    due: bool = False

    @property
    def sign_of_life(self) -> bool:
        return self.formula is None and self.limit is None

    def work_out(self, instant: int, *, settled: bool) -> list[Said] | None:
        """Give what is said, None when the target gets no sample."""
        if self.sign_of_life:
            return self.target.repeat(max(instant, self.target.seen_at), settled=settled)
        if self.limit is not None and self.limit.level is Level.DEVIATION:
            paired = self.paired()
            newest = max((m.seen_at for m in paired), default=NEVER)
            result: Result | None = self.deviation(paired)
            time = max(instant, newest, self.target.seen_at)
        else:
            newest = max(member.seen_at for member in self.members)
            if any(member.dead or member.seen_at == NEVER for member in self.members):
                return None
            time = max(instant, newest, self.target.seen_at)
            if all(member.usable for member in self.members):
                time = max(time, self.newest)
            result = self.of_members(time, newest)
        if result is None:
            return None
        value, quality, reason = result
        alone = self.limit is not None and self.limit.level is Level.DEVIATION
        proven = time if alone and quality is Quality.BAD else newest
        return self.target.take(time, value, quality, reason, settled=settled, proven=proven)

    def of_members(self, time: int, newest: int) -> Result | None:
        worst = max(self.members, key=lambda member: member.quality)
        if not worst.usable:
            faults = [m.why for m in self.members if m.why in CHANNEL_FAULTS and m.quality == 2]
            return _NO_VALUE, Quality.BAD, faults[-1] if faults else Reason.NOT_PAIRED
        if self.limit is not None or (self.formula and self.formula.function is Function.COUNT):
            return self.looking_back(time, worst)
        assert self.formula is not None
        apart = newest - min(member.seen_at for member in self.members)
        old = any(time - member.seen_at > member.fresh for member in self.members)
        if old or apart > seconds(self.formula.pair_within_s):
            late = time - self.target.usable_at > self.target.fresh
            return (_NO_VALUE, Quality.BAD, Reason.NOT_PAIRED) if late else None
        value = compute(self.formula, [member.value for member in self.members])
        if value is None:
            return _NO_VALUE, Quality.BAD, Reason.NOT_DECODABLE
        return value, worst.quality, worst.why

    def looking_back(self, time: int, member: SignalReference) -> Result:
        """Give a rate or a count; every value is kept, and all are looked at again."""
        self.newest = time
        last = self.target.usable_at
        if self.target.dead or time - last > member.fresh:
            self.whole_since = time
        self.history.append((time, member.value))
        window = seconds(self.limit.window_s if self.limit else self.formula.parameter or 0)  # type: ignore[union-attr]
        if self.limit is not None:
            values = [value for at, value in self.history if at >= time - window]
            edge = min(values) if self.limit.set_point > 0 else max(values)
            found = member.value - edge
        else:
            pairs = zip(self.history, self.history[1:], strict=False)
            found = float(sum(a[1] < 0.5 <= b[1] and b[0] > time - window for a, b in pairs))
        whole = time - window >= self.whole_since
        return found, member.quality if whole else Quality.UNCERTAIN, member.why

    def paired(self) -> list[SignalReference]:
        usable = [member for member in self.members if member.usable and not member.dead]
        newest = max((member.seen_at for member in usable), default=NEVER)
        slowest = max(member.signal.period_s for member in self.members)
        tolerance = max(SECOND, seconds(2 * slowest))
        return [m for m in usable if newest - m.seen_at <= min(tolerance, m.fresh)]

    def deviation(self, paired: list[SignalReference]) -> Result:
        if len(paired) < 2 or self.members[0] not in paired:
            return _NO_VALUE, Quality.BAD, Reason.NOT_PAIRED
        values = [member.value for member in paired]
        quality = max(member.quality for member in paired)
        if len(values) == 2:
            return max(values) - min(values), quality, Reason.NONE
        return abs(self.members[0].value - median(values)), quality, Reason.NONE


def compute(formula: Formula, values: list[float]) -> float | None:
    a, b = values[0], values[-1]
    match formula.function:
        case Function.DIFFERENCE:
            return a - b
        case Function.SUM:
            return sum(values, 0.0)
        case Function.MEAN:
            return sum(values, 0.0) / len(values)
        case Function.MEDIAN:
            return median(values)
        case _:
            divisor = b if formula.parameter is None else max(b, formula.parameter)
            times = 1 if formula.function is Function.RATIO else 100
            return None if divisor == 0 else times * a / divisor


class Derived:
    """Works out, after an instant, what follows from the signals that got a sample in it."""

    def __init__(self, signals: list[SignalReference]) -> None:
        self.signals = signals
        self.hidden: list[SignalReference] = []
        self.items: list[Item] = []
        by_id = {signal.signal.id: signal for signal in signals}
        for row in signals:
            formula, life = row.signal.formula, row.signal.life
            if formula is not None:
                self.items.append(Item(row, [by_id[m] for m in formula.signals], formula))
            elif life not in ("", "node"):
                self.items.append(Item(row, [by_id[life]]))
            for limit in row.signal.limits:
                if limit.level in (Level.RATE, Level.DEVIATION):
                    target = SignalReference(row.signal, [LimitReference(limit)], hidden=True)
                    self.hidden.append(target)
                    others = [by_id[m] for m in limit.group if m != row.signal.id]
                    self.items.append(Item(target, [row, *others], limit=limit))

    def note(self, slot: int, *, beats: bool) -> None:
        """A signal got a sample; `beats`: it is GOOD and shows another value than before."""
        self.touch(self.signals[slot], beats=beats)

    def touch(self, signal: SignalReference, *, beats: bool) -> None:
        for item in self.items:
            if any(signal is member for member in item.members) and (
                beats or not item.sign_of_life
            ):
                item.due = True

    def work_out(self, instant: int, *, settled: bool) -> list[Said]:
        said: list[Said] = []
        while any(item.due for item in self.items):
            waits = [item.target for item in self.items if item.due]
            item = next(
                item
                for item in self.items
                if item.due and not any(w is m for w in waits for m in item.members)
            )
            item.due = False
            value, usable_at = item.target.value, item.target.usable_at
            changes = item.work_out(instant, settled=settled)
            if changes is not None:
                said += changes
                good = item.target.quality is Quality.GOOD and usable_at != NEVER
                self.touch(item.target, beats=good and item.target.value != value)
        return said

    def devices_of(self, signal: SignalReference) -> set[str]:
        """Give the devices whose death takes a signal with it."""
        for item in self.items:
            if item.target is signal and not item.sign_of_life:
                return {device for member in item.members for device in self.devices_of(member)}
        return {signal.signal.device}

    def shift(self, by: int) -> None:
        for item in self.items:
            item.history = [(at + by, value) for at, value in item.history]
            item.whole_since = moved(item.whole_since, by)
            item.newest = moved(item.newest, by)
