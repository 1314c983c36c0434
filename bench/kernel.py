"""Samples a second through the engine's kernel on one core, at 4 limits a signal.

Quiet: no limit is passed. Busy: every signal swings through all its limits. The ratio compares
the same run with the kernel left uncompiled, in a process of its own. Plants of 1 k, 10 k, 100 k
and 1 M signals also show what a signal costs in memory: its rules, and what is remembered of it.
"""

import json
import os
import subprocess
import sys
import time

import numpy as np
from numpy.typing import NDArray

from monitor import kernel, tables
from monitor.compiled import Compiled, compile_plant
from monitor.state import State, new_state
from plant.name import Name
from plant.plant import Device, Equipment, Plant
from plant.signal import Level, Limit, LimitSource, Priority, Signal

SIZES = (1_000, 10_000, 100_000, 1_000_000)
SAMPLES = 4_000_000
UNCOMPILED_SAMPLES = 20_000
NAME = Name("测点", "signal")
SET_POINTS = {Level.LL: 10.0, Level.L: 20.0, Level.H: 80.0, Level.HH: 90.0}


def plant(size: int) -> Plant:
    """Give a plant of `size` signals with all four limits each."""
    # The kernel never looks at the limits' names, so all signals share the same four.
    limits = tuple(
        Limit("s", level, value, 1.0, 1.0, 1.0, Priority.HIGH, LimitSource.SITE)
        for level, value in SET_POINTS.items()
    )
    signals = tuple(_signal(f"s{number}", limits) for number in range(size))
    return Plant(
        id="bench",
        version="",
        name=NAME,
        enterprise=NAME,
        district=NAME,
        industries=(),
        time_zone="UTC",
        simulated=True,
        gateway="gw",
        devices=(Device("d", "modbus-tcp"),),
        equipment=(Equipment("e", "deep_well_caster", NAME),),
        signals=signals,
        interlocks=(),
    )


def _signal(signal_id: str, limits: tuple[Limit, ...]) -> Signal:
    return Signal(
        id=signal_id,
        equipment="e",
        role="mould.water_flow",
        name=NAME,
        unit="m3/h",
        range_low=0.0,
        range_high=100.0,
        period_s=1.0,
        max_age_s=10.0,
        device="d",
        address="",
        limits=limits,
    )


def samples_a_second(compiled: Compiled, values: NDArray[np.float64]) -> float:
    """Judge `values`, signal after signal, one second a round; best of three."""
    count, signals = len(values), len(compiled.plant.signals)
    slots = (np.arange(count) % signals).astype(np.int32)
    times = np.arange(count) // signals * 1_000_000_000
    zeros = np.zeros(count, np.uint8)
    settled = np.ones(1, np.uint8)
    room = 4096
    out = np.zeros(room + 2 * compiled.room, tables.OUT)
    best = 0.0
    for _ in range(3):
        rows = new_state(compiled).rows
        done, began = 0, time.process_time()
        while done <= count:
            done, _said = kernel.judge_samples(
                compiled.rules,
                rows,
                slots,
                times,
                times,
                values,
                zeros,
                zeros,
                settled,
                done,
                room,
                out,
            )
        best = max(best, count / (time.process_time() - began))
    return best


def bytes_a_signal(compiled: Compiled, state: State) -> tuple[float, float]:
    """Give the bytes of rules, and of what is remembered, for each signal."""
    size = len(compiled.plant.signals)
    rules = sum(table.nbytes for table in compiled.rules)
    return rules / size, sum(table.nbytes for table in state.rows) / size


def measure(size: int, count: int) -> dict[str, float]:
    """Give samples a second, quiet and busy, the seconds to compile, and the bytes a signal."""
    given = plant(size)
    began = time.process_time()
    compiled = compile_plant(given)
    took = time.process_time() - began
    swing = 50 + 45 * np.sin(np.arange(count) // size / 3)
    samples_a_second(compiled, np.full(1, 50.0))  # compile the loops first
    rules, remembered = bytes_a_signal(compiled, new_state(compiled))
    return {
        "quiet": samples_a_second(compiled, np.full(count, 50.0)),
        "busy": samples_a_second(compiled, swing),
        "compile_s": took,
        "rules": rules,
        "remembered": remembered,
    }


def main() -> None:
    """Print the figures; with an argument, only those of this process as JSON."""
    if len(sys.argv) > 1:
        print(json.dumps(measure(SIZES[0], UNCOMPILED_SAMPLES)))
        return
    told = subprocess.run(
        [sys.executable, "-m", "bench.kernel", "uncompiled"],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    uncompiled = json.loads(told)
    for size in SIZES:
        found = measure(size, max(SAMPLES, 4 * size))
        print(
            f"kernel {size} signals: plant laid out in {found['compile_s']:.1f} s, "
            f"{found['rules']:.0f} B of rules and {found['remembered']:.0f} B remembered a signal"
        )
        for name in ("quiet", "busy"):
            print(
                f"kernel {size} signals {name}: {found[name] / 1e6:.1f} M samples/s, "
                f"{1e9 / found[name]:.1f} ns a sample, "
                f"{found[name] / uncompiled[name]:.0f} x uncompiled"
            )


if __name__ == "__main__":
    main()
