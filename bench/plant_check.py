"""How long `firstout check` takes over a large plant, as a person at a terminal waits for it.

Run as `python -m bench.plant_check [SIGNALS]`; the whole command, a process of its own, over a
folder on disk. Prints seconds, and for comparison how long Python and our imports take alone.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.large_plant import large_plant


def main(signals: int) -> None:
    """Check a plant of `signals` signals and print how long it took."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in large_plant(signals).items():
            (Path(folder) / name).write_text(text, "utf-8")
        whole = _seconds("check", folder, "--json")
        start = _seconds("--help")
    print(
        f"check of {signals} signals: {whole:.1f} s (a command that does nothing: {start:.1f} s)"
    )


def _seconds(*words: str) -> float:
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "firstout", *words], check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
