"""Who finds the broker where, and what is said when a site's own `broker.json` lacks something."""

import json
from pathlib import Path

import pytest

from firstout.broker import BrokerError, broker_of, prepare
from firstout.data_folder import DataFolder, open_folder

USERS = ("gateway", "monitor", "recorder", "api")


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return open_folder(tmp_path)


def write(data: DataFolder, place: object) -> None:
    (data.broker / "broker.json").write_text(json.dumps(place))


def test_each_part_has_a_password_of_its_own(data: DataFolder) -> None:
    prepare(data, "demo")
    found = [broker_of(data, user) for user in USERS]

    assert [broker.username for broker in found] == list(USERS)
    assert len({broker.password for broker in found}) == len(USERS)
    assert {broker.host for broker in found} == {"127.0.0.1"}


def test_a_file_from_before_the_recorder_had_an_account_says_what_to_add(data: DataFolder) -> None:
    passwords = {"gateway": "g", "monitor": "m", "api": "a"}
    write(data, {"host": "192.0.2.10", "port": 1883, "passwords": passwords})

    assert broker_of(data, "monitor").password == "m"
    with pytest.raises(BrokerError, match='no password for the user recorder; add "recorder"'):
        broker_of(data, "recorder")


@pytest.mark.parametrize(
    "place",
    [
        [],
        None,
        {"host": "x"},
        {"host": "x", "port": "y", "passwords": {"api": "a"}},
        {"host": "x", "port": 1, "passwords": []},
    ],
)
def test_a_file_of_another_form_is_told_with_what_is_accepted(
    data: DataFolder, place: object
) -> None:
    write(data, place)
    with pytest.raises(BrokerError, match=r'accepted: .*"recorder": "…"'):
        broker_of(data, "api")


def test_a_missing_file_is_told(data: DataFolder) -> None:
    with pytest.raises(BrokerError, match="is missing; start `firstout run`, or write it"):
        broker_of(data, "recorder")
