"""Demands, first-out and responses: the rules of docs/reference/judging.md."""

from dataclasses import replace

import pytest

from monitor.changes import (
    CauseSeen,
    DemandChange,
    DemandEvent,
    Response,
)
from plant.quality import Quality
from tests.interlock_story import Story, plant
from tests.small_plant import (
    at,
)

OPEN, CAUSE, EFFECT, SETTLE, REVISE = DemandEvent


@pytest.fixture
def story() -> Story:
    story = Story(plant())
    story.polls(0, 1)
    return story


class TestDemand:
    def test_a_cause_opens_a_demand_and_the_effects_answer_it(self, story: Story) -> None:
        story.poll(1.5, a=100)
        story.poll(2.0, gate=1)
        story.poll(2.5, drain=1)
        story.polls(3, 4)

        assert story.told == [
            ("open", "waiting"),
            ("effect", "waiting"),
            ("effect", "ok"),
            ("settle", "ok"),
        ]
        # Between the latest moment of the cause (1.5) and the earliest of the effect (1.5): 0;
        # between the earliest of the cause (1.0) and the latest of the effect (2.0): 1.
        assert story.responses() == [("ok", 0.0, 1.0), ("ok", 0.5, 1.5)]
        assert story.last.opened == at(1.5)
        assert story.last.causes == (CauseSeen("a:H", at(1), at(1.5), ("a:H",), 1),)

    def test_first_out_settles_two_seconds_after_it_opened(self, story: Story) -> None:
        story.polls(1.5, 3, a=100, gate=1, drain=1)
        assert [event for event, _ in story.told] == ["open", "effect", "effect"]
        story.poll(3.5)
        assert story.told[-1] == ("settle", "ok")

    def test_two_poll_periods_may_be_longer(self) -> None:
        slow = plant()
        signals = [replace(slow.signals[0], period_s=2.0, max_age_s=9.0), *slow.signals[1:]]
        story = Story(replace(slow, signals=tuple(signals)))
        story.polls(0, 1)
        story.polls(1.5, 5, a=100, gate=1, drain=1)
        assert story.told[-1] == ("effect", "ok")
        story.poll(5.5)
        assert story.told[-1] == ("settle", "ok")

    def test_further_causes_belong_to_it_each_once(self, story: Story) -> None:
        story.poll(1.5, a=100)
        story.poll(2, b=100)
        story.poll(2.5, a=50)
        story.poll(3, a=100)
        assert [event for event, _ in story.told] == ["open", "cause"]
        assert [cause.limit for cause in story.last.causes] == ["a:H", "b:H"]

    def test_it_ends_when_settled_and_no_cause_is_active(self, story: Story) -> None:
        story.polls(1.5, 4, a=100, gate=1, drain=1)
        story.poll(4.5, a=50, gate=0, drain=0)
        story.poll(5, b=100)
        assert story.last.demand == "trip/2"
        assert story.last.event is OPEN

    def test_a_short_cause_stays_the_same_demand_until_settled(self, story: Story) -> None:
        story.poll(1.5, a=100)
        story.poll(2, a=50)
        story.poll(2.5, a=100)
        assert {change.demand for change in story.of(DemandChange)} == {"trip/1"}

    def test_a_cause_that_returns_at_the_instant_of_its_delays_end_is_over(self) -> None:
        """Both are found with one sample: it stood, and stands no more."""
        story = Story(plant(on=1))
        story.polls(0, 1)
        story.polls(1.5, 2, a=100)
        story.polls(2.5, 9, a=50, gate=1, drain=1)
        assert story.told[-1] == ("settle", "ok")
        assert story.states == ["armed"]
        story.polls(9.5, 14, gate=0, drain=0)
        story.polls(14.5, 16, a=100)
        assert story.last.demand == "trip/2"

    def test_an_interlock_goes_back_to_armed(self, story: Story) -> None:
        story.polls(1.5, 4, a=100, gate=1, drain=1)
        story.poll(4.5, a=50)
        assert story.states == ["armed", "demanded", "armed"]


class TestFirstOut:
    def test_causes_of_one_poll_are_a_tie(self, story: Story) -> None:
        story.poll(1.5, a=100, b=100)
        assert story.last.first_out == ("a:H", "b:H")

    def test_the_earlier_poll_comes_first(self, story: Story) -> None:
        story.poll(1.5, b=100)
        story.poll(2, a=100)
        assert story.last.first_out == ("b:H",)

    def test_a_gap_before_the_later_cause_is_a_tie(self, story: Story) -> None:
        story.poll(1.5, b=100)
        del story.shows["a"]
        story.polls(2, 2.5)
        story.poll(3, a=100)  # a was not known since 1.5's poll: it may have been first
        assert story.last.first_out == ("b:H",)
        assert story.last.causes[1] == CauseSeen("a:H", at(1.5), at(3), ("a:H",), 2)


class TestResponse:
    """Cause between 1.0 and 1.5; allowance 3 s."""

    @pytest.mark.parametrize(
        ("seen_at", "expected"),
        [
            (4.0, ("ok", 2.0, 3.0)),
            (4.5, ("undetermined", 2.5, 3.5)),
        ],
    )
    def test_the_interval_decides(
        self, seen_at: float, expected: tuple[str, float, float]
    ) -> None:
        story = Story(plant(effects=("gate",)))
        story.polls(0, 1)
        story.polls(1.5, seen_at - 0.5, a=100)
        story.poll(seen_at, gate=1)
        assert story.responses() == [expected]

    def test_ok_at_exactly_the_allowance(self) -> None:
        story = Story(plant(effects=("gate",)))
        story.poll(1)
        story.poll(1.5, a=100)
        story.poll(4, gate=1)
        assert story.responses() == [("ok", 0.0, 3.0)]

    def test_slow_when_even_the_shortest_is_over(self) -> None:
        story = Story(plant(effects=("gate",)))
        story.poll(1)
        story.poll(1.5, a=100)
        story.values(4.5, Quality.GOOD, gate=0)
        assert story.told[-1] == ("open", "waiting")
        story.values(4.6, gate=0)  # known not to have followed at 4.6
        assert story.told[1:] == [("effect", "failed"), ("settle", "failed")]
        assert story.of(DemandChange)[1].time == at(4.5)
        story.values(5, gate=1)
        assert story.told[-1] == ("revise", "slow")
        [(_, shortest, longest)] = story.responses()
        assert (shortest, longest) == (pytest.approx(3.1), 4.0)

    def test_one_failed_of_two_is_partial_and_both_are_failed(self, story: Story) -> None:
        story.poll(1.5, a=100)
        story.poll(2, gate=1)
        story.polls(2.5, 5)
        assert story.told[-1] == ("settle", "partial")

    def test_both_failed_is_failed(self, story: Story) -> None:
        story.polls(1.5, 5, a=100)
        assert story.told == [
            ("open", "waiting"),
            ("effect", "waiting"),
            ("effect", "failed"),
            ("settle", "failed"),
        ]
        assert story.last.effects[0].shortest is None

    def test_an_effect_that_stood_before_its_cause_answers_with_0(self, story: Story) -> None:
        story.polls(1.5, 3, gate=1, drain=1)
        story.poll(3.5, a=100)
        assert story.told[0] == ("open", "ok")
        opened = story.of(DemandChange)[0].effects
        assert [(seen.shortest, seen.longest) for seen in opened] == [(0, 0), (0, 0)]

    def test_an_effect_of_the_same_poll_answers_within_one_period(self, story: Story) -> None:
        story.poll(1.5, a=100, gate=1, drain=1)
        assert story.responses() == [("ok", 0.0, 0.5), ("ok", 0.0, 0.5)]

    def test_a_feedback_that_did_not_hold_does_not_stand(self) -> None:
        """What was seen long before the cause proves nothing (unknown is not normal)."""
        story = Story(plant(effects=("gate",)))
        story.poll(0, gate=1)
        del story.shows["gate"]
        story.polls(0.5, 9.5)
        story.poll(10, a=100)
        assert story.told == [("open", "waiting")]
        story.poll(11, gate=1)  # it shows the state again: at some moment up to now
        assert story.told[-1] == ("effect", "ok")
        assert story.responses() == [("ok", 0.0, 1.5)]

    def test_an_uncertain_feedback_answers_only_once_it_is_good(self) -> None:
        story = Story(plant(effects=("gate",)))
        story.polls(0, 1)
        del story.shows["gate"]
        story.poll(1.5, a=100)
        for half in range(4, 8):
            story.values(half / 2, Quality.UNCERTAIN, gate=1)
            story.poll(half / 2)
        assert story.told[-1] == ("open", "waiting")
        story.poll(4, gate=1)
        assert story.told[1:] == [("effect", "ok"), ("settle", "ok")]
        assert story.responses() == [("ok", 0, 3)]

    def test_one_that_stays_uncertain_is_undetermined(self) -> None:
        story = Story(plant(effects=("gate",)))
        story.polls(0, 1)
        del story.shows["gate"]
        story.poll(1.5, a=100)
        for half in range(4, 16):
            story.values(half / 2, Quality.UNCERTAIN, gate=1)
            story.poll(half / 2)
        assert story.told[-1] == ("settle", "undetermined")

    def test_what_came_uncertain_before_its_cause_was_known_proves_nothing(self) -> None:
        story = Story(plant(effects=("gate",)))
        story.polls(0, 1)
        del story.shows["gate"]
        story.values(1.5, Quality.UNCERTAIN, gate=1)
        story.poll(1.5, a=100)
        assert story.told == [("open", "undetermined")]

    def test_nor_does_an_uncertain_one_show_that_it_stood_before(self) -> None:
        story = Story(plant(effects=("gate",)))
        story.polls(0, 1, gate=1)
        del story.shows["gate"]
        story.values(1.5, Quality.UNCERTAIN, gate=1)
        story.poll(1.5, a=100)
        assert story.told == [("open", "waiting")]

    def test_a_silent_feedback_is_undetermined_until_late_data_settle_it(self) -> None:
        story = Story(plant(effects=("gate",)))
        story.polls(0, 1)
        story.poll(1.5, a=100)
        del story.shows["gate"]
        story.polls(2, 5.5)
        assert story.told == [("open", "waiting")]
        story.poll(6)  # after the deadline (4.5) and two polls
        assert story.told[1:] == [("effect", "undetermined"), ("settle", "undetermined")]
        story.poll(8, gate=0)
        assert story.told[-1] == ("revise", "failed")
        assert story.last.time == at(4.5)

    def test_late_data_may_show_that_it_followed(self) -> None:
        story = Story(plant(effects=("gate",)))
        story.polls(0, 1)
        story.poll(1.5, a=100)
        del story.shows["gate"]
        story.polls(2, 7)
        story.poll(8, gate=1)
        assert story.told[-1] == ("revise", "undetermined")
        assert story.responses() == [("undetermined", 0.0, 7.0)]

    def test_a_measured_undetermined_effect_is_not_failed_by_its_reset(self) -> None:
        """An effect that followed is not judged again when a person resets it hours later."""
        story = Story(plant(effects=("gate",)))
        story.polls(0, 1)
        story.polls(1.5, 4, a=100)
        story.poll(4.5, gate=1)
        assert story.told[-1] == ("settle", "undetermined")
        story.poll(600, gate=0)
        story.poll(601)
        assert story.told[-1] == ("settle", "undetermined")
        assert story.responses() == [("undetermined", 2.5, 3.5)]

    def test_an_answered_effect_is_not_failed_by_its_reset(self, story: Story) -> None:
        story.polls(1.5, 4, a=100, gate=1, drain=1)
        story.polls(4.5, 9, gate=0)
        assert story.last.result is Response.OK

    def test_a_trip_after_an_on_delay_is_measured_from_the_crossing(self) -> None:
        story = Story(plant(effects=("gate",), on=1.0))
        story.polls(0, 1)
        story.poll(1.5, a=100)
        story.poll(2, gate=1)
        story.poll(2.5)
        assert story.last.opened == at(2.5)
        assert story.last.causes == (CauseSeen("a:H", at(1), at(1.5), ("a:H",), 1),)
        assert story.responses() == [("ok", 0.0, 1.0)]

    def test_the_result_is_the_worst_that_occurs(self) -> None:
        story = Story(plant())
        story.polls(0, 1)
        story.poll(1.5, a=100, gate=1)
        story.polls(2, 4)
        story.poll(4.5, drain=1)
        assert [result for result, *_ in story.responses()] == ["ok", "undetermined"]
        assert story.last.result is Response.UNDETERMINED
