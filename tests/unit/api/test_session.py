import asyncio
import json
import logging

import httpx
import pytest

from api.roles import Role
from plant.errors import RequestError
from tests.api_world import PASSWORD, World


def _sign_in(login: str = "li", password: str = PASSWORD) -> dict[str, str]:
    return {"login": login, "password": password}


@pytest.fixture
def li(world: World) -> World:
    world.accounts.create("li", "李工", Role.OPERATOR, PASSWORD)
    return world


async def test_password_sign_in_sets_a_hardened_cookie(li: World) -> None:
    async with li.client(None) as client:
        answer = await client.post("/api/v1/session", json=_sign_in())
        who = await client.get("/api/v1/session")

    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    assert answer.json() == who.json()
    assert who.json()["name"] == "李工"
    assert who.json()["via"] == "session"


async def test_cookie_is_secure_over_https(li: World) -> None:
    transport = httpx.ASGITransport(li.app)
    async with httpx.AsyncClient(transport=transport, base_url="https://localhost") as client:
        answer = await client.post("/api/v1/session", json=_sign_in())

    assert "Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers


async def test_unsafe_requests_by_cookie_need_the_sessions_csrf_token(li: World) -> None:
    url = "/api/v1/alarms/x/acknowledge"
    async with li.client(None) as client, li.client(None) as other:
        csrf = (await client.post("/api/v1/session", json=_sign_in())).json()["csrf"]
        foreign = (await other.post("/api/v1/session", json=_sign_in())).json()["csrf"]
        without = await client.post(url, json={})
        wrong = await client.post(url, json={}, headers={"X-CSRF-Token": foreign})
        right = await client.post(url, json={}, headers={"X-CSRF-Token": csrf})

    assert (without.status_code, without.json()["code"]) == (403, "csrf")
    assert (wrong.status_code, wrong.json()["code"]) == (403, "csrf")
    assert right.json()["code"] == "will_not_happen"


async def test_csrf_header_that_is_no_ascii_is_refused_not_crashed(li: World) -> None:
    async with li.client(None) as client:
        await client.post("/api/v1/session", json=_sign_in())
        answer = await client.delete("/api/v1/session", headers={b"X-CSRF-Token": b"\xe4\xff"})

    assert answer.status_code == 403


async def test_signing_out_voids_the_session(li: World) -> None:
    async with li.client(None) as client:
        signed_in = await client.post("/api/v1/session", json=_sign_in())
        secret = signed_in.cookies["firstout_session"]
        csrf = {"X-CSRF-Token": signed_in.json()["csrf"]}
        out = await client.delete("/api/v1/session", headers=csrf)
        client.cookies.set("firstout_session", secret)
        again = await client.get("/api/v1/session")

    assert out.status_code == 204
    assert again.status_code == 401


async def test_session_ends_when_idle_and_at_its_end_anyway(li: World) -> None:
    async with li.client(None) as client:
        await client.post("/api/v1/session", json=_sign_in())
        for _ in range(23):
            li.advance(3599)
            assert (await client.get("/api/v1/session")).status_code == 200
        li.advance(3599)
        past_a_day = await client.get("/api/v1/session")
        await client.post("/api/v1/session", json=_sign_in())
        li.advance(3600)
        idle = await client.get("/api/v1/session")

    assert past_a_day.status_code == 200  # 24 times 3599 s is not yet a day
    assert idle.status_code == 401


async def test_session_ends_after_a_day_however_busy(li: World) -> None:
    async with li.client(None) as client:
        await client.post("/api/v1/session", json=_sign_in())
        statuses = []
        for _ in range(48):
            li.advance(1800)
            statuses.append((await client.get("/api/v1/session")).status_code)

    assert statuses == [200] * 47 + [401]


async def test_new_sign_in_voids_the_session_shown_with_it(li: World) -> None:
    async with li.client(None) as client:
        first = (await client.post("/api/v1/session", json=_sign_in())).cookies
        await client.post("/api/v1/session", json=_sign_in())
        client.cookies = httpx.Cookies(first)
        answer = await client.get("/api/v1/session")

    assert answer.status_code == 401


async def test_one_time_link_signs_in_once(li: World) -> None:
    code = li.accounts.create_link("li")
    async with li.client(None) as client, li.client(None) as second:
        answers = await asyncio.gather(
            client.post("/api/v1/session/link", json={"code": code}),
            second.post("/api/v1/session/link", json={"code": code}),
        )

    assert sorted(answer.status_code for answer in answers) == [200, 401]


async def test_one_time_link_grows_too_old(li: World) -> None:
    code = li.accounts.create_link("li")
    li.advance(600)
    async with li.client(None) as client:
        answer = await client.post("/api/v1/session/link", json={"code": code})

    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_link")


async def test_looking_at_a_link_does_not_burn_it(li: World) -> None:
    code = li.accounts.create_link("li")
    async with li.client(None) as client:
        for method in ("GET", "HEAD"):
            seen = await client.request(method, f"/api/v1/session/link?code={code}")
            assert seen.status_code == 405
        answer = await client.post("/api/v1/session/link", json={"code": code})

    assert answer.status_code == 200


async def test_lockout_after_five_failures_even_for_the_right_password(li: World) -> None:
    async with li.client(None) as client:
        for _ in range(5):
            wrong = await client.post("/api/v1/session", json=_sign_in(password="wrong"))
            assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_password")
        locked = await client.post("/api/v1/session", json=_sign_in())
        li.advance(30)
        after = await client.post("/api/v1/session", json=_sign_in())

    assert locked.status_code == 429
    assert locked.headers["retry-after"] == "30"
    assert after.status_code == 200


async def test_guesses_made_at_once_are_all_counted(li: World) -> None:
    async with li.client(None) as client:
        answers = await asyncio.gather(
            *(client.post("/api/v1/session", json=_sign_in(password="wrong")) for _ in range(9))
        )

    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 4


async def test_unknown_accounts_answer_like_known_ones(li: World) -> None:
    async with li.client(None) as client:
        unknown = await client.post("/api/v1/session", json=_sign_in("nobody"))
        wrong = await client.post("/api/v1/session", json=_sign_in(password="wrong"))

    assert unknown.status_code == 401
    assert unknown.json() == wrong.json()


@pytest.mark.parametrize(
    "body", [{"login": "li", "password": PASSWORD * 100}, {"login": PASSWORD}]
)
async def test_no_secret_comes_back_in_an_error(li: World, body: dict[str, str]) -> None:
    async with li.client(None) as client:
        answer = await client.post("/api/v1/session", json=body)

    assert answer.status_code == 422
    assert PASSWORD not in answer.text


async def test_token_ends_when_revoked_and_when_it_expires(world: World) -> None:
    account = world.accounts.create("robot", "Robot", Role.AUDITOR)
    token, secret = world.accounts.create_token("robot", "nightly", lifetime_s=100)
    short = world.accounts.create_token("robot", "short", lifetime_s=10)[1]
    async with world.client(None) as client:
        client.headers["Authorization"] = f"Bearer {short}"
        assert (await client.get("/api/v1/session")).json()["actor"] == account.id
        world.advance(10)
        assert (await client.get("/api/v1/session")).status_code == 401
        client.headers["Authorization"] = f"Bearer {secret}"
        assert (await client.get("/api/v1/session")).status_code == 200
        world.accounts.revoke_token(token.id)
        assert (await client.get("/api/v1/session")).status_code == 401
    with pytest.raises(RequestError):
        world.accounts.revoke_token(token.id)


async def test_token_may_have_less_than_its_account(world: World) -> None:
    world.accounts.create("engineer", "Engineer", Role.SAFETY_ENGINEER)
    secret = world.accounts.create_token("engineer", "reader", role=Role.AUDITOR)[1]
    async with world.client(None) as client:
        client.headers["Authorization"] = f"Bearer {secret}"
        answer = await client.post("/api/v1/alarms/x/acknowledge", json={})

    assert answer.status_code == 403


async def test_bad_token_is_not_saved_by_a_good_cookie(li: World) -> None:
    async with li.client(None) as client:
        await client.post("/api/v1/session", json=_sign_in())
        answer = await client.get("/api/v1/session", headers={"Authorization": "Bearer fo_x"})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_disabled_account_may_do_nothing_more(li: World) -> None:
    token = li.accounts.create_token("li", "x")[1]
    code = li.accounts.create_link("li")
    async with li.client(None) as client:
        await client.post("/api/v1/session", json=_sign_in())
        li.accounts.disable("li")
        by_cookie = await client.get("/api/v1/session")
        by_token = await client.get(
            "/api/v1/session", headers={"Authorization": f"Bearer {token}"}
        )
        by_link = await client.post("/api/v1/session/link", json={"code": code})
        by_password = await client.post("/api/v1/session", json=_sign_in())

    answers = (by_cookie, by_token, by_link, by_password)
    assert [answer.status_code for answer in answers] == [401] * 4


async def test_actors_are_named(li: World) -> None:
    async with li.client() as client:
        answer = await client.get("/api/v1/actors")

    names = {item["name"] for item in json.loads(answer.text)["items"]}
    assert names == {"李工", "Operator"}


async def test_no_secret_is_logged(li: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.DEBUG)
    token = li.accounts.create_token("li", "x")[1]
    code = li.accounts.create_link("li")
    async with li.client(None) as client:
        await client.post("/api/v1/session", json=_sign_in())
        signed_in = await client.post("/api/v1/session/link", json={"code": code})
        await client.get("/api/v1/session", headers={"Authorization": f"Bearer {token}"})
        client.cookies.clear()
        wrong = await client.post("/api/v1/session", json=_sign_in(password=PASSWORD + "x"))
    logging.getLogger("sqlalchemy.engine").setLevel(logging.NOTSET)

    assert wrong.status_code == 401
    assert "BEGIN IMMEDIATE" in caplog.text  # the log does show what the database is told
    secrets = (PASSWORD, token, code, signed_in.cookies["firstout_session"])
    assert not [secret for secret in secrets if secret in caplog.text]
    assert "credential" not in repr(li.accounts.by_token(token))


async def test_accounts_that_cannot_be_read_are_a_problem(li: World) -> None:
    token = li.bearer()
    with li.accounts_engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE token")
    async with li.client(None) as client:
        answer = await client.get("/api/v1/session", headers=token)

    assert (answer.status_code, answer.json()["code"]) == (503, "accounts_unavailable")


@pytest.mark.parametrize("field", ["login", "password"])
async def test_half_a_character_is_no_text(li: World, field: str) -> None:
    body = json.dumps({**_sign_in(), field: "\ud800" * 20})
    headers = {"Content-Type": "application/json"}
    async with li.client(None) as client:
        answer = await client.post("/api/v1/session", content=body, headers=headers)

    assert answer.status_code == 422
