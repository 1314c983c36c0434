import asyncio

import httpx
import pytest

from api.models.journal import EVENTS
from api.roles import Role
from tests.api_world import PASSWORD, World
from tests.system.api.api_events import serving, streaming, until

pytestmark = pytest.mark.system


async def test_begins_with_how_things_are(world: World) -> None:
    world.beat()
    world.alarm()
    world.live.update(world.live_message(water_flow=200))
    async with serving(world.app) as address, streaming(address, world.bearer()) as events:
        status = await events.next()
        signals = await events.next()

    assert status.kind == "status"
    assert status.id == f"{world.writer.epoch}-1" == status.data["position"]
    assert not status.data["judging"]["stale"]
    assert signals.kind == "signals"
    assert signals.id is None
    assert signals.data["full"]
    assert signals.data["signals"]["caster-1.water_flow"]["value"] == 200
    assert signals.data["signals"]["caster-1.gate_closed"]["quality"] == "MISSING"


async def test_entries_come_in_order_and_match_their_model(world: World) -> None:
    async with serving(world.app) as address, streaming(address, world.bearer()) as events:
        await events.next("signals")
        seqs = [world.alarm(f"a{number}:low") for number in range(3)]
        entries = [await events.next("entry") for _ in seqs]

    assert [entry.data["seq"] for entry in entries] == seqs
    assert [entry.id for entry in entries] == [f"{world.writer.epoch}-{seq}" for seq in seqs]
    assert entries[0].data["body"]["value"] == 150.5
    assert entries[0].data == EVENTS["entry"].model_validate(entries[0].data).model_dump()


async def test_a_live_message_wakes_the_reader_at_once(world: World) -> None:
    loop = asyncio.get_running_loop()
    delays = []
    async with serving(world.app) as address, streaming(address, world.bearer()) as events:
        await events.next("signals")
        for number in range(10):
            seq = world.alarm(f"a{number}:low")
            began = loop.time()
            world.live.update(world.live_message(seq=seq))
            await events.next("entry")
            delays.append(loop.time() - began)

    # Ten times in a row faster than the reader would look by itself (each 200 ms).
    assert sorted(delays)[7] < 0.1, delays


async def test_live_values_come_in_batches(world: World) -> None:
    world.beat()
    async with serving(world.app) as address, streaming(address, world.bearer()) as events:
        await events.next("signals")
        for value in (1, 2, 3):
            world.live.update(world.live_message(water_flow=value))
        world.live.update(world.live_message(gate_closed=1))
        batch = await events.next("signals")

    assert not batch.data["full"]
    values = {name: item["value"] for name, item in batch.data["signals"].items()}
    assert values == {"caster-1.water_flow": 3, "caster-1.gate_closed": 1}
    assert batch.data == EVENTS["signals"].model_validate(batch.data).model_dump()


async def test_a_value_read_again_is_its_number_and_its_age(world: World) -> None:
    world.beat()
    world.live.update(world.live_message(water_flow=200))
    async with serving(world.app) as address, streaming(address, world.bearer()) as events:
        await events.next("signals")
        world.live.update(world.live_message(water_flow=201))
        batch = await events.next("signals")

    assert batch.data["signals"] == {}
    assert batch.data["fresh"] == {"caster-1.water_flow": [201, 0]}


async def test_a_program_may_do_without_signals(world: World) -> None:
    world.beat()
    world.live.update(world.live_message(water_flow=200))
    async with (
        serving(world.app) as address,
        streaming(address, world.bearer(), signals="false") as events,
    ):
        heard = [await events.next()]
        world.live.update(world.live_message(water_flow=201))
        world.alarm()
        heard += [await events.next() for _ in range(3)]

    assert {event.kind for event in heard} == {"status", "entry"}


async def test_status_comes_each_second_and_tells_of_a_dead_monitor(world: World) -> None:
    world.beat()
    world.live.update(world.live_message(water_flow=200))
    async with serving(world.app) as address, streaming(address, world.bearer()) as events:
        await events.next("signals")
        world.advance(5)
        signals = await events.next("signals")
        status = await events.next("status")

    assert status.data["judging"]["stale"]
    assert status.data == EVENTS["status"].model_validate(status.data).model_dump()
    flow = signals.data["signals"]["caster-1.water_flow"]
    assert (flow["quality"], flow["reason"], flow["value"]) == ("STALE", "NOT_JUDGED", None)


async def test_resumes_where_it_broke_off(world: World) -> None:
    async with serving(world.app) as address:
        async with streaming(address, world.bearer()) as events:
            await events.next("signals")
            world.alarm("a:low")
            await events.next("entry")
        last = events.last
        missed = [world.alarm("b:low"), world.alarm("c:low")]
        await asyncio.sleep(0.5)
        async with streaming(address, world.bearer(), last) as events:
            first = [await events.next() for _ in range(3)]
        async with streaming(address, world.bearer(), after=last or "") as events:
            again = [await events.next() for _ in range(3)]

    assert [event.kind for event in first] == ["entry", "entry", "status"]
    assert [event.data["seq"] for event in first[:2]] == missed
    assert [event.id for event in again] == [event.id for event in first]


async def test_resumes_after_a_restart_of_the_server(world: World) -> None:
    async with serving(world.app) as address, streaming(address, world.bearer()) as events:
        await events.next("signals")
        world.alarm("a:low")
        await events.next("entry")
    missed = world.alarm("b:low")
    world.restart()
    async with (
        serving(world.app) as address,
        streaming(address, world.bearer(), events.last) as resumed,
    ):
        entry = await resumed.next()

    assert (entry.kind, entry.data["seq"]) == ("entry", missed)


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        ("nonsense", "malformed"),
        ("", "malformed"),
        ("{epoch}-x", "malformed"),
        ("0000-1", "other_journal"),
        ("{epoch}-99", "ahead"),
        ("{epoch}-3", "too_old"),
    ],
)
async def test_resets_when_it_cannot_resume(world: World, last: str, reason: str) -> None:
    for number in range(30):  # the ring holds 20
        world.alarm(f"a{number}:low")
    last = last.format(epoch=world.writer.epoch)
    async with (
        serving(world.app) as address,
        streaming(address, world.bearer(), last) as events,
    ):
        reset = await events.next()
        following = [(await events.next()).kind for _ in range(2)]
        world.alarm("next:low")
        entry = await events.next("entry")

    position = f"{world.writer.epoch}-30"
    assert (reset.kind, reset.id) == ("reset", position)
    assert reset.data == {"reason": reason, "position": position}
    assert following == ["status", "signals"]
    assert entry.data["seq"] == 31


async def test_oldest_place_the_ring_holds_still_resumes(world: World) -> None:
    for number in range(30):
        world.alarm(f"a{number}:low")
    async with (
        serving(world.app) as address,
        streaming(address, world.bearer(), f"{world.writer.epoch}-10") as events,
    ):
        seqs = [(await events.next("entry")).data["seq"] for _ in range(20)]

    assert seqs == list(range(11, 31))


async def test_a_stream_ends_with_the_session_it_was_opened_by(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.events._CHECK_EVERY_S", 0.1)
    world.accounts.create("li", "Li", Role.OPERATOR, PASSWORD)
    async with serving(world.app) as address, httpx.AsyncClient(base_url=address) as client:
        signed_in = await client.post(
            "/api/v1/session", json={"login": "li", "password": PASSWORD}
        )
        secret = signed_in.cookies["firstout_session"]
        csrf = signed_in.json()["csrf"]
        cookie = {"Cookie": f"firstout_session={secret}"}
        async with streaming(address, cookie) as events:
            await events.next("status")
            world.advance(1800)
            await events.next("status")  # an open stream is use of the session
            world.advance(1900)
            await events.next("status")
            out = await client.delete("/api/v1/session", headers={"X-CSRF-Token": csrf})
            async with asyncio.timeout(5):
                await events.until_end()
        again = await client.get("/api/v1/events", headers=cookie)

    assert out.status_code == 204
    assert again.status_code == 401


async def test_closing_ends_every_stream_and_opens_no_more(world: World) -> None:
    async with serving(world.app) as address, httpx.AsyncClient(base_url=address) as client:
        async with streaming(address, world.bearer()) as events:
            await events.next("signals")
            world.stream.close()
            async with asyncio.timeout(2):
                await events.until_end()
        answer = await client.get("/api/v1/events", headers=world.bearer())

    assert answer.status_code == 503


async def test_a_replaced_journal_resets_everybody(world: World) -> None:
    async with serving(world.app) as address, streaming(address, world.bearer()) as events:
        await events.next("signals")
        with world.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE journal_identity SET epoch = 'new'")
        reset = await events.next("reset")

    assert reset.data == {"reason": "other_journal", "position": "new-0"}


async def test_the_stream_outlives_a_journal_that_cannot_be_read(world: World) -> None:
    async with serving(world.app) as address, streaming(address, world.bearer()) as events:
        await events.next("signals")
        with world.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE entry RENAME TO away")
        await events.next("status")
        await events.next("status")
        with world.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO entry")
        seq = world.alarm()
        entry = await events.next("entry")

    assert entry.data["seq"] == seq
    assert world.failures == []


async def test_a_pump_that_dies_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(world.reader, "heartbeat", broken)
    async with serving(world.app):
        await until(lambda: bool(world.failures))

    assert isinstance(world.failures[0], ZeroDivisionError | ExceptionGroup)
