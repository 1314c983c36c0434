"""The API and console of a plant in a flood: thousands of standing alarms that keep changing.

The journal, the store of samples and the app are the real ones; only what the monitor would say
is made up here. Prints the address with a one-time sign-in link, then runs until it is killed.
"""

import argparse
import asyncio
import functools
import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn

from api.accounts.open import open_accounts
from api.accounts.store import Accounts
from api.app import build
from api.gateways import GatewayStore
from api.live import LiveStore
from api.recorder import RecorderState
from api.roles import Role
from firstout.clock import Clock
from firstout.plant_folder import check_files
from historian.embedded.store import Embedded
from historian.points import Points
from journal.ask import Inbox
from journal.entry import Draft
from journal.open import open_database
from journal.read import Reader
from journal.verify import verify
from journal.write import Writer
from plant.moment import SECOND, to_text
from plant.plant import Plant
from plant.signal import Signal
from tests.large_plant import large_plant
from tests.ports import free_port

TICK_S = 0.1
TRENDED = 6
HISTORY_S = 3600


class Flood:
    """Alarms of a plant, and what happens to them: returned, raised again, acknowledged."""

    def __init__(self, plant: Plant, alarms: int) -> None:
        limited = [signal for signal in plant.signals if signal.limits]
        assert len(limited) >= alarms, f"only {len(limited)} signals have limits"
        self.signals = limited[:alarms]
        self._random = random.Random(1)  # noqa: S311  # the same flood each time
        self._bodies = {signal.id: _body(signal, number) for number, signal in enumerate(limited)}

    def first(self, now: int) -> Iterator[Draft]:
        """Raise every alarm."""
        for number, signal in enumerate(self.signals):
            yield self._draft(signal, now - number * SECOND, event="trip", active=True)

    def changes(self, count: int, now: int) -> Iterator[Draft]:
        """Let something happen to some of them."""
        for signal in self._random.sample(self.signals, count):
            body = self._bodies[signal.id]
            if body["active"] and not body["acknowledged"] and self._random.random() < 0.3:
                yield self._draft(signal, now, event="acknowledge", acknowledged=True)
            elif body["active"]:
                body["acknowledged"] = False
                yield self._draft(signal, now, event="return", active=False)
            else:
                body["occurrence"] += 1
                body["raised_at"] = to_text(now)
                yield self._draft(signal, now, event="trip", active=True, acknowledged=False)

    def _draft(self, signal: Signal, time: int, **changed: object) -> Draft:
        body = self._bodies[signal.id]
        body.update(changed, value=round(body["limit"] + self._random.random(), 2))
        body.setdefault("raised_at", to_text(time))
        return Draft("alarm", f"{signal.id}:high", time, time, "monitor", dict(body))


def _body(signal: Signal, number: int) -> dict[str, Any]:
    limit = signal.limits[0]
    return {
        "kind": "high",
        "signal": signal.id,
        "equipment": signal.equipment,
        "active": True,
        "acknowledged": False,
        "priority": ("critical", "high", "medium", "low")[number % 4],
        "level": limit.level.value,
        "occurrence": 1,
        "limit": limit.set_point,
        "unit": signal.unit,
        "latched": False,
        "suppressed_by": None,
        "message": {"zh": f"{signal.name.zh}超限", "en": f"{signal.name.en} beyond its limit"},
    }


def _live(writer: Writer, now: int, values: dict[str, float]) -> bytes:
    stamp = to_text(now)
    signals = {
        name: {"value": value, "quality": "GOOD", "reason": "NONE", "time": stamp}
        for name, value in values.items()
    }
    content = {"epoch": writer.epoch, "seq": writer.head().seq, "at": stamp, "signals": signals}
    return json.dumps({**content, "judged_until": stamp, "catching_up": False}).encode()


def _record(store: Embedded, signals: list[Signal], now: int) -> None:
    """Keep the last hour of the trended signals, a sample each second."""
    start = (now - HISTORY_S * SECOND) // SECOND * SECOND
    times = np.repeat(start + np.arange(HISTORY_S, dtype=np.int64) * SECOND, len(signals))
    which = np.tile(np.arange(len(signals), dtype=np.int32), HISTORY_S)
    values = 100 + 20 * np.sin(times / SECOND / 97 + which)
    zeros = np.zeros(len(times), np.uint8)
    names = tuple(signal.id for signal in signals)
    store.write(Points(names, which, times, times, values, zeros, zeros), {})


async def _happen(
    plant: Plant, writer: Writer, live: LiveStore, flood: Flood, clock: Clock, changes: int
) -> None:
    """Each tick: entries, values of as many signals, and the monitor's heartbeat."""
    per_tick = round(changes * TICK_S)
    trended = [signal.id for signal in flood.signals[:TRENDED]]
    everything = {signal.id: 1.0 for signal in plant.signals}
    live.update(_live(writer, clock.now(), everything))
    tick, loop = 0, asyncio.get_running_loop()
    begun = loop.time()
    while True:
        tick += 1
        await asyncio.sleep(max(0.0, begun + tick * TICK_S - loop.time()))
        now = clock.now()
        drafts = list(flood.changes(per_tick, now))
        with writer.transaction() as commit:
            commit.append(drafts)
            commit.beat(now, now, {"catching_up": False, "linked": True})
        values = {str(draft.body["signal"]): float(str(draft.body["value"])) for draft in drafts}
        values |= {name: 100 + 20 * np.sin(now / SECOND / 97) for name in trended}
        # Every signal proves its life each second, a part of them each tick.
        part = plant.signals[tick % 10 :: 10]
        alive = {signal.id: 1.0 for signal in part}
        live.update(_live(writer, now, {**alive, **values}))


async def serve(folder: Path, signals: int, alarms: int, changes: int, port: int) -> None:
    """Serve until cancelled."""
    plant, clock = check_files(large_plant(signals)), Clock()
    writer = Writer.open(folder / "journal.db", plant.id)
    flood = Flood(plant, alarms)
    with writer.transaction() as commit:
        commit.append(flood.first(clock.now()))
        commit.beat(clock.now(), clock.now(), {"catching_up": False, "linked": True})
    store = Embedded.open(folder / "history", writing=True)
    _record(store, flood.signals[:TRENDED], clock.now())
    accounts = Accounts(open_accounts(folder / "accounts.db"), clock.now)
    accounts.create("bench", "bench", Role.OPERATOR)
    engine, live = open_database(folder / "journal.db"), LiveStore.of(plant)
    app = build(
        plant=plant,
        criteria=(),
        reader=Reader(engine),
        inbox=Inbox(engine, clock.now),
        verify=functools.partial(verify, engine),
        accounts=accounts,
        live=live,
        gateways=GatewayStore(plant, clock.now),
        history=lambda: Embedded.open(folder / "history", writing=False),
        recorder=lambda: RecorderState(clock.now(), {plant.gateway: clock.now()}),
        now=clock.now,
        failed=lambda error: print(repr(error), flush=True),
    )
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_level="warning", access_log=False, ws="none")
    )
    said = {
        "url": f"http://127.0.0.1:{port}",
        "code": accounts.create_link("bench"),
        "token": accounts.create_token("bench", "bench")[1],
        "trended": [signal.id for signal in flood.signals[:TRENDED]],
    }
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_happen(plant, writer, live, flood, clock, changes))
        tasks.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110  # uvicorn has no event for it
            await asyncio.sleep(0.01)
        print(json.dumps(said), flush=True)


def main() -> None:
    """Serve with the counts asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--signals", type=int, default=8500)
    parser.add_argument("--alarms", type=int, default=5000)
    parser.add_argument("--changes", type=int, default=200, help="alarm entries a second")
    parser.add_argument("--port", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        port = asked.port or free_port()
        asyncio.run(serve(Path(folder), asked.signals, asked.alarms, asked.changes, port))


if __name__ == "__main__":
    main()
