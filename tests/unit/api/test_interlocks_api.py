from typing import Any

import pytest

from api.cursor import pack
from plant.moment import SECOND, to_text
from tests.api_world import START, World

DAY = 86_400 * SECOND


async def _get(world: World, path: str, **params: Any) -> dict[str, Any]:
    async with world.client() as client:
        answer = await client.get(f"/api/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def _refusal(world: World, path: str, **params: Any) -> tuple[int, str]:
    async with world.client() as client:
        answer = await client.get(f"/api/v1/{path}", params=params)
    return answer.status_code, answer.json()["code"]


async def _pages(world: World, path: str, **params: Any) -> list[str]:
    found: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = await _get(world, path, **params, **cursor)
        assert len(page["items"]) <= params["limit"]
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


def _bypass(world: World, identifier: str, *, started: int, ended: int | None) -> None:
    body = {
        "bypass": identifier,
        "event": "on" if ended is None else "off",
        "signal": "caster-1.bypass",
        "started_at": to_text(started),
        "ended_at": None if ended is None else to_text(ended),
    }
    world.write("bypass", "mould-water", body)


def _test(
    world: World, identifier: str, *, days_before: float, ok: bool = True, **more: object
) -> None:
    body = {
        "type": "proof_test",
        "name": {"zh": "测试", "en": "test"},
        "performed_at": to_text(world.now - round(days_before * DAY)),
        "valid_until": None,
        "ok": ok,
        "criterion": None,
        **more,
    }
    world.write("evidence", identifier, {"subject": "mould-water", **body}, actor="somebody")


class TestTheList:
    async def test_a_filter_by_equipment_keeps_its_interlocks(self, world: World) -> None:
        found = await _get(world, "interlocks", equipment="caster-1")

        assert [item["id"] for item in found["items"]] == ["mould-water"]
        assert found["next"] is None

    async def test_an_equipment_that_is_not_there_is_refused(self, world: World) -> None:
        assert await _refusal(world, "interlocks", equipment="other") == (404, "not_found")

    async def test_a_filter_by_state_asks_for_what_may_be_shown_now(self, world: World) -> None:
        world.beat()
        world.interlock("armed")

        async def ids(*state: str) -> list[str]:
            found = await _get(world, "interlocks", state=list(state))
            return [item["id"] for item in found["items"]]

        assert await ids("armed") == ["mould-water"]
        assert await ids("unknown") == []
        world.advance(10)  # the monitor has gone silent: armed is not known to be armed
        assert await ids("armed", "bypassed") == []
        assert await ids("unknown", "bypassed") == ["mould-water"]

    async def test_a_state_that_does_not_exist_is_refused(self, world: World) -> None:
        assert (await _refusal(world, "interlocks", state="fine"))[0] == 422

    async def test_a_cursor_of_an_interlock_that_is_gone_is_refused(self, world: World) -> None:
        assert (await _refusal(world, "interlocks", cursor=pack("gone")))[0] == 422
        last = await _get(world, "interlocks", cursor=pack("mould-water"))
        assert last["items"] == []


class TestOne:
    async def test_it_says_what_it_is_made_of_and_how_it_stands(self, world: World) -> None:
        world.beat()
        world.interlock("armed")
        world.demand("mould-water/1")
        found = await _get(world, "interlocks/mould-water")

        one = found["item"]
        assert (one["id"], one["state"], one["proof_test_days"]) == ("mould-water", "armed", 90)
        assert one["last_demand"]["equipment"] == "caster-1"
        assert found["judging"]["stale"] is False
        assert found["position"] == f"{world.writer.epoch}-2"

    @pytest.mark.parametrize("part", ["", "/demands", "/bypasses", "/proof-tests"])
    async def test_one_that_is_not_there_has_nothing(self, world: World, part: str) -> None:
        assert await _refusal(world, f"interlocks/other{part}") == (404, "not_found")


class TestBypasses:
    @pytest.mark.parametrize("limit", [1, 2, 3, 7])
    async def test_pages_hold_each_once_latest_first(self, world: World, limit: int) -> None:
        for number in range(7):
            started = START + (number // 3) * SECOND  # three of one moment
            _bypass(world, f"b{number}", started=started, ended=started + SECOND)
        found = await _pages(world, "interlocks/mould-water/bypasses", limit=limit)

        assert found == [f"b{number}" for number in reversed(range(7))]

    async def test_those_that_stand_and_those_that_ended(self, world: World) -> None:
        _bypass(world, "ended", started=START, ended=START + SECOND)
        _bypass(world, "stands", started=START + SECOND, ended=None)

        async def ids(**params: Any) -> list[str]:
            found = await _get(world, "interlocks/mould-water/bypasses", **params)
            return [item["id"] for item in found["items"]]

        assert await ids() == ["stands", "ended"]
        assert await ids(standing=True) == ["stands"]
        assert await ids(standing=False) == ["ended"]


class TestProofTests:
    PATH = "interlocks/mould-water/proof-tests"

    async def test_none_recorded_is_said_and_is_not_good(self, world: World) -> None:
        _test(world, "another", days_before=1, subject="metal-level")
        found = await _get(world, self.PATH)

        assert (found["items"], found["state"]) == ([], "never_recorded")
        assert (found["last"], found["due_at"], found["overdue"]) == (None, None, None)

    @pytest.mark.parametrize(
        ("days_before", "state", "overdue"),
        [
            (0, "current", False),
            (81, "current", False),
            (81.001, "due_soon", False),
            (90, "due_soon", False),
            (90.001, "overdue", True),
        ],
    )
    async def test_it_is_due_after_its_interval(
        self, world: World, days_before: float, state: str, *, overdue: bool
    ) -> None:
        _test(world, "t1", days_before=days_before)
        found = await _get(world, self.PATH)

        assert (found["state"], found["overdue"]) == (state, overdue)
        assert found["due_at"] == to_text(START - round(days_before * DAY) + 90 * DAY)
        assert found["last"] == found["items"][0]
        assert (found["last"]["by"], found["last"]["ok"]) == ("somebody", True)

    async def test_a_record_may_end_before_the_interval(self, world: World) -> None:
        ends = to_text(START - SECOND)
        _test(world, "t1", days_before=5, valid_until=ends)
        found = await _get(world, self.PATH)

        assert (found["state"], found["due_at"]) == ("overdue", ends)

    async def test_a_test_that_found_it_broken_is_not_covered_by_its_date(
        self, world: World
    ) -> None:
        _test(world, "good", days_before=2)
        _test(world, "bad", days_before=2, ok=False)
        found = await _get(world, self.PATH)

        assert (found["state"], found["last"]["id"], found["overdue"]) == ("failed", "bad", False)

    async def test_a_record_of_the_future_shows_nothing_yet(self, world: World) -> None:
        _test(world, "done", days_before=100)
        _test(world, "planned", days_before=-3)
        found = await _get(world, self.PATH)

        assert [(item["id"], item["future"]) for item in found["items"]] == [
            ("planned", True),
            ("done", False),
        ]
        assert (found["last"]["id"], found["state"]) == ("done", "overdue")

    @pytest.mark.parametrize("limit", [1, 2, 3, 7])
    async def test_pages_go_by_when_they_were_performed(self, world: World, limit: int) -> None:
        for number, days in enumerate((3, 9, 3, 1, 9, 9, 40)):
            _test(world, f"t{number}", days_before=days)
        found = await _pages(world, self.PATH, limit=limit)

        assert found == ["t3", "t2", "t0", "t5", "t4", "t1", "t6"]
        page = await _get(world, self.PATH, limit=1)
        assert page["last"]["id"] == "t3"
