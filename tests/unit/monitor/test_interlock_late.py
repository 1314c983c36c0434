"""Demands whose data come late: order revised, effects settled after the end, bypass kept."""

from dataclasses import replace

import pytest

from monitor.changes import DemandChange
from plant.interlock import Cause
from plant.plant import Plant
from tests.interlock_story import Story, voted
from tests.small_plant import analog, at, limit, plant_of, switch


def two_nodes() -> Plant:
    """Causes `a` here and `far` by another node, which also brings the feedback `gate`."""
    here = voted(Cause(("a:H",)), Cause(("far:H",)))
    signals = [signal for signal in here.signals if signal.id != "gate"]
    far = [analog("far", limit("far", "H", 100), device="elsewhere")]
    return plant_of(
        [*signals, *far, switch("gate", device="elsewhere")],
        [replace(here.interlocks[0])],
        foreign=["elsewhere"],
    )


class Late(Story):
    """Everything here is polled at once; what the far node reads comes when it is told."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.shows = {"a": 50.0, "b": 50.0, "c": 50.0, "drain": 0.0, "key1": 0.0}

    def far(self, first: float, last: float, known: float | None = None, **values: float) -> None:
        for half in range(round(first * 2), round(last * 2) + 1):
            given = {"far": 50.0, "gate": 0.0} | values
            late = known is not None
            self.values(half / 2, historical=late, known=known, node="elsewhere", **given)


@pytest.fixture
def story() -> Late:
    """Everything is known up to 1; then the far node dies."""
    story = Late(two_nodes())
    story.far(0, 1)
    story.polls(0, 1)
    story.died(1.2, node="elsewhere")
    return story


class TestOrder:
    def test_an_earlier_cause_found_late_revises_the_order_and_the_responses(
        self, story: Late
    ) -> None:
        story.polls(1.5, 2, a=50)
        story.polls(2.5, 3, a=100)
        assert story.last.first_out == ("a:H",)
        story.born(4, node="elsewhere")
        story.far(1.5, 1.5, known=4, far=100)
        assert story.told == [("open", "waiting"), ("revise", "waiting")]
        assert [(c.limit, c.rank) for c in story.last.causes] == [("far:H", 1), ("a:H", 2)]
        assert story.last.first_out == ("far:H",)
        story.far(2, 3, known=4, far=100, gate=1)
        assert story.responses() == [("ok", 0.0, 1.0)]

    def test_effects_measured_before_are_measured_again(self) -> None:
        here = voted(Cause(("a:H",)), Cause(("far:H",)))
        far = analog("far", limit("far", "H", 100), device="elsewhere")
        story = Late(plant_of([*here.signals, far], here.interlocks, foreign=["elsewhere"]))
        story.shows["gate"] = 0.0
        story.polls(0, 1)
        story.values(1, node="elsewhere", far=50)
        story.died(1.2, node="elsewhere")
        story.polls(1.5, 3)
        story.polls(3.5, 4, a=100)
        story.poll(4.5, gate=1)
        assert story.responses() == [("ok", 0.5, 1.5)]
        story.born(6, node="elsewhere")
        story.values(1.2, historical=True, known=6, node="elsewhere", far=100)
        assert story.told[-1] == ("revise", "undetermined")
        [(_, shortest, longest)] = story.responses()
        assert (shortest, longest) == (pytest.approx(2.8), 3.5)

    def test_a_member_found_late_makes_the_vote_earlier(self) -> None:
        here = voted(Cause(("a:H", "b:H", "far:H"), 2))
        far = analog("far", limit("far", "H", 100), device="elsewhere")
        story = Late(plant_of([*here.signals, far], here.interlocks, foreign=["elsewhere"]))
        story.shows["gate"] = 0.0
        story.polls(0, 1)
        story.values(1, node="elsewhere", far=50)
        story.died(1.2, node="elsewhere")
        story.polls(1.5, 2.5, a=100)
        story.poll(3, b=100)
        story.poll(3.5, gate=1)
        assert story.responses() == [("ok", 0.0, 1.0)]
        story.born(6, node="elsewhere")
        story.values(2, historical=True, known=6, node="elsewhere", far=100)
        assert story.told[-1] == ("revise", "ok")
        [cause] = story.last.causes
        assert (cause.earliest, cause.latest) == (at(1), at(2))
        assert cause.members == ("a:H", "b:H", "far:H")
        assert story.responses() == [("ok", 1.0, 2.5)]

    def test_a_later_cause_and_a_tie_revise_nothing(self, story: Late) -> None:
        story.poll(1.5, a=100)
        story.born(4, node="elsewhere")
        story.far(1.5, 1.5, known=4, far=100)
        assert story.told == [("open", "waiting"), ("cause", "waiting")]
        assert [cause.rank for cause in story.last.causes] == [1, 1]
        assert story.last.first_out == ("a:H", "far:H")


class TestAfterTheEnd:
    @pytest.fixture
    def ended(self, story: Late) -> Late:
        """A demand from 1.5 to 8, of whose effect nothing is known when it ends."""
        story.polls(1.5, 7.5, a=100)
        story.tick(7.9)
        story.polls(8, 9, a=50)
        assert story.told[-1] == ("settle", "undetermined")
        assert story.state.memory.interlocks["trip"].demand is None
        story.born(20, node="elsewhere")
        return story

    def test_a_backlog_shows_that_it_answered(self, ended: Late) -> None:
        ended.far(1.5, 2, known=20)
        ended.far(2.5, 3, known=20, gate=1)
        assert ended.told[-1] == ("revise", "ok")
        assert ended.responses() == [("ok", 0.5, 1.5)]
        assert ended.last.demand == "trip/1"
        assert ended.state.memory.interlocks["trip"].last is None

    def test_a_backlog_shows_that_it_did_not(self, ended: Late) -> None:
        ended.far(1.5, 4.5, known=20)
        assert ended.told[-1] == ("settle", "undetermined")
        ended.far(5, 5, known=20)
        assert ended.told[-1] == ("revise", "failed")
        assert ended.last.time == at(4.5)

    def test_data_from_after_the_end_prove_no_failure(self, ended: Late) -> None:
        """It may have followed and been reset."""
        ended.far(19, 20, known=20)
        assert ended.told[-1] == ("settle", "undetermined")
        assert ended.state.memory.interlocks["trip"].last is None

    def test_data_from_after_the_end_prove_no_answer_in_time(self, ended: Late) -> None:
        ended.far(19, 20, known=20, gate=1)
        assert ended.told[-1] == ("revise", "undetermined")
        assert ended.responses() == [("undetermined", 0.0, 18.0)]

    def test_a_new_demand_forgets_the_last(self, ended: Late) -> None:
        ended.poll(20.5, a=100)
        assert ended.last.demand == "trip/2"
        ended.far(1.5, 5, known=21)
        assert ended.last.demand == "trip/2"
        assert ended.state.memory.interlocks["trip"].last is None

    def test_a_step_back_of_the_clock_moves_it(self, ended: Late) -> None:
        ended.tick(21)
        ended.tick(11)
        ended.far(-8.5, -7, known=11)
        ended.far(-6.5, -5, known=11, gate=1)  # was 3.5: after the cause (1 to 1.5) by 1.5 to 2.5
        assert ended.responses() == [("ok", 1.5, 2.5)]


def test_a_feedback_that_was_lost_about_a_late_cause_proves_no_answer() -> None:
    """It shows the same before and after: in the meantime it may have been reset."""
    here = voted(Cause(("a:H",)), Cause(("far:H",)), normal=True)
    far = analog("far", limit("far", "H", 100), device="elsewhere")
    story = Late(plant_of([*here.signals, far], here.interlocks, foreign=["elsewhere"]))
    for half in range(7):
        story.values(half / 2, node="elsewhere", far=50)
        story.poll(half / 2, gate=float(half > 1))
    story.died(3.2, node="elsewhere")
    story.tick(5)
    story.polls(10, 11)
    story.born(11, node="elsewhere")
    for half in range(7, 12):
        late = 100.0 if half >= 10 else 50.0
        story.values(half / 2, node="elsewhere", historical=True, known=11, far=late)
    assert story.told == [("open", "undetermined")]
    assert story.responses() == [("undetermined", 0, 5.5)]


def test_a_demand_keeps_whether_it_was_made_while_bypassed() -> None:
    story = Story(voted(Cause(("a:H",))))
    story.polls(0, 1)
    story.poll(1.5, key1=1)
    story.poll(2, a=100)
    story.poll(2.5, key1=0)
    story.polls(3, 6)
    assert [change.bypassed for change in story.of(DemandChange)] == [True] * 3
    story.polls(6.5, 7, a=50)
    story.poll(7.5, a=100)
    assert not story.last.bypassed
