"""What `firstout probe` makes of records; that it reads real devices shows in the system tests."""

import io
import json
import math

from rich.console import Console

from firstout.probe import Report
from plant.moment import SECOND
from plant.quality import Quality, Reason
from plant.reading import Reading, Readings
from tests.plant_files import caster_plant

NOW = 1_700_000_000 * SECOND
FLOW = "caster-1.water_flow"


def given(*readings: Reading) -> Report:
    report = Report(caster_plant())
    for reading in readings:
        report.take("mould-plc", NOW, Readings.of([reading]))
    return report


def shown(report: Report) -> str:
    out = io.StringIO()
    report.print(Console(file=out, width=200))
    return out.getvalue()


def test_a_plant_is_good_when_every_signal_is() -> None:
    everything = [Reading(signal.id, 1.0) for signal in caster_plant().signals]

    assert given(*everything).good
    assert not given(*everything[1:]).good
    assert not given(*everything, Reading(FLOW, 1.0, Quality.UNCERTAIN)).good


def test_what_gave_nothing_is_missing() -> None:
    [row] = [r for r in given().as_json()["signals"] if r["signal"] == FLOW]  # type: ignore[attr-defined]

    assert (row["value"], row["raw"], row["quality"]) == (None, None, "MISSING")


def test_a_bad_value_is_shown_with_its_reason_and_without_a_number() -> None:
    report = given(Reading(FLOW, math.nan, Quality.BAD, Reason.NO_ANSWER))

    assert "BAD NO_ANSWER" in shown(report)
    json.dumps(report.as_json(), allow_nan=False)


def test_a_stamp_stays_while_the_value_is_only_repeated() -> None:
    stamped, repeated = Reading(FLOW, 200.0, source=NOW - SECOND), Reading(FLOW, 200.0)

    assert given(stamped, repeated).probed[FLOW].stamped_s == 1.0
    assert given(stamped, Reading(FLOW, 201.0)).probed[FLOW].stamped_s is None
