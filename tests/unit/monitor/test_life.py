"""Signs of life and frozen values: the rules of docs/reference/judging.md."""

from monitor.changes import LimitChange, QualityChange
from plant.quality import Quality, Reason
from tests.small_plant import Bench, analog, at, computed, limit, plant_of, switch

GOOD, UNCERTAIN, BAD, STALE, MISSING = Quality


def trips(bench: Bench) -> list[tuple[bool, int]]:
    return [(c.active, c.time) for c in bench.of(LimitChange)]


class TestNode:
    """Signals that the node's session proves."""

    def plant(self, on: float = 0, off: float = 0) -> Bench:
        return Bench(
            plant_of(
                [
                    analog("a", limit("a", "H", 100, on=on, off=off), life="node"),
                    analog("b", device="drive"),
                ]
            )
        )

    def test_it_does_not_age_while_the_node_is_online(self) -> None:
        bench = self.plant()
        bench.values(0, a=1, b=1)
        bench.tick(600)
        assert bench.view.trust("a") == (GOOD, Reason.NONE)
        assert bench.view.trust("b") == (STALE, Reason.AGED)
        assert bench.view.usable("a") == (1, at(600))
        assert bench.view.seen_at("a") == at(600)

    def test_a_delay_runs_out_at_its_exact_end(self) -> None:
        bench = self.plant(on=30, off=5)
        bench.values(0, a=100)
        bench.tick(100)
        bench.values(110, a=50)
        bench.tick(200)
        assert trips(bench) == [(True, at(30)), (False, at(115))]

    def test_what_was_bad_stays_bad(self) -> None:
        bench = self.plant()
        bench.bad(0, "a")
        bench.tick(600)
        assert bench.view.trust("a") == (BAD, Reason.NO_ANSWER)

    def test_it_dies_with_its_device_and_holds_no_longer(self) -> None:
        bench = self.plant(on=30)
        bench.values(0, a=100)
        bench.tick(20)
        bench.died(25, "plc")
        assert bench.view.trust("a") == (STALE, Reason.NODE_OFFLINE)
        bench.tick(600)
        assert trips(bench) == []
        bench.values(601, a=100)
        assert trips(bench) == [(True, at(601))]

    def test_after_the_nodes_death_only_a_sample_revives_it(self) -> None:
        bench = self.plant()
        bench.values(0, a=1, b=1)
        bench.died(1)
        bench.born(2)
        bench.values(3, b=1)
        bench.tick(4)
        assert bench.view.trust("a") == (STALE, Reason.NODE_OFFLINE)
        bench.values(5, a=1)
        assert bench.view.trust("a") == (GOOD, Reason.NONE)

    def test_it_is_not_proven_while_the_node_catches_up(self) -> None:
        bench = self.plant()
        bench.values(0, a=1)
        bench.values(1, historical=True, known=2, b=1)
        bench.tick(2.5)
        assert bench.view.usable("a") == (1, at(0))

    def test_it_is_proven_again_once_the_node_is_settled(self) -> None:
        bench = self.plant()
        bench.values(0, b=1)
        bench.values(0, historical=True, known=1, a=1)
        bench.tick(3)
        assert bench.view.trust("a") == (MISSING, Reason.NEVER_SEEN)
        bench.tick(4.1)
        assert bench.view.trust("a") == (GOOD, Reason.NONE)

    def test_what_is_computed_from_it_lives_with_it(self) -> None:
        signals = [
            computed("x", "count", "s", parameter=3),
            switch("s", life="node"),
        ]
        bench = Bench(plant_of(signals))
        bench.values(0, s=0)
        bench.values(1, s=1)
        bench.tick(3.9)
        assert bench.view.usable("x") == (1, at(3.9))
        bench.tick(4)
        assert bench.view.usable("x") == (0, at(4))


class TestHeartbeat:
    """Signals that the changes of another one prove."""

    def plant(self, on: float = 0, off: float = 0) -> Bench:
        return Bench(
            plant_of(
                [analog("a", limit("a", "H", 100, on=on, off=off), life="beat"), analog("beat")]
            )
        )

    def test_each_change_proves_it_up_to_then(self) -> None:
        bench = self.plant()
        bench.values(0, a=1, beat=0)
        for second in (1, 2, 3):
            bench.values(second, beat=second)
        assert bench.view.usable("a") == (1, at(3))
        bench.tick(4.5)
        assert bench.view.trust("a") == (GOOD, Reason.NONE)
        bench.tick(4.6)
        assert bench.view.trust("a") == (STALE, Reason.AGED)

    def test_a_beat_that_stands_still_proves_nothing(self) -> None:
        bench = self.plant()
        bench.values(0, a=1, beat=7)
        for second in (1, 2, 3):
            bench.values(second, beat=7)
        bench.tick(3.1)
        assert bench.view.trust("a") == (STALE, Reason.AGED)

    def test_neither_does_the_first_nor_a_doubtful_beat(self) -> None:
        bench = self.plant()
        bench.values(0, a=1)
        bench.values(1, beat=7)
        bench.values(1.2, UNCERTAIN, beat=8)
        assert bench.view.usable("a") == (1, at(0))

    def test_a_held_value_lets_a_delay_run_out(self) -> None:
        bench = self.plant(on=2, off=2)
        bench.values(0, a=100, beat=0)
        for second in (1, 2, 3):
            bench.values(second, beat=second)
        assert trips(bench) == [(True, at(2))]
        bench.values(3.5, a=50)
        for second in (4, 5, 6):
            bench.values(second, beat=second)
        assert trips(bench)[1:] == [(False, at(5.5))]

    def test_beats_do_not_revive_what_died(self) -> None:
        signals = [analog("a", life="beat"), analog("beat", device="drive")]
        bench = Bench(plant_of(signals))
        bench.values(0, a=1, beat=0)
        bench.died(0.5, "plc")
        bench.values(1, beat=1)
        assert bench.view.trust("a") == (STALE, Reason.NODE_OFFLINE)

    def test_beats_alone_are_no_sample(self) -> None:
        bench = self.plant()
        bench.values(0, beat=0)
        bench.values(1, beat=1)
        assert bench.view.trust("a") == (MISSING, Reason.NEVER_SEEN)


class TestFrozen:
    def plant(self, frozen_s: float = 2) -> Bench:
        return Bench(plant_of([analog("a", limit("a", "H", 100), frozen_s=frozen_s)]))

    def play(self, bench: Bench, *values: float, start: float = 0) -> None:
        for step, value in enumerate(values):
            bench.values(start + step / 2, a=value)

    def test_exactly_the_same_for_exactly_so_long_is_bad(self) -> None:
        bench = self.plant()
        self.play(bench, 7, 8, 8, 8, 8)
        assert bench.view.trust("a") == (GOOD, Reason.NONE)
        self.play(bench, 8, start=2.5)
        assert bench.of(QualityChange)[-1] == QualityChange("a", GOOD, BAD, Reason.FROZEN, at(2.5))

    def test_it_thaws_with_the_first_other_value(self) -> None:
        bench = self.plant()
        self.play(bench, 8, 8, 8, 8, 8, 8, 8.0000001)
        assert bench.view.trust("a") == (GOOD, Reason.NONE)

    def test_a_frozen_value_clears_no_alarm(self) -> None:
        bench = self.plant()
        self.play(bench, 100, 100, 100, 100, 100, 100)
        assert trips(bench) == [(True, at(0))]
        assert bench.view.trust("a")[1] is Reason.FROZEN

    def test_an_unusable_sample_between_says_nothing(self) -> None:
        bench = self.plant()
        self.play(bench, 8, 8)
        bench.bad(1, "a")
        self.play(bench, 8, 8, start=1.5)
        assert bench.view.trust("a") == (BAD, Reason.FROZEN)

    def test_a_signal_may_stand_still_when_it_is_not_watched_for_it(self) -> None:
        bench = self.plant(frozen_s=0)
        self.play(bench, *[8.0] * 100)
        assert bench.view.trust("a") == (GOOD, Reason.NONE)
