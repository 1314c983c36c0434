"""The hot step: one value of one row against the row's limits.

Plain Python, compiled by numba. One value holds until the next usable one, but never longer than
the row's fresh time: a timer that would run out later than that waits for data (unknown is not
normal).
"""

import numpy as np
from numpy.typing import NDArray

from monitor.hot import hot, hot_part
from monitor.tables import (
    ACTIVE,
    AGED,
    BY_NODE,
    CLEAR,
    GOOD,
    HIDDEN,
    LIMIT,
    NEVER,
    PENDING_OFF,
    PENDING_ON,
    QUALITY,
    STALE,
    TIED,
    UNCERTAIN,
    VALUE,
    WATCHED,
    Rows,
    Rules,
)


@hot
def say(
    out: NDArray[np.void],
    count: int,
    kind: int,
    index: int,
    time: int,
    value: float,
    earliest: int,
    latest: int,
    before: int,
    after: int,
    reason: int,
) -> int:
    """Put one record into `out` and give the number of records in it."""
    row = out[count]
    row["kind"] = kind
    row["index"] = index
    row["time"] = time
    row["value"] = value
    row["earliest"] = earliest
    row["latest"] = latest
    row["before"] = before
    row["after"] = after
    row["reason"] = reason
    return count + 1


@hot_part
def run_timer(
    spec: NDArray[np.void],
    state: NDArray[np.void],
    limit: int,
    held_from: int,
    until: int,
    value: float,
    out: NDArray[np.void],
    count: int,
) -> int:
    """Let a pending delay run out if it is due while `value` held: from `held_from` to `until`."""
    row = state[limit]
    phase = row["phase"]
    if phase == PENDING_ON:
        due = row["since"] + spec[limit]["on"]
        if held_from <= due <= until:
            row["phase"] = ACTIVE
            return say(
                out, count, LIMIT, limit, due, value, row["earliest"], row["latest"], 0, 1, 0
            )
    elif phase == PENDING_OFF:
        due = row["since"] + spec[limit]["off"]
        if held_from <= due <= until:
            row["phase"] = CLEAR
            return say(
                out, count, LIMIT, limit, due, value, row["earliest"], row["latest"], 1, 0, 0
            )
    return count


@hot_part
def _judge_limit(
    spec: NDArray[np.void],
    state: NDArray[np.void],
    limit: int,
    time: int,
    value: float,
    good: bool,
    before: int,
    gap: bool,
    out: NDArray[np.void],
    count: int,
) -> int:
    """Judge one usable value; `before` is the time of the usable value before it."""
    rule = spec[limit]
    row = state[limit]
    if rule["high"]:
        beyond = value >= rule["set_point"]
        inside = value < rule["clear"]
    else:
        beyond = value <= rule["set_point"]
        inside = value > rule["clear"]
    phase = row["phase"]
    if phase == CLEAR:
        if beyond:
            row["since"] = time
            row["earliest"] = before
            row["latest"] = time
            if rule["on"] > 0:
                row["phase"] = PENDING_ON
            else:
                row["phase"] = ACTIVE
                count = say(out, count, LIMIT, limit, time, value, before, time, 0, 1, 0)
    elif phase == PENDING_ON:
        row["since"] = min(row["since"], time)  # times that go back lengthen no on-delay
        if good and not beyond:
            row["phase"] = CLEAR
        elif time - row["since"] >= rule["on"]:
            # The delay ran out while nothing was known, and nothing says that it was wrong.
            row["phase"] = ACTIVE
            count = say(
                out, count, LIMIT, limit, time, value, row["earliest"], row["latest"], 0, 1, 0
            )
    elif phase == ACTIVE:
        if inside and good:
            row["since"] = time
            row["earliest"] = before
            row["latest"] = time
            if rule["off"] > 0:
                row["phase"] = PENDING_OFF
            else:
                row["phase"] = CLEAR
                count = say(out, count, LIMIT, limit, time, value, before, time, 1, 0, 0)
    elif inside and good:
        if gap:
            row["since"] = time  # what happened in the gap is unknown: the off-delay starts again
    else:
        row["phase"] = ACTIVE
    return count


@hot_part
def held_until(spec: np.void, state: np.void) -> int:
    """Give until when a row's value holds; what a node proves holds no longer than the node."""
    if state["dead"] and spec["flags"] & BY_NODE:
        return state["usable_at"]  # type: ignore[no-any-return]
    return state["usable_at"] + spec["hold"]  # type: ignore[no-any-return]


@hot_part
def judge_row(
    signal_spec: NDArray[np.void],
    signal_state: NDArray[np.void],
    limit_spec: NDArray[np.void],
    limit_state: NDArray[np.void],
    slot: int,
    time: int,
    proven: int,
    value: float,
    trust: int,
    reason: int,
    live: bool,
    out: NDArray[np.void],
    count: int,
) -> int:
    """Judge one sample of one row at `time`; its age counts from `proven`.

    `live` says that its nodes are not catching up: only then does a sample end staleness, and
    only when it is not too old already as it comes.
    """
    spec = signal_spec[slot]
    state = signal_state[slot]
    flags = spec["flags"]
    usable = trust <= UNCERTAIN
    usable_at = state["usable_at"]
    stale_at = state["seen_at"] + spec["hold"]
    if state["shown"] < STALE and time > stale_at and not flags & HIDDEN:
        # No tick has come between: that nothing was known is told all the same.
        before, known = state["shown"], state["value"]
        count = say(
            out, count, QUALITY, slot, stale_at, known, stale_at, stale_at, before, STALE, AGED
        )
        state["shown"] = STALE
        state["reason"] = AGED
    old = time - proven > spec["hold"]
    good = trust == GOOD and not old
    if not usable or state["busy"] or not spec["calm_above"] < value < spec["calm_below"]:
        until = held_until(spec, state)
        busy, doubted = False, state["doubted"] != 0
        for limit in range(spec["first"], spec["last"]):
            phase = limit_state[limit]["phase"]
            if phase in (PENDING_ON, PENDING_OFF):
                count = run_timer(
                    limit_spec,
                    limit_state,
                    limit,
                    usable_at,
                    min(time, until),
                    state["value"],
                    out,
                    count,
                )
            if usable:
                count = _judge_limit(
                    limit_spec,
                    limit_state,
                    limit,
                    time,
                    value,
                    good and (not doubted or limit_spec[limit]["instrument"] != 0),
                    usable_at,
                    time > until,
                    out,
                    count,
                )
            elif limit_state[limit]["phase"] == PENDING_OFF:
                limit_state[limit]["phase"] = ACTIVE
            busy = busy or limit_state[limit]["phase"] != CLEAR
            if limit_state[limit]["phase"] >= ACTIVE and limit_spec[limit]["instrument"]:
                doubted = True
        state["busy"] = busy
    if (live and not old) or state["shown"] < STALE:
        before, after, why = state["shown"], trust, reason
        if old and usable:
            after, why = STALE, AGED
        if not flags & HIDDEN and (before != after or state["reason"] != why):
            count = say(out, count, QUALITY, slot, time, value, time, time, before, after, why)
        state["shown"] = after
        state["reason"] = why
    state["quality"] = trust
    state["why"] = reason
    state["dead"] = False
    if usable:
        if flags & WATCHED and (usable_at == NEVER or state["value"] != value):
            count = say(out, count, VALUE, slot, time, value, usable_at, time, 0, trust, 0)
        state["value"] = value
        state["usable_at"] = proven
    state["seen_at"] = proven
    return count


@hot_part
def changes_to(state: np.void, value: float, trust: int) -> bool:
    """Say whether a GOOD sample shows another value than the one before."""
    return trust == GOOD and state["usable_at"] != NEVER and state["value"] != value


@hot
def mark(
    ties: NDArray[np.void],
    links: NDArray[np.int32],
    dirty: NDArray[np.uint8],
    span: NDArray[np.int64],
    slot: int,
    changed: bool,
) -> None:
    """Note what follows from a row, to be worked out at the end of the instant."""
    tie = ties[slot]
    last = tie["last"] if changed else tie["life"]
    for at in range(tie["first"], last):
        item = links[at]
        dirty[item] = 1
        span[0] = min(span[0], item)
        span[1] = max(span[1], item)


@hot
def take(
    rules: Rules,
    rows: Rows,
    slot: int,
    time: int,
    proven: int,
    value: float,
    trust: int,
    reason: int,
    live: bool,
    out: NDArray[np.void],
    count: int,
) -> int:
    """Judge one sample of one row, and note what follows from it."""
    changed = changes_to(rows.signals[slot], value, trust)
    count = judge_row(
        rules.signals,
        rows.signals,
        rules.limits,
        rows.limits,
        slot,
        time,
        proven,
        value,
        trust,
        reason,
        live,
        out,
        count,
    )
    if rules.signals[slot]["flags"] & TIED:
        mark(rules.ties, rules.links, rows.dirty, rows.span, slot, changed)
    return count
