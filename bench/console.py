"""What the console costs a browser: 5,000 alarms, 200 changes a second, six trends of an hour.

`python -m bench.console [SECONDS]` opens the alarm page of `bench.busy_server` in Chromium with
the detail of one alarm, then six trends of an hour, and reports scripting per tick of 100 ms,
frames that came too late, and the heap after each minute. With `shown` it measures from a
register's change to the alarm in the page, over the whole running product.
"""

import asyncio
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, ViewportSize, sync_playwright

from bench.alarm_latency import POLL_S, calm, plant_folder, trip
from tests.peers.bare_modbus_device import BareModbusDevice
from tests.running import ROOT, RunningPlant

TICK_S = 0.1
GOAL_MS = 50
_SCREEN: ViewportSize = {"width": 1366, "height": 768}
_FRAMES = """() => {
    window.gaps = []
    let last = performance.now()
    const frame = (now) => {
        window.gaps.push(now - last)
        last = now
        requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
}"""
_WATCH = """() => {
    window.shownAt = []
    const row = () => document.querySelector(
        'tr[data-alarm="caster-1.water_flow:low"][data-state=unacknowledged]')
    let there = !!row()
    new MutationObserver(() => {
        const now = !!row()
        if (now && !there) window.shownAt.push(performance.timeOrigin + performance.now())
        there = now
    }).observe(document.body, {subtree: true, childList: true, attributes: true})
}"""


@contextmanager
def chromium_page() -> Iterator[Page]:
    """Give a page of Debian's Chromium, headless."""
    path = shutil.which("chromium")
    assert path, "chromium is missing; tests/install-servers.sh installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_context(viewport=_SCREEN).new_page()
        browser.close()


@contextmanager
def busy_server() -> Iterator[dict[str, Any]]:
    """Run the server of a plant in a flood, and give what it says of itself."""
    command = [sys.executable, "-m", "bench.busy_server"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def flood(seconds: int) -> None:
    """Print what the flood costs the page."""
    with busy_server() as server, chromium_page() as page:
        page.goto(f"{server['url']}/#/sign-in?code={server['code']}")
        page.get_by_test_id("page-alarms").click()
        page.locator("tr[data-alarm]").first.wait_for(timeout=60_000)
        alarm = f"{server['trended'][0]}:high"
        page.goto(f"{server['url']}/#/alarms?alarm={alarm}")
        page.get_by_test_id("alarm-detail").wait_for(timeout=20_000)
        page.locator("[data-testid=alarm-detail] canvas").first.wait_for(timeout=20_000)
        page.wait_for_timeout(5_000)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        print("alarm page with a detail and its trend:")
        _report(page, session, seconds)
        _heap(page, session, seconds)
        print(f"trends page with {len(server['trended'])} signals over an hour:")
        query = "&".join(f"signal={signal}" for signal in server["trended"])
        page.goto(f"{server['url']}/#/trends?{query}&span=3600")
        page.locator("[data-testid=trends] canvas").first.wait_for(timeout=20_000)
        page.wait_for_timeout(5_000)
        _report(page, session, seconds)


def _report(page: Page, session: CDPSession, seconds: int) -> None:
    page.evaluate(_FRAMES)
    before, begun = _metrics(session), time.monotonic()
    page.wait_for_timeout(min(seconds, 60) * 1000)
    after, ticks = _metrics(session), (time.monotonic() - begun) / TICK_S
    for name in ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration", "TaskDuration"):
        print(f"{name}: {(after[name] - before[name]) * 1000 / ticks:.1f} ms a tick of 100 ms")
    gaps = sorted(page.evaluate("window.gaps"))
    late = sum(gap > TICK_S * 1000 for gap in gaps)
    print(
        f"frames {len(gaps)}, later than a tick {late}; median gap {statistics.median(gaps):.0f} "
        f"ms, 99 % within {gaps[int(0.99 * len(gaps))]:.0f} ms, longest {gaps[-1]:.0f} ms "
        f"(goal: scripting at most {GOAL_MS} ms)"
    )


def _heap(page: Page, session: CDPSession, seconds: int) -> None:
    """Print the heap after a collection, at once and after each minute."""
    for minute in range(seconds // 60 + 1):
        if minute:
            page.wait_for_timeout(60_000)
        session.send("HeapProfiler.collectGarbage")
        heap = _metrics(session)["JSHeapUsedSize"] / 1e6
        nodes = _metrics(session)["Nodes"]
        print(f"minute {minute}: heap {heap:.1f} MB, {nodes:.0f} nodes", flush=True)


def _metrics(session: CDPSession) -> dict[str, float]:
    found = session.send("Performance.getMetrics")["metrics"]
    return {item["name"]: item["value"] for item in found}


@contextmanager
def _answering(device: BareModbusDevice) -> Iterator[None]:
    """Let the device answer in a thread of its own: Playwright keeps this one's loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    calm(device)
    asyncio.run_coroutine_threadsafe(device.start(), loop).result()
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(device.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def shown(rounds: int) -> None:
    """Print how long an alarm takes from its register to the page."""
    device = BareModbusDevice()
    with tempfile.TemporaryDirectory() as scratch, _answering(device), chromium_page() as page:
        folder = plant_folder(Path(scratch), device.port)
        plant = RunningPlant(Path(scratch) / "data", "--no-simulate", folder=folder)
        try:
            plant.wait_ready()
            page.goto(plant.sign_in_link())
            page.get_by_test_id("page-alarms").click()
            page.wait_for_timeout(4_000)
            page.evaluate(_WATCH)
            found = sorted(_round(page, device, number / rounds) for number in range(rounds))
        finally:
            plant.end()
    print(
        f"register change to alarm shown, {POLL_S * 1000:.0f} ms poll: median "
        f"{statistics.median(found):.0f} ms, 90 % within {found[int(0.9 * rounds)]:.0f} ms, "
        f"longest {found[-1]:.0f} ms (half a poll is in it)"
    )


def _round(page: Page, device: BareModbusDevice, part: float) -> float:
    page.wait_for_timeout(700 + POLL_S * 1000 * part)
    count = page.evaluate("window.shownAt.length")
    changed = time.time() * 1000
    trip(device)
    # Asked again and again: the page's policy forbids what Playwright would wait with.
    while page.evaluate("window.shownAt.length") == count:
        assert time.time() * 1000 - changed < 5_000, "the alarm is not shown"
        page.wait_for_timeout(10)
    at = page.evaluate(f"window.shownAt[{count}]")
    calm(device)
    page.wait_for_timeout(300)
    page.keyboard.press("j")
    page.keyboard.press("a")
    return float(at) - changed


def main() -> None:
    """Run what is asked for."""
    if sys.argv[1:2] == ["shown"]:
        shown(40)
    else:
        flood(int(sys.argv[1]) if len(sys.argv) > 1 else 60)


if __name__ == "__main__":
    main()
