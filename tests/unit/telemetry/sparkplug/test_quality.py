import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.quality import Quality, Reason
from telemetry.sparkplug import quality

anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)


@given(st.sampled_from(Quality), st.sampled_from(Reason))
def test_our_own_quality_arrives_as_it_left(trust: Quality, why: Reason) -> None:
    usable = trust in (Quality.GOOD, Quality.UNCERTAIN)
    arrived = quality.from_wire(quality.to_wire(trust, why), null=not usable, ours=True)
    # Missing and bad are one word on the wire; the reason tells them apart.
    if {trust, why} & {Quality.MISSING, Reason.NEVER_SEEN} and trust in (
        Quality.BAD,
        Quality.MISSING,
    ):
        trust = Quality.MISSING if why is Reason.NEVER_SEEN else Quality.BAD

    assert arrived == (trust, Reason.NONE if trust is Quality.GOOD else why)


@pytest.mark.parametrize(
    ("properties", "null", "expected"),
    [
        ({}, False, (Quality.GOOD, Reason.NONE)),
        ({"Quality": 192}, False, (Quality.GOOD, Reason.NONE)),
        ({"Quality": 0}, False, (Quality.BAD, Reason.SENSOR_FAULT)),
        ({"Quality": 500}, False, (Quality.STALE, Reason.NO_ANSWER)),
        ({"Quality": 500}, True, (Quality.STALE, Reason.NO_ANSWER)),
        ({"Quality": 192}, True, (Quality.BAD, Reason.SENSOR_FAULT)),
        ({}, True, (Quality.BAD, Reason.SENSOR_FAULT)),
        ({"Quality": 64}, False, (Quality.UNCERTAIN, Reason.NONE)),
        ({"Quality": 216}, False, (Quality.UNCERTAIN, Reason.NONE)),
        ({"Quality": 300}, False, (Quality.BAD, Reason.SENSOR_FAULT)),
        ({"Quality": "good"}, False, (Quality.BAD, Reason.SENSOR_FAULT)),
        ({"Quality": 0, "Reason": 1}, False, (Quality.BAD, Reason.SENSOR_FAULT)),
    ],
)
def test_a_foreign_statement_is_judged(
    properties: dict[str, object],
    null: bool,  # noqa: FBT001
    expected: tuple[Quality, Reason],
) -> None:
    assert quality.from_wire(properties, null=null, ours=False) == expected


@given(st.dictionaries(st.sampled_from(["Quality", "Reason"]), anything), st.booleans())
def test_only_a_value_declared_good_is_good(
    properties: dict[str, object],
    null: bool,  # noqa: FBT001
) -> None:
    for ours in (True, False):
        trust, _ = quality.from_wire(properties, null=null, ours=ours)
        if trust is Quality.GOOD:
            assert not null
            assert properties.get("Quality", 192) == 192
