"""The hot loops: limits per sample, and timers and ages per tick.

Plain Python, compiled by numba; it gives the same answers uncompiled (`fastmath` is off).
One value is held until the next usable one, but never longer than the signal's fresh time: a
timer that would run out later than that waits for data (unknown is not normal).

`out` has room for OUT_ROOM records more than it is filled, else the loop stops early and is
called again; this keeps the loop free of allocation.
"""

import numpy as np
from numpy.typing import NDArray

from monitor.hot import hot

SIGNAL_SPEC = np.dtype(
    [
        ("hold", "i8"),
        ("calm_above", "f8"),  # between these two no limit is passed
        ("calm_below", "f8"),
        ("first", "i4"),
        ("last", "i4"),
        ("node", "i4"),
        ("watched", "u1"),
    ]
)
SIGNAL_STATE = np.dtype(
    [
        ("value", "f8"),  # last usable value
        ("usable_at", "i8"),  # its time; NEVER before the first
        ("seen_at", "i8"),  # time of the last sample of any quality
        ("quality", "u1"),  # of the last sample
        ("reason", "u1"),
        ("busy", "u1"),  # some limit is not CLEAR
        ("shown", "u1"),  # quality as told to others: STALE or MISSING outrank the sample's own
    ]
)
LIMIT_SPEC = np.dtype(
    [("set_point", "f8"), ("clear", "f8"), ("on", "i8"), ("off", "i8"), ("high", "u1")]
)
LIMIT_STATE = np.dtype([("since", "i8"), ("earliest", "i8"), ("latest", "i8"), ("phase", "u1")])
OUT = np.dtype(
    [
        ("kind", "u1"),
        ("index", "i4"),
        ("time", "i8"),
        ("value", "f8"),
        ("earliest", "i8"),
        ("latest", "i8"),
        ("before", "u1"),
        ("after", "u1"),
        ("reason", "u1"),
    ]
)

CLEAR, PENDING_ON, ACTIVE, PENDING_OFF = 0, 1, 2, 3
LIMIT, QUALITY, VALUE = 0, 1, 2
GOOD, UNCERTAIN, BAD, STALE, MISSING = 0, 1, 2, 3, 4
AGED, NODE_OFFLINE, NEVER_SEEN = 7, 6, 8
NEVER = -(2**62)
OUT_ROOM = 64  # more than one sample can say: two changes a limit, one quality, one value


@hot
def _say(
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


@hot
def _run_timer(
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
            return _say(
                out, count, LIMIT, limit, due, value, row["earliest"], row["latest"], 0, 1, 0
            )
    elif phase == PENDING_OFF:
        due = row["since"] + spec[limit]["off"]
        if held_from <= due <= until:
            row["phase"] = CLEAR
            return _say(
                out, count, LIMIT, limit, due, value, row["earliest"], row["latest"], 1, 0, 0
            )
    return count


@hot
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
                count = _say(out, count, LIMIT, limit, time, value, before, time, 0, 1, 0)
    elif phase == PENDING_ON:
        if beyond:
            if time - row["since"] >= rule["on"]:
                # The delay ran out while nothing was known; the value now says it was right.
                row["phase"] = ACTIVE
                count = _say(
                    out, count, LIMIT, limit, time, value, row["earliest"], row["latest"], 0, 1, 0
                )
        elif good:
            row["phase"] = CLEAR
    elif phase == ACTIVE:
        if inside and good:
            row["since"] = time
            row["earliest"] = before
            row["latest"] = time
            if rule["off"] > 0:
                row["phase"] = PENDING_OFF
            else:
                row["phase"] = CLEAR
                count = _say(out, count, LIMIT, limit, time, value, before, time, 1, 0, 0)
    elif inside and good:
        if gap:
            row["since"] = time  # what happened in the gap is unknown: the off-delay starts again
    else:
        row["phase"] = ACTIVE
    return count


@hot
def judge_samples(
    signal_spec: NDArray[np.void],
    signal_state: NDArray[np.void],
    limit_spec: NDArray[np.void],
    limit_state: NDArray[np.void],
    slots: NDArray[np.int32],
    times: NDArray[np.int64],
    values: NDArray[np.float64],
    quality: NDArray[np.uint8],
    reasons: NDArray[np.uint8],
    live: bool,
    start: int,
    out: NDArray[np.void],
) -> tuple[int, int]:
    """Judge samples from `start` on, in order.

    Returns the index of the first sample not judged and the number of records put into `out`.
    `live` says that the node is not catching up: only then does a sample end staleness.
    """
    count = 0
    room = out.shape[0] - OUT_ROOM
    for i in range(start, slots.shape[0]):
        if count > room:
            return i, count
        slot = slots[i]
        spec = signal_spec[slot]
        state = signal_state[slot]
        time = times[i]
        value = values[i]
        trust = quality[i]
        usable = trust <= UNCERTAIN
        usable_at = state["usable_at"]
        hold_until = usable_at + spec["hold"]
        calm = usable and not state["busy"] and spec["calm_above"] < value < spec["calm_below"]
        if not calm:
            busy = False
            for limit in range(spec["first"], spec["last"]):
                phase = limit_state[limit]["phase"]
                if phase in (PENDING_ON, PENDING_OFF):
                    count = _run_timer(
                        limit_spec,
                        limit_state,
                        limit,
                        usable_at,
                        min(time, hold_until),
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
                        trust == GOOD,
                        usable_at,
                        time > hold_until,
                        out,
                        count,
                    )
                elif limit_state[limit]["phase"] == PENDING_OFF:
                    limit_state[limit]["phase"] = ACTIVE
                busy = busy or limit_state[limit]["phase"] != CLEAR
            state["busy"] = busy
        if live or state["shown"] < STALE:
            if state["shown"] != trust or state["reason"] != reasons[i]:
                count = _say(
                    out,
                    count,
                    QUALITY,
                    slot,
                    time,
                    value,
                    time,
                    time,
                    state["shown"],
                    trust,
                    reasons[i],
                )
                state["shown"] = trust
            state["reason"] = reasons[i]
        state["quality"] = trust
        if usable:
            if spec["watched"] and (usable_at == NEVER or state["value"] != value):
                count = _say(out, count, VALUE, slot, time, value, usable_at, time, 0, trust, 0)
            state["value"] = value
            state["usable_at"] = time
        state["seen_at"] = time
    return slots.shape[0], count


@hot
def judge_tick(
    signal_spec: NDArray[np.void],
    signal_state: NDArray[np.void],
    limit_spec: NDArray[np.void],
    limit_state: NDArray[np.void],
    node_time: NDArray[np.int64],
    start: int,
    out: NDArray[np.void],
) -> tuple[int, int]:
    """Run timers and ages up to each node's judged time, signals from `start` on.

    Returns the index of the first signal not done and the number of records put into `out`.
    """
    count = 0
    room = out.shape[0] - OUT_ROOM
    for slot in range(start, signal_spec.shape[0]):
        if count > room:
            return slot, count
        spec = signal_spec[slot]
        state = signal_state[slot]
        now = node_time[spec["node"]]
        until = min(now, state["usable_at"] + spec["hold"])
        if state["busy"]:
            for limit in range(spec["first"], spec["last"]):
                phase = limit_state[limit]["phase"]
                if phase in (PENDING_ON, PENDING_OFF):
                    count = _run_timer(
                        limit_spec,
                        limit_state,
                        limit,
                        state["usable_at"],
                        until,
                        state["value"],
                        out,
                        count,
                    )
        if state["shown"] < STALE and now - state["seen_at"] > spec["hold"]:
            aged_at = state["seen_at"] + spec["hold"]
            count = _say(
                out,
                count,
                QUALITY,
                slot,
                aged_at,
                state["value"],
                aged_at,
                aged_at,
                state["shown"],
                STALE,
                AGED,
            )
            state["shown"] = STALE
            state["reason"] = AGED
    return signal_spec.shape[0], count
