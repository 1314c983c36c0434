"""What the engine remembers, and how it is put away and taken out again.

The state belongs to the caller and is advanced in place. `to_blocks` and `from_blocks` are exact:
an engine that is stopped, put away, taken out and continued gives the same changes as one that
never stopped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from monitor.changes import CauseSeen, NodeState
from monitor.compiled import Compiled
from monitor.interlock_state import InterlockMemory
from monitor.kernel import LIMIT_STATE, MISSING, NEVER, NEVER_SEEN, SIGNAL_STATE

ROWS_A_BLOCK = 4096


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
    """What is remembered as objects: nodes and interlocks by id, and which limits are active.

    `active` maps a limit that is active now to the interval in which it was passed.
    """

    nodes: dict[str, NodeMemory]
    interlocks: dict[str, InterlockMemory]
    active: dict[str, tuple[int, int]] = field(default_factory=dict)
    last_tick: int = NEVER


_MEMORY = TypeAdapter(Memory)


@dataclass(eq=False)
class State:
    """The engine's memory: arrays for samples and limits, objects for what changes seldom."""

    signals: NDArray[np.void]
    limits: NDArray[np.void]
    memory: Memory


def new_state(compiled: Compiled) -> State:
    """Give the state of a plant of which nothing has been seen yet: all MISSING, all clear."""
    signals = np.zeros(len(compiled.signal_spec), SIGNAL_STATE)
    signals["value"] = np.nan
    signals["usable_at"] = NEVER
    signals["seen_at"] = NEVER
    signals["quality"] = MISSING
    signals["shown"] = MISSING
    signals["reason"] = NEVER_SEEN
    return State(
        signals=signals,
        limits=np.zeros(len(compiled.limit_spec), LIMIT_STATE),
        memory=Memory(
            nodes={node: NodeMemory() for node in compiled.nodes},
            interlocks={item.id: InterlockMemory() for item in compiled.plant.interlocks},
        ),
    )


def layout() -> str:
    """Describe the blocks' form; a state of another form cannot be taken out."""
    return f"{SIGNAL_STATE.descr}{LIMIT_STATE.descr}{_MEMORY.json_schema()}"


def to_blocks(state: State) -> dict[str, bytes]:
    """Put the state away as named blocks; those whose bytes did not change need no writing."""
    blocks = _split("signals", state.signals) | _split("limits", state.limits)
    blocks["engine"] = _MEMORY.dump_json(state.memory)
    return blocks


def from_blocks(compiled: Compiled, blocks: Mapping[str, bytes]) -> State:
    """Take a state out again; the plant must be the one with which it was put away."""
    return State(
        signals=_join("signals", blocks, len(compiled.signal_spec), SIGNAL_STATE),
        limits=_join("limits", blocks, len(compiled.limit_spec), LIMIT_STATE),
        memory=_MEMORY.validate_json(blocks["engine"]),
    )


def shift_clock(state: State, by: int) -> None:
    """Move all remembered times by `by` nanoseconds, after the clock was stepped back.

    Without this, timers and ages would stand still until the clock has caught up again.
    When a bypass was switched on stays as it was told: it names the bypass in the journal.
    """
    for rows, names in (
        (state.signals, ("usable_at", "seen_at")),
        (state.limits, ("since", "earliest", "latest")),
    ):
        for name in names:
            rows[name] = np.where(rows[name] > NEVER, rows[name] + by, rows[name])
    memory = state.memory
    memory.active = {limit: (_moved(a, by), b + by) for limit, (a, b) in memory.active.items()}
    for node in memory.nodes.values():
        node.judged_until = _moved(node.judged_until, by)
        node.heard_at = _moved(node.heard_at, by)
        node.waiting_since = _moved(node.waiting_since, by)
    for interlock in memory.interlocks.values():
        for feedback in interlock.feedback.values():
            feedback.earliest = _moved(feedback.earliest, by)
            feedback.latest += by
        demand = interlock.demand
        if demand is not None:
            demand.opened += by
            demand.causes = [
                CauseSeen(cause.limit, _moved(cause.earliest, by), cause.latest + by)
                for cause in demand.causes
            ]


def _moved(moment: int, by: int) -> int:
    return moment if moment == NEVER else moment + by


def _split(name: str, rows: NDArray[np.void]) -> dict[str, bytes]:
    parts = range(0, len(rows), ROWS_A_BLOCK)
    return {f"{name}/{at // ROWS_A_BLOCK}": rows[at : at + ROWS_A_BLOCK].tobytes() for at in parts}


def _join(
    name: str, blocks: Mapping[str, bytes], rows: int, dtype: np.dtype[np.void]
) -> NDArray[np.void]:
    parts = (rows + ROWS_A_BLOCK - 1) // ROWS_A_BLOCK
    data = b"".join(blocks[f"{name}/{part}"] for part in range(parts))
    return np.frombuffer(data, dtype).copy()
