"""Small plants in code, and a bench that drives the engine over them, in seconds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from monitor.changes import Change
from monitor.compiled import compile_plant
from monitor.engine import Engine
from monitor.inputs import Born, Died, Input, Samples, Started, Tick, by_instant
from monitor.state import State, new_state
from monitor.state_view import StateView
from plant.formula import Formula, Function
from plant.interlock import Cause, Effect, Interlock
from plant.moment import SECOND, seconds
from plant.name import Name
from plant.plant import Device, Equipment, Plant
from plant.quality import Quality, Reason
from plant.signal import Indicates, Level, Limit, LimitSource, Priority, Signal
from plant.suppression import Suppression

START = 1_700_000_000 * SECOND
NODE = "gw"
T = TypeVar("T", bound=Change)


def at(second: float) -> int:
    """Give the moment `second` seconds after the start."""
    return START + seconds(second)


def limit(
    signal: str,
    level: str,
    set_point: float,
    *,
    deadband: float = 0.0,
    on: float = 0.0,
    off: float = 0.0,
    window_s: float = 0.0,
    group: Iterable[str] = (),
    indicates: str = "process",
) -> Limit:
    outer = Priority.CRITICAL if level in ("LL", "HH") else Priority.HIGH
    return Limit(
        signal,
        Level(level),
        set_point,
        deadband,
        on,
        off,
        outer,
        LimitSource.SITE,
        window_s=window_s,
        group=tuple(group),
        indicates=Indicates(indicates),
    )


def analog(
    signal: str,
    *limits: Limit,
    period_s: float = 0.5,
    max_age_s: float = 2.0,
    device: str = "plc",
    role: str = "mould.water_flow",
    frozen_s: float = 0.0,
    life: str = "",
) -> Signal:
    return Signal(
        id=signal,
        equipment="caster",
        role=role,
        name=Name(f"{signal}中", signal),
        unit="m3/h",
        range_low=-1e6,
        range_high=1e6,
        period_s=period_s,
        max_age_s=max_age_s,
        device=device,
        address="input:0:float32",
        limits=limits,
        frozen_s=frozen_s,
        life=life,
    )


def computed(
    signal: str,
    function: str,
    members: Iterable[str],
    *limits: Limit,
    parameter: float | None = None,
    pair_within_s: float = 1.0,
    period_s: float = 0.5,
    max_age_s: float = 2.0,
) -> Signal:
    """Give a signal that follows from others."""
    formula = Formula(Function(function), tuple(members), parameter, pair_within_s)
    measured = analog(signal, *limits, period_s=period_s, max_age_s=max_age_s)
    return replace(measured, device="", address="", formula=formula)


def switch(
    signal: str,
    *limits: Limit,
    role: str = "fast_gate.closed",
    period_s: float = 0.5,
    device: str = "plc",
    life: str = "",
) -> Signal:
    return Signal(
        id=signal,
        equipment="caster",
        role=role,
        name=Name(f"{signal}中", signal),
        unit=None,
        range_low=0,
        range_high=1,
        period_s=period_s,
        max_age_s=2.0,
        device=device,
        address="discrete:0",
        limits=limits,
        life=life,
    )


def interlock(
    name: str,
    causes: Iterable[str],
    effects: Iterable[tuple[str, int, float]],
    bypass: Iterable[str] = (),
) -> Interlock:
    return Interlock(
        id=name,
        equipment="caster",
        name=Name(f"{name}联锁", name),
        causes=tuple(Cause((cause,)) for cause in causes),
        effects=tuple(Effect(*effect) for effect in effects),
        bypass=tuple(bypass),
        proof_test_days=90,
    )


def plant_of(
    signals: Iterable[Signal],
    interlocks: Iterable[Interlock] = (),
    foreign: Iterable[str] = (),
    suppressions: Iterable[Suppression] = (),
) -> Plant:
    """Give a plant; devices of `foreign` arrive from a Sparkplug node of the device's own name."""
    signals, foreign = tuple(signals), tuple(foreign)
    names = dict.fromkeys(signal.device for signal in signals if signal.device)
    devices = tuple(
        Device(name, "sparkplug", node=name)
        if name in foreign
        else Device(name, "modbus-tcp", host="127.0.0.1", port=502)
        for name in names
    )
    caster = Equipment(
        "caster", "deep_well_caster", Name("铸造机", "caster"), (("furnace", "fixed"),)
    )
    return Plant(
        id="small",
        version="0" * 64,
        name=Name("小厂", "small"),
        enterprise=Name("企业", "enterprise"),
        district=Name("区", "district"),
        industries=("aluminium",),
        time_zone="Asia/Shanghai",
        simulated=True,
        gateway=NODE,
        devices=devices,
        equipment=(caster,),
        signals=signals,
        interlocks=tuple(interlocks),
        suppressions=tuple(suppressions),
    )


@dataclass(frozen=True)
class Point:
    """One sample: which signal, when, what, and how far it may be trusted."""

    slot: int
    time: int
    value: float
    quality: Quality = Quality.GOOD
    reason: Reason = Reason.NONE
    source: int = 0


def samples(
    points: Sequence[Point], known_at: int, *, historical: bool = False, node: str = NODE
) -> Samples:
    return Samples(
        node=node,
        historical=historical,
        slots=np.array([p.slot for p in points], np.int32),
        times=np.array([p.time for p in points], np.int64),
        values=np.array(
            [p.value if p.quality <= Quality.UNCERTAIN else np.nan for p in points], np.float64
        ),
        quality=np.array([p.quality for p in points], np.uint8),
        reasons=np.array([p.reason for p in points], np.uint8),
        known_at=known_at,
        sources=np.array([p.source for p in points], np.int64)
        if any(p.source for p in points)
        else None,
    )


@dataclass
class Bench:
    """An engine over a small plant; everything it said is in `said`."""

    plant: Plant
    said: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.compiled = compile_plant(self.plant)
        self.engine = Engine(self.compiled)
        self.state: State = new_state(self.compiled)
        self.give(Started(at(0)))

    def give(self, given: Input) -> list[Change]:
        said = []
        for part in by_instant(given):
            changes, self.now = self.engine.advance(self.state, part)
            said += changes
        self.said += said
        return said

    def values(
        self,
        second: float,
        quality: Quality = Quality.GOOD,
        reason: Reason = Reason.NONE,
        *,
        historical: bool = False,
        known: float | None = None,
        node: str = NODE,
        source: float | None = None,
        **values: float,
    ) -> list[Change]:
        """Give the values of several signals (by id) that were read at `second`."""
        stamp = 0 if source is None else at(source)
        points = [
            Point(self.compiled.slot[signal], at(second), float(value), quality, reason, stamp)
            for signal, value in values.items()
        ]
        known_at = at(second if known is None else known)
        return self.give(samples(points, known_at, historical=historical, node=node))

    def bad(self, second: float, *signals: str, reason: Reason = Reason.NO_ANSWER) -> list[Change]:
        return self.values(second, Quality.BAD, reason, **dict.fromkeys(signals, 0.0))

    def tick(self, second: float) -> list[Change]:
        return self.give(Tick(at(second)))

    def born(self, second: float, device: str = "", node: str = NODE) -> list[Change]:
        return self.give(Born(node, device, at(second)))

    def died(self, second: float, device: str = "", node: str = NODE) -> list[Change]:
        return self.give(Died(node, device, at(second)))

    @property
    def view(self) -> StateView:
        return StateView(self.compiled, self.state)

    def of(self, kind: type[T]) -> list[T]:
        """Give everything of one kind that was said."""
        return [change for change in self.said if isinstance(change, kind)]


def only(changes: Iterable[Change], kind: type[T]) -> list[T]:
    return [change for change in changes if isinstance(change, kind)]
