"""A small plant with a real journal, real accounts and the real app, for the tests of the API."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from api.accounts.open import open_accounts
from api.accounts.store import Accounts
from api.app import build
from api.criteria import Criterion
from api.gateways import GatewayStore
from api.live import LiveStore
from api.recorder import RecorderState
from api.roles import Role
from api.stream import Stream
from historian.embedded.store import Embedded
from journal.ask import Inbox
from journal.entry import Draft
from journal.open import open_database
from journal.read import Reader
from journal.verify import verify
from journal.write import Writer
from plant.interlock import Cause, Effect, Interlock
from plant.moment import SECOND, from_text, to_text
from plant.name import Name
from plant.plant import Area, Device, Equipment, Plant
from plant.signal import Guidance, Level, Limit, LimitSource, Priority, Signal

START = from_text("2026-11-24T08:00:00Z")
PASSWORD = "long enough for a person"


def _limit(level: Level, set_point: float) -> Limit:
    return Limit(
        "caster-1.water_flow", level, set_point, 3, 0, 0, Priority.CRITICAL, LimitSource.DESIGN
    )


_GUIDED = replace(
    _limit(Level.LL, 160),
    latching=True,
    basis="GB 6222-2005",
    guidance=Guidance(
        consequence=Name("爆炸", "explosion"),
        action=Name("启动备用泵", "start the spare pump"),
        respond_s=60,
    ),
)


def _signal(name: str, unit: str | None, limits: tuple[Limit, ...] = ()) -> Signal:
    return Signal(
        id=f"caster-1.{name}",
        equipment="caster-1",
        role="mould.water_flow",
        name=Name("信号", name),
        unit=unit,
        range_low=0,
        range_high=300,
        period_s=0.5,
        max_age_s=2,
        device="mould-plc",
        address="input:2:float32",
        limits=limits,
    )


PLANT = Plant(
    id="demo",
    version="0" * 64,
    name=Name("示范厂", "Demo"),
    enterprise=Name("示范企业", "Demo Ltd"),
    district=Name("示范区", "Demo district"),
    industries=("aluminium",),
    time_zone="Asia/Shanghai",
    simulated=True,
    gateway="gw1",
    devices=(Device("mould-plc", "modbus-tcp", "127.0.0.1", 5020),),
    areas=(Area("cast-house", Name("铸造车间", "Cast house")),),
    equipment=(
        Equipment(
            "caster-1",
            "deep_well_caster",
            Name("一号机", "Caster 1"),
            (("furnace", "fixed"),),
            "aluminium",
            area="cast-house",
        ),
    ),
    signals=(
        _signal("water_flow", "m3/h", (_GUIDED, _limit(Level.L, 180))),
        _signal("gate_closed", None),
    ),
    interlocks=(
        Interlock(
            id="mould-water",
            equipment="caster-1",
            name=Name("水联锁", "Mould water"),
            causes=(Cause(("caster-1.water_flow:LL",)),),
            effects=(Effect("caster-1.gate_closed", 1, 3.0),),
            bypass=("caster-1.bypass",),
            proof_test_days=90,
        ),
    ),
)

CRITERIA = (
    Criterion(
        "aluminium-4", Name("水", "water"), Name("铝", "aluminium"), 4, ("5(6)",), ("caster-1",)
    ),
    Criterion(
        "aluminium-5",
        Name("排", "drain"),
        Name("铝", "aluminium"),
        5,
        (),
        ("caster-1",),
        judged=False,
    ),
)


class World:
    """Everything an API test touches; `now` moves only when the test moves it."""

    def __init__(self, folder: Path, *, stream: dict[str, int] | None = None) -> None:
        self.now = START
        self.failures: list[BaseException] = []
        self.writer = Writer.open(folder / "journal.db", PLANT.id)
        self.engine = open_database(folder / "journal.db")
        self.accounts_engine = open_accounts(folder / "accounts.db")
        self.accounts = Accounts(self.accounts_engine, self._clock)
        self.reader = Reader(self.engine)
        self.live = LiveStore.of(PLANT)
        self.gateways = GatewayStore(PLANT, self._clock)
        self._stream_sizes = stream or {}
        self.stream = self._make_stream()
        self.history_folder = folder / "history"
        self.historian = Embedded.open(self.history_folder, writing=True)
        self.recorder: RecorderState | None = None
        self.static = folder / "static"
        self.app = self._make_app()
        self.tokens: dict[Role, str] = {}

    def restart(self) -> None:
        """Make the app anew on the same journal, as after a restart of the process."""
        self.live = LiveStore.of(PLANT)
        self.gateways = GatewayStore(PLANT, self._clock)
        self.stream = self._make_stream()
        self.app = self._make_app()

    def _make_stream(self) -> Stream:
        return Stream(self.reader, self.live, PLANT, self._clock, **self._stream_sizes)

    def _make_app(self) -> FastAPI:
        return build(
            plant=PLANT,
            criteria=CRITERIA,
            reader=self.reader,
            inbox=Inbox(self.engine, self._clock, deadline_s=0.4),
            verify=partial(verify, self.engine),
            accounts=self.accounts,
            live=self.live,
            gateways=self.gateways,
            history=lambda: Embedded.open(self.history_folder, writing=False),
            recorder=lambda: self.recorder,
            now=self._clock,
            failed=self.failures.append,
            hosts=("firstout.example", "FD00::1"),
            static=self.static,
            stream=self.stream,
        )

    def close(self) -> None:
        """Let go of the databases."""
        self.historian.close()
        self.writer.close()
        self.engine.dispose()
        self.accounts_engine.dispose()

    def token(self, role: Role = Role.OPERATOR) -> str:
        """Give a token of somebody with this role."""
        if role not in self.tokens:
            self.accounts.create(role.value, role.value.title(), role)
            self.tokens[role] = self.accounts.create_token(role.value, "test")[1]
        return self.tokens[role]

    def bearer(self, role: Role = Role.OPERATOR) -> dict[str, str]:
        """Give the header of somebody with this role."""
        return {"Authorization": f"Bearer {self.token(role)}"}

    def client(self, role: Role | None = Role.OPERATOR) -> httpx.AsyncClient:
        """Give a client of the app, signed in by token unless `role` is None."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        headers = self.bearer(role) if role else {}
        return httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers)

    def beat(self, *, at: int | None = None, until: int | None = None, **detail: object) -> None:
        """Write the monitor's heartbeat, by default of now."""
        with self.writer.transaction() as commit:
            commit.beat(at or self.now, until or self.now, detail)

    def write(
        self, kind: str, subject: str, body: Mapping[str, object], actor: str = "monitor"
    ) -> int:
        """Journal one entry of now and give its number."""
        with self.writer.transaction() as commit:
            draft = Draft(kind, subject, self.now, self.now, actor, body)
            return commit.append([draft])[0].seq

    def alarm(self, subject: str = "caster-1.water_flow:low", **changes: object) -> int:
        """Journal an alarm: active and unacknowledged unless said otherwise."""
        body: dict[str, object] = {
            "event": "trip",
            "kind": "low",
            "signal": "caster-1.water_flow",
            "equipment": "caster-1",
            "active": True,
            "acknowledged": False,
            "priority": "critical",
            "level": "LL",
            "occurrence": 1,
            "value": 150.5,
            "limit": 160,
            "unit": "m3/h",
            "latched": False,
            "suppressed_by": None,
            "message": {"zh": "流量低低", "en": "Flow low-low"},
            "raised_at": to_text(self.now),
        }
        return self.write("alarm", subject, {**body, **changes})

    def verdict(self, criterion: str, verdict: str, subject: str = "caster-1") -> int:
        """Journal a verdict with one reason."""
        body = {
            "criterion": criterion,
            "subject": subject,
            "from": None,
            "verdict": verdict,
            "stale": False,
            "reasons": [{"code": "x", "zh": "原因", "en": "why", "refs": []}],
        }
        return self.write("verdict", f"{criterion}@{subject}", body)

    def violation(self, identifier: str, kind: str, **changes: object) -> int:
        """Journal a violation that stands."""
        body: dict[str, object] = {
            "event": "open",
            "criterion": "aluminium-4",
            "subject": "caster-1",
            "kind": kind,
            "since": to_text(self.now),
            "until": None,
            "stale": False,
            "reasons": [{"code": "x", "zh": "原因", "en": "why", "refs": []}],
        }
        return self.write("violation", identifier, {**body, **changes})

    def demand(self, identifier: str) -> int:
        """Journal a demand of the mould-water interlock that was answered in time."""
        body = {
            "demand": identifier,
            "event": "settle",
            "time": to_text(self.now),
            "result": "ok",
            "first_out": ["caster-1.water_flow:LL"],
            "causes": [
                {"limit": "caster-1.water_flow:LL", "at": [to_text(self.now), to_text(self.now)]}
            ],
            "effects": [
                {
                    "signal": "caster-1.gate_closed",
                    "state": 1,
                    "within_s": 3,
                    "result": "ok",
                    "response_s": [0.5, 1.5],
                }
            ],
        }
        return self.write("demand", "mould-water", body)

    def interlock(self, state: str) -> int:
        """Journal the state of the mould-water interlock."""
        body = {"equipment": "caster-1", "from": None, "state": state, "reason": None}
        return self.write("interlock", "mould-water", body)

    def live_message(self, *, seq: int = 0, **signals: object) -> bytes:
        """Make a live message; a signal is a number, or a dict that says all."""
        stamp = to_text(self.now)
        good = {"quality": "GOOD", "reason": "NONE", "time": stamp}
        content = {
            "epoch": self.writer.epoch,
            "seq": seq,
            "at": stamp,
            "judged_until": stamp,
            "catching_up": False,
            "signals": {
                f"caster-1.{name}": {**good, **value}
                if isinstance(value, dict)
                else {**good, "value": value}
                for name, value in signals.items()
            },
        }
        return json.dumps(content).encode()

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += round(seconds * SECOND)

    def _clock(self) -> int:
        return self.now

    @asynccontextmanager
    async def answering(
        self, judge: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> AsyncIterator[None]:
        """Play the monitor's side of the inbox: `judge` makes the answer of each act."""

        async def loop() -> None:
            while True:
                with self.writer.transaction() as commit:
                    for ask in commit.asked():
                        commit.answer(ask.id, judge(dict(ask.body)))
                await asyncio.sleep(0.01)

        task = asyncio.create_task(loop())
        try:
            yield
        finally:
            task.cancel()
