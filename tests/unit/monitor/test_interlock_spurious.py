"""Trips without a cause: the rules of docs/reference/judging.md.

Cause 2oo2 of a and b, effects gate and drain = 1 within 3 s, polled each half second: the window
in which a cause may still turn up is 2 s and the on-delay.
"""

from dataclasses import replace

import pytest

from monitor.changes import DemandChange
from monitor.inputs import Started, Tick
from plant.interlock import Cause, Effect
from plant.plant import Plant
from plant.quality import Reason
from tests.interlock_story import Story, voted
from tests.small_plant import analog, at, limit, plant_of

EFFECTS = (Effect("gate", 1, 3.0), Effect("drain", 1, 3.0))


def plain(**more: object) -> Plant:
    return voted(Cause(("a:H",)), Cause(("b:H",)), effects=EFFECTS, **more)  # type: ignore[arg-type]


@pytest.fixture
def story() -> Story:
    story = Story(plain())
    story.polls(0, 1)
    return story


class TestSpurious:
    def test_effects_that_come_without_a_cause(self, story: Story) -> None:
        story.polls(1.5, 3, gate=1, drain=1)
        assert story.told == []
        story.poll(3.5)
        assert story.told == [("open", "spurious")]
        last = story.last
        assert (last.demand, last.opened, last.time) == ("trip/1", at(1.5), at(3.5))
        assert (last.causes, last.first_out, last.bypassed) == ((), (), False)
        assert story.responses() == [("undetermined", None, None)] * 2
        assert story.states == ["armed"]

    def test_it_is_said_once_until_all_effects_have_been_reset(self, story: Story) -> None:
        story.polls(1.5, 9, gate=1, drain=1)
        story.polls(9.5, 10, gate=0)
        story.polls(10.5, 14, gate=1)
        assert story.told == [("open", "spurious")]
        story.polls(14.5, 15, gate=0, drain=0)
        story.polls(15.5, 18, gate=1, drain=1)
        assert [change.demand for change in story.of(DemandChange)] == ["trip/1", "trip/2"]

    def test_a_short_trip_is_said_too(self, story: Story) -> None:
        story.poll(1.5, gate=1, drain=1)
        story.polls(2, 4, gate=0, drain=0)
        assert story.told == [("open", "spurious")]

    def test_a_cause_may_have_come_while_nobody_listened(self, story: Story) -> None:
        """The monitor stood still: what came since the last sample may have had a cause."""
        story.give(Started(at(600)))
        for half in range(9):
            story.poll(600 + half / 2, gate=1, drain=1)
        assert story.told == [("open", "undetermined")]

    def test_one_of_two_effects_is_no_trip(self, story: Story) -> None:
        story.polls(1.5, 9, gate=1)
        assert story.told == []

    def test_effects_that_come_far_apart_are_no_trip(self, story: Story) -> None:
        story.polls(1.5, 5.5, gate=1)
        story.polls(6, 9, drain=1)  # more than the longest allowance (3 s) after the gate
        assert story.told == []

    def test_effects_within_the_longest_allowance_are_one_trip(self, story: Story) -> None:
        story.polls(1.5, 4.5, gate=1)
        story.polls(5, 7, drain=1)  # between 4.5 and 5; the gate between 1 and 1.5
        assert story.told == [("open", "spurious")]

    def test_effects_that_stood_when_first_seen_are_no_trip(self) -> None:
        story = Story(plain())
        story.polls(0, 9, gate=1, drain=1)
        assert story.told == []

    def test_effects_in_normal_use_are_no_trip(self) -> None:
        story = Story(plain(normal=True))
        story.polls(0, 1)
        story.polls(1.5, 9, gate=1, drain=1)
        assert story.told == []

    def test_effects_that_stay_after_their_demand_are_no_trip(self, story: Story) -> None:
        story.polls(1.5, 4, a=100, gate=1, drain=1)
        story.polls(4.5, 9, a=50)
        story.polls(9.5, 10, gate=0)
        story.polls(10.5, 19, gate=1)
        assert {change.demand for change in story.of(DemandChange)} == {"trip/1"}

    def test_a_trip_of_a_bypassed_interlock_says_so(self, story: Story) -> None:
        story.poll(1.2, key1=1)
        story.polls(1.5, 4, gate=1, drain=1)
        assert story.told == [("open", "spurious")]
        assert story.last.bypassed

    def test_a_step_back_of_the_clock_moves_it(self) -> None:
        story = Story(plain())
        story.polls(3600, 3601)
        story.poll(3601.5, gate=1, drain=1)
        story.tick(3602)
        story.give(Tick(at(2)))  # an hour back: the trip now lies at 1.5
        story.polls(2.5, 3)
        assert story.told == []
        story.poll(3.5)
        assert (story.told, story.last.opened) == ([("open", "spurious")], at(1.5))


class TestExplained:
    def test_a_cause_of_the_same_instant_explains_it(self) -> None:
        """Which of one instant's samples comes first decides nothing."""
        story = Story(plain())
        story.polls(0, 1)
        story.values(1.5, gate=1, drain=1, a=100, b=50, key1=0)
        story.shows |= {"gate": 1, "drain": 1, "a": 100}
        story.polls(2, 9)
        assert story.told == [("open", "ok"), ("settle", "ok")]

    def test_a_cause_whose_delay_still_ran_explains_it(self) -> None:
        """A controller that acts before our on-delay is over answers its demand, in time."""
        story = Story(plain(on=4.0))
        story.polls(0, 1)
        story.poll(1.5, a=100)
        story.polls(2, 5, gate=1, drain=1)
        assert story.told == []
        story.polls(5.5, 9)
        assert story.told == [("open", "ok"), ("settle", "ok")]
        assert story.responses() == [("ok", 0.0, 1.0)] * 2

    def test_even_when_the_effects_have_left_again(self) -> None:
        story = Story(plain(on=4.0))
        story.polls(0, 1)
        story.poll(1.5, a=100)
        story.polls(2, 3, gate=1, drain=1)
        story.polls(3.5, 9, gate=0, drain=0)
        assert story.told == [("open", "ok"), ("settle", "ok")]

    def test_a_crossing_that_does_not_last_explains_nothing(self) -> None:
        story = Story(plain(on=4.0))
        story.polls(0, 1)
        story.poll(1.5, a=100)
        story.polls(2, 3, gate=1, drain=1)
        story.polls(3.5, 9, a=50)
        assert story.told == [("open", "spurious")]
        assert story.last.time == at(8)  # 2 s of first-out and 4 s of delay after the trip

    def test_a_cause_that_came_after_all_effects_explains_nothing(self, story: Story) -> None:
        story.poll(1.5, gate=1, drain=1)
        story.polls(2, 5, a=100)  # between 1.5 and 2
        told = [
            (change.demand, change.event.value, change.result.value)
            for change in story.of(DemandChange)
        ]
        assert told == [
            ("trip/1", "open", "ok"),
            ("trip/2", "open", "spurious"),
            ("trip/1", "settle", "ok"),
        ]

    def test_a_cause_between_the_effects_is_their_demand(self, story: Story) -> None:
        story.poll(1.5, gate=1)
        story.poll(2, a=100)
        story.polls(2.5, 9, drain=1)
        assert story.told[0] == ("open", "waiting")
        assert story.told[-1] == ("settle", "ok")


class TestSharedEffects:
    """Two interlocks that bring the same effects: one's trip is no spurious trip of the other."""

    def story(self, on: float = 0.0) -> Story:
        both = plain(on=on)
        other = replace(both.interlocks[0], id="other", causes=(Cause(("c:H",)),), bypass=())
        story = Story(replace(both, interlocks=(*both.interlocks, other)))
        story.polls(0, 1)
        return story

    def told(self, story: Story) -> set[tuple[str, str]]:
        return {(c.demand, c.result.value) for c in story.of(DemandChange) if c.event != "effect"}

    def test_the_other_s_cause_explains_it(self) -> None:
        story = self.story()
        story.poll(1.5, c=100)
        story.polls(2, 3, gate=1, drain=1)
        story.polls(3.5, 9, c=50)
        assert self.told(story) == {("other/1", "waiting"), ("other/1", "ok")}

    def test_even_when_its_delay_still_ran(self) -> None:
        story = self.story(on=4.0)
        story.poll(1.5, c=100)
        story.polls(2, 9, gate=1, drain=1)
        assert self.told(story) == {("other/1", "ok")}

    def test_without_any_cause_both_have_tripped(self) -> None:
        story = self.story()
        story.polls(1.5, 9, gate=1, drain=1)
        assert self.told(story) == {("trip/1", "spurious"), ("other/1", "spurious")}

    def test_the_other_s_cause_must_have_been_seen(self) -> None:
        story = self.story()
        story.fault(1.2, "c")
        story.polls(1.5, 9, gate=1, drain=1)
        assert self.told(story) == {("trip/1", "undetermined"), ("other/1", "undetermined")}


class TestUndetermined:
    @pytest.mark.parametrize("reason", [Reason.NO_ANSWER, Reason.SENSOR_FAULT])
    def test_a_cause_that_was_bad_leaves_it_open_for_good(
        self, story: Story, reason: Reason
    ) -> None:
        story.fault(1.2, "b", reason=reason)
        story.polls(1.5, 4, gate=1, drain=1)
        assert story.told == [("open", "undetermined")]
        story.polls(4.5, 9, b=50)  # that it is normal now says nothing of then
        assert story.told == [("open", "undetermined")]

    def test_a_cause_that_was_bad_for_a_moment(self, story: Story) -> None:
        story.poll(1.5, gate=1, drain=1)
        story.bad(1.5, "b")
        story.polls(2, 4)
        assert story.told == [("open", "undetermined")]

    def test_a_cause_that_is_lost_after_it_was_seen_hinders_nothing(self, story: Story) -> None:
        story.poll(1.5, gate=1, drain=1)
        story.fault(1.6, "b")
        story.polls(2, 4)
        assert story.told == [("open", "spurious")]

    def test_a_cause_that_comes_back_with_the_effects(self, story: Story) -> None:
        story.fault(1.2, "b")
        story.polls(1.5, 4, b=50, gate=1, drain=1)
        assert story.told == [("open", "undetermined")]

    def test_a_fault_before_that_is_over_hinders_nothing(self, story: Story) -> None:
        story.fault(1.2, "b")
        story.polls(1.5, 2, b=50)
        story.polls(2.5, 5, gate=1, drain=1)
        assert story.told == [("open", "spurious")]

    def test_after_a_gap_of_everything(self, story: Story) -> None:
        story.died(1.2)
        story.born(100)
        story.polls(100, 105, gate=1, drain=1)
        assert story.told == [("open", "undetermined")]


def two_nodes() -> Plant:
    """The cause `far` comes by its own node, which may be late."""
    here = plain()
    trip = replace(here.interlocks[0], causes=(Cause(("a:H",)), Cause(("far:H",))))
    far = analog("far", limit("far", "H", 100), device="elsewhere")
    return plant_of([*here.signals, far], [trip], foreign=["elsewhere"])


class TestLateData:
    @pytest.fixture
    def late(self) -> Story:
        """The far node dies at 1.2, the effects come at 1.5."""
        story = Story(two_nodes())
        for half in range(3):
            story.poll(half / 2)
            self.far(story, half / 2, 50)
        story.died(1.2, node="elsewhere")
        story.polls(1.5, 4, gate=1, drain=1)
        story.tick(4)
        assert story.told == [("open", "undetermined")]
        return story

    def far(self, story: Story, second: float, value: float, known: float | None = None) -> None:
        late = known is not None
        story.values(second, historical=late, known=known, node="elsewhere", far=value)

    def test_a_backlog_without_a_cause_makes_it_spurious(self, late: Story) -> None:
        late.born(10, node="elsewhere")
        self.far(late, 1.4, 50, known=10)
        assert late.told == [("open", "undetermined")]
        self.far(late, 1.5, 50, known=10)
        assert late.told == [("open", "undetermined"), ("revise", "spurious")]
        assert late.last.demand == "trip/1"

    def test_a_late_cause_makes_it_a_demand(self, late: Story) -> None:
        late.born(10, node="elsewhere")
        self.far(late, 1.4, 100, known=10)
        assert late.told == [("open", "undetermined"), ("revise", "ok")]
        assert (late.last.demand, late.last.first_out) == ("trip/1", ("far:H",))
        assert late.responses() == [("ok", 0.0, 0.5)] * 2
        for half in range(3, 9):
            self.far(late, half / 2, 100, known=10)
        assert late.told[-1] == ("settle", "ok")
        assert {change.demand for change in late.of(DemandChange)} == {"trip/1"}

    def test_even_when_the_effects_have_been_reset(self, late: Story) -> None:
        late.polls(4.5, 6, gate=0, drain=0)
        late.born(10, node="elsewhere")
        self.far(late, 1.4, 100, known=10)
        assert late.told[-1] == ("revise", "ok")

    def test_a_gap_in_the_backlog_leaves_it_open(self, late: Story) -> None:
        late.born(10, node="elsewhere")
        self.far(late, 4, 50, known=10)
        self.far(late, 4.5, 50, known=10)
        assert late.told == [("open", "undetermined")]
        late.polls(10.5, 12, gate=0, drain=0)
        memory = late.state.memory.interlocks["trip"]
        assert memory.trip is None
        assert not memory.awaiting

    def test_a_late_cause_from_after_the_trip_explains_nothing(self, late: Story) -> None:
        late.born(10, node="elsewhere")
        self.far(late, 1.4, 50, known=10)
        self.far(late, 1.6, 50, known=10)
        self.far(late, 2.0, 100, known=10)
        told = [(change.demand, change.result.value) for change in late.of(DemandChange)]
        assert told == [("trip/1", "undetermined"), ("trip/1", "spurious"), ("trip/2", "ok")]
