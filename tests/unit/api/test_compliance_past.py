"""The matrix of a past moment, over a journal that the real judge has filled."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from firstout import plant_folder
from firstout.api_process import shown
from firstout.judge import Judge
from journal.entry import Draft
from monitor.inputs import Started
from plant.moment import SECOND, from_text, to_text
from plant.quality import Quality, Reason
from tests import api_world
from tests.api_world import World
from tests.caster_run import CasterRun
from tests.plant_files import caster_files, caster_plant, checked
from tests.small_plant import Point, at, samples

FLOW = ("aluminium-4", "caster-1")


class Judged(World):
    """A world whose journal holds a run of the caster plant, and the monitor's own life."""

    run: CasterRun

    def keep(self, drafts: list[Draft], second: float) -> None:
        """Journal drafts, and let the server's clock be there, with a heartbeat of then."""
        with self.writer.transaction() as commit:
            commit.append(drafts)
            commit.beat(at(second), at(second), {})
        self.now = at(second)

    def own(self, event: str, second: float, **more: object) -> None:
        body = {"event": event, **more}
        moment = at(second)
        self.keep([Draft("monitor", "monitor", moment, moment, "monitor", body)], second)


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Judged]:
    """Calm; at 5 s the interlock is bypassed, at 7 s the flow's data are lost; until 10 s."""
    plant = caster_plant()
    criteria = tuple(shown(plant, item) for item in plant_folder.criteria())
    monkeypatch.setattr(api_world, "PLANT", plant)
    monkeypatch.setattr(api_world, "CRITERIA", criteria)
    world = Judged(tmp_path)
    world.run = run = CasterRun(Judge(plant, plant_folder.criteria()))
    body: dict[str, object] = {"version": plant.version, "files": dict(caster_files())}
    run.drafts[0] = replace(run.drafts[0], body=body)
    world.own("started", 0, judged_until=None)
    run.run(0.5, 4.5)
    run.set(bypass=1.0)
    run.run(5, 6.5)
    run.spoil("water_flow", quality=Quality.BAD, reason=Reason.NO_ANSWER)
    run.run(7, 10)
    world.keep(run.drafts, 10.05)
    yield world
    world.close()


async def get(world: World, path: str = "compliance", **params: Any) -> dict[str, Any]:
    async with world.client() as client:
        answer = await client.get(f"/api/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def second(value: float) -> str:
    return to_text(at(value))


def read(found: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {(item["criterion"], item["subject"]): item["verdict"] for item in found["items"]}


async def test_now_and_known_now_is_the_matrix_as_it_stands(judged: Judged) -> None:
    live = await get(judged)
    past = await get(judged, at=second(10.05), known_at=second(10.05))

    assert live["items"]
    assert past["items"] == live["items"]
    assert past["counts"] == live["counts"]
    assert (past["scope"], past["subjects"]) == (live["scope"], live["subjects"])
    assert (live["at"], past["at"]) == (None, second(10.05))
    assert past["version"] == live["version"] == judged.run.judge.plant.version


async def test_each_moment_reads_as_the_judge_had_it_then(judged: Judged) -> None:
    """At every half second the answer is what the projection would have held."""
    standing: dict[tuple[str, str], str] = {}
    drafts = iter([d for d in judged.run.drafts if d.kind == "verdict"])
    waiting = next(drafts, None)
    for half in range(1, 21):
        moment = at(half / 2 + 0.1)
        while waiting is not None and waiting.known_at <= moment:
            body = waiting.body
            standing[(str(body["criterion"]), str(body["subject"]))] = str(body["verdict"])
            waiting = next(drafts, None)
        assert standing
        if moment <= judged.now:
            assert read(await get(judged, at=to_text(moment))) == standing
    assert waiting is None


async def test_known_at_a_moment_nothing_later_is_known(judged: Judged) -> None:
    """What is asked of a later moment than was judged by then cannot be a pass."""
    found = await get(judged, at=second(10), known_at=second(4))

    assert found["judging"]["not_judged_since"] == second(4)
    assert found["counts"]["passed"] == 0
    assert {item["verdict"] for item in found["items"]} <= {"fail", "suspect", "unknown"}
    assert all(item["stale"] for item in found["items"])


async def test_before_judging_began_all_is_unknown_and_nothing_is_missing(judged: Judged) -> None:
    found = await get(judged, at=second(5), known_at=to_text(at(0) - 1 * SECOND))

    cells = sum(len(row["subjects"]) for row in found["scope"])
    assert found["counts"]["unknown"] == cells > 0
    assert found["counts"]["uncovered"] == 0
    assert {item["reasons"][0]["code"] for item in found["items"]} == {"not_known"}
    assert found["judging"]["stale"]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"at": second(11)}, "in_the_future"),
        ({"known_at": second(11)}, "in_the_future"),
        ({"at": to_text(at(0) - 1)}, "before_the_plant"),
        ({"at": "1900-01-01T00:00:00Z"}, "before_the_plant"),
    ],
)
async def test_moments_that_cannot_be_answered_are_refused(
    judged: Judged, params: dict[str, str], code: str
) -> None:
    async with judged.client() as client:
        answer = await client.get("/api/v1/compliance", params=params)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert "accepted" in answer.json()["detail"]


async def test_pages_and_filters_narrow_a_past_matrix(judged: Judged) -> None:
    whole = await get(judged, at=second(6))
    pages: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = await get(judged, at=second(6), limit=3, **cursor)
        assert page["counts"] == whole["counts"]
        pages += page["items"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert pages == whole["items"]

    one = await get(judged, at=second(6), criterion=FLOW[0], subject=FLOW[1])
    assert [(i["criterion"], i["subject"]) for i in one["items"]] == [FLOW]
    some = await get(judged, at=second(6), verdict=["fail"])
    assert {item["verdict"] for item in some["items"]} == {"fail"}
    assert some["counts"] == whole["counts"]


async def test_an_outage_is_unknown_until_its_backlog_has_been_judged(judged: Judged) -> None:
    """Nobody judges from 10 s on; at 60 s the monitor starts again and the gateway tells."""
    before = await get(judged, at=second(10))
    assert before["counts"]["passed"] > 0
    judged.own("started", 60, judged_until=second(10))
    run = judged.run
    run.heal()
    run.set(bypass=0.0)
    told = run.give(Started(at(60)))
    for half in range(21, 120):
        points = [
            Point(run.judge.compiled.slot[name], at(half / 2), value, Quality.GOOD, Reason(0))
            for name, value in run.values.items()
        ]
        told += run.give(
            replace(
                samples(points, at(half / 2), node="gw1", historical=True),
                known_at=at(60.5),
            )
        )
    told += run.poll(61) + run.tick(61.05)
    judged.keep(told, 61.1)
    hole = {"from": second(40), "to": second(50)}
    judged.own("caught_up", 61.2, not_judged=[hole])

    dead = await get(judged, at=second(30), known_at=second(35))
    waiting = await get(judged, at=second(30), known_at=second(60.8))
    later = await get(judged, at=second(30))
    silent = await get(judged, at=second(45))

    for found in (dead, waiting):
        assert found["judging"]["not_judged_since"] == second(10)
        assert found["counts"]["passed"] == 0
    assert later["judging"]["not_judged_since"] is None
    assert later["counts"]["passed"] > 0
    assert silent["judging"]["not_judged_since"] == second(40)
    assert silent["counts"]["passed"] == 0


async def test_a_fail_of_an_outage_stays_and_is_stale(judged: Judged) -> None:
    found = await get(judged, at=second(10))
    fails = {key for key, verdict in read(found).items() if verdict in ("fail", "suspect")}
    assert fails
    judged.own("started", 60, judged_until=second(10))

    dead = await get(judged, at=second(30), known_at=second(35))

    assert {key for key, verdict in read(dead).items() if verdict in ("fail", "suspect")} == fails
    assert all(item["stale"] for item in dead["items"])


async def test_a_cell_that_a_change_of_the_plant_ended_is_none_from_then_on(
    judged: Judged,
) -> None:
    files = dict(caster_files())
    files["plant.toml"] = files["plant.toml"].replace("caster-1", "caster-9")
    files = {name: body.replace("caster-1", "caster-9") for name, body in files.items()}
    other = checked(files)
    run, now = judged.run, at(20)
    judge = Judge(other, plant_folder.criteria())
    body: dict[str, object] = {"version": other.version, "files": files}
    applied = Draft("plant", other.version, now, now, "monitor", body)
    _, drafts = judge.take_over(run.judge, run.memory, now)
    judged.keep([applied, *drafts], 20)
    judged.now = at(30)
    judged.beat()

    before = await get(judged, at=second(10))
    after = await get(judged, at=second(25))

    assert FLOW in read(before)
    assert all(subject != "caster-1" for _, subject in read(after))
    assert after["version"] == other.version != before["version"]
    assert {item["id"] for item in after["subjects"]} >= {"caster-9"}
    scope = {(row["criterion"], one) for row in after["scope"] for one in row["subjects"]}
    assert after["counts"]["uncovered"] == len(scope - read(after).keys())
    retired = await get(judged, at=second(25), subject="caster-1")
    assert retired["items"] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("plant", "other"), ("district", "nowhere"), ("criterion", "steel-99"), ("subject", "x")],
)
async def test_a_filter_of_what_does_not_exist_is_refused(
    judged: Judged, name: str, value: str
) -> None:
    async with judged.client() as client:
        answer = await client.get("/api/v1/compliance", params={name: value})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_plant_and_district_are_accepted_in_either_language(judged: Judged) -> None:
    plant = judged.run.judge.plant
    whole = await get(judged)
    for district in (plant.district.zh, plant.district.en):
        assert (await get(judged, plant=plant.id, district=district)) == whole


async def test_a_criterion_tells_what_it_asks(judged: Judged) -> None:
    found = await get(judged, "criteria/aluminium-4")

    assert found["asks"]["zh"].startswith("结晶器冷却水")
    kinds = {item["kind"] for item in found["requires"]}
    assert kinds == {"limits", "interlock", "any", "evidence"}
    [either] = [item for item in found["requires"] if item["kind"] == "any"]
    assert [way[0]["kind"] for way in either["alternatives"]] == ["limits", "evidence"]
    gate = next(item for item in found["requires"] if item["kind"] == "interlock")
    assert (gate["within_s"], gate["basis"]) == (3, "standard")
    assert gate["effects"][0]["role"] == "fast_gate.closed"
    for item in plant_folder.criteria():
        assert (await get(judged, f"criteria/{item.id}"))["requires"]


async def test_criteria_come_in_the_order_of_the_notice(judged: Judged) -> None:
    ids = [item["id"] for item in (await get(judged, "criteria"))["items"]]

    assert len(ids) == 46
    assert ids[:8] == [f"steel-{number}" for number in range(1, 9)]
    trades = list(dict.fromkeys(one.split("-")[0] for one in ids))
    assert trades == ["steel", "aluminium", "casting", "dust", "confined", "battery", "other"]


async def test_violations_by_article_equipment_and_kind(judged: Judged) -> None:
    whole = await get(judged, "violations")
    assert whole["items"]
    counted = {kind: n for kind, n in whole["counts"].items() if n}
    assert sum(counted.values()) == len(whole["items"])

    article = await get(judged, "violations", order10="5(6)")
    assert {item["criterion"] for item in article["items"]} <= {"aluminium-1", "aluminium-4"}
    machine = await get(judged, "violations", equipment="caster-1")
    assert {item["subject"] for item in machine["items"]} == {"caster-1"}
    kind = next(iter(counted))
    of_kind = await get(judged, "violations", kind=kind)
    assert len(of_kind["items"]) == counted[kind]
    assert of_kind["counts"] == whole["counts"]

    first = whole["items"][0]
    assert await get(judged, f"violations/{first['id']}") == first


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("violations", {"order10": "99"}),
        ("violations", {"equipment": "demo"}),
        ("violations/none@none/1", {}),
        ("criteria/steel-99", {}),
    ],
)
async def test_what_does_not_exist_is_not_an_empty_list(
    judged: Judged, path: str, params: dict[str, str]
) -> None:
    async with judged.client() as client:
        answer = await client.get(f"/api/v1/{path}", params=params)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_moments_are_written_as_the_journal_writes_them() -> None:
    """They are compared as text."""
    assert from_text(second(1.5)) == at(1.5)
