"""Bypass, states and time of interlocks: the rules of docs/reference/judging.md."""

import pytest

from monitor.changes import (
    BypassChange,
    DemandChange,
    DemandEvent,
    InterlockChange,
    InterlockState,
)
from monitor.inputs import Samples, Started
from plant.quality import Quality, Reason
from tests.interlock_story import Story, plant
from tests.small_plant import (
    Point,
    analog,
    at,
    plant_of,
    samples,
)

OPEN, CAUSE, EFFECT, SETTLE, REVISE = DemandEvent


@pytest.fixture
def story() -> Story:
    story = Story(plant())
    story.polls(0, 1)
    return story


class TestBypass:
    def test_on_and_off_are_told_with_when_it_began(self, story: Story) -> None:
        story.poll(1.5, key1=1)
        story.poll(5, key1=0)
        on, off = story.of(BypassChange)
        assert (on.on, on.bypassed, on.started, on.time) == (True, True, at(1.5), at(1.5))
        assert (off.on, off.bypassed, off.started, off.time) == (False, False, at(1.5), at(5))
        assert story.states == ["armed", "bypassed", "armed"]

    def test_two_keys_bypass_until_both_are_back(self, story: Story) -> None:
        story.poll(1.5, key1=1, key2=1)
        story.poll(2, key1=0)
        assert story.of(BypassChange)[-1].bypassed
        assert story.states[-1] == "bypassed"
        story.poll(2.5, key2=0)
        assert not story.of(BypassChange)[-1].bypassed
        assert story.states[-1] == "armed"

    def test_it_stays_while_its_signal_is_unknown(self, story: Story) -> None:
        story.poll(1.5, key1=1)
        story.bad(2, "key1")
        story.tick(60)
        assert story.states[-1] == "bypassed"

    def test_uncertain_switches_it_on_but_not_off(self, story: Story) -> None:
        story.values(1.5, Quality.UNCERTAIN, key1=1)
        assert story.states[-1] == "bypassed"
        story.values(2, Quality.UNCERTAIN, key1=0)
        assert story.states[-1] == "bypassed"
        story.values(2.5, key1=0)
        assert [change.on for change in story.of(BypassChange)] == [True, False]
        assert story.states[-1] == "armed"

    def test_a_demand_while_bypassed_is_judged_all_the_same(self, story: Story) -> None:
        story.polls(1.5, 2, key1=1)
        story.polls(2.5, 6, a=100)
        assert story.states == ["armed", "bypassed"]
        assert story.told[-1] == ("settle", "failed")
        story.poll(6.5, key1=0)
        assert story.states[-1] == "demanded"


class TestState:
    def test_unknown_until_everything_is_known(self) -> None:
        story = Story(plant())
        del story.shows["drain"]
        story.poll(0)
        assert story.states == ["unknown"]  # how its causes vote is known
        story.poll(0.5, drain=0)
        assert story.states == ["unknown", "armed"]

    @pytest.mark.parametrize("signal", ["a", "gate", "key1"])
    def test_any_signal_without_data_makes_it_unknown(self, story: Story, signal: str) -> None:
        del story.shows[signal]
        story.polls(1.5, 3)
        story.tick(3.1)
        assert story.states == ["armed", "unknown"]
        reason = story.of(InterlockChange)[-1].reason
        assert reason is not None
        assert signal in reason.en

    @pytest.mark.parametrize("reason", [Reason.OUT_OF_RANGE, Reason.SENSOR_FAULT])
    def test_a_reported_channel_fault_makes_it_unavailable(
        self, story: Story, reason: Reason
    ) -> None:
        story.bad(1.5, "b", reason=reason)
        assert story.states == ["armed", "unavailable"]

    def test_a_lost_connection_is_no_channel_fault(self, story: Story) -> None:
        story.bad(1.5, "b", reason=Reason.NO_ANSWER)
        assert story.states == ["armed", "unknown"]

    def test_a_cause_outranks_unknown(self, story: Story) -> None:
        story.poll(1.5, a=100)
        story.bad(2, "gate")
        assert story.states[-1] == "demanded"

    def test_a_channel_fault_outranks_a_cause(self, story: Story) -> None:
        story.poll(1.5, a=100)
        story.bad(2, "gate", reason=Reason.SENSOR_FAULT)
        assert story.states[-1] == "unavailable"

    def test_a_dead_node_makes_it_unknown_and_keeps_the_demand(self, story: Story) -> None:
        story.poll(1.5, a=100)
        story.died(2)
        story.tick(3)
        assert story.states[-1] == "demanded"
        story.born(600)
        story.poll(604, a=50, gate=0, drain=0)
        assert story.told[-1] == ("settle", "failed")
        assert story.states[-1] == "armed"

    def test_a_lagging_node_makes_it_unknown(self, story: Story) -> None:
        story.give(Started(at(600)))
        for known in (601, 602, 603, 603.5):
            story.values(known - 599, historical=True, known=known, **story.shows)
        assert story.states == ["armed", "unknown"]


class TestTime:
    def test_a_step_back_moves_an_open_demand(self) -> None:
        """The deadline moves with the clock: silence fails no sooner and no later."""
        story = Story(plant(effects=("gate",)))
        story.polls(3600, 3601)
        story.poll(3601.5, a=100)
        story.tick(3602)
        story.tick(2)  # an hour back; the cause now lies at 1.5
        story.polls(2.5, 5)
        assert story.told[-1] == ("settle", "failed")
        assert story.of(DemandChange)[1].time == at(4.5)

    def test_a_birth_during_a_backlog_ends_no_waiting(self) -> None:
        """What is awaited waits by judged time, not by the time of day."""
        story = Story(plant(effects=("gate",)))
        story.poll(0)
        story.born(600)
        story.values(1.5, historical=True, known=601, **(story.shows | {"a": 100}))
        story.born(601.1, "plc")
        assert story.told == [("open", "waiting")]
        story.values(2, historical=True, known=601.2, **(story.shows | {"a": 100, "gate": 1}))
        assert story.told[-1] == ("effect", "ok")

    def test_another_node_that_is_silent_stamps_nothing_with_its_time(self) -> None:
        signals = [*plant().signals, analog("other", device="elsewhere")]
        story = Story(plant_of(signals, plant().interlocks, foreign=["elsewhere"]))
        story.polls(0, 1)
        story.tick(2.8)  # a poll is overdue while nothing was ever heard of the other node
        changes = story.of(InterlockChange)
        assert [(c.after, c.time) for c in changes][-1] == (InterlockState.UNKNOWN, at(2.8))

    def test_several_instants_in_one_message_equal_several_messages(self) -> None:
        """A cause that returns and comes again inside one message is two demands."""
        packed, single = Story(plant()), Story(plant())
        for story in (packed, single):
            story.polls(0, 1)
            story.polls(1.5, 4, a=100, gate=1, drain=1)
        from_one = packed.compiled.slot["a"]
        message = [(4.5, 50.0), (5.0, 100.0)]
        packed.give(_message(from_one, message))
        for item in message:
            single.give(_message(from_one, [item]))
        assert packed.said == single.said
        assert packed.last.demand == "trip/2"


def _message(slot: int, values: list[tuple[float, float]]) -> Samples:
    return samples([Point(slot, at(second), value) for second, value in values], at(5))
