"""What is InfluxDB's own: its database, accounts, refusals, limits and TLS."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from historian.historian import HistorianError
from historian.influx.line_protocol import BATCH
from historian.influx.refusal import NoDatabaseError, PointsRefusedError
from historian.influx.server import Server
from historian.influx.store import Influx
from plant.moment import SECOND
from tests.historian_contract import HOUR, START, everything, points, rows, same, series
from tests.peers.influx_servers import Store, influxd
from tests.ports import free_port

Opened = Callable[..., Influx]
LATER = START + 1000 * HOUR


# --- the database ----------------------------------------------------------------------------


def test_the_writer_makes_the_database(influx: Store, opened: Opened) -> None:
    assert ["history"] not in influx.ask("SHOW DATABASES")

    opened(writing=True).write(points(series("a", 3)), {})

    assert ["history"] in influx.ask("SHOW DATABASES")
    same(everything(opened(writing=False), "a"), series("a", 3))


def test_a_reader_makes_no_database_and_says_that_there_is_none(
    influx: Store, opened: Opened
) -> None:
    with pytest.raises(HistorianError, match="database not found"):
        opened(writing=False).samples("a", START, LATER, 10)

    assert ["history"] not in influx.ask("SHOW DATABASES")


def test_a_database_that_somebody_drops_is_made_again(influx: Store, opened: Opened) -> None:
    writer = opened(writing=True)
    writer.write(points(series("a", 3)), {"gw": ("s", 3)})
    influx.ask("DROP DATABASE history")
    batch = points(series("a", 3, LATER)), {"gw": ("s", 6)}

    with pytest.raises(NoDatabaseError, match="has no database 'history'"):
        writer.write(*batch)
    writer.write(*batch)

    assert writer.positions() == {"gw": ("s", 6)}


def test_plants_share_a_database_and_do_not_see_each_other(
    influx: Store, server: Server, opened: Opened
) -> None:
    opened(writing=True).write(points(series("a", 3)), {"gw": ("s", 3)})
    other = Influx(server, "other", now=lambda: START, writing=True)
    other.write(points(series("a", 5)), {"gw": ("t", 5)})

    assert len(everything(other, "a")) == 5
    assert other.positions() == {"gw": ("t", 5)}
    assert len(everything(opened(writing=False), "a")) == 3
    other.close()


def test_a_reader_does_not_write(influx: Store, opened: Opened) -> None:
    with pytest.raises(HistorianError, match="opened for reading"):
        opened(writing=False).write(points(series("a", 1)), {})


# --- accounts --------------------------------------------------------------------------------


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Server]:
    """A server that asks for an account: `writer` may use the database `history` only."""
    admin = {"u": "admin", "p": "a"}
    with influxd(tmp_path, "auth-enabled = true") as store:
        store.ask("CREATE USER admin WITH PASSWORD 'a' WITH ALL PRIVILEGES")
        store.ask("CREATE USER writer WITH PASSWORD 'w: ü'", **admin)
        store.ask("CREATE DATABASE history", **admin)
        store.ask("GRANT ALL ON history TO writer", **admin)
        yield Server(store.url, 1, "history", user="writer", password="w: ü")


def test_an_account_with_a_database_needs_no_more(guarded: Server, opened: Opened) -> None:
    opened(writing=True, server=guarded).write(points(series("a", 3)), {"gw": ("s", 3)})

    reader = opened(writing=False, server=guarded)
    same(everything(reader, "a"), series("a", 3))
    assert reader.positions() == {"gw": ("s", 3)}


def test_an_account_that_may_not_make_the_database_says_who_may(
    guarded: Server, opened: Opened
) -> None:
    writer = opened(writing=True, server=replace(guarded, database='o"ther'))

    with pytest.raises(NoDatabaseError, match=r'administrator run CREATE DATABASE "o\\"ther"'):
        writer.write(points(series("a", 1)), {})


@pytest.mark.parametrize("account", [{"password": "wrong"}, {"user": "", "password": ""}])
def test_a_refused_account_is_said_without_its_password(
    guarded: Server, opened: Opened, account: dict[str, str]
) -> None:
    writer = opened(writing=True, server=replace(guarded, **account))

    with pytest.raises(HistorianError, match="refuses the account") as refused:
        writer.write(points(series("a", 1)), {})

    assert "wrong" not in str(refused.value)


# --- refusals --------------------------------------------------------------------------------


def count(influx: Store) -> int:
    """Ask the server itself how many points it has."""
    rows = influx.ask("SELECT count(quality) FROM sample", db="history")
    return int(str(rows[0][1])) if rows else 0


def test_points_beyond_retention_are_refused_until_a_person_acts(
    influx: Store, opened: Opened
) -> None:
    """The second of two batches is too old: half is written, and then all of it, once."""
    influx.ask("CREATE DATABASE history WITH DURATION 1h")
    now = time.time_ns()
    batch = points(series("a", BATCH, now - 60 * SECOND, 1000) + series("b", 10, now - 3 * HOUR))
    writer = opened(writing=True)

    for _ in range(2):
        with pytest.raises(PointsRefusedError, match="older than the database keeps"):
            writer.write(batch, {"gw": ("s", 1)})
    assert count(influx) == BATCH
    assert writer.positions() == {}
    influx.ask("ALTER RETENTION POLICY autogen ON history DURATION INF")
    writer.write(batch, {"gw": ("s", 1)})

    assert count(influx) == BATCH + 10
    assert writer.positions() == {"gw": ("s", 1)}


def test_another_program_s_types_are_named_as_the_cause(influx: Store, opened: Opened) -> None:
    influx.ask("CREATE DATABASE history")
    wrong = f'sample,plant=x,signal=y value="text" {START}'
    httpx.post(f"{influx.url}/write?db=history", content=wrong).raise_for_status()
    writer = opened(writing=True)

    with pytest.raises(PointsRefusedError, match="a database of its own"):
        writer.write(points(series("a", 1)), {"gw": ("s", 1)})
    assert writer.positions() == {}


def test_a_request_too_large_for_the_server_says_which_setting(
    tmp_path: Path, opened: Opened
) -> None:
    with influxd(tmp_path, "max-body-size = 100") as store:
        writer = opened(writing=True, server=Server(store.url, 1, "history"))

        with pytest.raises(PointsRefusedError, match="max-body-size"):
            writer.write(points(series("a", BATCH)), {})


def test_the_wrong_version_is_not_taken_for_a_missing_bucket(
    server: Server, influx: Store, opened: Opened
) -> None:
    influx.ask("CREATE DATABASE history")
    writer = opened(writing=True, server=replace(server, version=2, token="t"))

    with pytest.raises(HistorianError, match=r"no InfluxDB 2 .*check url and version"):
        writer.write(points(series("a", 1)), {})


@pytest.mark.parametrize("version", [1, 2])
def test_a_server_that_is_not_there_is_said(opened: Opened, version: int) -> None:
    nowhere = Server(f"http://127.0.0.1:{free_port()}", version, "history", timeout_s=1)

    with pytest.raises(HistorianError, match=f"InfluxDB {version} at .* does not answer"):
        opened(writing=True, server=nowhere).write(points(series("a", 1)), {})


def test_a_server_that_says_nothing_is_not_waited_for(opened: Opened) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        nothing = Server(f"http://127.0.0.1:{deaf.getsockname()[1]}", 1, "history", timeout_s=0.2)
        began = time.monotonic()
        with pytest.raises(HistorianError, match="does not answer"):
            opened(writing=True, server=nothing).positions()

    assert time.monotonic() - began < 5


# --- limits and names ------------------------------------------------------------------------


def test_a_server_s_row_limit_cuts_nothing_short(tmp_path: Path, opened: Opened) -> None:
    with influxd(tmp_path, "max-row-limit = 10") as store:
        historian = opened(writing=True, server=Server(store.url, 1, "history"))
        historian.write(points(series("a", 25_000)), {f"gw-{n}": ("s", n) for n in range(30)})

        same(everything(historian, "a"), series("a", 25_000))
        assert len(rows(historian.buckets("a", START, LATER, SECOND))) == 25_000
        assert len(historian.positions()) == 30


HOSTILE = [
    "' OR '1'='1",
    "a' --",
    "a'; DROP DATABASE history; --",
    "\\' OR 1=1 --",
    "a\\",
    "a,signal=b",
    "a value=1 1\nsample,plant=demo,signal=b value=2",
    "a\r\nb",
    '"',
    "\x00",
    "%0A",
    "/.*/",
    "$x",
    "",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_out_of_a_line_or_a_query(influx: Store, opened: Opened, name: str) -> None:
    historian = opened(writing=True)
    historian.write(points(series("innocent", 3)), {"gw": ("s", 1)})
    historian.write(points(series(name, 2)), {name: ('"' + name, 2)})

    same(everything(historian, name), series(name, 2))
    assert rows(historian.buckets(name, START, START + HOUR, HOUR)) == [(0, 2, 2, 0)]
    assert historian.positions() == {"gw": ("s", 1), name: ('"' + name, 2)}
    same(everything(historian, "innocent"), series("innocent", 3))
    assert count(influx) == 5


def test_a_plant_s_name_breaks_out_of_nothing(server: Server, influx: Store) -> None:
    for plant in HOSTILE:
        historian = Influx(server, plant, now=lambda: START, writing=True)
        historian.write(points(series("a", 2)), {"gw": ("s", 1)})
        assert len(everything(historian, "a")) == 2
        assert historian.positions() == {"gw": ("s", 1)}
        historian.close()

    assert count(influx) == 2 * len(HOSTILE)


# --- TLS -------------------------------------------------------------------------------------


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[Server]:
    """A server with a certificate of its own making."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["-keyout", str(key), "-out", str(certificate), "-days", "2", "-nodes"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", *made, *subject]
    subprocess.run(command, check=True, capture_output=True)
    store = influxd(
        tmp_path,
        f'https-enabled = true\nhttps-certificate = "{certificate}"\nhttps-private-key = "{key}"',
    )
    store.url = store.url.replace("http:", "https:")
    with store:
        yield Server(store.url, 1, "history", ca_file=certificate)


def test_a_certificate_is_checked_against_the_ca_file(secured: Server, opened: Opened) -> None:
    opened(writing=True, server=secured).write(points(series("a", 3)), {"gw": ("s", 3)})

    assert opened(writing=False, server=secured).positions() == {"gw": ("s", 3)}


@pytest.mark.parametrize("version", [1, 2])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    secured: Server, opened: Opened, version: int
) -> None:
    writer = opened(writing=True, server=replace(secured, ca_file=None, version=version))

    with pytest.raises(HistorianError, match=r"does not answer: .*certificate verify failed"):
        writer.write(points(series("a", 1)), {})
