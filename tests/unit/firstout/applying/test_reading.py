"""Requests to take a folder in are looked into beside the judging, one at a time."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from firstout.applying import apply
from firstout.applying.apply import Accepted, RefusedError
from firstout.applying.reading import Ready, Requests
from firstout.plant_folder import criteria
from journal.inbox import Ask
from plant.plant import Plant
from tests.patience import eventually
from tests.plant_files import caster_files, caster_plant
from tests.small_plant import at

CHANGED = {
    **caster_files(),
    "plant.toml": caster_files()["plant.toml"].replace(
        "Demonstration aluminium works", "Demo works"
    ),
}


def ask(number: int = 1, **changed: object) -> Ask:
    body = apply.body(CHANGED, caster_plant().version, "why", "") | changed
    return Ask(number, "u_1", f"key-{number}", apply.KIND, body, at(0))


@pytest.fixture
def requests() -> Requests:
    return Requests(criteria())


@pytest.fixture
def read_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Let reading wait until this is set."""
    go, accept = threading.Event(), apply.accept

    def waiting(in_force: Plant, actor: str, body: Mapping[str, object], now: int) -> Accepted:
        assert go.wait(20)
        return accept(in_force, actor, body, now)

    monkeypatch.setattr(apply, "accept", waiting)
    yield go
    go.set()


def ready(requests: Requests, asked: Ask, *waiting: Ask) -> Ready:
    def attempt() -> Ready:
        found = requests.look(asked, (asked, *waiting), caster_plant(), at(9))
        assert found is not None
        return found

    return eventually(attempt, within_s=20)


def test_it_is_ready_when_it_has_been_read_and_counts_from_then(
    requests: Requests, read_on: threading.Event
) -> None:
    assert requests.look(ask(), [ask()], caster_plant(), at(1)) is None
    read_on.set()
    found = ready(requests, ask())
    assert found.applied.known_at == at(9)
    assert found.judge.plant.version == found.applied.version


def test_a_refusal_is_found_out_too(requests: Requests) -> None:
    with pytest.raises(RefusedError, match="a reason must be given"):
        ready(requests, ask(reason=""))
    assert ready(requests, ask(2)).applied.requester == "u_1"


def test_what_has_come_into_force_meanwhile_counts(
    requests: Requests, read_on: threading.Event
) -> None:
    assert requests.look(ask(), [ask()], caster_plant(), at(1)) is None
    read_on.set()
    other = replace(caster_plant(), version="1" * 64)

    def refused() -> None:
        with pytest.raises(RefusedError, match="another version is in force"):
            assert requests.look(ask(), [ask()], other, at(2)) is not None

    eventually(refused, within_s=20)


def test_a_second_request_waits_and_one_taken_back_is_forgotten(
    requests: Requests, read_on: threading.Event
) -> None:
    first, second = ask(1), ask(2)
    assert requests.look(first, [first, second], caster_plant(), at(1)) is None
    assert requests.look(second, [first, second], caster_plant(), at(1)) is None
    read_on.set()
    assert ready(requests, second).applied.known_at == at(9)
