"""What a gateway tells of a device, from a reader that lives through it."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

from gateway.contact import Contact
from gateway.device_state import device_state
from gateway.poller import Poller
from gateway.source import Group, ReadError
from plant.moment import SECOND
from plant.plant import Device
from plant.quality import Reason
from plant.reading import Readings
from tests.patience import until

PLC = Device("plc", "modbus-tcp", "10.0.0.1", 502)


@dataclass(frozen=True)
class Part:
    signals: tuple[str, ...] = ("a",)


class Source:
    """A device that answers, until `reason` says how it does not."""

    groups = (Group(SECOND // 50, (Part(),)),)

    def __init__(self) -> None:
        self.reason: Reason | None = None

    async def connect(self) -> None:
        if self.reason not in (None, Reason.REFUSED):
            raise ReadError(self.reason, "away")

    async def read(self, _: Part) -> int:
        await asyncio.sleep(0.005)
        if self.reason is not None:
            raise ReadError(self.reason, "away")
        return 1

    async def close(self) -> None: ...

    def readings(self, parts: Sequence[Part], answers: Sequence[int | Reason]) -> Readings:
        reasons = [answer for answer in answers if isinstance(answer, Reason)]
        return Readings.bad(parts[0].signals, [*reasons, Reason.NO_ANSWER][0])


async def test_lost_and_found_with_its_reasons_and_durations() -> None:
    source, ticks = Source(), count(1)
    poller = Poller("plc", source, lambda *_: None, lambda: next(ticks))
    loop = asyncio.get_running_loop()

    def told():
        return device_state(PLC, poller, loop.time(), None)

    before = told()
    task = asyncio.create_task(poller.run())
    await until(lambda: told().polls > 3)
    up = told()
    source.reason = Reason.NO_ANSWER
    await until(lambda: told().down is not None)
    down = told()
    await until(lambda: told().failures[Reason.NO_ANSWER] > down.failures[Reason.NO_ANSWER])
    still_down = told()
    source.reason = None
    await until(lambda: told().down is None)
    again = told()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert (before.down, before.answered_at, before.request) == (Reason.NO_ANSWER, None, None)
    assert up.down is None
    assert up.request is not None
    assert up.request.p50_s >= 0.005
    assert up.answered_at is not None
    assert up.answered_at > up.since > before.since
    assert down.down is Reason.NO_ANSWER
    assert set(down.failures) == {Reason.NO_ANSWER}
    assert down.since > up.since
    assert still_down.since == down.since
    assert still_down.answered_at == down.answered_at
    assert again.since > down.since
    assert again.connections == 2
    assert (again.crashes, again.address) == (0, "10.0.0.1:502 unit 1")


async def test_a_refusal_is_an_answer_and_a_failure() -> None:
    source = Source()
    source.reason = Reason.REFUSED
    poller = Poller("plc", source, lambda *_: None, lambda: 5)
    task = asyncio.create_task(poller.run())
    await until(lambda: poller.counters.failures[Reason.REFUSED] > 2)
    told = device_state(PLC, poller, asyncio.get_running_loop().time(), None)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert (told.down, told.answered_at, told.request) == (None, 5, None)


def test_an_opcua_device_is_told_by_its_url_without_who_signs_in() -> None:
    class Silent:
        """A reader whose server has not spoken for too long."""

        device = "ua"
        counters = Poller("ua", Source(), lambda *_: None, lambda: 7).counters
        contact = Contact(lambda: 7)
        connected = False

        async def run(self) -> None: ...

    Silent.contact.found()
    Silent.contact.answered_at = 9
    device = Device("ua", "opcua", "plc.local", 4840, path="/x", user="operator")
    told = device_state(device, Silent(), 0.0, None)

    assert told.address == "opc.tcp://plc.local:4840/x"
    assert (told.down, told.since) == (Reason.NO_ANSWER, 9)
