import dataclasses
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from journal import tables
from journal.entry import Draft
from journal.open import begin_reading, begin_writing
from journal.operations import ENTRY_KINDS
from journal.projections import rebuild
from journal.write import Writer
from plant.errors import JournalError
from plant.moment import SECOND, to_text

START = 1_795_000_000 * SECOND
NAME = {"zh": "名", "en": "name"}


def make(kind, subject, at, body, actor="monitor"):
    return Draft(kind, subject, START + at * SECOND, START + at * SECOND, actor, body)


def write(writer, *drafts):
    with writer.transaction() as commit:
        return commit.append(drafts)


def rows(writer, table):
    with begin_reading(writer.engine) as connection:
        found = connection.execute(select(table).order_by(*table.primary_key)).mappings()
        return [dict(row) for row in found]


def interlock(at, before, state, reason=None):
    body = {"equipment": "caster-1", "from": before, "state": state, "reason": reason}
    return make("interlock", "mould-water", at, body)


def demand(at, number, event, result, *, time=None):
    body = {
        "demand": number,
        "event": event,
        "time": to_text(START + (at if time is None else time) * SECOND),
        "result": result,
        "first_out": None,
        "causes": [],
        "effects": [{"signal": "caster-1.gate_closed", "response_s": [0.5, 1.5]}],
    }
    return make("demand", "mould-water", at, body)


def verdict(at, before, now, reasons=()):
    body = {
        "criterion": "casting-3",
        "subject": "caster-1",
        "from": before,
        "verdict": now,
        "stale": False,
        "reasons": list(reasons),
    }
    return make("verdict", "casting-3@caster-1", at, body)


def test_an_alarm_keeps_who_acknowledged_it_until_it_comes_again(writer, alarm):
    write(writer, alarm(0), alarm(1, event="acknowledge", acknowledged=True, actor="a1"))
    write(writer, alarm(2, event="return", active=False, acknowledged=True, value=200.5))
    (row,) = rows(writer, tables.alarm)
    assert (row["acknowledged_by"], row["acknowledged_at"]) == (
        "a1",
        to_text(START + SECOND),
    )
    assert row["changed_at"] == to_text(START + 2 * SECOND)
    assert row["known_at"] == to_text(START + 3 * SECOND)
    assert (row["active"], row["value"], row["seq"]) == (False, 200.5, 3)
    write(writer, alarm(3, occurrence=2))
    (row,) = rows(writer, tables.alarm)
    assert (row["acknowledged_by"], row["acknowledged_at"], row["occurrence"]) == (None, None, 2)


def test_an_alarm_says_that_it_is_latched_and_what_suppresses_it(writer, alarm):
    write(writer, alarm(latched=True), alarm(1, event="suppress", latched=True, suppressed_by="s"))
    (row,) = rows(writer, tables.alarm)
    assert (row["latched"], row["suppressed_by"]) == (True, "s")
    write(writer, alarm(2, event="reset", acknowledged=True, active=False, actor="a1"))
    (row,) = rows(writer, tables.alarm)
    assert (row["latched"], row["suppressed_by"]) == (False, None)


def test_an_entry_from_before_there_were_latches_has_none(writer, alarm):
    new = {"latched", "suppressed_by"}
    old = {name: value for name, value in alarm().body.items() if name not in new}
    write(writer, dataclasses.replace(alarm(), body=old))
    (row,) = rows(writer, tables.alarm)
    assert (row["latched"], row["suppressed_by"]) == (False, None)


@pytest.mark.parametrize("before", [[], [200.5]])
def test_an_alarm_without_a_value_has_none(writer, alarm, before):
    write(writer, *(alarm(value=value) for value in before))
    write(writer, alarm(value=None, limit=None, unit=None, level=None, signal=None))
    with begin_reading(writer.engine) as connection:
        null = select(tables.alarm.c.id).where(tables.alarm.c.value.is_(None))
        assert connection.execute(null).scalars().all() == ["caster-1.water_flow:low"]


def test_an_interlock_stands_in_its_state_since_it_changed(writer):
    write(writer, interlock(0, None, "unknown"), interlock(5, "unknown", "armed"))
    write(writer, interlock(9, "armed", "armed", NAME))
    (row,) = rows(writer, tables.interlock)
    assert (row["state"], row["since"], row["reason"]) == (
        "armed",
        to_text(START + 5 * SECOND),
        NAME,
    )


def test_a_demand_found_late_is_not_the_last(writer):
    write(writer, demand(5, "d2", "open", "open"), interlock(5, None, "demanded"))
    assert rows(writer, tables.interlock)[0]["last_demand"] == "d2"
    write(writer, demand(6, "d1", "open", "open", time=1))
    assert rows(writer, tables.interlock)[0]["last_demand"] == "d2"
    write(writer, demand(7, "d3", "open", "open"), demand(8, "d3", "settle", "ok", time=7))
    assert rows(writer, tables.interlock)[0]["last_demand"] == "d3"
    assert [row["result"] for row in rows(writer, tables.demand)] == ["open", "open", "ok"]


def test_a_verdict_with_new_reasons_stands_since_before(writer):
    write(writer, verdict(0, None, "pass"), verdict(4, "pass", "fail"))
    write(writer, verdict(8, "fail", "fail", [{"code": "stale"}]))
    (row,) = rows(writer, tables.verdict)
    assert (row["since"], row["reasons"], row["seq"]) == (
        to_text(START + 4 * SECOND),
        [{"code": "stale"}],
        3,
    )


def test_a_version_applied_again_is_the_one_in_force(writer):
    for at, version in enumerate("aba"):
        write(writer, make("plant", version, at, {"version": version, "files": {"f": version}}))
    applied = writer.applied_version()
    assert applied is not None
    assert (applied.version, applied.seq, applied.files) == ("a", 3, {"f": "a"})
    assert applied.applied_at == to_text(START + 2 * SECOND)


def test_what_only_happened_changes_no_state(writer):
    write(
        writer,
        make("lost", "gw1", 0, {"spool": "s", "from": 1, "to": 9}),
        make("monitor", "monitor", 0, {"event": "started"}),
    )
    assert all(rows(writer, table) == [] for table in tables.PROJECTIONS)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"active": "yes"}, "'active' is 'yes', not of type bool"),
        ({"occurrence": True}, "'occurrence' is True, not of type int"),
        ({"message": None}, "'message' is None, not of type dict"),
        ({"signal": 7}, "'signal' is 7, not of type str"),
    ],
)
def test_a_body_that_says_something_else_is_refused(writer, alarm, changed, said):
    with pytest.raises(JournalError, match=f"entry for caster-1.water_flow:low: {said}"):
        write(writer, alarm(**changed))


def test_a_body_that_lacks_something_is_refused(writer, alarm):
    short = {name: value for name, value in alarm().body.items() if name != "raised_at"}
    with pytest.raises(JournalError, match="has no 'raised_at' in its body"):
        write(writer, dataclasses.replace(alarm(), body=short))


def test_an_unknown_kind_is_refused(writer):
    with pytest.raises(JournalError, match="'rumour' is unknown; accepted: alarm, bypass"):
        write(writer, make("rumour", "x", 0, {}))


# --- rebuilding -------------------------------------------------------------------------------

TEXT = st.sampled_from(["a", "b", "结晶器"])
TIME = st.integers(0, 20).map(lambda at: to_text(START + at * SECOND))
MAYBE = st.none() | TEXT
NUMBER = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-5, 5)
NAMES = st.fixed_dictionaries({"zh": TEXT, "en": TEXT})
ROWS = st.lists(st.dictionaries(TEXT, NUMBER, max_size=2), max_size=2)
FIELDS = {
    "alarm": {
        "event": st.sampled_from(
            ["trip", "level", "return", "acknowledge", "reset", "suppress", "unsuppress", "remove"]
        ),
        "kind": TEXT,
        "signal": MAYBE,
        "equipment": MAYBE,
        "active": st.booleans(),
        "acknowledged": st.booleans(),
        "priority": TEXT,
        "level": MAYBE,
        "occurrence": st.integers(1, 5),
        "value": NUMBER,
        "limit": NUMBER,
        "unit": MAYBE,
        "latched": st.booleans(),
        "suppressed_by": MAYBE,
        "message": NAMES,
        "raised_at": TIME,
    },
    "interlock": {"equipment": TEXT, "from": MAYBE, "state": TEXT, "reason": st.none() | NAMES},
    "demand": {
        "demand": TEXT,
        "event": TEXT,
        "time": TIME,
        "result": TEXT,
        "first_out": st.none() | st.lists(TEXT, max_size=2),
        "causes": ROWS,
        "effects": ROWS,
    },
    "bypass": {"bypass": TEXT, "signal": TEXT, "started_at": TIME, "ended_at": st.none() | TIME},
    "verdict": {
        "criterion": TEXT,
        "subject": TEXT,
        "from": MAYBE,
        "verdict": TEXT,
        "stale": st.booleans(),
        "reasons": ROWS,
    },
    "violation": {
        "event": TEXT,
        "criterion": TEXT,
        "subject": TEXT,
        "kind": TEXT,
        "since": TIME,
        "until": st.none() | TIME,
        "stale": st.booleans(),
        "reasons": ROWS,
    },
    "evidence": {"type": TEXT, "subject": TEXT, "name": NAMES, "performed_at": TIME},
    "node": {"from": MAYBE, "state": TEXT},
    "clock": {"wrong": st.booleans(), "offset_s": st.floats(-5, 5)},
    "suppression": {"event": st.sampled_from(["on", "off"])},
    "operating": {"event": TEXT},
    "lost": {"spool": TEXT, "from": st.integers(0, 5), "to": st.integers(0, 5)},
    "plant": {"version": TEXT, "files": st.dictionaries(TEXT, TEXT, max_size=2)},
    "monitor": {"event": TEXT},
}
DRAFTS = st.sampled_from(sorted(FIELDS)).flatmap(
    lambda kind: st.builds(
        Draft,
        st.just(kind),
        TEXT,
        st.integers(0, 20).map(lambda at: START + at * SECOND),
        st.integers(0, 20).map(lambda at: START + at * SECOND),
        TEXT,
        st.fixed_dictionaries(FIELDS[kind]),
    )
)


def test_the_rebuild_law_speaks_of_every_kind():
    assert sorted(FIELDS) == sorted(ENTRY_KINDS)


def everything(writer):
    return {table.name: rows(writer, table) for table in tables.PROJECTIONS}


@pytest.fixture(scope="module")
def kept():
    with (
        tempfile.TemporaryDirectory() as folder,
        Writer.open(Path(folder) / "journal.db", "demo") as opened,
    ):
        yield opened


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(DRAFTS, min_size=1, max_size=6), max_size=6))
def test_rebuilding_gives_the_same_rows(kept, commits):
    for drafts in commits:
        write(kept, *drafts)
    before = everything(kept)
    with begin_writing(kept.engine) as connection:
        assert rebuild(connection) == kept.head().seq
    assert everything(kept) == before


def test_rebuilding_repairs_what_was_touched(writer, alarm):
    write(writer, alarm())
    before = everything(writer)
    with begin_writing(writer.engine) as connection:
        connection.execute(update(tables.alarm).values(active=False))
    assert everything(writer) != before
    with begin_writing(writer.engine) as connection:
        rebuild(connection)
    assert everything(writer) == before


def test_rebuilding_goes_by_pages(writer, alarm, monkeypatch):
    monkeypatch.setattr("journal.projections._PAGE", 3)
    write(writer, *(alarm(at, occurrence=at) for at in range(1, 8)))
    before = everything(writer)
    with begin_writing(writer.engine) as connection:
        assert rebuild(connection) == 7
    assert everything(writer) == before
