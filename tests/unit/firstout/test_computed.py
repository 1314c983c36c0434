"""Computed signals are recorded as the judging engine works them out, whatever is restarted."""

from dataclasses import replace

import numpy as np
import pytest

from firstout.computed import Computed
from monitor.inputs import Died, Samples
from plant.moment import SECOND
from plant.plant import Plant
from plant.quality import Quality, Reason
from tests.small_plant import (
    NODE,
    Bench,
    Point,
    analog,
    at,
    computed,
    limit,
    plant_of,
    samples,
    switch,
)

GOOD, UNCERTAIN, BAD = Quality.GOOD, Quality.UNCERTAIN, Quality.BAD
A, B, LOSS = 0, 1, 2
Row = tuple[int, float, float, Quality, Reason]  # slot, second, value, quality, reason


def loss(**changes: float) -> Plant:
    return plant_of(
        [analog("a", **changes), analog("b"), computed("loss", "difference", ("a", "b"))]
    )


def rows(made: list[Samples]) -> list[Row]:
    return [
        (slot, (time - at(0)) / SECOND, value, Quality(quality), Reason(reason))
        for part in made
        for slot, time, value, quality, reason in zip(
            *(
                column.tolist()
                for column in (part.slots, part.times, part.values, part.quality, part.reasons)
            ),
            strict=True,
        )
    ]


def said(second: float, *values: tuple[int, float], node: str = NODE) -> Samples:
    points = [Point(slot, at(second), value) for slot, value in values]
    return samples(points, at(second), node=node)


def told(follow: Computed, second: float, *values: tuple[int, float], node: str = NODE) -> list:
    return rows(follow.follow(said(second, *values, node=node)))


def test_a_sample_for_each_instant_at_which_all_members_are_known() -> None:
    follow = Computed(loss())
    assert told(follow, 0, (A, 9.0)) == []
    assert told(follow, 0.5, (A, 9.0), (B, 4.0)) == [(LOSS, 0.5, 5.0, GOOD, Reason.NONE)]
    assert told(follow, 1.0, (A, 9.0), (B, 4.0)) == [(LOSS, 1.0, 5.0, GOOD, Reason.NONE)]


def test_what_follows_from_what_is_computed() -> None:
    share = computed("share", "percent", ("loss", "a"))
    plant = plant_of([share, *loss().signals])
    made = told(Computed(plant), 0, (1, 8.0), (2, 6.0))

    assert made == [(0, 0, 25.0, GOOD, Reason.NONE), (3, 0, 2.0, GOOD, Reason.NONE)]


def test_a_message_of_several_instants_gives_a_sample_for_each() -> None:
    follow = Computed(loss())
    points = [Point(slot, at(second), second + slot) for second in (0, 0.5) for slot in (A, B)]
    made = rows(follow.follow(samples(points, at(9), historical=True)))

    assert [row[1:3] for row in made] == [(0.0, -1.0), (0.5, -1.0)]


def test_a_plant_without_computed_signals_gives_none() -> None:
    follow = Computed(plant_of([analog("a"), analog("b")]))
    assert told(follow, 0, (A, 9.0), (B, 4.0)) == []


def test_the_engine_decides_what_a_value_is_worth() -> None:
    follow = Computed(loss())
    told(follow, 0, (A, 9.0), (B, 4.0))
    bad = samples([Point(A, at(0.5), 0.0, BAD, Reason.OUT_OF_RANGE)], at(0.5))
    (made,) = rows(follow.follow(bad))
    assert made[:2] == (LOSS, 0.5)
    assert np.isnan(made[2])
    assert made[3:] == (BAD, Reason.OUT_OF_RANGE)

    told(follow, 9, (A, 9.0))
    (made,) = told(follow, 13, (A, 9.0))  # b has been silent for long
    assert made[3:] == (BAD, Reason.NOT_PAIRED)


def test_what_is_frozen_makes_what_is_computed_from_it_bad() -> None:
    follow = Computed(loss(frozen_s=2.0))
    made = [told(follow, second / 2, (A, 9.0), (B, second))[0][3:] for second in range(6)]

    assert made == [(GOOD, Reason.NONE)] * 4 + [(BAD, Reason.FROZEN)] * 2


def test_an_instrument_that_is_proven_wrong_makes_it_uncertain() -> None:
    plant = loss()
    wrong = limit("a", "H", 100, indicates="instrument")
    follow = Computed(replace(plant, signals=(analog("a", wrong), *plant.signals[1:])))
    told(follow, 0, (A, 101.0), (B, 1.0))
    assert told(follow, 0.5, (A, 101.0), (B, 1.0))[0][3:] == (UNCERTAIN, Reason.IMPLAUSIBLE)


def test_two_messages_of_one_instant_give_two_samples() -> None:
    follow = Computed(loss())
    told(follow, 0, (A, 9.0), (B, 4.0))
    assert told(follow, 0.5, (A, 8.0))[0][1:3] == (0.5, 4.0)
    assert told(follow, 0.5, (B, 5.0))[0][1:3] == (0.501, 3.0)
    assert told(follow, 0.499, (A, 7.0))[0][1:3] == (0.502, 2.0)


# --- foreign nodes ---------------------------------------------------------------------------


def foreign(*, life: str = "") -> Plant:
    """Give a plant whose b comes from a foreign node, with another signal of that node."""
    b, other = analog("b", device="edge", life=life), analog("other", device="edge")
    return plant_of(
        [analog("a"), b, computed("loss", "difference", ("a", "b")), other], foreign=["edge"]
    )


def test_a_late_sample_of_a_foreign_node_changes_nothing() -> None:
    follow = Computed(foreign())
    told(follow, 1.0, (B, 4.0), node="edge")
    assert told(follow, 0.8, (B, 7.0), node="edge") == []
    assert told(follow, 1.1, (A, 9.0))[0][1:3] == (1.1, 5.0)


def test_what_a_catching_up_node_completes_too_late_is_not_told() -> None:
    follow = Computed(foreign())
    told(follow, 599, (A, 9.0))
    told(follow, 600, (B, 4.0), node="edge")
    late = told(follow, 10, (A, 9.0))
    assert late == []


def test_what_a_node_proves_alive_holds_at_each_word_of_it() -> None:
    follow = Computed(foreign(life="node"))
    told(follow, 0, (B, 4.0), node="edge")
    told(follow, 9.8, (3, 1.0), node="edge")
    assert told(follow, 10, (A, 9.0)) == [(LOSS, 10.0, 5.0, GOOD, Reason.NONE)]


def test_it_is_known_to_hold_before_what_the_same_word_brings() -> None:
    b = analog("b", device="edge", life="node")
    f = analog("f", device="edge")
    follow = Computed(plant_of([b, f, computed("x", "sum", ("b", "f"))], foreign=["edge"]))
    told(follow, 0, (0, 4.0), (1, 1.0), node="edge")
    assert told(follow, 60, (1, 2.0), node="edge") == [(2, 60.0, 6.0, GOOD, Reason.NONE)]


def test_a_switch_that_its_node_proves_alive_is_counted_down_again() -> None:
    w, other = switch("w", device="edge", life="node"), analog("other", device="edge")
    starts = computed("starts", "count", ("w",), parameter=3.0)
    follow = Computed(plant_of([w, starts, other], foreign=["edge"]))
    counts = [told(follow, 0, (0, 0.0), node="edge"), told(follow, 4, (0, 1.0), node="edge")]
    counts += [told(follow, second, (2, 1.0), node="edge") for second in (4.2, 5, 6.9, 7.1, 7.5)]

    assert [[row[2] for row in made] for made in counts] == [[0], [1], [], [1], [1], [], [0]]


@pytest.mark.parametrize("device", ["", "other"])
def test_a_dead_node_proves_nothing_but_another_device_may_die(device: str) -> None:
    follow = Computed(foreign(life="node"))
    told(follow, 0, (B, 4.0), node="edge")
    follow.lose(Died("edge", device, at(1)))
    told(follow, 9.8, (3, 1.0), node="edge")
    made = told(follow, 10, (A, 9.0))

    assert made[0][3] == (GOOD if device else BAD)


# --- clocks ----------------------------------------------------------------------------------


def test_a_clock_that_is_stepped_back_does_not_stop_it() -> None:
    follow = Computed(loss())
    told(follow, 3600, (A, 9.0), (B, 4.0))
    assert told(follow, 0, (A, 8.0), (B, 4.0)) == [(LOSS, 0.0, 4.0, GOOD, Reason.NONE)]
    assert told(follow, 0.5, (A, 7.0), (B, 4.0)) == [(LOSS, 0.5, 3.0, GOOD, Reason.NONE)]


# --- the same as is judged -------------------------------------------------------------------


def test_it_is_what_the_monitor_judges() -> None:
    """A monitor that gets ticks and a whole plant holds the same values after each message."""
    plant = plant_of(
        [
            analog("a", limit("a", "H", 60, on=1), frozen_s=2.0),
            analog("b", device="drive"),
            switch("w"),
            computed("loss", "difference", ("a", "b"), limit("loss", "H", 5)),
            computed("n", "count", ("w",), parameter=4),
            computed("mid", "median", ("a", "b", "loss")),
        ]
    )
    bench, follow, chance = Bench(plant), Computed(plant), np.random.default_rng(3)
    seen = 0
    for step in range(1, 400):
        second, slots = step / 4, [0, 2] if step % 2 else [1]
        trust = BAD if chance.random() < 0.05 else GOOD
        values = chance.integers(0, 4, len(slots)) / (3 if 2 in slots else 1) + 0.0
        points = [
            Point(slot, at(second), float(value > 0.5) if slot == 2 else float(value), trust)
            for slot, value in zip(slots, values, strict=True)
        ]
        given = samples(points, at(second))
        bench.give(given)
        for slot, *_, value, quality, reason in rows(follow.follow(given)):
            row = bench.state.signals[slot]
            assert (quality, reason) == (row["quality"], row["why"])
            assert quality > UNCERTAIN or value == row["value"]
            seen += 1
        bench.tick(second + 0.1)
    assert seen > 500
