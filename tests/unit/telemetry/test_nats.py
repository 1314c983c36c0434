import sys
from dataclasses import replace
from pathlib import Path

import pytest

from plant.errors import TelemetryError
from telemetry import nats

PASSWORDS = nats.Passwords(gateway="a", monitor="b", recorder="c", api="d")


@pytest.mark.parametrize(
    ("topic", "subject"),
    [
        ("spBv1.0/demo/NBIRTH/gw1", "spBv1//0.demo.NBIRTH.gw1"),
        ("spBv1.0/demo/#", "spBv1//0.demo.>"),
        ("spBv1.0/+/NDATA/a.b.c", "spBv1//0.*.NDATA.a//b//c"),
        ("firstout/v1/live/demo", "firstout.v1.live.demo"),
        ("x", "x"),
    ],
)
def test_a_topic_becomes_the_subject_that_the_server_uses(topic: str, subject: str) -> None:
    assert nats.subject(topic) == subject


def test_a_plant_cannot_write_its_name_into_the_permissions() -> None:
    with pytest.raises(TelemetryError):
        nats.configuration("demo.> x", PASSWORDS, client_port=1, mqtt_port=2, store=Path("s"))


def test_passwords_are_quoted() -> None:
    text = nats.configuration(
        "demo",
        replace(PASSWORDS, gateway='a"b'),
        client_port=1,
        mqtt_port=2,
        store=Path("s"),
    )

    assert r'"a\"b"' in text


def test_the_server_is_found_beside_the_interpreter() -> None:
    assert Path(nats.binary()).parent == Path(sys.prefix, "bin")
