"""The hot step at the end of an instant: computed signals, rates, deviations, signs of life.

An item is worked out when one of its members got a sample, once an instant, members first; its
result is a sample of its target row, judged like any other.
"""

import numpy as np
from numpy.typing import NDArray

from monitor.hot import hot
from monitor.tables import (
    BAD,
    COUNT,
    DEVIATION,
    DIFFERENCE,
    FROZEN,
    GOOD,
    IMPLAUSIBLE,
    LIFE,
    MEAN,
    NEVER,
    NO_REASON,
    NOT_DECODABLE,
    NOT_PAIRED,
    OUT_OF_RANGE,
    PERCENT,
    RATE,
    RATIO,
    SENSOR_FAULT,
    SUM,
    UNCERTAIN,
    Rows,
    Rules,
)
from monitor.take import take

_NOTHING = -1  # in the place of a quality: there is nothing to say


@hot
def repeat(
    rules: Rules,
    rows: Rows,
    slot: int,
    time: int,
    live: bool,
    out: NDArray[np.void],
    count: int,
) -> int:
    """Take the last sample of a row again: something proves that it still holds at `time`."""
    state = rows.signals[slot]
    if state["dead"] or state["seen_at"] == NEVER or time < state["seen_at"]:
        return count
    value = state["value"] if state["quality"] <= UNCERTAIN else np.nan
    trust, why = state["quality"], state["why"]
    return take(rules, rows, slot, time, time, value, trust, why, live, out, count)


@hot
def _compute(rules: Rules, rows: Rows, index: int) -> tuple[float, int]:
    """Give the result of a formula over usable members, and the reason when there is none."""
    item = rules.items[index]
    kind, first, last = item["kind"], item["first"], item["last"]
    a = rows.signals[rules.members[first]]["value"]
    if kind in (SUM, MEAN):
        result = 0.0
        for at in range(first, last):
            result += rows.signals[rules.members[at]]["value"]
        if kind == MEAN:
            result /= last - first
    else:
        b = rows.signals[rules.members[first + 1]]["value"]
        if kind == DIFFERENCE:
            result = a - b
        elif kind in (RATIO, PERCENT):
            divisor = max(b, item["floor"])
            if divisor == 0:
                return np.nan, NOT_DECODABLE
            result = a / divisor if kind == RATIO else 100 * a / divisor
        else:
            c = rows.signals[rules.members[first + 2]]["value"]
            result = max(min(a, b), min(max(a, b), c))
    return result, NO_REASON if np.isfinite(result) else NOT_DECODABLE


@hot
def _formula(
    rules: Rules, rows: Rows, index: int, instant: int
) -> tuple[int, int, float, int, int]:
    """Give time, proven, value, quality and reason of a computed signal."""
    item = rules.items[index]
    newest, oldest, worst, why, fault = NEVER, -NEVER, GOOD, NO_REASON, NOT_PAIRED
    fresh_until = -NEVER  # when the first of the members' samples will be too old
    for at in range(item["first"], item["last"]):
        member = rows.signals[rules.members[at]]
        if member["dead"] or member["seen_at"] == NEVER:
            return 0, 0, np.nan, _NOTHING, 0
        newest = max(newest, member["seen_at"])
        oldest = min(oldest, member["seen_at"])
        fresh_until = min(
            fresh_until, member["seen_at"] + rules.signals[rules.members[at]]["hold"]
        )
        if member["quality"] > worst:
            worst, why = member["quality"], member["why"]
        if member["doubted"] and worst == GOOD:
            worst, why = UNCERTAIN, IMPLAUSIBLE
        if member["quality"] == BAD and member["why"] in (OUT_OF_RANGE, SENSOR_FAULT, FROZEN):
            fault = member["why"]
    own = rows.signals[item["target"]]
    time = max(instant, newest, own["seen_at"])
    if worst > UNCERTAIN:
        return time, newest, np.nan, BAD, fault
    if newest - oldest > item["pair"] or time > fresh_until:
        if time - own["usable_at"] > rules.signals[item["target"]]["hold"]:
            return time, newest, np.nan, BAD, NOT_PAIRED
        return 0, 0, np.nan, _NOTHING, 0
    value, broken = _compute(rules, rows, index)
    if broken != NO_REASON:
        return time, newest, np.nan, BAD, broken
    return time, newest, value, worst, why


@hot
def _expire(rules: Rules, rows: Rows, ring: int, before: int) -> None:
    """Forget what lies before the moment `before`."""
    spec, state = rules.rings[ring], rows.rings[ring]
    while state["count"] > 0 and rows.ring_times[spec["start"] + state["head"]] < before:
        state["head"] = (state["head"] + 1) % spec["room"]
        state["count"] -= 1


@hot
def _push(rules: Rules, rows: Rows, ring: int, time: int, value: float) -> None:
    spec, state = rules.rings[ring], rows.rings[ring]
    at = spec["start"] + (state["head"] + state["count"]) % spec["room"]
    rows.ring_times[at] = time
    rows.ring_values[at] = value
    state["count"] += 1


@hot
def _rise(rules: Rules, rows: Rows, ring: int, time: int, value: float) -> float:
    """Give the rise above the lowest value of the window, or the fall below the highest.

    The ring holds, oldest first, the values that no later one undercuts (or exceeds). When it is
    full, the newest stays as low (or high) as it is and only becomes younger: the rise is then
    never too small.
    """
    spec, state = rules.rings[ring], rows.rings[ring]
    _expire(rules, rows, ring, time - spec["window"])
    while state["count"] > 0:
        newest = spec["start"] + (state["head"] + state["count"] - 1) % spec["room"]
        known = rows.ring_values[newest]
        if known < value if spec["rising"] else known > value:
            break
        state["count"] -= 1
    if state["count"] == spec["room"]:
        newest = spec["start"] + (state["head"] + state["count"] - 1) % spec["room"]
        rows.ring_times[newest] = time
    else:
        _push(rules, rows, ring, time, value)
    return value - rows.ring_values[spec["start"] + state["head"]]  # type: ignore[no-any-return]


@hot
def _count(rules: Rules, rows: Rows, ring: int, time: int, value: float) -> tuple[float, bool]:
    """Give how often the switch has risen in (time - window, time], and whether all are known.

    A full ring forgets its oldest edge: the count is then the least that it was.
    """
    spec, state = rules.rings[ring], rows.rings[ring]
    _expire(rules, rows, ring, time - spec["window"] + 1)
    full = False
    if state["last"] < 0.5 <= value:
        if state["count"] == spec["room"]:
            state["head"] = (state["head"] + 1) % spec["room"]
            state["count"] -= 1
        _push(rules, rows, ring, time, 1.0)
    full = state["count"] == spec["room"]
    state["last"] = value
    return float(state["count"]), full


@hot
def _window(
    rules: Rules, rows: Rows, index: int, instant: int
) -> tuple[int, int, float, int, int]:
    """Give time, proven, value, quality and reason of a rate or a count.

    While a gap lies within the window something may have happened there: UNCERTAIN.
    """
    item = rules.items[index]
    member = rows.signals[rules.members[item["first"]]]
    own = rows.signals[item["target"]]
    if member["dead"] or member["seen_at"] == NEVER:
        return 0, 0, np.nan, _NOTHING, 0
    proven = member["seen_at"]
    time = max(instant, proven, own["seen_at"])
    trust, why = member["quality"], member["why"]
    if trust > UNCERTAIN:
        fault = why if why in (OUT_OF_RANGE, SENSOR_FAULT, FROZEN) else NOT_PAIRED
        return time, proven, np.nan, BAD, fault
    state, window = rows.rings[item["ring"]], rules.rings[item["ring"]]["window"]
    time = max(time, state["newest"])
    state["newest"] = time
    hold = rules.signals[rules.members[item["first"]]]["hold"]
    if own["dead"] or time - own["usable_at"] > hold:  # what was before the first is not known
        state["whole_since"] = time
    partly = time - window < state["whole_since"]
    if item["kind"] == RATE:
        value = _rise(rules, rows, item["ring"], time, member["value"])
    else:
        value, full = _count(rules, rows, item["ring"], time, member["value"])
        partly = partly or full
        if member["doubted"] and trust == GOOD:
            trust, why = UNCERTAIN, IMPLAUSIBLE
    return time, proven, value, max(trust, UNCERTAIN) if partly else trust, why


@hot
def _nth(rules: Rules, rows: Rows, index: int, newest: int, rank: int) -> float:
    """Give the value of rank `rank` (from 0) among a group's paired members."""
    item = rules.items[index]
    for i in range(item["first"], item["last"]):
        if _paired(rules, rows, index, rules.members[i], newest):
            value = rows.signals[rules.members[i]]["value"]
            below = through = 0
            for j in range(item["first"], item["last"]):
                if _paired(rules, rows, index, rules.members[j], newest):
                    other = rows.signals[rules.members[j]]["value"]
                    below += other < value
                    through += other <= value
            if below <= rank < through:
                return value  # type: ignore[no-any-return]
    return np.nan


@hot
def _paired(rules: Rules, rows: Rows, index: int, slot: int, newest: int) -> bool:
    member = rows.signals[slot]
    usable = member["quality"] <= UNCERTAIN and not member["dead"]
    within = min(rules.items[index]["pair"], rules.signals[slot]["hold"])
    return usable and newest - member["seen_at"] <= within


@hot
def _deviation(
    rules: Rules, rows: Rows, index: int, instant: int
) -> tuple[int, int, float, int, int]:
    """Give time, proven, value, quality and reason of a member's distance from its group.

    The member itself stands first; those that are not usable are left out.
    """
    item = rules.items[index]
    newest = NEVER
    for at in range(item["first"], item["last"]):
        member = rows.signals[rules.members[at]]
        if member["quality"] <= UNCERTAIN and not member["dead"]:
            newest = max(newest, member["seen_at"])
    found, worst = 0, GOOD
    for at in range(item["first"], item["last"]):
        if _paired(rules, rows, index, rules.members[at], newest):
            found += 1
            worst = max(worst, rows.signals[rules.members[at]]["quality"])
    itself = rules.members[item["first"]]
    time = max(instant, newest, rows.signals[item["target"]]["seen_at"])
    if found < 2 or not _paired(rules, rows, index, itself, newest):
        return time, time, np.nan, BAD, NOT_PAIRED
    low = _nth(rules, rows, index, newest, (found - 1) // 2)
    high = _nth(rules, rows, index, newest, found // 2)
    distance = high - low if found == 2 else abs(rows.signals[itself]["value"] - (low + high) / 2)
    return time, newest, distance, worst, NO_REASON


@hot
def derive(
    rules: Rules,
    rows: Rows,
    instant: int,
    settled: NDArray[np.uint8],
    room: int,
    out: NDArray[np.void],
    count: int,
) -> int:
    """Work out what follows from the samples of an instant.

    It stops early when `out` has more than `room` records; `span` then says that there is more.
    """
    index = rows.span[0]
    while index <= rows.span[1]:
        if rows.dirty[index]:
            if count > room:
                rows.span[0] = index
                return count
            rows.dirty[index] = 0
            item = rules.items[index]
            kind, target = item["kind"], item["target"]
            live = settled[rules.signals[target]["group"]] != 0
            if kind == LIFE:
                time = max(instant, rows.signals[target]["seen_at"])
                count = repeat(rules, rows, target, time, live, out, count)
            else:
                if kind == DEVIATION:
                    time, proven, value, trust, why = _deviation(rules, rows, index, instant)
                elif kind in (RATE, COUNT):
                    time, proven, value, trust, why = _window(rules, rows, index, instant)
                else:
                    time, proven, value, trust, why = _formula(rules, rows, index, instant)
                if trust != _NOTHING:
                    count = take(
                        rules, rows, target, time, proven, value, trust, why, live, out, count
                    )
        index += 1
    rows.span[0] = len(rows.dirty)
    rows.span[1] = -1
    return count
