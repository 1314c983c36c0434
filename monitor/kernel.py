"""The hot loops: samples in order, and timers and ages per tick.

Plain Python, compiled by numba; it gives the same answers uncompiled (`fastmath` is off).
`out` has room for more records than `room`: when more than that are in it, a loop stops early
and is called again; this keeps the loops free of allocation.
"""

import numpy as np
from numpy.typing import NDArray

from monitor.derive import derive, repeat
from monitor.hot import hot
from monitor.tables import (
    AGED,
    BAD,
    BY_NODE,
    FROZEN,
    HIDDEN,
    NEVER,
    PENDING_OFF,
    PENDING_ON,
    QUALITY,
    STALE,
    TIED,
    UNCERTAIN,
    Rows,
    Rules,
)
from monitor.take import changes_to, held_until, judge_row, mark, run_timer, say


@hot
def _is_frozen(
    tie: np.void, state: np.void, past: NDArray[np.void], slot: int, time: int, value: float
) -> bool:
    """Say whether a usable value has been exactly the same for too long."""
    if tie["frozen"] == 0:
        return False
    if state["usable_at"] == NEVER or state["value"] != value:
        past[slot]["changed_at"] = time
    return time - past[slot]["changed_at"] >= tie["frozen"]  # type: ignore[no-any-return]


@hot
def judge_samples(
    rules: Rules,
    rows: Rows,
    slots: NDArray[np.int32],
    times: NDArray[np.int64],
    proven: NDArray[np.int64],
    values: NDArray[np.float64],
    quality: NDArray[np.uint8],
    reasons: NDArray[np.uint8],
    settled: NDArray[np.uint8],
    start: int,
    room: int,
    out: NDArray[np.void],
) -> tuple[int, int]:
    """Judge samples from `start` on, in order, and after each instant what follows from it.

    Returns the index of the first sample not judged (one more than there are when everything
    is done) and the number of records put into `out`. `settled` says of each group of nodes that
    it is not catching up.
    """
    signal_spec, limit_spec, ties, links = rules.signals, rules.limits, rules.ties, rules.links
    signal_state, limit_state, past = rows.signals, rows.limits, rows.past
    dirty, span = rows.dirty, rows.span
    count = 0
    total = slots.shape[0]
    for i in range(start, total):
        if count > room:
            return i, count
        slot = slots[i]
        spec = signal_spec[slot]
        state = signal_state[slot]
        value = values[i]
        trust = quality[i]
        reason = reasons[i]
        quiet = (
            trust <= UNCERTAIN
            and not state["busy"]
            and not spec["flags"]
            and spec["calm_above"] < value < spec["calm_below"]
            and state["shown"] == trust
            and state["reason"] == reason
            and times[i] - min(state["seen_at"], proven[i]) <= spec["hold"]
        )
        if quiet:
            # What is shown is this sample's own trust, so nothing else of the row can differ.
            state["value"] = value
            state["usable_at"] = proven[i]
            state["seen_at"] = proven[i]
            continue
        time = times[i]
        if span[1] >= 0 and span[2] != time:
            # A quiet row may come before this: nothing follows from it.
            count = derive(rules, rows, span[2], settled, room, out, count)
            if count > room:
                return i, count
        changed = False
        if spec["flags"] & TIED:
            if trust <= UNCERTAIN and _is_frozen(ties[slot], state, past, slot, time, value):
                trust, reason = np.uint8(BAD), np.uint8(FROZEN)
            changed = changes_to(state, value, trust)
        count = judge_row(
            signal_spec,
            signal_state,
            limit_spec,
            limit_state,
            slot,
            time,
            proven[i],
            value,
            trust,
            reason,
            settled[spec["group"]] != 0,
            out,
            count,
        )
        if spec["flags"] & TIED:
            mark(ties, links, dirty, span, slot, changed)
            span[2] = time
    if span[1] >= 0:
        count = derive(rules, rows, span[2], settled, room, out, count)
        if span[1] >= 0:
            return total, count
    return total + 1, count


@hot
def judge_tick(
    rules: Rules,
    rows: Rows,
    group_time: NDArray[np.int64],
    settled: NDArray[np.uint8],
    start: int,
    room: int,
    out: NDArray[np.void],
) -> tuple[int, int, int]:
    """Run timers and ages up to each group's judged time, rows from `start` on.

    Returns the index of the first row not done (one more than there are when everything is done),
    the number of records put into `out`, and the first moment at which a row that was looked at
    may have something to say if no sample comes.
    """
    signal_spec, signal_state = rules.signals, rows.signals
    limit_spec, limit_state = rules.limits, rows.limits
    count = 0
    total = signal_spec.shape[0]
    due = -NEVER
    for slot in range(start, total):
        if count > room:
            return slot, count, due
        spec = signal_spec[slot]
        state = signal_state[slot]
        now = group_time[spec["group"]]
        if spec["flags"] & BY_NODE and settled[spec["group"]] and not state["dead"]:
            due = NEVER
            count = repeat(rules, rows, slot, now, True, out, count)
        elif state["busy"]:
            until = min(now, held_until(spec, state))
            for limit in range(spec["first"], spec["last"]):
                phase = limit_state[limit]["phase"]
                if phase in (PENDING_ON, PENDING_OFF):
                    value, since = state["value"], state["usable_at"]
                    count = run_timer(
                        limit_spec, limit_state, limit, since, until, value, out, count
                    )
                    rule = limit_spec[limit]
                    delay = rule["on"] if phase == PENDING_ON else rule["off"]
                    ends = limit_state[limit]["since"] + delay
                    if ends > now:
                        due = min(due, ends)
        if state["shown"] < STALE and not spec["flags"] & HIDDEN:
            aged = state["seen_at"] + spec["hold"]
            if now > aged:
                was, value = state["shown"], state["value"]
                count = say(out, count, QUALITY, slot, aged, value, aged, aged, was, STALE, AGED)
                state["shown"] = STALE
                state["reason"] = AGED
            else:
                due = min(due, aged + 1)
    if rows.span[1] >= 0:
        count = derive(rules, rows, NEVER, settled, room, out, count)
        if rows.span[1] >= 0:
            return total, count, due
    return total + 1, count, due
