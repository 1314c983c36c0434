"""Which historian keeps the samples, and what is wrong with the file that says so."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from firstout import historian_settings
from firstout.data_folder import DataFolder, open_folder
from firstout.historian_settings import (
    Embedded,
    HistorianSettingsError,
    open_historian,
    read_settings,
    upkeep_of,
)
from historian.embedded.store import Embedded as EmbeddedStore
from historian.historian import HistorianError
from historian.influx.server import Server
from historian.influx.store import Influx
from journal.write import Writer
from tests.doc_pages import ROOT, fences, first_words
from tests.historian_in_memory import HistorianInMemory

V1 = 'kind = "influxdb"\nurl = "http://127.0.0.1:8086"\nversion = 1\ndatabase = "plant"\n'
V2 = """
kind = "influxdb"
url = "https://influx.example:8086/"
version = 2
database = "plant"
organisation = "works"
token_file = "secrets/influxdb.token"
ca_file = "ca.pem"
timeout_s = 2.5
"""


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = open_folder(tmp_path / "data")
    folder.secrets.mkdir(mode=0o700)
    for name, text in (("influxdb.token", "t0ken\n"), ("influxdb.password", " pass word\n")):
        path = folder.secrets / name
        path.write_text(text)
        path.chmod(0o600)
    (folder.root / "ca.pem").write_text("a certificate")
    return folder


def settings(data: DataFolder, text: str) -> Embedded | Server:
    data.historian_settings.write_text(text)
    return read_settings(data)


def faults(data: DataFolder, text: str) -> list[str]:
    with pytest.raises(HistorianSettingsError) as refused:
        settings(data, text)
    assert str(refused.value) == "\n".join(str(fault) for fault in refused.value.faults)
    return [str(fault) for fault in refused.value.faults]


# --- what is accepted ------------------------------------------------------------------------


def test_without_a_file_it_is_the_embedded_one_and_keeps_all(data: DataFolder) -> None:
    assert read_settings(data) == Embedded(keep_days=None)


def test_the_embedded_one_may_be_told_how_long_to_keep(data: DataFolder) -> None:
    assert settings(data, 'kind = "embedded"\nkeep_days = 400\n') == Embedded(400)
    assert settings(data, 'kind = "embedded"\n') == Embedded(None)


def test_version_1_may_ask_for_an_account(data: DataFolder) -> None:
    account = 'user = "firstout"\npassword_file = "secrets/influxdb.password"\n'

    assert settings(data, V1) == Server("http://127.0.0.1:8086", 1, "plant")
    assert settings(data, V1 + account) == Server(
        "http://127.0.0.1:8086", 1, "plant", user="firstout", password="pass word"
    )


def test_version_2_asks_for_an_organisation_and_a_token(data: DataFolder) -> None:
    assert settings(data, V2) == Server(
        "https://influx.example:8086",
        2,
        "plant",
        organisation="works",
        token="t0ken",
        ca_file=data.root / "ca.pem",
        timeout_s=2.5,
    )


def test_version_3_may_do_without_a_token(data: DataFolder) -> None:
    text = V1.replace("version = 1", "version = 3")

    assert settings(data, text) == Server("http://127.0.0.1:8086", 3, "plant")
    with_token = settings(data, text + 'token_file = "secrets/influxdb.token"\n')
    assert with_token == Server("http://127.0.0.1:8086", 3, "plant", token="t0ken")


# --- what is not -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kind = 'influx'", "historian.toml: kind: is 'influx'; accepted: embedded, influxdb"),
        ("", "historian.toml: kind: is missing; accepted: embedded, influxdb"),
        ("kind =", "historian.toml: is not TOML: "),
        ('kind = "embedded"\nkeep_days = 0', "historian.toml: keep_days: is 0; accepted: a whole"),
        ('kind = "embedded"\nkeep_day = 1', "keep_day: is not a known key; accepted: keep_days"),
        ('kind = "embedded"\nurl = "x"', "url: is not a known key"),
        (V1.replace("= 1\n", "= 4\n"), "version: is 4; accepted: a whole number from 1 to 3"),
        (V1 + 'bucket = "x"', "bucket: is not a known key; accepted: ca_file, database, "),
        (V1 + "timeout_s = 0", "timeout_s: is 0; accepted: a number from 0.5 to 120"),
        (V1 + 'user = "x"', "password_file: is missing"),
        (V1 + 'password_file = "secrets/influxdb.password"', "user: is missing"),
        (V1 + 'token_file = "secrets/influxdb.token"', "token_file: is not a known key"),
        (V1 + 'organisation = "x"', "organisation: is not a known key"),
        (V2 + 'user = "x"', "user: is not a known key"),
        (V2.replace("organisation", "#"), "organisation: is missing"),
        (V2.replace("token_file", "#"), "token_file: is missing"),
        (V2.replace("secrets/", ""), "influxdb.token, which cannot be read: "),
        (V2.replace('"ca.pem"', '"none.pem"'), "none.pem, which is no file; accepted: certif"),
        (V1 + 'ca_file = "ca.pem"', "ca_file: says who vouches for a server whose url is not"),
    ],
)
def test_a_fault_names_file_and_key_and_what_is_accepted(
    data: DataFolder, text: str, says: str
) -> None:
    (fault,) = faults(data, text)

    assert fault.startswith("historian.toml: ")
    assert says in fault


def test_all_faults_come_at_once(data: DataFolder) -> None:
    found = faults(data, 'kind = "influxdb"\nversion = 2\nurl = "ftp://x"\nretention = 3\n')

    assert [fault.split(": ")[1] for fault in found] == [
        "database",
        "organisation",
        "retention",
        "token_file",
        "url",
    ]


@pytest.mark.parametrize(
    "url",
    ["ftp://host:1", "host:8086", "http://", "http://host:port", "http://[::1", "http://h/?q=1"],
)
def test_a_url_must_be_one(data: DataFolder, url: str) -> None:
    (fault,) = faults(data, V1.replace("http://127.0.0.1:8086", url))

    assert fault.startswith(f"historian.toml: url: is {url.rstrip('/')!r}; accepted: https://HOST")


def test_a_url_holds_no_account(data: DataFolder) -> None:
    (fault,) = faults(data, V1.replace("127.0.0.1", "firstout:s3cret@127.0.0.1"))

    assert "holds an account; accepted: user and password_file" in fault
    assert "s3cret" not in fault


@pytest.mark.parametrize("content", ["", "\n", "one\ntwo\n", "nul\0"])
def test_a_secret_is_one_line(data: DataFolder, content: str) -> None:
    (data.secrets / "influxdb.token").write_text(content)

    (fault,) = faults(data, V2)
    assert "token_file: names " in fault
    assert "accepted: a file of one line" in fault


def test_a_file_that_is_no_text_is_refused(data: DataFolder) -> None:
    data.historian_settings.write_bytes(b"kind = '\xff'")
    with pytest.raises(HistorianSettingsError, match=r"historian.toml: cannot be read"):
        read_settings(data)


# --- secrets ---------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["10.0.0.7", "influx.example", "[2001:db8::1]"])
def test_a_secret_is_not_sent_in_clear_over_the_network(data: DataFolder, host: str) -> None:
    in_clear = V2.replace("https://influx.example", f"http://{host}").replace("ca_file", "#")

    (fault,) = faults(data, in_clear)
    assert "url: would send the password or token in clear" in fault
    assert "insecure = true" in fault
    allowed = settings(data, in_clear + "insecure = true\n")
    assert isinstance(allowed, Server)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.2", "[::1]"])
def test_within_the_machine_it_may_be(data: DataFolder, host: str) -> None:
    text = V2.replace("https://influx.example", f"http://{host}").replace("ca_file", "#")

    assert isinstance(settings(data, text), Server)


def test_without_a_secret_nothing_is_given_away(data: DataFolder) -> None:
    assert isinstance(settings(data, V1.replace("127.0.0.1", "10.0.0.7")), Server)


def test_a_secret_that_others_can_read_is_warned_of_once(data: DataFolder) -> None:
    (data.secrets / "influxdb.token").chmod(0o640)
    historian_settings._warn_of.cache_clear()
    with capture_logs() as logs:
        settings(data, V2)
        settings(data, V2)

    assert [(log["log_level"], log["file"]) for log in logs] == [
        ("warning", str(data.secrets / "influxdb.token"))
    ]


# --- opening ---------------------------------------------------------------------------------


def test_the_embedded_one_is_in_the_data_folder(data: DataFolder) -> None:
    writer = open_historian(data, writing=True)

    assert isinstance(writer, EmbeddedStore)
    assert writer.folder == data.history
    writer.close()


def test_influxdb_keeps_the_samples_of_the_journal_s_plant(data: DataFolder) -> None:
    data.historian_settings.write_text(V1)
    with pytest.raises(HistorianError, match="start the monitor"):
        open_historian(data, writing=True)
    Writer.open(data.journal, "caster-plant").close()

    historian = open_historian(data, writing=True)
    assert isinstance(historian, Influx)
    assert historian.plant == "caster-plant"
    historian.close()


# --- the page --------------------------------------------------------------------------------

PAGE = "docs/how-to/keep-history.md"


def test_what_the_page_shows_is_accepted(data: DataFolder) -> None:
    (data.root / "influxdb-ca.pem").write_text("a certificate")
    shown = [text for text in fences((ROOT / PAGE).read_text("utf-8")) if "kind =" in text]

    embedded, influxdb = (settings(data, text) for text in shown)
    assert isinstance(embedded, Embedded)
    assert isinstance(influxdb, Server)


def test_the_page_lists_every_key(data: DataFolder) -> None:
    listed = set(first_words(PAGE, "### InfluxDB"))
    accepted: set[str] = set()
    for version in (1, 2, 3):
        text = f'kind = "influxdb"\nversion = {version}\nuser = "x"\nnonsense = 1\n'
        (unknown,) = (fault for fault in faults(data, text) if "nonsense: is not" in fault)
        accepted |= set(unknown.partition("accepted: ")[2].split(", "))

    assert listed | {"kind"} == accepted
    assert set(first_words(PAGE, "### Embedded")) == {"keep_days"}


def test_only_a_store_that_looks_after_itself_counts_what_it_does(tmp_path: Path) -> None:
    store = open_historian(open_folder(tmp_path), writing=True)
    assert upkeep_of(store) == {"sealed": 0, "merged": 0, "days_deleted": 0, "failures": 0}
    store.close()
    assert upkeep_of(HistorianInMemory()) == {}
