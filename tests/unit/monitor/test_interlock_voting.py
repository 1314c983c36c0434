"""Voted causes through the engine: demands, degraded states, trips by a fault."""

import pytest

from monitor.changes import CauseSeen, DemandChange, InterlockChange, InterlockState
from plant.interlock import Cause, Effect, OnBad
from plant.quality import Quality, Reason
from tests.interlock_story import Story, voted
from tests.small_plant import at

TWO_OF_THREE = ("a:H", "b:H", "c:H")


def story_of(on_bad: OnBad = OnBad.REMOVE, **more: object) -> Story:
    story = Story(voted(Cause(TWO_OF_THREE, 2, on_bad), **more))  # type: ignore[arg-type]
    story.polls(0, 1)
    return story


class TestVotedDemand:
    def test_one_of_three_demands_nothing(self) -> None:
        story = story_of()
        story.polls(1.5, 5, a=100)
        assert story.told == []
        assert story.states == ["armed"]

    def test_the_second_vote_opens_the_demand(self) -> None:
        story = story_of()
        story.polls(1.5, 2.5, a=100)
        story.poll(3, c=100)
        story.poll(3.5, gate=1)
        cause = story.of(DemandChange)[0].causes[0]
        assert cause == CauseSeen(
            "2oo3(a:H b:H c:H)", at(2.5), at(3), members=("a:H", "c:H"), rank=1
        )
        assert story.responses() == [("ok", 0.0, 1.0)]
        assert story.states[-1] == "demanded"

    def test_it_ends_when_too_few_votes_are_left(self) -> None:
        story = story_of()
        story.polls(1.5, 5, a=100, c=100, gate=1)
        story.poll(5.5, c=50, gate=0)
        assert story.states == ["armed", "demanded", "armed"]
        story.poll(6, b=100)
        assert story.last.demand == "trip/2"

    def test_one_limit_may_serve_two_causes(self) -> None:
        story = Story(voted(Cause(("a:H",)), Cause(("a:H", "b:H"), 2)))
        story.polls(0, 1)
        story.poll(1.5, a=100)
        story.poll(2, b=100)
        assert [cause.limit for cause in story.last.causes] == ["a:H", "2oo2(a:H b:H)"]
        assert [cause.rank for cause in story.last.causes] == [1, 2]


class TestDegradation:
    def test_a_faulty_channel_degrades_and_its_return_restores(self) -> None:
        story = story_of()
        assert story.effective == [("2oo3", 1)]
        story.fault(1.5, "b")
        assert (story.states[-1], story.effective) == ("degraded", [("2oo2", 0)])
        reason = story.of(InterlockChange)[-1].reason
        assert reason is not None
        assert reason.en == "the channel of b is faulty: 2oo3 votes as 2oo2"
        story.poll(2, b=50)
        assert (story.states[-1], story.effective) == ("armed", [("2oo3", 1)])

    def test_each_step_down_is_said(self) -> None:
        story = story_of()
        story.fault(1.1, "a")
        story.fault(1.2, "b")
        story.fault(1.3, "c")
        assert story.states == ["armed", "degraded", "degraded", "unavailable"]
        assert story.effective == [("failed", 0)]

    def test_the_degraded_vote_opens_the_demand(self) -> None:
        story = story_of()
        story.fault(1.1, "a", "b")
        story.poll(1.5, c=100)
        assert story.last.causes[0].members == ("c:H",)

    def test_removed_channels_do_not_vote(self) -> None:
        story = story_of()
        story.poll(1.5, a=100)
        story.fault(1.6, "a", reason=Reason.OUT_OF_RANGE)
        story.poll(2, b=100)
        assert story.told == []
        story.poll(2.5, c=100)
        assert story.last.causes[0].members == ("b:H", "c:H")

    def test_lost_data_make_it_unknown(self) -> None:
        story = story_of()
        story.bad(1.2, "a", reason=Reason.NO_ANSWER)
        assert (story.states[-1], story.effective) == ("unknown", [("unknown", None)])

    def test_a_channel_that_breaks_does_not_end_its_demand(self) -> None:
        story = Story(voted(Cause(("a:H",))))
        story.polls(0, 1)
        story.polls(1.5, 5, a=100, gate=1)
        story.fault(5.2, "a")
        story.polls(5.5, 9)
        story.poll(9.5, a=100)
        assert {change.demand for change in story.of(DemandChange)} == {"trip/1"}


class TestTripByFault:
    def test_any_fault_trips(self) -> None:
        story = story_of(OnBad.TRIP)
        story.fault(1.2, "b")
        assert story.effective == [("trip", 0)]
        assert story.states[-1] == "demanded"
        assert story.last.causes == (
            CauseSeen("2oo3(a:H b:H c:H)", at(1), at(1.2), members=("b:H",), rank=1),
        )
        story.poll(1.5, gate=1)
        assert story.last.result.value == "ok"

    def test_its_return_ends_the_demand(self) -> None:
        story = story_of(OnBad.TRIP)
        story.fault(1.2, "b")
        story.polls(1.5, 4, gate=1)
        story.poll(4.5, b=50, gate=0)
        assert story.states[-1] == "armed"
        story.poll(5, a=100, c=100)
        assert story.last.demand == "trip/2"

    def test_a_faulty_vote_and_a_true_one_trip(self) -> None:
        story = story_of(OnBad.VOTE)
        story.fault(1.2, "b")
        assert (story.states[-1], story.effective) == ("degraded", [("1oo2", 1)])
        story.poll(1.5, c=100)
        assert story.last.causes[0].members == ("b:H", "c:H")

    def test_a_controller_that_does_not_trip_by_it_has_failed(self) -> None:
        story = story_of(OnBad.TRIP)
        story.fault(1.2, "b")
        story.polls(1.5, 5)
        assert story.told[-1] == ("settle", "failed")


class TestOutOfService:
    def story(self) -> Story:
        story = Story(voted(armed="key3"))
        story.polls(0, 1)
        return story

    def test_reads_0_is_disarmed_and_outranks_faults_and_demands(self) -> None:
        story = self.story()
        assert story.states == ["armed"]
        story.poll(1.5, key3=0)
        assert story.states[-1] == "disarmed"
        story.polls(2, 3, a=100, b=100)
        story.bad(3.1, "gate", reason=Reason.SENSOR_FAULT)
        assert story.states[-1] == "disarmed"

    def test_bypassed_outranks_it(self) -> None:
        story = self.story()
        story.poll(1.5, key3=0, key1=1)
        assert story.states[-1] == "bypassed"

    def test_only_good_data_arm_it_again(self) -> None:
        story = self.story()
        story.poll(1.5, key3=0)
        story.values(1.6, Quality.UNCERTAIN, key3=1)
        assert story.states[-1] == "disarmed"
        story.values(1.7, key3=1)
        assert story.states[-1] == "armed"

    @pytest.mark.parametrize(
        ("reason", "state"), [(Reason.NO_ANSWER, "unknown"), (Reason.SENSOR_FAULT, "unavailable")]
    )
    @pytest.mark.parametrize("before", [0, 1])
    def test_what_cannot_be_read_is_not_armed(
        self, reason: Reason, state: str, before: int
    ) -> None:
        story = self.story()
        story.poll(1.5, key3=before)
        story.bad(1.6, "key3", reason=reason)
        assert story.states[-1] == state

    def test_a_loss_does_not_bring_it_back(self) -> None:
        story = self.story()
        story.poll(1.5, key3=0)
        story.bad(1.6, "key3")
        story.values(1.7, Quality.UNCERTAIN, key3=1)
        assert story.states[-1] == "disarmed"


class TestWithoutFeedback:
    NOTHING = Effect("", 1, 3.0, "fast_gate.closed")

    def test_it_is_never_proven(self) -> None:
        story = Story(voted(effects=(Effect("gate", 1, 3.0), self.NOTHING)))
        story.polls(0, 1)
        story.polls(1.5, 4, a=100, b=100, gate=1)
        assert story.told == [
            ("open", "waiting"),
            ("effect", "undetermined"),
            ("settle", "undetermined"),
        ]
        assert [(seen.signal, seen.result.value) for seen in story.last.effects] == [
            ("gate", "ok"),
            ("fast_gate.closed", "undetermined"),
        ]

    def test_what_is_known_of_the_others_still_counts(self) -> None:
        story = Story(voted(effects=(Effect("gate", 1, 3.0), self.NOTHING)))
        story.polls(0, 1)
        story.polls(1.5, 5, a=100, b=100)
        assert story.told[-1] == ("settle", "failed")
        story.poll(5.5, gate=1)
        assert story.told[-1] == ("revise", "slow")

    def test_an_interlock_without_any_feedback(self) -> None:
        story = Story(voted(effects=(self.NOTHING,)))
        story.polls(0, 1)
        assert story.states[-1] == InterlockState.ARMED
        story.polls(1.5, 4, a=100, b=100)
        assert story.told == [("open", "undetermined"), ("settle", "undetermined")]
