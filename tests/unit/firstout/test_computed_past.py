"""A recorder that was stopped anywhere goes on with computed signals as if it never had been."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from firstout.computed import Computed
from firstout.computed_past import read_past
from firstout.gathering import Gathering
from historian.embedded.store import Embedded
from historian.historian import Historian
from monitor.inputs import Samples
from plant.moment import MILLISECOND
from plant.plant import Plant
from plant.quality import Quality, Reason
from tests.small_plant import NODE, Point, analog, at, computed, limit, plant_of, samples, switch

Told = list[tuple[int, int, str, int, int]]  # slot, time, value as text, quality, reason

# Devices: what they bring, and from which node.
BRINGS = {"plc": ("a", "b", "w", "still", "beat"), "drive": ("c",), "edge": ("f", "g")}
WRONG = limit("c", "H", 7, indicates="instrument")
PLANT = plant_of(
    [
        analog("a", period_s=1.0, max_age_s=3.0),
        analog("b"),
        switch("w"),
        analog("still", frozen_s=4.0),
        switch("beat"),
        analog("c", WRONG, device="drive"),
        analog("f", device="edge"),
        analog("g", device="edge", life="f", max_age_s=5.0),
        computed("loss", "difference", ("a", "b")),
        computed("share", "percent", ("loss", "c"), parameter=2.0, pair_within_s=0.3),
        computed("starts", "count", ("w",), parameter=6.0),
        computed("all", "sum", ("still", "a", "starts"), max_age_s=0.6),
        computed("both", "mean", ("c", "f"), pair_within_s=2.0),
        computed("proven", "ratio", ("g", "f")),
    ],
    foreign=["edge"],
)
SLOT = {signal.id: slot for slot, signal in enumerate(PLANT.signals)}


@st.composite
def a_point(draw: st.DrawFn, name: str, time: int) -> Point:
    if draw(st.integers(0, 7)) == 0:
        return Point(SLOT[name], time, 0.0, Quality.BAD, Reason.OUT_OF_RANGE)
    source = time - draw(st.sampled_from([0, 0, 0, 300, 2500])) * MILLISECOND
    stamped = draw(st.sampled_from([False, False, True]))
    most = 1 if PLANT.signals[SLOT[name]].discrete else 8
    value = 3.0 if name == "still" else float(draw(st.integers(0, most)))
    return Point(SLOT[name], time, value, source=source if stamped else 0)


STEPS = st.sampled_from([0.1, 0.25, 0.5, 0.5, 0.5, 1.0, 2.0, 9.0, 40.0])


@st.composite
def streams(draw: st.DrawFn) -> list[Samples]:
    """Give messages of three devices; each device's time only goes forward, in steps and gaps."""
    now, stream = 0.0, []
    for _ in range(draw(st.integers(4, 30))):
        now += draw(STEPS)
        device = draw(st.sampled_from(["plc", "plc", "plc", "drive", "edge"]))
        names = draw(st.lists(st.sampled_from(BRINGS[device]), min_size=1, unique=True))
        every = draw(st.booleans())
        chosen = [draw(a_point(name, at(now))) for name in (BRINGS[device] if every else names)]
        stream.append(samples(chosen, at(now), node="edge" if device == "edge" else NODE))
    return stream


def follow(computed_of: Computed, stream: Iterable[Samples]) -> tuple[Told, list[Samples]]:
    made = [part for given in stream for part in computed_of.follow(given)]
    columns = [(p.slots, p.times, p.values, p.quality, p.reasons) for p in made]
    told = [
        (slot, time, str(value), quality, reason)
        for row in columns
        for slot, time, value, quality, reason in zip(*(c.tolist() for c in row), strict=True)
    ]
    return told, made


def keep(store: Historian, plant: Plant, parts: Iterable[Samples]) -> dict[str, int]:
    """Write messages into a store as the recorder does, and give how far each node is kept."""
    gathering = Gathering(tuple(signal.id for signal in plant.signals))
    for part in parts:
        gathering.add(part)
    batch = gathering.take({NODE: ("spool", 1)})
    store.write(batch.points, batch.positions)
    return dict(batch.until)


@settings(max_examples=60, deadline=None)
@given(streams(), st.data())
def test_stopped_anywhere_it_goes_on_the_same(stream: list[Samples], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(stream)))
    first = Computed(PLANT)
    before, made = follow(first, stream[:cut])
    uncut, _ = follow(first, stream[cut:])
    with tempfile.TemporaryDirectory() as scratch:
        store = Embedded.open(Path(scratch), writing=True)
        until = keep(store, PLANT, [*stream[:cut], *made])
        again = Computed(PLANT, read_past(store, PLANT, until))
        store.close()

    assert follow(again, stream[cut:])[0] == uncut
    assert len({key[:2] for key in before + uncut}) == len(before + uncut)


def test_what_is_given_again_is_computed_again_the_same() -> None:
    """A store without transactions may hold samples behind the positions that it gives."""
    stream = [said(step) for step in range(20)]
    first = Computed(PLANT)
    follow(first, stream[:10])
    uncut, made = follow(first, stream[10:])
    with tempfile.TemporaryDirectory() as scratch:
        store = Embedded.open(Path(scratch), writing=True)
        until = keep(store, PLANT, [*stream[:15], *made[:5]])
        again = Computed(PLANT, read_past(store, PLANT, until))
        store.close()

    assert follow(again, stream[10:])[0] == uncut
    assert len(uncut) >= 30


def test_without_a_store_or_a_word_of_how_far_it_is_it_begins_anew() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        store = Embedded.open(Path(scratch), writing=True)
        assert read_past(store, PLANT, {NODE: at(5), "edge": at(5)}) == []
        keep(store, PLANT, [said(1)])
        assert read_past(store, PLANT, {}) == []
        store.close()


def said(step: int) -> Samples:
    """Give a message of one device whose switch starts every second time."""
    values = {"a": 5.0 + step, "b": 4.0, "w": float(step % 2), "still": 3.0}
    points = [Point(SLOT[name], at(step / 2), value) for name, value in values.items()]
    return samples(points, at(step / 2))
