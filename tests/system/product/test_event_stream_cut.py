"""Connections that break at any moment, and a server that is killed: nothing missed or doubled."""

import itertools
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from api.accounts.open import open_accounts
from api.accounts.store import Accounts
from api.app import STATIC
from api.roles import Role
from firstout.clock import Clock
from journal.entry import Draft
from journal.write import Writer
from plant.moment import to_text
from tests.api_world import PLANT
from tests.cutting_proxy import CuttingProxy
from tests.patience import eventually
from tests.ports import free_port
from tests.running import ROOT

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

HZ = 50
CUTS = 25
ALARMS = 12


class Busy:
    """A journal to which 50 entries a second are written, and the API over it in a process."""

    def __init__(self, folder: Path) -> None:
        self._now = Clock().now
        self._folder = folder
        self._writer = Writer.open(folder / "journal.db", PLANT.id)
        self.epoch = self._writer.epoch
        accounts = Accounts(open_accounts(folder / "accounts.db"), self._now)
        accounts.create("wang", "Wang", Role.OPERATOR)
        self.code = accounts.create_link("wang")
        self.headers = {
            "Authorization": f"Bearer {accounts.create_token('wang', 'test', lifetime_s=600)[1]}"
        }
        self.port = free_port()
        self.start()
        self.proxy = CuttingProxy(self.port)
        self.url = f"http://127.0.0.1:{self.proxy.port}"
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self._thread.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.journal_api", str(self._folder), str(self.port)]
        self._api = subprocess.Popen([*command, str(STATIC)], cwd=ROOT)
        eventually(lambda: httpx.get(f"http://127.0.0.1:{self.port}/healthz"), within_s=60)

    def kill(self) -> None:
        self._api.kill()
        self._api.wait()

    def rest(self) -> int:
        """Write no more; give the number of the last entry."""
        self._ended.set()
        self._thread.join()
        return self._writer.head().seq

    def close(self) -> None:
        self.rest()
        self.proxy.close()
        self.kill()
        self._writer.close()

    def get(self, path: str) -> Any:
        answer = httpx.get(f"http://127.0.0.1:{self.port}/api/v1{path}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _write(self) -> None:
        chance = random.Random(2)  # noqa: S311
        begun = time.monotonic()
        for number in itertools.count():
            if self._ended.wait(max(0.0, begun + number / HZ - time.monotonic())):
                return
            now = self._now()
            with self._writer.transaction() as commit:
                commit.append([_alarm(chance, now) if chance.random() < 0.5 else _clock(now)])
                if number % HZ == 0:
                    commit.beat(now, now, {"catching_up": False, "linked": True})


def _clock(now: int) -> Draft:
    return Draft("clock", "mould-plc", now, now, "monitor", {"wrong": True, "offset_s": 3.0})


def _alarm(chance: random.Random, now: int) -> Draft:
    active, acknowledged = chance.random() < 0.5, chance.random() < 0.5
    body: dict[str, object] = {
        "event": "trip" if active else "return",
        "kind": "low",
        "signal": "caster-1.water_flow",
        "equipment": "caster-1",
        "active": active,
        "acknowledged": acknowledged,
        "priority": "critical",
        "level": "LL",
        "occurrence": 1,
        "value": chance.randrange(100, 150) + 0.5,
        "limit": 160,
        "unit": "m3/h",
        "latched": False,
        "suppressed_by": None,
        "message": {"zh": "流量低低", "en": "Flow low-low"},
        "raised_at": to_text(now),
    }
    return Draft("alarm", f"a{chance.randrange(ALARMS)}:low", now, now, "monitor", body)


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Busy]:
    made = Busy(tmp_path)
    yield made
    made.close()


class Follower:
    """A raw client: it goes on after the last id it has seen, as a browser does by itself."""

    def __init__(self, busy: Busy) -> None:
        self._busy = busy
        self._ended = threading.Event()
        self.last = f"{busy.epoch}-0"
        self.seqs: list[int] = []
        self.resets: list[Any] = []
        self.connections = 0
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def until(self, seq: int) -> None:
        """Follow until this entry has come."""

        def come() -> None:
            assert self.seqs
            assert self.seqs[-1] >= seq

        eventually(come, within_s=20)
        self._ended.set()
        self._thread.join(10)

    def has_connected(self, times: int) -> None:
        assert self.connections >= times

    def _follow(self) -> None:
        while not self._ended.is_set():
            try:
                self._connect()
            except httpx.HTTPError:
                time.sleep(0.02)

    def _connect(self) -> None:
        sent = {**self._busy.headers, "Last-Event-ID": self.last}
        with (
            httpx.Client(timeout=5) as client,
            client.stream("GET", f"{self._busy.url}/api/v1/events", headers=sent) as answer,
        ):
            assert answer.status_code == 200
            self.connections += 1
            fields: dict[str, str] = {}
            for line in answer.iter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                else:
                    self._take(fields)
                    fields = {}
                if self._ended.is_set():
                    return

    def _take(self, fields: dict[str, str]) -> None:
        self.last = fields.get("id", self.last)
        if fields.get("event") == "entry":
            self.seqs.append(json.loads(fields["data"])["seq"])
        elif fields.get("event") == "reset":
            self.resets.append(fields["data"])


def test_after_every_cut_the_stream_goes_on_where_it_was(busy: Busy) -> None:
    follower = Follower(busy)
    chance = random.Random(3)  # noqa: S311
    for number in range(CUTS):
        eventually(lambda: follower.has_connected(number + 1), within_s=20)  # noqa: B023
        time.sleep(chance.uniform(0, 0.4))
        busy.proxy.cut()
    follower.until(last := busy.rest())

    assert follower.seqs == list(range(1, last + 1))
    assert follower.connections > CUTS
    assert follower.resets == []


def test_a_killed_server_comes_back_where_it_was(busy: Busy) -> None:
    follower = Follower(busy)
    for _ in range(2):
        time.sleep(1)
        busy.kill()
        time.sleep(0.3)
        busy.start()
    time.sleep(1)
    follower.until(last := busy.rest())

    assert follower.seqs == list(range(1, last + 1))
    assert follower.connections >= 3
    assert follower.resets == []


@pytest.mark.browser
def test_after_every_cut_the_console_shows_what_is_so(busy: Busy, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(f"{busy.url}/#/sign-in?code={busy.code}")
    expect(page.get_by_test_id("banner")).to_be_visible(timeout=20_000)
    page.goto(f"{busy.url}/#/alarms")
    expect(page.locator("tr[data-alarm]").first).to_be_visible(timeout=20_000)
    chance = random.Random(4)  # noqa: S311
    while busy.proxy.broken < CUTS:
        page.wait_for_timeout(chance.uniform(50, 1500))
        busy.proxy.cut()
    busy.rest()

    def as_the_api_says() -> None:
        page.wait_for_timeout(100)
        alarms = busy.get("/alarms")["items"]
        shown = _shown(page)
        assert sorted(shown) == sorted(item["id"] for item in alarms)
        assert all(str(item["value"]) in shown[item["id"]] for item in alarms)

    eventually(as_the_api_says, within_s=10)
    context.close()


def _shown(page: Page) -> dict[str, str]:
    """Give the text of each row by the id of its alarm."""
    # All at one moment: rows come and go, and one that is gone would be waited for.
    read = "(rows) => rows.map((row) => [row.dataset.alarm, row.innerText])"
    return dict(page.locator("tr[data-alarm]").evaluate_all(read))
