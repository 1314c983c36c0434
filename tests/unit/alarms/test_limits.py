"""Limits of every kind: what each says, latching, and suppression by design."""

from dataclasses import replace

import pytest

from alarms.alarm import AlarmKind
from plant.errors import RequestError
from plant.plant import Plant
from plant.signal import Indicates, Level, Limit, Priority
from tests.small_plant import analog, at, limit, plant_of, switch
from tests.unit.alarms.desk import Desk, suppression, told, with_suppressions


def instrument(of: Limit, priority: Priority = Priority.MEDIUM) -> Limit:
    return replace(of, indicates=Indicates.INSTRUMENT, priority=priority)


def latching(of: Limit) -> Limit:
    return replace(of, latching=True)


def plant() -> Plant:
    return plant_of(
        [
            analog(
                "a",
                limit("a", "LL", 20),
                limit("a", "L", 30),
                latching(limit("a", "H", 70)),
                limit("a", "HH", 80),
                limit("a", "RATE", 6),
                limit("a", "DEVIATION", 2),
            ),
            analog("b", limit("b", "RATE", -6), instrument(limit("b", "LL", -5))),
            analog("c", limit("c", "L", 5), instrument(limit("c", "LL", -5))),
            analog("d", instrument(limit("d", "DEVIATION", 3)), latching(limit("d", "H", 1))),
            replace(switch("wet"), limits=(limit("wet", "STATE", 1),)),
            replace(switch("flame"), limits=(limit("flame", "STATE", 0),)),
            switch("idle"),
        ]
    )


def suppressed_plant() -> Plant:
    return with_suppressions(
        plant(),
        suppression("low", "a:L"),
        suppression("lows", "a:L", "a:LL"),
        suppression("rest", "a:H", "a:HH", "a:RATE", "wet:STATE"),
    )


@pytest.fixture
def desk() -> Desk:
    return Desk(suppressed_plant())


class TestKinds:
    @pytest.mark.parametrize(
        ("passed", "alarm", "zh", "en"),
        [
            ("a:L", "a:low", "a中低于低限", "a below its low limit"),
            ("a:HH", "a:high", "a中高于高高限", "a above its high-high limit"),
            ("a:RATE", "a:rate", "a中上升过快", "a rises too fast"),
            ("b:RATE", "b:rate", "b中下降过快", "b falls too fast"),
            ("a:DEVIATION", "a:deviation", "a中与同组测点偏差过大", "a differs from its group"),
            ("wet:STATE", "wet:state", "wet中：是", "wet: yes"),
            ("flame:STATE", "flame:state", "flame中：否", "flame: no"),
            (
                "b:LL",
                "b:instrument",
                "b中仪表误差：低于低低限",
                "b instrument error: below its low-low limit",
            ),
            (
                "d:DEVIATION",
                "d:instrument",
                "d中仪表误差：与同组测点偏差过大",
                "d instrument error: differs from its group",
            ),
        ],
    )
    def test_each_kind_speaks_for_itself(
        self, desk: Desk, passed: str, alarm: str, zh: str, en: str
    ) -> None:
        assert told(desk.passed(passed, 1, 6.2)) == [f"{alarm} trip"]
        said = desk.alarm(alarm)
        assert (said.message.zh, said.message.en) == (zh, en)
        of = desk.plant.limit_by_id[passed]
        assert (said.value, said.limit, said.level) == (6.2, of.set_point, of.level)
        assert said.priority is of.priority
        assert said.kind is AlarmKind(alarm.rpartition(":")[2])
        assert told(desk.left(passed, 2)) == [f"{alarm} return"]

    def test_kinds_of_one_signal_do_not_mix(self, desk: Desk) -> None:
        for passed in ("a:L", "a:RATE", "a:DEVIATION"):
            desk.passed(passed, 1)
        desk.left("a:RATE", 2)
        assert {name for name, alarm in desk.memory.alarms.items() if alarm.active} == {
            "a:low",
            "a:deviation",
        }

    def test_an_instrument_error_does_not_raise_the_process_alarm_of_its_side(
        self, desk: Desk
    ) -> None:
        desk.passed("c:L", 1)
        desk.acknowledge("c:low")
        assert told(desk.passed("c:LL", 2)) == ["c:instrument trip"]
        assert desk.alarm("c:low").acknowledged
        assert desk.alarm("c:low").levels == (Level.L,)
        assert desk.alarm("c:instrument").priority is Priority.MEDIUM


class TestLatching:
    """States by standards 3.1: E is clear, latched, unacknowledged; F the same, acknowledged."""

    def test_it_stands_until_it_is_reset(self, desk: Desk) -> None:
        desk.passed("d:H", 1)
        desk.acknowledge("d:high")
        desk.left("d:H", 2)
        alarm = desk.alarm("d:high")
        assert (alarm.active, alarm.acknowledged, alarm.latched) == (False, True, True)
        assert alarm.standing
        event = desk.reset("d:high", 1)
        assert (event.event, event.actor) == ("reset", "zhang")
        assert not desk.alarm("d:high").standing

    def test_what_returned_unseen_is_latched_too(self, desk: Desk) -> None:
        desk.passed("d:H", 1)
        desk.left("d:H", 2)
        desk.acknowledge("d:high")
        assert desk.alarm("d:high").latched

    def test_the_latching_level_latches_the_side(self, desk: Desk) -> None:
        """H latches and HH does not: the jump past HH alone is let go, past H it is not."""
        desk.passed("a:HH", 1)
        assert not desk.alarm("a:high").latched
        assert told(desk.passed("a:H", 1.5)) == ["a:high level"]
        alarm = desk.alarm("a:high")
        assert (alarm.latched, alarm.level, alarm.occurrence) == (True, Level.HH, 1)

    def test_it_calls_again_while_latched(self, desk: Desk) -> None:
        desk.passed("d:H", 1)
        desk.acknowledge("d:high")
        desk.left("d:H", 2)
        assert told(desk.passed("d:H", 3)) == ["d:high trip"]
        alarm = desk.alarm("d:high")
        assert (alarm.occurrence, alarm.acknowledged, alarm.latched) == (2, False, True)

    def test_what_does_not_latch_needs_no_reset(self, desk: Desk) -> None:
        desk.passed("a:L", 1)
        desk.acknowledge("a:low")
        desk.left("a:L", 2)
        assert not desk.alarm("a:low").standing

    @pytest.mark.parametrize(
        ("done", "occurrence", "code"),
        [
            ([], None, "not_found"),
            (["trip"], None, "still_active"),
            (["trip", "acknowledge"], None, "still_active"),
            (["trip", "return"], None, "not_acknowledged"),
            (["trip", "acknowledge", "return"], 7, "occurrence_passed"),
            (["trip", "acknowledge", "return", "reset"], None, "not_latched"),
        ],
    )
    def test_refusals(
        self, desk: Desk, done: list[str], occurrence: int | None, code: str
    ) -> None:
        for second, what in enumerate(done, 1):
            match what:
                case "trip":
                    desk.passed("d:H", second)
                case "return":
                    desk.left("d:H", second)
                case "acknowledge":
                    desk.acknowledge("d:high")
                case "reset":
                    desk.reset("d:high")
        before = dict(desk.memory.alarms)
        with pytest.raises(RequestError) as refused:
            desk.reset("d:high", occurrence)
        assert refused.value.code == code
        assert desk.memory.alarms == before


class TestSuppression:
    def test_a_trip_while_suppressed_is_kept_and_does_not_call(self, desk: Desk) -> None:
        desk.suppress("low", 1)
        [event] = desk.passed("a:L", 2, 25)
        alarm = event.alarm
        assert event.event == "trip"
        assert (alarm.active, alarm.levels, alarm.value) == (True, (Level.L,), 25)
        assert (alarm.acknowledged, alarm.occurrence) == (True, 0)
        assert (alarm.suppressed_by, alarm.raised_at) == ("low", at(2))
        assert alarm.message.en == "a below its low limit"

    def test_when_it_ends_what_still_holds_calls(self, desk: Desk) -> None:
        desk.suppress("low", 1)
        desk.passed("a:L", 2)
        [event] = desk.unsuppress("low", 60)
        alarm = event.alarm
        assert event.event == "unsuppress"
        assert (alarm.active, alarm.acknowledged, alarm.occurrence) == (True, False, 1)
        assert (alarm.suppressed_by, alarm.raised_at) == (None, at(60))

    def test_when_it_ends_what_is_over_does_not(self, desk: Desk) -> None:
        desk.suppress("lows", 1)
        desk.passed("a:L", 2)
        [event] = desk.left("a:L", 3)
        assert (event.event, event.alarm.suppressed_by) == ("return", "lows")
        [event] = desk.unsuppress("lows", 4)
        assert not event.alarm.standing
        assert event.alarm.occurrence == 0

    def test_it_holds_back_what_stands(self, desk: Desk) -> None:
        desk.passed("a:L", 1)
        [event] = desk.suppress("low", 2)
        assert (event.event, event.alarm.suppressed_by) == ("suppress", "low")
        assert (event.alarm.active, event.alarm.acknowledged) == (True, False)

    def test_what_was_seen_before_calls_again_when_it_ends(self, desk: Desk) -> None:
        desk.passed("a:L", 1)
        desk.acknowledge("a:low")
        desk.suppress("low", 2)
        desk.unsuppress("low", 3)
        alarm = desk.alarm("a:low")
        assert (alarm.acknowledged, alarm.occurrence) == (False, 2)

    def test_the_other_level_of_the_side_still_calls(self, desk: Desk) -> None:
        desk.suppress("low", 1)
        desk.passed("a:L", 2)
        [event] = desk.passed("a:LL", 3)
        alarm = event.alarm
        assert event.event == "level"
        assert (alarm.level, alarm.acknowledged, alarm.occurrence) == (Level.LL, False, 1)
        assert alarm.suppressed_by is None

    def test_an_unseen_call_is_not_held_back_by_its_milder_level(self, desk: Desk) -> None:
        desk.suppress("low", 1)
        desk.passed("a:L", 2)
        desk.passed("a:LL", 3)
        assert desk.left("a:LL", 4) == []
        assert desk.alarm("a:low").suppressed_by is None
        desk.acknowledge("a:low")
        alarm = desk.alarm("a:low")
        assert (alarm.active, alarm.level, alarm.suppressed_by) == (True, Level.L, "low")

    def test_a_level_that_ends_to_be_suppressed_calls_if_it_is_more_severe(self) -> None:
        plant_ = with_suppressions(plant(), suppression("severe", "a:LL"))
        desk = Desk(plant_)
        desk.suppress("severe", 1)
        desk.passed("a:L", 2)
        desk.acknowledge("a:low")
        assert desk.passed("a:LL", 3) == []
        assert desk.alarm("a:low").level is Level.L
        [event] = desk.unsuppress("severe", 4)
        assert (event.event, event.alarm.level, event.alarm.occurrence) == ("level", Level.LL, 2)
        assert not event.alarm.acknowledged

    def test_a_milder_level_that_ends_to_be_suppressed_says_nothing(self, desk: Desk) -> None:
        desk.suppress("low", 1)
        desk.passed("a:L", 2)
        desk.passed("a:LL", 3)
        assert desk.unsuppress("low", 4) == []

    def test_the_most_severe_is_told_of_what_is_suppressed(self, desk: Desk) -> None:
        desk.suppress("lows", 1)
        desk.passed("a:L", 2)
        [event] = desk.passed("a:LL", 3)
        assert (event.event, event.alarm.level) == ("level", Level.LL)
        assert (event.alarm.occurrence, event.alarm.suppressed_by) == (0, "lows")

    def test_two_suppressions_hold_until_both_end(self, desk: Desk) -> None:
        desk.suppress("low", 1)
        desk.suppress("lows", 2)
        desk.passed("a:L", 3)
        assert told(desk.unsuppress("low", 4)) == ["a:low suppress"]
        assert desk.alarm("a:low").suppressed_by == "lows"
        assert told(desk.unsuppress("lows", 5)) == ["a:low unsuppress"]
        assert desk.alarm("a:low").occurrence == 1

    def test_a_suppressed_trip_does_not_latch_but_calling_afterwards_does(
        self, desk: Desk
    ) -> None:
        desk.suppress("rest", 1)
        desk.passed("a:H", 2)
        assert not desk.alarm("a:high").latched
        desk.unsuppress("rest", 3)
        assert desk.alarm("a:high").latched

    def test_every_kind_of_limit_can_be_suppressed(self, desk: Desk) -> None:
        desk.suppress("rest", 1)
        desk.passed("a:RATE", 2)
        desk.passed("wet:STATE", 2)
        assert {desk.alarm(name).suppressed_by for name in ("a:rate", "wet:state")} == {"rest"}
        assert told(desk.unsuppress("rest", 3)) == ["a:rate unsuppress", "wet:state unsuppress"]

    def test_what_never_tripped_says_nothing(self, desk: Desk) -> None:
        assert desk.suppress("rest", 1) == []
        assert desk.unsuppress("rest", 2) == []
        assert desk.memory.alarms == {}

    def test_a_return_of_what_never_tripped_is_forgotten(self, desk: Desk) -> None:
        assert desk.left("a:L", 1) == []
        assert desk.memory.alarms == {}
