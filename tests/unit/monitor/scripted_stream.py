"""A long fixed stream through the engine, printed as a digest: the same compiled or not."""

import hashlib
import sys

import numpy as np

from monitor.compiled import compile_plant
from monitor.engine import Engine
from monitor.inputs import Tick
from monitor.state import new_state, to_blocks
from plant.quality import Quality, Reason
from plant.signal import Signal
from tests.small_plant import Point, analog, at, computed, limit, plant_of, samples


def derived() -> list[Signal]:
    """Give a signal that its node proves, and what follows from this and the others."""
    members = ("s0", "s1", "s2")
    group = limit("alive", "DEVIATION", 20, on=0.5, group=("alive", "s0", "s1"))
    return [
        analog("alive", group, limit("alive", "RATE", 15, window_s=3), life="node", frozen_s=1.0),
        analog("beaten", limit("beaten", "H", 60, on=2), life="s3"),
        computed("n", "count", ("s0",), limit("n", "H", 2), parameter=60),
        computed("part", "percent", ("d", "s0"), limit("part", "H", 40), parameter=20),
        computed("d", "difference", ("s0", "s1"), limit("d", "RATE", -30, window_s=5)),
        computed("middle", "median", members, limit("middle", "H", 60, off=1)),
        computed("mean", "mean", members, pair_within_s=0.1),
        computed("proven", "ratio", ("alive", "s3"), limit("proven", "H", 2)),
    ]


def digest() -> str:
    """Give the SHA-256 of everything the engine says, and of the state it ends in."""
    rng = np.random.default_rng(20_241_124)
    delays = [(0.0, 0.0), (1.0, 0.0), (0.0, 2.0), (0.7, 1.3)]
    signals = [
        analog(
            f"s{index}",
            limit(f"s{index}", "LL", 20, deadband=2, on=on, off=off),
            limit(f"s{index}", "L", 30, deadband=2, on=on, off=off),
            limit(f"s{index}", "H", 70, deadband=2, on=on, off=off),
            limit(f"s{index}", "HH", 80, deadband=2, on=on, off=off),
        )
        for index, (on, off) in enumerate(delays)
    ]
    signals += derived()
    compiled = compile_plant(plant_of(signals))
    engine, state, sha = Engine(compiled), new_state(compiled), hashlib.sha256()
    trusts = [Quality.GOOD] * 8 + [Quality.UNCERTAIN, Quality.BAD]
    value = np.full(len(delays) + 2, 50.0)
    second, said = 0.0, 0
    for _ in range(1500):
        second += float(rng.choice([0.1, 0.5, 0.5, 2.0]))
        value = np.clip(value + rng.normal(0, 12, len(value)).round(), 0, 100)
        points = [
            Point(
                slot,
                at(second),
                float(v),
                trusts[int(rng.integers(10))],
                Reason.NONE,
                at(second) - int(rng.integers(0, 2_100_000_000)),
            )
            for slot, v in enumerate(value)
            if slot < len(value) - 1 or rng.random() < 0.1
        ]
        changes, _ = engine.advance(state, samples(points, at(second)))
        ticked, _ = engine.advance(state, Tick(at(second + 0.05)))
        said += len(changes) + len(ticked)
        sha.update(repr((changes, ticked)).encode())
    for name, block in to_blocks(state).items():
        sha.update(name.encode() + block)
    assert said > 2000
    return sha.hexdigest()


if __name__ == "__main__":
    sys.stdout.write(digest())
