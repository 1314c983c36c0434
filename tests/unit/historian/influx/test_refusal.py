"""What an answer other than yes means."""

import pytest

from historian.historian import HistorianError
from historian.influx.refusal import NoDatabaseError, PointsRefusedError, refusal
from historian.influx.server import Server

SERVER = Server("http://store:8086", 2, "plant", token="secret", password="secret")


@pytest.mark.parametrize(
    ("status", "body", "kind", "says"),
    [
        (400, "partial write: points beyond retention policy dropped=3", PointsRefusedError,
         "older than the database keeps"),
        (422, "failure writing points: partial write: points beyond retention policy dropped=1",
         PointsRefusedError, "older than the database keeps"),
        (400, "partial write: field type conflict: input field", PointsRefusedError,
         "a database of its own"),
        (400, "unable to parse", PointsRefusedError, "unable to parse"),
        (413, "Request Entity Too Large", PointsRefusedError, "max-body-size"),
        (404, 'database not found: "plant"', NoDatabaseError, "no database 'plant'"),
        (404, 'bucket "plant" not found', NoDatabaseError, "no database 'plant'"),
        (404, "404 page not found", HistorianError, "check url and version"),
        (401, "unauthorized access", HistorianError, "token_file"),
        (403, "insufficient permissions", HistorianError, "'plant'"),
        (429, "slow down", HistorianError, "cannot do it now"),
        (500, "timeout", HistorianError, "cannot do it now"),
        (503, "", HistorianError, "cannot do it now"),
        (307, "", HistorianError, "name that place as url"),
    ],
)  # fmt: skip
def test_each_answer_says_who_can_do_what(
    status: int, body: str, kind: type[HistorianError], says: str
) -> None:
    error = refusal(SERVER, status, body.encode())

    assert type(error) is kind
    assert says in str(error)
    assert str(status) in str(error)
    assert "http://store:8086" in str(error)


def test_a_page_instead_of_an_answer_is_shown_in_part_and_on_one_line() -> None:
    error = str(refusal(SERVER, 502, b"<html>\n\xff\n" + b"x" * 10_000))

    assert len(error) < 500
    assert "\n" not in error


def test_no_secret_is_shown() -> None:
    assert "secret" not in repr(SERVER) + str(SERVER) + str(refusal(SERVER, 401, b""))
