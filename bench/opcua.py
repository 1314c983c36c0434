"""Data changes a second and core that the OPC UA gateway takes, beside asyncua's own client.

A Python server cannot send as fast as the gateway takes, so what counts is the client's own
processor time: changes taken, divided by the seconds of processor time that this process needed
above what it needs to keep the same connection while nothing changes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from asyncua import Client, ua

from plant.reading import Readings
from tests.peers.asyncua_server import PlcProcess, analog
from tests.subscribing import reading

NODES = 500
ROUNDS = 60
PERIOD_S = 1.0


async def _ours(plc: PlcProcess, load: Callable[[], Awaitable[object]]) -> tuple[int, float]:
    """Give the changes that came, as readings in their units, and the processor time."""
    signals = [analog(f"n{i}", period_s=PERIOD_S, max_age_s=10.0) for i in range(NODES)]
    async with reading(plc.device(timeout_s=5.0), signals) as (_, records):
        await asyncio.sleep(5)
        records.all.clear()
        began = time.process_time()
        await load()
        await asyncio.sleep(1)
        used = time.process_time() - began
    return sum(map(_fresh, (readings for _, readings in records.all))), used


def _fresh(readings: Readings) -> int:
    return 0 if readings.sources is None else int((readings.sources > 0).sum())


async def _theirs(plc: PlcProcess, load: Callable[[], Awaitable[object]]) -> tuple[int, float]:
    """Do the same with asyncua's client and a handler that does nothing but count."""

    class Count:
        changes = 0

        def datachange_notification(self, *_: object) -> None:
            self.changes += 1

    count = Count()
    async with Client(plc.device().url, timeout=5) as client:
        handed = await client.create_subscription(PERIOD_S * 500, count)
        nodes = [client.get_node(ua.NodeId(f"n{i}", 2)) for i in range(NODES)]
        await handed.subscribe_data_change(nodes, queuesize=32)
        await asyncio.sleep(5)
        count.changes = 0
        began = time.process_time()
        await load()
        await asyncio.sleep(1)
        used = time.process_time() - began
        await handed.delete()
    return count.changes, used


async def _measured(run: Callable[..., Awaitable[tuple[int, float]]]) -> tuple[int, float, float]:
    """Give the changes, the processor time for them, and the rate at which they were sent."""
    plc = PlcProcess({f"n{i}": ("Double", 0.0) for i in range(NODES)})
    await plc.start()
    took_s = 0.0

    async def storm() -> None:
        nonlocal took_s
        began = time.monotonic()
        await plc.do(storm=ROUNDS)
        took_s = time.monotonic() - began

    try:
        changes, used = await run(plc, storm)
        _, idle = await run(plc, lambda: asyncio.sleep(took_s))
    finally:
        await plc.kill()
    return changes, used - idle, changes / took_s


async def main() -> None:
    """Print both clients' figures."""
    for name, run in (("gateway", _ours), ("asyncua", _theirs)):
        changes, used, sent = await _measured(run)
        print(
            f"{name}: {changes:,} of {NODES * ROUNDS:,} changes, "
            f"{changes / used:,.0f} a second and core ({1e6 * used / changes:.1f} µs each; "
            f"the server sent {sent:,.0f}/s)"
        )


if __name__ == "__main__":
    asyncio.run(main())
