"""`firstout probe`: what the controllers say now, signal by signal, before anybody relies on it.

It reads exactly as the gateway does, judges nothing and keeps nothing.
"""

import asyncio
import contextlib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import structlog
from rich.console import Console
from rich.table import Table
from rich.text import Text
from structlog.typing import EventDict, WrappedLogger

from firstout.data_folder import DataFolder
from gateway import registry
from gateway.poller import poll_all
from plant.moment import SECOND, seconds, to_text
from plant.plant import Plant
from plant.quality import Quality
from plant.reading import Reading, Readings
from plant.signal import Signal


@dataclass(frozen=True)
class Probed:
    """What one signal gave; `raw` is the number before scaling, None when there is no value."""

    signal: Signal
    reading: Reading
    read_time: int

    @property
    def raw(self) -> float | None:
        """Give the controller's own number."""
        value = self.reading.value
        return None if math.isnan(value) else (value - self.signal.offset) / self.signal.scale

    @property
    def stamped_s(self) -> float | None:
        """Say how long before it was read the source stamped it; None when it does not."""
        return (self.read_time - self.reading.source) / SECOND if self.reading.source else None


@dataclass
class Report:
    """What a plant's controllers gave: the latest of each signal, and what went wrong."""

    plant: Plant
    probed: dict[str, Probed] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> tuple[Signal, ...]:
        """The signals that the plant's gateway reads."""
        devices = registry.polled(self.plant)
        return tuple(s for device in devices for s in self.plant.signals_of(device.id))

    @property
    def good(self) -> bool:
        """True when every signal gave a GOOD value."""
        found = (self.probed.get(signal.id) for signal in self.asked)
        return all(one is not None and one.reading.quality is Quality.GOOD for one in found)

    def take(self, _device: str, read_time: int, readings: Readings) -> None:
        """Take one record; a stamp that has been seen stays, as a repeated value has none."""
        for reading in readings:
            before = self.probed.get(reading.signal)
            if reading.source == 0 and before is not None and _same(before.reading, reading):
                continue
            signal = self.plant.signal_by_id[reading.signal]
            self.probed[reading.signal] = Probed(signal, reading, read_time)

    def as_json(self) -> dict[str, object]:
        """Give the report for programs."""
        return {
            "ok": self.good,
            "plant": self.plant.id,
            "signals": [_row(signal, self.probed.get(signal.id)) for signal in self.asked],
            "devices": self.troubles,
        }

    def print(self, console: Console) -> None:
        """Show the report to a person."""
        table = Table()
        for header in (
            *("测点 signal", "设备 device", "地址 address", "原始值 raw", "数值 value"),
            *("质量 quality", "源时标 stamped"),
        ):
            table.add_column(header, overflow="fold")
        # What is not GOOD is what somebody has to look at.
        for signal in sorted(self.asked, key=lambda s: _is_good(self.probed.get(s.id))):
            # As Text: an address such as holding:100:bit0 has an emoji's name in it.
            table.add_row(*map(Text, _cells(signal, self.probed.get(signal.id))))
        console.print(table)
        if self.plant.simulated:
            console.print("模拟装置 A simulated plant: these are no real controllers")
        for device in registry.polled(self.plant):
            console.print(f"{device.id} = {device.host}:{device.port}", highlight=False)
        for name, text in sorted(self.troubles.items()):
            told = text if text.startswith(f"{name}:") else f"{name}: {text}"
            console.print(told, markup=False, highlight=False, soft_wrap=True)
        good = sum(p.reading.quality is Quality.GOOD for p in self.probed.values())
        console.print(f"{len(self.asked)} 个测点中 {good} 个良好 signals are GOOD")


def probe(plant: Plant, data: DataFolder, within_s: float, now: Callable[[], int]) -> Report:
    """Read until every signal has given a GOOD value, for at most `within_s` seconds."""
    report = Report(plant)
    structlog.configure(processors=[_Listener(report.troubles)], cache_logger_on_first_use=False)
    asyncio.run(_read(report, data, within_s, now))
    for signal in report.asked:
        if signal.device in report.troubles and _is_good(report.probed.get(signal.id)):
            del report.troubles[signal.device]  # it has answered since
    return report


async def _read(report: Report, data: DataFolder, within_s: float, now: Callable[[], int]) -> None:
    all_good = asyncio.Event()

    def take(device: str, read_time: int, readings: Readings) -> None:
        report.take(device, read_time, readings)
        if report.good:
            all_good.set()

    readers = registry.pollers(report.plant, take, now, secrets=data.secrets, pki=data.pki)
    reading = asyncio.create_task(poll_all(readers))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            await all_good.wait()
    reading.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await reading


class _Listener:
    """Remembers the last trouble of each device instead of logging it."""

    def __init__(self, troubles: dict[str, str]) -> None:
        self._troubles = troubles

    def __call__(self, _logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        text = str(event.get("error") or "")
        if "device" in event and text:
            self._troubles[str(event["device"])] = text
        raise structlog.DropEvent


def longest_wait_s(signals: Iterable[Signal]) -> float:
    """Give how long every signal needs at most to be read twice [E]."""
    return max((2 * seconds(s.period_s) / SECOND for s in signals), default=0.0) + 3.0


def _same(before: Reading, after: Reading) -> bool:
    values = before.value == after.value or (math.isnan(before.value) and math.isnan(after.value))
    return values and (before.quality, before.reason) == (after.quality, after.reason)


def _is_good(one: Probed | None) -> bool:
    return one is not None and one.reading.quality is Quality.GOOD


def _row(signal: Signal, one: Probed | None) -> Mapping[str, object]:
    said: dict[str, object] = {
        "signal": signal.id,
        "device": signal.device,
        "address": signal.address,
        "unit": signal.unit,
    }
    if one is None:
        return said | {"raw": None, "value": None, "quality": Quality.MISSING.name}
    value = None if math.isnan(one.reading.value) else one.reading.value
    return said | {
        "raw": one.raw,
        "value": value,
        "quality": one.reading.quality.name,
        "reason": one.reading.reason.name,
        "read": to_text(one.read_time),
        "stamped_s": one.stamped_s,
    }


def _cells(signal: Signal, one: Probed | None) -> tuple[str, ...]:
    where = (signal.id, signal.device, signal.address)
    if one is None:
        return (*where, "", "", Quality.MISSING.name, "")
    quality = one.reading.quality.name
    if one.reading.quality is not Quality.GOOD:
        quality += f" {one.reading.reason.name}"
    value = "" if one.raw is None else f"{one.reading.value:g} {signal.unit or ''}".rstrip()
    raw = "" if one.raw is None else f"{one.raw:g}"
    stamped = "" if one.stamped_s is None else f"{one.stamped_s:.2f} s"
    return (*where, raw, value, quality, stamped)
