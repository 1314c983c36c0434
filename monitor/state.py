"""What the engine remembers, and how it is put away and taken out again.

The state belongs to the caller and is advanced in place. `to_blocks` and `from_blocks` are exact:
an engine that is stopped, put away, taken out and continued gives the same changes as one that
never stopped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from monitor import interlock_state, suppressions
from monitor.changes import NodeState
from monitor.compiled import Compiled
from monitor.interlock_state import InterlockMemory
from monitor.suppressions import SuppressionMemory
from monitor.tables import (
    DEVICE_STATE,
    LIMIT_STATE,
    MISSING,
    NEVER,
    NEVER_SEEN,
    RING_STATE,
    SIGNAL_PAST,
    SIGNAL_STATE,
    Rows,
)

ROWS_A_BLOCK = 4096
Scalar = TypeVar("Scalar", bound=np.generic)

# The tables by the name of their blocks, and which columns are times of our own clock. What a
# source stamped (`source_at`) is the time of another clock and is not moved with ours.
_TABLES: dict[str, tuple[np.dtype[np.void], tuple[str, ...]]] = {
    "signals": (SIGNAL_STATE, ("usable_at", "seen_at")),
    "limits": (LIMIT_STATE, ("since", "earliest", "latest")),
    "past": (SIGNAL_PAST, ("changed_at",)),
    "rings": (RING_STATE, ("whole_since", "newest")),
    "devices": (DEVICE_STATE, ("fault_at",)),
}


@dataclass
class NodeMemory:
    """What is known of one edge node.

    `judged_until` is the node's judged time and `heard_at` when it last gave a sign.
    `settled` is False while it may still be delivering a backlog, since `waiting_since`.
    `told` is the state that others know; None until there has been time to hear from it.
    """

    judged_until: int = NEVER
    heard_at: int = NEVER
    waiting_since: int = NEVER
    settled: bool = False
    offline: bool = True
    told: NodeState | None = None


@dataclass
class Memory:
    """What is remembered as objects: nodes, interlocks and suppressions by id, active limits.

    `active` maps a limit that is active now to the interval in which it was passed.
    """

    nodes: dict[str, NodeMemory]
    interlocks: dict[str, InterlockMemory]
    suppressions: dict[str, SuppressionMemory] = field(default_factory=dict)
    active: dict[str, tuple[int, int]] = field(default_factory=dict)
    last_tick: int = NEVER


_MEMORY = TypeAdapter(Memory)


@dataclass(eq=False)
class State:
    """The engine's memory: tables for samples and limits, objects for what changes seldom.

    `due` is before which tick nothing can happen unless something else comes first; it follows
    from the rest and is not put away.
    """

    rows: Rows
    memory: Memory
    due: int = NEVER

    @property
    def signals(self) -> NDArray[np.void]:
        """The signals' rows, in the plant's order, then the hidden ones."""
        return self.rows.signals

    @property
    def limits(self) -> NDArray[np.void]:
        """The limits' rows."""
        return self.rows.limits


def new_state(compiled: Compiled) -> State:
    """Give the state of a plant of which nothing has been seen yet: all MISSING, all clear."""
    sizes = _sizes(compiled)
    rows = {name: np.zeros(sizes[name], dtype) for name, (dtype, _) in _TABLES.items()}
    signals = rows["signals"]
    signals["value"] = np.nan
    for name in ("usable_at", "seen_at"):
        signals[name] = NEVER
    for name in ("quality", "shown"):
        signals[name] = MISSING
    for name in ("why", "reason"):
        signals[name] = NEVER_SEEN
    for name in ("changed_at", "source_at"):
        rows["past"][name] = NEVER
    for name in ("whole_since", "newest"):
        rows["rings"][name] = NEVER
    rows["rings"]["last"] = np.nan
    rows["devices"]["fault_at"] = NEVER
    plant = compiled.plant
    memory = Memory(
        nodes={node: NodeMemory() for node in compiled.nodes},
        interlocks={item.id: InterlockMemory() for item in plant.interlocks},
        suppressions={item.id: SuppressionMemory() for item in plant.suppressions},
    )
    times = np.full(sizes["ring_times"], NEVER, np.int64)
    return State(_rows(rows, times, np.zeros(len(times)), compiled), memory)


def layout() -> str:
    """Describe the blocks' form; a state of another form cannot be taken out."""
    tables = [dtype.descr for dtype, _ in _TABLES.values()]
    return f"{tables}ring_times:i8 ring_values:f8{_MEMORY.json_schema()}"


def to_blocks(state: State) -> dict[str, bytes]:
    """Put the state away as named blocks; those whose bytes did not change need no writing."""
    blocks: dict[str, bytes] = {}
    for name in _TABLES:
        blocks |= _split(name, getattr(state.rows, name))
    blocks |= _split("ring_times", state.rows.ring_times)
    blocks |= _split("ring_values", state.rows.ring_values)
    blocks["engine"] = _MEMORY.dump_json(state.memory)
    return blocks


def from_blocks(compiled: Compiled, blocks: Mapping[str, bytes]) -> State:
    """Take a state out again; the plant must be the one with which it was put away."""
    sizes = _sizes(compiled)
    rows = {name: _join(name, blocks, sizes[name], dtype) for name, (dtype, _) in _TABLES.items()}
    times = _join("ring_times", blocks, sizes["ring_times"], np.dtype(np.int64))
    values = _join("ring_values", blocks, sizes["ring_times"], np.dtype(np.float64))
    return State(_rows(rows, times, values, compiled), _MEMORY.validate_json(blocks["engine"]))


def shift_clock(state: State, by: int) -> None:
    """Move all remembered times by `by` nanoseconds, after the clock was stepped back.

    Without this, timers and ages would stand still until the clock has caught up again.
    """
    columns = [
        getattr(state.rows, table)[name] for table, (_, names) in _TABLES.items() for name in names
    ]
    for times in (*columns, state.rows.ring_times):
        times[times > NEVER] += by
    state.due = NEVER
    memory = state.memory
    memory.active = {limit: (_moved(a, by), b + by) for limit, (a, b) in memory.active.items()}
    for node in memory.nodes.values():
        node.judged_until = _moved(node.judged_until, by)
        node.heard_at = _moved(node.heard_at, by)
        node.waiting_since = _moved(node.waiting_since, by)
    for interlock in memory.interlocks.values():
        interlock_state.shift(interlock, by)
    for suppression in memory.suppressions.values():
        suppressions.shift(suppression, by)


def _moved(moment: int, by: int) -> int:
    return moment if moment == NEVER else moment + by


def _sizes(compiled: Compiled) -> dict[str, int]:
    rules = compiled.rules
    return {
        "signals": len(rules.signals),
        "limits": len(rules.limits),
        "past": len(compiled.plant.signals),
        "rings": len(rules.rings),
        "ring_times": int(rules.rings["room"].sum()),
        "devices": len(compiled.plant.devices),
    }


def _rows(
    tables: dict[str, NDArray[np.void]],
    ring_times: NDArray[np.int64],
    ring_values: NDArray[np.float64],
    compiled: Compiled,
) -> Rows:
    items = len(compiled.rules.items)
    return Rows(
        **tables,
        ring_times=ring_times,
        ring_values=ring_values,
        dirty=np.zeros(items, np.uint8),
        span=np.array([items, -1, NEVER], np.int64),
    )


def _split(name: str, rows: NDArray[Any]) -> dict[str, bytes]:
    parts = range(0, len(rows), ROWS_A_BLOCK)
    return {f"{name}/{at // ROWS_A_BLOCK}": rows[at : at + ROWS_A_BLOCK].tobytes() for at in parts}


def _join(
    name: str, blocks: Mapping[str, bytes], rows: int, dtype: np.dtype[Scalar]
) -> NDArray[Scalar]:
    parts = (rows + ROWS_A_BLOCK - 1) // ROWS_A_BLOCK
    data = b"".join(blocks[f"{name}/{part}"] for part in range(parts))
    return np.frombuffer(data, dtype).copy()
