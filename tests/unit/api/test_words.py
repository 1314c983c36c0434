"""The API's closed sets of words are those of the packages that say them."""

from enum import Enum
from typing import get_args

import pytest

from alarms.alarm import AlarmKind
from api.models import alarm, compliance, document, interlock
from compliance.verdict import Verdict
from compliance.violations import ViolationKind
from monitor.changes import InterlockState, Response
from plant.interlock import OnBad, Reset
from plant.quality import Quality
from plant.signal import Level, Priority


@pytest.mark.parametrize(
    ("literal", "enum"),
    [
        (alarm.AlarmKind, AlarmKind),
        (interlock.InterlockState, InterlockState),
        (interlock.OnBad, OnBad),
        (interlock.HowReset, Reset),
        (compliance.Verdict, Verdict),
        (compliance.ViolationKind, ViolationKind),
        (document.Level, Level),
        (document.Priority, Priority),
    ],
)
def test_every_word_that_is_said_can_be_told(literal: object, enum: type[Enum]) -> None:
    assert set(get_args(literal)) == {item.value for item in enum}


def test_qualities_are_told_by_name() -> None:
    assert set(get_args(document.Quality)) == {item.name for item in Quality}


def test_results_of_demands_and_effects() -> None:
    responses = {item.value for item in Response}

    assert set(get_args(interlock.DemandResult)) == responses - {"waiting"} | {"open"}
    assert set(get_args(interlock.EffectResult)) == responses - {"partial", "spurious"}
