"""Samples a second through the engine's kernel on one core, at 4 limits a signal.

Quiet: no limit is passed. Busy: every signal swings through all its limits. The ratio compares
the same busy run with the kernel left uncompiled, in a process of its own.
"""

import json
import os
import subprocess
import sys
import time

import numpy as np
from numpy.typing import NDArray

from monitor import kernel
from monitor.compiled import compile_plant
from monitor.state import new_state
from plant.name import Name
from plant.plant import Device, Equipment, Plant
from plant.signal import Level, Limit, LimitSource, Priority, Signal

SIGNALS = 1_000
COMPILED_SAMPLES = 4_000_000
UNCOMPILED_SAMPLES = 20_000
NAME = Name("测点", "signal")


def plant() -> Plant:
    """Give a plant of SIGNALS signals with all four limits each."""
    signals = tuple(_signal(f"s{number}") for number in range(SIGNALS))
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


def _signal(signal_id: str) -> Signal:
    limits = tuple(
        Limit(signal_id, level, value, 1.0, 1.0, 1.0, Priority.HIGH, LimitSource.SITE)
        for level, value in zip(Level, (10.0, 20.0, 80.0, 90.0), strict=True)
    )
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


def samples_a_second(values: NDArray[np.float64]) -> float:
    """Judge `values`, signal after signal, one second a round; best of three."""
    compiled = compile_plant(plant())
    count = len(values)
    slots = (np.arange(count) % SIGNALS).astype(np.int32)
    times = np.arange(count) // SIGNALS * 1_000_000_000
    zeros = np.zeros(count, np.uint8)
    out = np.zeros(8192, kernel.OUT)
    best = 0.0
    for _ in range(3):
        state = new_state(compiled)
        done, began = 0, time.perf_counter()
        while done < count:
            done, _said = kernel.judge_samples(
                compiled.signal_spec,
                state.signals,
                compiled.limit_spec,
                state.limits,
                slots,
                times,
                values,
                zeros,
                zeros,
                True,
                done,
                out,
            )
        best = max(best, count / (time.perf_counter() - began))
    return best


def measure(count: int) -> dict[str, float]:
    """Give samples a second, quiet and busy."""
    swing = 50 + 45 * np.sin(np.arange(count) // SIGNALS / 3)
    samples_a_second(np.full(SIGNALS, 50.0))  # compile first
    return {"quiet": samples_a_second(np.full(count, 50.0)), "busy": samples_a_second(swing)}


def main() -> None:
    """Print the figures; with an argument, only those of this process as JSON."""
    if len(sys.argv) > 1:
        print(json.dumps(measure(UNCOMPILED_SAMPLES)))
        return
    compiled = measure(COMPILED_SAMPLES)
    told = subprocess.run(
        [sys.executable, "-m", "bench.kernel", "uncompiled"],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    uncompiled = json.loads(told)
    for name in ("quiet", "busy"):
        ratio = compiled[name] / uncompiled[name]
        print(f"kernel {name}: {compiled[name] / 1e6:.1f} M samples/s, {ratio:.0f} x uncompiled")


if __name__ == "__main__":
    main()
