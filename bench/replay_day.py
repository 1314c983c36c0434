"""A recording of 1,000 signals at 1 Hz through the whole of `firstout replay`: ratio to real time.

A wide CSV is written, then read, fed with its ticks, and judged by engine, interlocks, alarms and
criteria. By default it is ten minutes; `--day` replays a whole day (86,400 rows, some 600 MB of
CSV) and says how much memory it took. `--profile` shows where the time goes: of a quiet recording
a third in the engine (ten ticks a row, and the rows), a fifth in the criteria, a quarter in
reading the file and cutting it into inputs, the rest in between.
"""

import cProfile
import pstats
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from firstout.plant_folder import criteria
from firstout.replaying.oddities import Oddities
from firstout.replaying.replay import Replay, Until

SIGNALS = 1_000
MACHINES = 10
TEN_MINUTES, DAY = 600, 86_400
START = 1_795_478_400  # 2026-11-24T08:00:00+08:00
PLANT = """
[plant]
id = "bench"
name = { zh = "测速厂", en = "Bench works" }
enterprise = { zh = "测速企业", en = "Bench enterprise" }
district = { zh = "测速区", en = "Bench district" }
industries = ["aluminium"]
time_zone = "Asia/Shanghai"
gateway = "gw"

[[device]]
id = "plc"
protocol = "modbus-tcp"
host = "127.0.0.1"
"""
MACHINE = """
[[equipment]]
id = "m{0}"
kind = "deep_well_caster"
furnace = "fixed"
hoist = "rope"
emergency_watch = "patrol"
name = {{ zh = "{0}号铸造机", en = "Caster {0}" }}
"""
HEADER = (
    "id,equipment,role,name_zh,name_en,unit,range_low,range_high,period_s,max_age_s,device,address,"
    "scale,offset,LL,L,H,HH,deadband,on_delay_s,off_delay_s,outer_priority,inner_priority,"
    "limit_source"
)
ROW = (
    "s{0},m{1},mould.water_flow,流量{0},flow {0},m3/h,0,100,1,5,plc,input:{2}:float32,,,"
    "10,20,80,90,1,2,2,critical,high,site"
)


def plant_files() -> dict[str, str]:
    """Give the folder of a plant of SIGNALS signals with four limits each."""
    rows = [ROW.format(number, number % MACHINES, 2 * number) for number in range(SIGNALS)]
    machines = "".join(MACHINE.format(number) for number in range(MACHINES))
    return {"plant.toml": PLANT + machines, "signals.csv": "\n".join([HEADER, *rows]) + "\n"}


def write_recording(path: Path, seconds: int) -> int:
    """Write slow swings with noise; a few signals pass a limit now and then. Give its bytes."""
    chance = np.random.default_rng(1)
    phase = chance.uniform(0, 6, SIGNALS)
    with path.open("w") as file:
        file.write("time," + ",".join(f"s{number}" for number in range(SIGNALS)) + "\n")
        for second in range(seconds):
            swing = 50 + 29.5 * np.sin(second / 300 + phase) + chance.normal(0, 0.2, SIGNALS)
            file.write(f"{START + second},")
            swing.tofile(file, sep=",", format="%.2f")
            file.write("\n")
    return path.stat().st_size


def replay(path: Path) -> tuple[int, int, float]:
    """Give samples, changes, and seconds spent, the plant's reading left out."""
    act = Replay(plant_files(), criteria(), Oddities())
    began = time.perf_counter()
    progress, drafts = act.of_table(path, {}, Until())
    changes = sum(1 for _ in drafts)
    return progress.samples, changes, time.perf_counter() - began


def main() -> None:
    """Print the ratio to real time."""
    seconds = DAY if "--day" in sys.argv else TEN_MINUTES
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.csv"
        write_recording(path, 5)
        replay(path)  # compile first
        size = write_recording(path, seconds)
        if "--profile" in sys.argv:
            profile = cProfile.Profile()
            profile.runcall(replay, path)
            pstats.Stats(profile).sort_stats("tottime").print_stats(18)
            return
        samples, changes, took = replay(path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{seconds} s of {SIGNALS} signals ({size >> 20} MB, {samples} samples, "
        f"{changes} changes) in {took:.1f} s: {seconds / took:.0f} x real time, {peak} MB at most"
    )


if __name__ == "__main__":
    main()
