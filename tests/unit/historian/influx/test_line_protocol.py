"""Points and positions as lines."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from historian.influx.line_protocol import BATCH, batches, position_lines
from historian.influx.stored_name import original, stored
from plant.quality import Quality, Reason
from tests.historian_contract import Sample, points, series

NAN = math.nan


def lines(*samples: Sample) -> list[str]:
    return b"\n".join(batches("demo", points(samples))).decode().split("\n")


def test_a_point_is_named_by_plant_signal_and_read_time() -> None:
    (line,) = lines(Sample("caster-1.water_flow", 1_795_478_400_000_000_001, 187.5))

    assert line == (
        "sample,plant=demo,signal=caster-1.water_flow "
        "value=187.5,quality=0i,reason=0i 1795478400000000001"
    )


def test_a_source_time_is_written_where_there_is_one() -> None:
    stamped, not_stamped = lines(Sample("a", 5, 1.0, source=-3), Sample("a", 6, 1.0))

    assert stamped.endswith(" value=1.0,quality=0i,reason=0i,source=-3i 5")
    assert "source" not in not_stamped


@pytest.mark.parametrize("quality", [Quality.BAD, Quality.STALE, Quality.MISSING])
@pytest.mark.parametrize("value", [NAN, 7.0])
def test_what_is_not_usable_has_no_value(quality: Quality, value: float) -> None:
    (line,) = lines(Sample("a", 5, value, quality, Reason.NO_ANSWER))

    assert line == f"sample,plant=demo,signal=a quality={quality:d}i,reason=1i 5"


@pytest.mark.parametrize("quality", [Quality.GOOD, Quality.UNCERTAIN])
@pytest.mark.parametrize("value", [NAN, math.inf, -math.inf])
def test_no_number_is_never_written_as_good(quality: Quality, value: float) -> None:
    (line,) = lines(Sample("a", 5, value, quality))

    assert line == "sample,plant=demo,signal=a quality=2i,reason=3i 5"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_value_is_written_so_that_it_reads_back_exactly(value: float) -> None:
    (line,) = lines(Sample("a", 5, value))

    text = line.partition("value=")[2].partition(",")[0]
    assert math.copysign(1, float(text)) == math.copysign(1, value)
    assert float(text) == value


def test_no_body_has_more_lines_than_a_batch() -> None:
    bodies = list(batches("demo", points(series("a", 2 * BATCH + 1))))

    assert [body.count(b"\n") + 1 for body in bodies] == [BATCH, BATCH, 1]


def test_nothing_is_no_body() -> None:
    assert list(batches("demo", points([]))) == []


def test_what_separates_in_a_line_is_escaped_in_a_name() -> None:
    (line,) = lines(Sample("a,b=c d", 5, 1.0))

    assert line.startswith(r"sample,plant=demo,signal=a\,b\=c\ d value=")


def test_a_position_is_one_line_a_node() -> None:
    text = position_lines("demo", {"gw-2": ("s2", 2**64 - 1), "gw-1": ('s"1\\', 0)}, 7).decode()

    assert text.split("\n") == [
        r'firstout_position,plant=demo,node=gw-1 spool="s\"1\\",offset="0" 7',
        'firstout_position,plant=demo,node=gw-2 spool="s2",offset="18446744073709551615" 7',
    ]


# --- names -----------------------------------------------------------------------------------


def test_the_ids_of_a_plant_are_kept_as_they_are() -> None:
    for name in ("caster-1.water_flow", "EAF_2", "电炉-1.出水温度", "it's"):
        assert stored(name) == name


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_name_can_be_kept_and_comes_back(name: str) -> None:
    kept = stored(name)

    assert original(kept) == name
    assert kept != ""
    assert kept.isprintable()
    assert "\\" not in kept


@given(st.sets(st.text(st.sampled_from("%5Ca\\\n"), max_size=5), min_size=2, max_size=5))
def test_different_names_are_kept_differently(names: set[str]) -> None:
    assert len({stored(name) for name in names}) == len(names)
