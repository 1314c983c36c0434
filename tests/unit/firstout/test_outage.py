"""What the monitor says of the time in which it did not judge."""

from dataclasses import replace

import numpy as np
import pytest

from firstout.outage import MOST, Outage
from monitor.inputs import Born, Died, Input, Samples, Started, Tick
from monitor.state import NodeMemory
from plant.moment import to_text
from plant.quality import Quality, Reason
from tests.caster_run import NODE, CasterRun
from tests.small_plant import Point, at, samples


class Restarted(CasterRun):
    """A run that was judged until 10 s, and again from 60 s on."""

    def __init__(self) -> None:
        super().__init__()
        self.run(0.5, 10)
        self.outage = Outage(self.judge.compiled, self.nodes, at(60))
        self.look(Started(at(60)))

    @property
    def nodes(self) -> dict[str, NodeMemory]:
        return self.memory.engine.memory.nodes

    def look(self, given: Input) -> None:
        self.give(given)
        self.outage.note(given, self.nodes)

    def message(self, second: float, *, historical: bool) -> Samples:
        slot = self.judge.compiled.slot
        points = [
            Point(slot[name], at(second), value, Quality.GOOD, Reason(0))
            for name, value in self.values.items()
        ]
        return samples(points, at(second), node=NODE, historical=historical)

    def backlog(self, first: float, last: float) -> None:
        for half in range(round(first * 2), round(last * 2) + 1):
            self.look(self.message(half / 2, historical=True))

    def live(self) -> None:
        self.look(self.message(60.5, historical=False))
        self.look(Tick(at(60.6)))

    def news(self) -> list[tuple[str, str]] | None:
        """Give the stretches that are to be journalled as not judged; None if nothing is."""
        said = self.outage.news(self.nodes)
        if said is None:
            return None
        assert said["event"] == "caught_up"
        assert isinstance(said["not_judged"], list)
        return [(item["from"], item["to"]) for item in said["not_judged"]]


@pytest.fixture
def restarted() -> Restarted:
    return Restarted()


def hole(first: float, last: float) -> tuple[str, str]:
    return to_text(at(first)), to_text(at(last))


def test_a_whole_backlog_leaves_no_hole(restarted: Restarted) -> None:
    restarted.backlog(10.5, 60)
    assert restarted.news() is None
    restarted.live()
    assert restarted.news() == []
    assert restarted.outage.over


def test_without_a_backlog_all_of_it_is_a_hole(restarted: Restarted) -> None:
    restarted.live()
    assert restarted.news() == [hole(10.05, 60.5)]
    assert not restarted.outage.over


def test_it_is_said_once(restarted: Restarted) -> None:
    restarted.live()
    assert restarted.news() is not None
    restarted.look(Tick(at(60.7)))
    assert restarted.news() is None


def test_what_a_backlog_leaves_out_is_a_hole(restarted: Restarted) -> None:
    restarted.backlog(10.5, 20)
    restarted.backlog(30, 40)
    restarted.backlog(43, 60)
    restarted.live()
    assert restarted.news() == [hole(20, 30)]  # 3 s are not yet one


def test_a_node_that_was_away_may_tell_of_it_later(restarted: Restarted) -> None:
    """As when the broker dropped us while we stood still: its backlog comes after its birth."""
    restarted.backlog(10.5, 20)
    restarted.look(Died(NODE, "", at(61)))
    restarted.look(Tick(at(61.1)))
    assert restarted.news() == [hole(20, 61.1)]
    restarted.look(Born(NODE, "", at(62)))
    restarted.backlog(20.5, 61.5)
    assert restarted.news() is None
    restarted.look(restarted.message(62.5, historical=False))
    restarted.look(Tick(at(62.6)))
    assert restarted.news() == []
    assert restarted.outage.over


def test_a_hole_within_one_message_is_found(restarted: Restarted) -> None:
    early, late = (restarted.message(s, historical=True) for s in (11, 59))
    joined = {
        name: np.concatenate([getattr(early, name), getattr(late, name)])
        for name in ("slots", "times", "values", "quality", "reasons")
    }
    restarted.look(replace(early, **joined))
    restarted.live()
    assert restarted.news() == [hole(11, 59)]


def test_a_node_that_stays_silent_tells_of_nothing(restarted: Restarted) -> None:
    restarted.look(Tick(at(61)))
    assert restarted.news() is None
    restarted.look(Tick(at(63.5)))
    assert restarted.news() == [hole(10.05, 63.5)]


def test_a_node_that_is_dead_is_live_with_the_tick_that_follows(restarted: Restarted) -> None:
    restarted.look(Died(NODE, "", at(61)))
    assert restarted.news() is None
    restarted.look(Tick(at(61.1)))
    assert restarted.news() == [hole(10.05, 61.1)]


def test_many_holes_are_told_as_one(restarted: Restarted) -> None:
    restarted.outage = Outage(restarted.judge.compiled, restarted.nodes, at(600))
    restarted.look(Started(at(600)))
    for number in range(1, MOST + 3):
        restarted.look(restarted.message(10 + number * 10, historical=True))
    restarted.look(restarted.message(600.5, historical=False))
    restarted.look(Tick(at(600.6)))
    assert restarted.news() == [hole(10.05, 600.5)]
