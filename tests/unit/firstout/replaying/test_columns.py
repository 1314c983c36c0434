"""Columns become signals by their ids or by a mapping; what cannot be meant is refused."""

import pytest

from firstout.replaying.columns import lay_out, read_map
from firstout.replaying.oddities import Oddities, Oddity
from plant.errors import RecordingError
from tests.small_plant import analog, plant_of, switch

PLANT = plant_of([analog("flow"), analog("time"), switch("gate")])


def test_wide_by_ids_and_by_mapping() -> None:
    odd = Oddities()

    layout = lay_out(["Timestamp", "流量", "gate", "other"], {"流量": "flow"}, PLANT, odd)

    assert not layout.long
    assert (layout.time, dict(layout.signals)) == (0, {1: 0, 2: 2})
    assert odd.noted[Oddity.UNKNOWN_COLUMN].first == "other"


def test_a_signal_named_like_a_role_is_a_signal() -> None:
    layout = lay_out(["ts", "time"], {}, PLANT, Oddities())

    assert (layout.time, dict(layout.signals)) == (0, {1: 1})


def test_long_with_mapped_names() -> None:
    names = ["时间", "测点", "数值", "质量", "known_at", "source_time"]

    layout = lay_out(names, {"FT-101": "flow"}, PLANT, Oddities())

    assert layout.long
    assert (layout.time, layout.signal, layout.value, layout.quality) == (0, 1, 2, 3)
    assert (layout.known_at, layout.source_time) == (4, 5)
    assert layout.slots["FT-101"] == layout.slots["flow"] == 0


@pytest.mark.parametrize(
    ("names", "mapped", "words"),
    [
        (["when", "flow"], {}, "has no time column, only when, flow; accepted"),
        (["ts", "timestamp", "flow"], {}, "two columns are the time"),
        (["ts", "signal", "flow"], {}, "only one of the columns signal and value"),
        (["ts", "a", "b"], {}, "no column names a signal of plant small, only ts, a, b"),
        (["ts", "flow", "b"], {"b": "flow"}, "two columns are signal flow"),
        (["ts", "flow"], {"b": "gate"}, "there is no column 'b'; accepted: one of ts, flow"),
        (["ts", "x"], {"x": "flwo"}, "no signal 'flwo'; accepted: flow"),
        (["ts", "x"], {"x": "?"}, "accepted: a signal's id, or time, signal"),
    ],
)
def test_what_cannot_be_meant(names: list[str], mapped: dict[str, str], words: str) -> None:
    with pytest.raises(RecordingError, match=words.replace("?", r"\?")):
        lay_out(names, mapped, PLANT, Oddities())


def test_pairs() -> None:
    assert read_map(["a=b", "x=1=y"]) == {"a": "b", "x=1": "y"}


@pytest.mark.parametrize("pairs", [["a"], ["=a"], ["a="], ["a=b", "a=c"]])
def test_wrong_pairs(pairs: list[str]) -> None:
    with pytest.raises(RecordingError, match="--map"):
        read_map(pairs)
