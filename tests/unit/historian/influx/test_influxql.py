"""What is asked in InfluxQL."""

import re

from hypothesis import given
from hypothesis import strategies as st

from historian.influx import influxql


def unquoted(statement: str) -> str:
    """Take every quoted text and name out, as InfluxDB's scanner reads them."""
    return re.sub(r"""'(?:[^'\\\n]|\\[\\'n])*'|"(?:[^"\\\n]|\\[\\"n])*\"""", "Q", statement)


PLAIN = (
    unquoted(influxql.buckets("p", "s", 1, 2, 3)),
    unquoted(influxql.samples("p", "s", 1, 2, 3)),
    unquoted(influxql.positions("p")),
)


@given(st.text(), st.text())
def test_no_name_changes_what_is_asked(plant: str, signal: str) -> None:
    asked = (
        influxql.buckets(plant, signal, 1, 2, 3),
        influxql.samples(plant, signal, 1, 2, 3),
        influxql.positions(plant),
    )

    assert tuple(unquoted(statement) for statement in asked) == PLAIN


@given(st.text())
def test_no_name_of_a_database_ends_its_quotes(name: str) -> None:
    assert unquoted(influxql.create_database(name)) == "CREATE DATABASE Q"


def test_a_line_break_cannot_end_a_text() -> None:
    assert influxql.text("a'b\\\n") == r"'a\'b\\\n'"


def test_times_keep_within_what_influxdb_takes_for_times() -> None:
    asked = influxql.samples("p", "s", -(2**63), 2**63 - 1, 1)

    assert "time >= -9223372036854775806 AND time < 9223372036854775806" in asked


def test_a_span_is_asked_in_nanoseconds() -> None:
    statements = influxql.buckets("p", "s", 0, 9, 60_000_000_000).split(";")

    assert len(statements) == 3
    for statement in statements:
        assert statement.endswith("GROUP BY time(60000000000ns) fill(none)")
