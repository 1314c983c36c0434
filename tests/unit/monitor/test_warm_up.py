"""In a process of its own, since what was compiled once stays compiled."""

import subprocess
import sys

_SCRIPT = """
from monitor import derive, kernel, source_clock
from monitor.warm_up import warm_up
from tests.small_plant import Bench
from tests.unit.compliance.stand import CALM, PLANT

LOOPS = (kernel.judge_samples, kernel.judge_tick, source_clock.judge_sources, derive.derive)

bench = Bench(PLANT)
cold = [len(loop.signatures) for loop in LOOPS]
warm_up(bench.compiled)
warm = [len(loop.signatures) for loop in LOOPS]
for second in range(3):
    bench.values(second, **CALM)
    bench.tick(second + 0.05)
print(cold, warm, [len(loop.signatures) for loop in LOOPS])
"""


def test_nothing_is_left_to_compile_when_the_first_sample_comes() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True
    )

    cold, warm, after = done.stdout.strip().replace("] [", "]|[").split("|")
    assert warm == after
    assert warm != cold
