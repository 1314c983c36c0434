"""ETags: nothing changed is said only when nothing has, and never hides that trust changed."""

import time
from pathlib import Path

import pytest
from sqlalchemy import text

from api.etag import matches, tag
from api.openapi import document
from tests.api_world import World

ALARMS = "/api/v1/alarms"


async def test_an_answer_has_a_weak_tag_and_comes_once(world: World) -> None:
    world.beat()
    world.alarm()
    async with world.client() as client:
        first = await client.get(ALARMS)
        again = await client.get(ALARMS, headers={"If-None-Match": first.headers["etag"]})

    assert first.status_code == 200
    assert first.headers["etag"].startswith('W/"')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert "content-type" not in again.headers
    assert "content-length" not in again.headers


async def test_the_passing_of_judged_time_is_no_change_and_is_told_all_the_same(
    world: World,
) -> None:
    world.beat()
    world.violation("v1", "fail")
    async with world.client() as client:
        for path in (ALARMS, "/api/v1/violations", "/api/v1/plants", "/api/v1/interlocks"):
            world.beat()
            first = await client.get(path)
            world.advance(1)
            world.beat()
            again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})

            assert again.status_code == 304, path
            until = [answer.headers["firstout-judged-until"] for answer in (first, again)]
            assert until[0] == first.json()["judging"]["judged_until"]
            assert until[0] < until[1]
            assert again.headers["firstout-judging"] == "current"


async def test_a_monitor_that_falls_silent_is_a_change(world: World) -> None:
    world.beat()
    async with world.client() as client:
        first = await client.get(ALARMS)
        world.advance(5)
        again = await client.get(ALARMS, headers={"If-None-Match": first.headers["etag"]})
        still = await client.get(ALARMS, headers={"If-None-Match": again.headers["etag"]})

    assert again.status_code == 200
    assert again.json()["judging"]["stale"]
    assert still.status_code == 304
    assert still.headers["firstout-judging"] == "stale"
    assert still.headers["firstout-judged-until"] == first.headers["firstout-judged-until"]


async def test_each_state_of_judging_has_its_word(world: World) -> None:
    async with world.client() as client:

        async def said() -> str:
            return str((await client.get(ALARMS)).headers["firstout-judging"])

        assert await said() == "stale"
        world.beat()
        assert await said() == "current"
        world.beat(catching_up=True)
        assert await said() == "catching_up"
        world.beat(until=world.now - 60_000_000_000, catching_up=True)
        assert await said() == "behind"
        world.advance(4)
        assert await said() == "stale"


async def test_a_change_is_a_change(world: World) -> None:
    world.beat()
    async with world.client() as client:
        first = await client.get(ALARMS)
        world.alarm()
        again = await client.get(ALARMS, headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 200
    assert again.headers["etag"] != first.headers["etag"]


async def test_an_answer_without_the_journal_says_that_judging_is_unknown(
    world: World, tmp_path: Path
) -> None:
    with world.engine.begin() as connection:
        connection.execute(text("ALTER TABLE heartbeat RENAME TO gone"))
    async with world.client() as client:
        answer = await client.get("/api/v1/actors")

    assert answer.status_code == 200
    assert answer.headers["firstout-judging"] == "unknown"
    assert "firstout-judged-until" not in answer.headers


async def test_head_is_get_without_the_body(world: World) -> None:
    world.beat()
    async with world.client() as client:
        for path in (ALARMS, "/healthz", "/metrics"):
            got, head = await client.get(path), await client.head(path)

            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["content-type"] == got.headers["content-type"]
            assert head.headers.get("etag") == got.headers.get("etag")
        metrics = (await client.get("/metrics")).text
        stream = await client.head("/api/v1/events")
        condition = {"If-None-Match": (await client.get(ALARMS)).headers["etag"]}
        unchanged = await client.head(ALARMS, headers=condition)

    assert 'method="HEAD",route="/api/v1/alarms",status="200"' in metrics
    assert stream.status_code == 405
    assert unchanged.status_code == 304


async def test_only_good_answers_in_json_are_tagged(world: World) -> None:
    async with world.client() as client:
        answers = [
            await client.get(path)
            for path in ("/metrics", "/healthz", "/api/v1/nothing", f"{ALARMS}?limit=0")
        ]
    async with world.client(None) as stranger:
        answers.append(await stranger.get(ALARMS, headers={"If-None-Match": "*"}))

    assert [answer.status_code for answer in answers] == [200, 200, 404, 422, 401]
    assert not any("etag" in answer.headers for answer in answers)
    assert not any("firstout-judging" in answer.headers for answer in answers)


async def test_nothing_is_stored_on_the_way(world: World) -> None:
    """A stored answer would be shown again with the judged time of then."""
    world.beat()
    async with world.client() as client:
        first = await client.get(ALARMS)
        again = await client.get(ALARMS, headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["cache-control"] == again.headers["cache-control"] == "no-store"


async def test_every_operation_that_answers_json_has_a_tag(world: World) -> None:
    """The document says which; each is asked where it can be without an argument."""
    world.beat()
    world.alarm()
    paths = document(world.app)["paths"]
    asked = [
        path
        for path, operations in paths.items()
        if "304" in operations.get("get", {}).get("responses", {}) and "{" not in path
    ]
    async with world.client() as client:
        for path in asked:
            answer = await client.get(path)
            if answer.status_code == 200:
                assert "etag" in answer.headers, path

    assert len(asked) > 8


@pytest.mark.parametrize(
    ("sent", "same"),
    [
        (None, False),
        ("", False),
        ('W/"a"', True),
        ('"a"', True),
        ('"b", W/"a"', True),
        ('"b","a"', True),
        ("*", True),
        ('"b"', False),
        ("a", False),
        ('W/"ab"', False),
        ('"', False),
    ],
)
def test_weak_comparison(*, sent: str | None, same: bool) -> None:
    assert matches(sent, 'W/"a"') is same


def test_words_in_a_text_are_no_keys() -> None:
    said = [rb'{"comment":"\"judged_until\":null, %d"}' % number for number in range(2)]

    assert tag(said[0]) != tag(said[1])


def test_a_tag_costs_little() -> None:
    """A large plant's signals: 5,000 with their values, about 3 MB."""
    item = b'{"id":"caster-1.water_flow","value":220.1,"time":"2026-11-24T08:00:00Z"},' * 8
    body = b'{"items":[' + item * 5000 + b'],"judging":{"judged_until":null}}'
    began = time.process_time()
    tag(body)

    assert time.process_time() - began < 0.25
