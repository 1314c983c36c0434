"""Verdicts of a past moment, and when nobody judged."""

import itertools
import random
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import text

from journal.entry import Draft
from journal.open import begin_reading
from journal.outages import Outage, Watch, judged_at, watch
from journal.past import verdicts_at, version_at, version_files, with_reasons
from journal.read import Reader, Row
from journal.write import Writer
from plant.moment import SECOND, to_text
from tests.unit.journal.conftest import START

LIMIT = 3 * SECOND


def moment(seconds: float) -> int:
    return START + round(seconds * SECOND)


def verdict(
    before: str | None, after: str, at: float, known: float | None = None, *, cell: str = "c@e"
) -> Draft:
    criterion, _, subject = cell.partition("@")
    body: dict[str, object] = {
        "criterion": criterion,
        "subject": subject,
        "from": before,
        "verdict": after,
        "stale": False,
        "reasons": [
            {"code": "x", "zh": "原因", "en": f'"from":"{after}","reasons":[', "refs": []}
        ],
    }
    known_at = moment(at if known is None else known)
    return Draft("verdict", cell, moment(at), known_at, "monitor", body)


def own(event: str, at: float, **more: object) -> Draft:
    body = {"event": event, **more}
    return Draft("monitor", "monitor", moment(at), moment(at), "monitor", body)


def put(writer: Writer, drafts: Iterable[Draft]) -> None:
    with writer.transaction() as commit:
        commit.append(drafts)


def seen(writer: Writer, at: float, known: float) -> dict[str, Any]:
    with begin_reading(writer.engine) as connection:
        rows = verdicts_at(connection, to_text(moment(at)), to_text(moment(known)))
    return {f"{row['criterion']}@{row['subject']}": row["verdict"] for row in rows}


@pytest.fixture
def late(writer: Writer) -> Writer:
    """A pass; a fail of second 20 that was known at 60; a pass again at 100."""
    put(
        writer,
        [
            verdict(None, "pass", 10),
            verdict("pass", "fail", 20, 60),
            verdict("fail", "pass", 30, 60.5),
            verdict("pass", "unknown", 100),
        ],
    )
    return writer


@pytest.mark.parametrize(
    ("at", "known", "expected"),
    [
        (9, 200, None),
        (10, 10, "pass"),
        (25, 59, "pass"),
        (25, 60, "fail"),
        (25, 200, "fail"),
        (35, 60.2, "fail"),
        (35, 200, "pass"),
        (100, 99, "pass"),
        (100, 100, "unknown"),
        (200, 9, None),
    ],
)
def test_what_was_so_and_what_was_known(
    late: Writer, at: float, known: float, expected: str | None
) -> None:
    assert seen(late, at, known).get("c@e") == expected


def test_of_entries_out_of_order_the_last_by_number_counts(writer: Writer) -> None:
    """What is judged later knows more, though it speaks of an earlier moment."""
    put(writer, [verdict(None, "fail", 50), verdict("fail", "pass", 40, 51)])
    assert seen(writer, 60, 60) == {"c@e": "pass"}
    assert seen(writer, 60, 50) == {"c@e": "fail"}


def test_since_goes_back_to_the_entry_that_changed_the_verdict(writer: Writer) -> None:
    put(
        writer,
        [
            verdict(None, "pass", 1),
            verdict("pass", "fail", 2),
            verdict("fail", "fail", 3),
            verdict("fail", "fail", 4),
            verdict(None, "fail", 1, cell="other@e"),
        ],
    )
    with begin_reading(writer.engine) as connection:
        rows = verdicts_at(connection, to_text(moment(9)), to_text(moment(9)))
        found = {row["seq"]: row["since"] for row in with_reasons(connection, rows)}
    assert found == {4: to_text(moment(2)), 5: to_text(moment(1))}


def test_now_equals_the_projection_after_any_history(writer: Writer) -> None:
    """Also with late entries, repeated verdicts and several cells."""
    dice = random.Random(7)  # noqa: S311 - histories, no secrets
    words = ("pass", "fail", "suspect", "unknown", "not_applicable")
    standing: dict[str, str] = {}
    drafts = []
    for second in range(1, 400):
        cell = dice.choice(["a@e", "b@e", "a@f", "c@f"])
        before, after = standing.get(cell), dice.choice(words)
        standing[cell] = after
        drafts.append(verdict(before, after, second - dice.choice([0, 0, 30]), second, cell=cell))
    put(writer, drafts)
    now = to_text(moment(400))
    reader = Reader(writer.engine)
    past = reader.past_reasons(reader.past_verdicts(now, now).rows)
    columns = ("verdict", "stale", "reasons", "since", "seq", "known_at")

    def by_cell(rows: list[Row]) -> dict[tuple[str, str], list[object]]:
        return {(row["criterion"], row["subject"]): [row[c] for c in columns] for row in rows}

    assert by_cell(past) == by_cell(reader.verdicts())


def test_the_index_answers(late: Writer) -> None:
    """Without it each question would walk the whole journal."""
    with begin_reading(late.engine) as connection:
        plan = connection.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT seq FROM entry WHERE kind = 'verdict'"
                " AND subject = 'c@e' AND time <= 't' AND known_at <= 't'"
                " ORDER BY seq DESC LIMIT 1"
            )
        ).all()
    assert any("COVERING INDEX entry_verdict" in row.detail for row in plan)


def test_the_plant_version_in_force(writer: Writer) -> None:
    def applied(version: str, at: float) -> Draft:
        body: dict[str, object] = {"version": version, "files": {"plant.toml": version}}
        return Draft("plant", version, moment(at), moment(at), "monitor", body)

    put(writer, [applied("one", 10), applied("two", 20), applied("one", 30)])
    with begin_reading(writer.engine) as connection:

        def found(second: float) -> str | None:
            row = version_at(connection, to_text(moment(second)))
            return None if row is None else str(row["version"])

        assert [found(s) for s in (9, 10, 19, 20, 29, 30, 99)] == [
            None,
            "one",
            "one",
            "two",
            "two",
            "one",
            "one",
        ]
        assert version_files(connection, "two") == {"plant.toml": "two"}
        assert version_files(connection, "three") is None


def life(writer: Writer, drafts: Iterable[Draft]) -> Watch:
    put(writer, drafts)
    with begin_reading(writer.engine) as connection:
        return watch(connection)


def test_the_monitors_life_is_read_from_its_entries(writer: Writer) -> None:
    hole = {"from": to_text(moment(25)), "to": to_text(moment(30))}
    found = life(
        writer,
        [
            own("started", 0, judged_until=None),
            own("resumed", 10, judged_until=to_text(moment(5))),
            own("caught_up", 11, not_judged=[]),
            own("stopped", 20),
            own("started", 40, judged_until=to_text(moment(19.5))),
            own("caught_up", 42, not_judged=[hole]),
            own("caught_up", 99, not_judged=[]),
        ],
    )
    assert found == Watch(
        moment(0),
        (
            Outage(moment(5), moment(10), ((moment(11), ()),)),
            Outage(
                moment(19.5),
                moment(40),
                ((moment(42), ((moment(25), moment(30)),)), (moment(99), ())),
            ),
        ),
    )


def test_entries_of_earlier_versions_say_less(writer: Writer) -> None:
    """Then nobody judged from the stop, or from the last entry of all, to the start."""
    found = life(
        writer,
        [
            own("started", 0),
            own("stopped", 20),
            own("started", 40),
            verdict(None, "pass", 50),
            own("started", 90),
        ],
    )
    assert found.outages == (
        Outage(moment(20), moment(40)),
        Outage(moment(50), moment(90)),
    )


def test_no_entry_no_life(writer: Writer) -> None:
    found = life(writer, [])
    assert found == Watch(None)
    assert judged_at(found, None, moment(1), moment(1), LIMIT) == (None, False)


BACKLOG = Watch(
    moment(0),
    (
        Outage(
            moment(100),
            moment(200),
            (
                (moment(210), ((moment(140), moment(180)),)),
                (moment(250), ((moment(150), moment(180)),)),
            ),
        ),
        Outage(moment(300), moment(400)),
    ),
)


@pytest.mark.parametrize(
    ("at", "known", "until", "current"),
    [
        (50, 50, 50, True),
        (50, 5, 5, False),  # known before it happened
        (8, 5, 5, True),  # no older than data may be
        (103, 103, 100, True),
        (110, 110, 100, False),  # nobody judged
        (110, 205, 100, False),  # the backlog is being judged
        (110, 210, 140, True),  # it has been
        (145, 249, 140, False),  # of this nobody had told by then
        (145, 250, 150, True),  # but later somebody did
        (160, 999, 150, False),  # but of this nobody told
        (185, 999, 300, True),
        (205, 205, 100, False),
        (350, 999, 300, False),  # the journal does not say what became of it
        (450, 999, 900, True),
        (950, 999, 900, False),  # past the heartbeat
    ],
)
def test_whether_a_moment_had_been_judged(
    at: float, known: float, until: float, *, current: bool
) -> None:
    found = judged_at(BACKLOG, moment(900), moment(at), moment(known), LIMIT)
    assert found == (moment(until), current)


def test_before_it_began_nothing_was_judged() -> None:
    assert judged_at(BACKLOG, moment(900), moment(-1), moment(-1), LIMIT) == (None, False)


def test_more_knowledge_of_a_moment_never_unsays_that_it_was_judged() -> None:
    for at in range(0, 900, 5):
        said = [
            judged_at(BACKLOG, moment(900), moment(at), moment(known), LIMIT)[1]
            for known in range(at, 1000, 5)
            if not 300 < at < 400
        ]
        later = itertools.pairwise(said[2:])
        assert all(after or not before for before, after in later) or 150 < at < 180


def clock(text: str) -> float:
    """Give the seconds of `hh:mm:ss` after 08:00:00, which is the start."""
    hours, minutes, seconds = (float(part) for part in (*text.split(":"), "0")[:3])
    return (hours - 8) * 3600 + minutes * 60 + seconds


@pytest.mark.parametrize(
    ("at", "known", "reads", "stale"),
    [
        ("08:05", "09:00", "pass", False),
        ("08:22", "08:23", "unknown", True),
        ("08:22", "08:30:01.5", "fail", True),
        ("08:22", "09:00", "fail", False),
        ("08:15", "09:00", "pass", False),
        ("08:27", "08:30:02.5", "unknown", True),
        ("08:27", "09:00", "pass", False),
    ],
)
def test_the_example_of_the_documents(
    writer: Writer, at: str, known: str, reads: str, *, stale: bool
) -> None:
    put(
        writer,
        [
            own("started", -60, judged_until=None),
            verdict(None, "pass", clock("08:00")),
            own("started", clock("08:30"), judged_until=to_text(moment(clock("08:10")))),
            verdict("pass", "fail", clock("08:20"), clock("08:30:01")),
            verdict("fail", "pass", clock("08:25"), clock("08:30:02")),
            own("caught_up", clock("08:30:03"), not_judged=[]),
        ],
    )
    with begin_reading(writer.engine) as connection:
        when, knew = moment(clock(at)), moment(clock(known))
        [row] = verdicts_at(connection, to_text(when), to_text(knew))
        _, current = judged_at(watch(connection), moment(clock("09:00")), when, knew, LIMIT)
    shown = "unknown" if row["verdict"] == "pass" and not current else row["verdict"]
    assert (shown, not current) == (reads, stale)
