"""A changed plant folder is taken into the running plant: by two persons, and without a gap."""

import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from api.accounts.open import open_accounts
from api.accounts.store import Accounts
from api.roles import Role
from firstout.applying import apply
from firstout.clock import Clock
from firstout.input_log import read_inputs
from firstout.judge import Act, Judge
from firstout.plant_folder import check_files, criteria, read_files
from firstout.recording import Applied, Snapshot
from journal.ask import Inbox
from journal.canonical import canonical
from journal.entry import Draft
from journal.open import open_database
from plant.moment import to_text
from tests.patience import eventually
from tests.running import CASTER, ROOT, RunningPlant

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

PASSWORDS = {"engineer": "engineers keep secrets", "manager": "managers keep secrets"}
# What the judge alone decides; the others tell of the monitor's own life.
LIFE = ("monitor", "lost")

Row = tuple[str, str, str, str, str, str]


class ChangingPlant:
    """A running copy of the demonstration plant, with two persons who may change it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "plant"
        shutil.copytree(CASTER, self.folder)
        self.run = RunningPlant(folder / "data", folder=self.folder)
        self.run.wait_ready()
        accounts = Accounts(open_accounts(self.run.data / "accounts.db"), Clock().now)
        self.ids, self.tokens = {}, {}
        for login, role in (("engineer", Role.SAFETY_ENGINEER), ("manager", Role.PLANT_MANAGER)):
            self.ids[login] = accounts.create(login, login, role, PASSWORDS[login]).id
            self.tokens[login] = folder / f"{login}.token"
            self.tokens[login].write_text(accounts.create_token(login, "changes")[1])

    def edit(self, file: str, before: str, after: str) -> None:
        path = self.folder / file
        text = path.read_text("utf-8")
        assert before in text
        path.write_text(text.replace(before, after), "utf-8")

    def remove_interlock(self, name: str) -> None:
        path = self.folder / "plant.toml"
        text = path.read_text("utf-8")
        first = text.index(f'[[interlock]]\nid = "{name}"')
        rest = text.find("\n[[", first + 1)
        path.write_text(text[:first] + (text[rest:] if rest > 0 else ""), "utf-8")
        for path in (self.folder / "evidence").glob("*.toml"):
            parts = path.read_text("utf-8").split("[[evidence]]")
            kept = [part for part in parts if f'"{name}"' not in part]
            path.write_text("[[evidence]]".join(kept), "utf-8")

    def apply(
        self, by: str = "engineer", second: str | None = "manager", *options: str
    ) -> "subprocess.CompletedProcess[str]":
        persons = ["--by-token-file", str(self.tokens[by])]
        if second is not None:
            persons += ["--approved-by-token-file", str(self.tokens[second])]
        return self.command(*persons, "--reason", "改造后", "--json", *options)

    def command(
        self, *options: str, typed: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [
                *(sys.executable, "-m", "firstout", "apply", str(self.folder)),
                *("--data", str(self.run.data), *options),
            ],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
            input=typed,
            timeout=60,
            start_new_session=True,  # no terminal: passwords are read from standard input
        )


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChangingPlant]:
    made = ChangingPlant(tmp_path_factory.mktemp("apply"))
    try:
        yield made
    finally:
        made.run.end()


def said(done: "subprocess.CompletedProcess[str]") -> Any:
    return json.loads(done.stdout)


def version(plant: ChangingPlant) -> str:
    query = "SELECT version FROM plant_version ORDER BY seq DESC LIMIT 1"
    with closing(sqlite3.connect(plant.run.data / "journal.db")) as database:
        return str(database.execute(query).fetchone()[0])


def test_nothing_to_do_is_said(plant: ChangingPlant) -> None:
    done = plant.command("--json")
    assert (done.returncode, said(done)["changed"]) == (0, False)


def test_what_is_not_in_order_changes_nothing(plant: ChangingPlant) -> None:
    before = version(plant)
    plant.edit("signals.csv", ",,160,180,,", ",,190,180,,")
    done = plant.apply()
    assert done.returncode == 1
    assert "signals.csv" in json.dumps(said(done)["faults"])
    plant.edit("signals.csv", ",,190,180,,", ",,150,180,,")

    same = plant.apply("engineer", "engineer")
    assert same.returncode == 1
    assert "cannot agree as well" in same.stderr
    alone = plant.apply("engineer", None)
    assert alone.returncode == 1
    assert "Who agrees" in alone.stderr
    wrong = plant.command(
        *("--reason", "x", "--by", "engineer", "--approved-by", "manager"), typed="no\nno\nno\n"
    )
    assert wrong.returncode == 1
    assert "password is wrong" in wrong.stderr
    assert version(plant) == before


def test_the_monitor_believes_no_command(plant: ChangingPlant) -> None:
    """The same requests, put into the inbox by another program."""
    files, base = read_files(plant.folder), version(plant)
    engineer, manager = plant.ids["engineer"], plant.ids["manager"]
    cases = {
        "stale_base": apply.body(files, "0" * 64, "x", manager),
        "same_person": apply.body(files, base, "x", engineer),
        "approval_missing": apply.body(files, base, "x", ""),
        "faulty": apply.body({**files, "plant.toml": "id = "}, base, "x", manager),
    }
    for code, body in cases.items():
        assert _ask(plant, engineer, code, body)["code"] == code
    assert version(plant) == base


def _ask(plant: ChangingPlant, actor: str, key: str, body: dict[str, object]) -> Any:
    inbox = Inbox(open_database(plant.run.data / "journal.db"), Clock().now, deadline_s=10)
    return asyncio.run(inbox.ask(actor, key, apply.KIND, body)).answer


def test_two_persons_change_a_limit_and_remove_an_interlock(plant: ChangingPlant) -> None:
    base, gateway = version(plant), plant.run.pid("gateway")
    api = plant.run.pid("api")
    plant.remove_interlock("metal-level")
    done = plant.command(
        *("--reason", "改造后", "--by", "engineer", "--approved-by", "manager"),
        typed=f"{PASSWORDS['engineer']}\n{PASSWORDS['manager']}\n",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "! 限值 limit caster-1.water_flow:LL set_point: 160.0 → 150.0" in done.stdout
    assert "! 联锁 interlock metal-level: 移除 removed" in done.stdout

    def gone_over() -> None:
        interlocks = {item["id"] for item in plant.run.get("interlocks")["items"]}
        assert "metal-level" not in interlocks
        signals = {s["id"]: s for s in plant.run.get("plants/demo/signals")["items"]}
        limits = {item["level"]: item for item in signals["caster-1.water_flow"]["limits"]}
        assert limits["LL"]["set_point"] == 150
        assert {item["quality"] for item in signals.values()} == {"GOOD"}
        assert plant.run.get("violations")["judging"]["stale"] is False

    eventually(gone_over, within_s=20)
    [entry] = [e for e in plant.run.entries(kind="plant") if e["subject"] != base]
    assert entry["actor"] == entry["body"]["requester"] == plant.ids["engineer"]
    assert entry["body"]["approver"] == plant.ids["manager"]
    assert (entry["body"]["base"], entry["body"]["version"]) == (base, version(plant))
    assert entry["body"]["reason"] == "改造后"
    states = [
        e["body"]["state"] for e in plant.run.entries(subject="metal-level", kind="interlock")
    ]
    assert states[-1] == "unknown"
    # The gateway and the connection stayed, so nobody took the node for dead.
    assert plant.run.pid("gateway") == gateway
    assert plant.run.pid("api") != api
    after = [e for e in plant.run.entries(kind="node") if e["seq"] > entry["seq"]]
    assert [e["body"]["state"] for e in after if e["body"]["state"] == "offline"] == []
    assert plant.run.entries(kind="lost") == []


def test_standing_alarms_of_what_is_removed_are_settled(plant: ChangingPlant) -> None:
    def standing() -> str:
        alarms = plant.run.get("alarms")["items"]
        signals = {"caster-1.water_flow", "caster-1.water_pressure"}
        found = next(a for a in alarms if a["kind"] == "low" and a["signal"] in signals)
        return str(found["id"])

    alarm = eventually(standing, within_s=90)
    signal = alarm.removesuffix(":low")
    path = plant.folder / "signals.csv"
    head, *rows = path.read_text("utf-8").splitlines()
    names = head.split(",")
    for index, row in enumerate(rows):
        cells = row.split(",")
        if cells[0] == signal:
            for level in ("LL", "L"):
                cells[names.index(level)] = ""
            rows[index] = ",".join(cells)
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    text = (plant.folder / "plant.toml").read_text("utf-8")
    lines = [line for line in text.splitlines() if f'"{signal}:LL"' not in line]
    (plant.folder / "plant.toml").write_text("\n".join(lines) + "\n", "utf-8")
    done = plant.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    last = eventually(lambda: plant.run.entries(subject=alarm)[-1], within_s=20)
    assert last["body"]["event"] == "remove"
    assert not last["body"]["active"]
    assert last["body"]["acknowledged"]


def test_the_record_is_whole_and_replays_through_the_changes(plant: ChangingPlant) -> None:
    plant.run.stop(within_s=10)
    done = subprocess.run(
        [sys.executable, "-m", "firstout", "verify", "--data", str(plant.run.data)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = _journal(plant.run.data)
    first = next(json.loads(row[5]) for row in rows if row[0] == "plant")["files"]
    replayed = [_row(draft) for draft in _replay(plant.run.data, first)]
    assert replayed == [row for row in rows if row[0] not in LIFE]
    assert sum(row[0] == "plant" for row in rows) == 3
    assert "Traceback" not in plant.run.log_tails()


def _replay(data: Path, files: dict[str, str]) -> Iterator[Draft]:
    judge = Judge(check_files(files), criteria())
    memory = judge.new_memory()
    for given in read_inputs(data / "inputs"):
        if isinstance(given, Applied) and given.files is None:
            yield from judge.apply(memory, files, given.known_at)
        elif isinstance(given, Applied):
            following = Judge(check_files(dict(given.files)), criteria())
            memory, drafts = apply.take_in(judge, memory, given, following)
            judge = following
            yield from drafts
        elif isinstance(given, Snapshot):
            assert given.version == judge.plant.version
            assert given.blocks == judge.to_blocks(memory)
        elif isinstance(given, Act):
            yield from judge.act(memory, given)[0]
        else:
            yield from judge.advance(memory, given)


def _row(draft: Draft) -> Row:
    body = canonical(draft.body)
    time_text, known_text = to_text(draft.time), to_text(draft.known_at)
    return draft.kind, draft.subject, time_text, known_text, draft.actor, body


def _journal(data: Path) -> list[Row]:
    query = "SELECT kind, subject, time, known_at, actor, body FROM entry ORDER BY seq"
    with closing(sqlite3.connect(f"file:{data / 'journal.db'}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()
