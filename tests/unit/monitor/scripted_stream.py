"""A long fixed stream through the engine, printed as a digest: the same compiled or not."""

import hashlib
import sys

import numpy as np

from monitor.compiled import compile_plant
from monitor.engine import Engine
from monitor.inputs import Tick
from monitor.state import new_state, to_blocks
from plant.quality import Quality, Reason
from tests.small_plant import Point, analog, at, limit, plant_of, samples


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
    compiled = compile_plant(plant_of(signals))
    engine, state, sha = Engine(compiled), new_state(compiled), hashlib.sha256()
    trusts = [Quality.GOOD] * 8 + [Quality.UNCERTAIN, Quality.BAD]
    value = np.full(len(signals), 50.0)
    second, said = 0.0, 0
    for _ in range(1500):
        second += float(rng.choice([0.1, 0.5, 0.5, 2.0]))
        value = np.clip(value + rng.normal(0, 12, len(signals)).round(), 0, 100)
        points = [
            Point(slot, at(second), float(v), trusts[int(rng.integers(10))], Reason.NONE)
            for slot, v in enumerate(value)
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
