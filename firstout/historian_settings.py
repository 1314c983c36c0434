"""Which historian keeps the samples: `historian.toml` in the data folder says.

Without the file it is the embedded one. What is secret stands in files of its own, which the
settings only name; their paths are relative to the data folder.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import asdict, dataclass, is_dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from firstout.clock import Clock
from firstout.data_folder import DataFolder
from historian.historian import Historian, HistorianError
from historian.influx.server import Server
from journal.open import open_database
from journal.read import Reader
from plant.errors import Fault, JournalError
from plant.form import Faults, Form
from plant.read_toml import read_toml

KINDS = ("embedded", "influxdb")
_LONGEST_DAYS = 36_500
_URL = "https://HOST:PORT, or http:// on this machine"
_IN_CLEAR = "https://, or insecure = true where nobody can listen on the line"

_log = structlog.get_logger("historian")


class HistorianSettingsError(HistorianError):
    """`historian.toml` is wrong; `faults` lists everything that is."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True)
class Embedded:
    """The historian in the data folder; what is older than `keep_days` goes (None: nothing)."""

    keep_days: int | None = None


def open_historian(data: DataFolder, *, writing: bool) -> Historian:
    """Open the historian that the settings choose, for its one writer or for reading.

    Raises:
        HistorianSettingsError: the settings are wrong.
        HistorianError: it cannot be opened now.
    """
    # Each store's library is large; only that of the one in use is loaded.
    settings = read_settings(data)
    if isinstance(settings, Embedded):
        from historian.embedded.store import Embedded as Store  # noqa: PLC0415

        return Store.open(data.history, writing=writing, keep_days=settings.keep_days)
    from historian.influx.store import Influx  # noqa: PLC0415

    return Influx(settings, _plant(data), now=Clock().now, writing=writing)


def upkeep_of(store: Historian) -> dict[str, int]:
    """Count what a store has done by itself since it was opened, its failures included.

    Nothing for one that others look after.
    """
    counts = getattr(store, "counts", None)
    return asdict(counts) if is_dataclass(counts) and not isinstance(counts, type) else {}


def read_settings(data: DataFolder) -> Embedded | Server:
    """Read and check the settings and the files that they name, without connecting to anything.

    Raises:
        HistorianSettingsError: with every fault at once.
    """
    path = data.historian_settings
    if not path.exists():
        return Embedded()
    faults: list[Fault] = []
    form = Form(_table(path, faults), "", Faults(path.name, faults))
    kind = form.choice("kind", KINDS) if not faults else ""
    if faults:
        raise HistorianSettingsError(faults)  # which keys there may be follows from the kind
    settings = _embedded(form) if kind == "embedded" else _influxdb(form, data.root)
    form.close()
    if faults:
        raise HistorianSettingsError(faults)
    return settings


def _table(path: Path, faults: list[Fault]) -> object:
    try:
        return read_toml(path.name, path.read_text("utf-8"), faults)
    except (OSError, UnicodeError) as error:
        faults.append(Fault(path.name, "", f"cannot be read: {error}", "a TOML file in UTF-8"))
        return {}


def _embedded(form: Form) -> Embedded:
    return Embedded(form.whole("keep_days", 1, _LONGEST_DAYS) if form.has("keep_days") else None)


def _influxdb(form: Form, folder: Path) -> Server:
    version = form.whole("version", 1, 3)
    organisation = user = password = token = ""
    if version == 1:
        if form.has("user") or form.has("password_file"):
            user, password = form.text("user"), _secret(form, "password_file", folder)
    else:
        organisation = form.text("organisation") if version == 2 else ""
        if version == 2 or form.has("token_file"):
            token = _secret(form, "token_file", folder)
    url = _url(form, secret=bool(password or token))
    ca_file = _ca_file(form, folder, url)
    return Server(
        url=url,
        version=version,
        database=form.text("database"),
        organisation=organisation,
        user=user,
        password=password,
        token=token,
        ca_file=ca_file,
        timeout_s=form.number("timeout_s", 0.5, 120, 10),
    )


def _url(form: Form, *, secret: bool) -> str:
    """A password or token goes in clear over HTTP, so only within this machine, unless told."""
    insecure = form.flag("insecure", default=False)
    given = form.text("url").rstrip("/")
    try:
        url = urlsplit(given)
        host, _port = url.hostname, url.port
    except ValueError:
        form.fault("url", f"is {given!r}", _URL)
        return given
    if given and (url.scheme not in ("http", "https") or not host or url.query or url.fragment):
        form.fault("url", f"is {given!r}", _URL)
    elif url.username or url.password:
        form.fault("url", "holds an account", "user and password_file, or token_file")
    elif url.scheme == "http" and secret and not insecure and not _is_here(host or ""):
        form.fault("url", "would send the password or token in clear over the network", _IN_CLEAR)
    return given


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _ca_file(form: Form, folder: Path, url: str) -> Path | None:
    if not form.has("ca_file"):
        return None
    path = folder / form.text("ca_file")
    if not url.startswith("https:"):
        form.fault("ca_file", "says who vouches for a server whose url is not https", _URL)
    elif not path.is_file():
        form.fault("ca_file", f"names {path}, which is no file", "certificates in a PEM file")
    return path


def _secret(form: Form, key: str, folder: Path) -> str:
    """Read the one line of the file that a key names."""
    named = form.text(key)
    if not named:
        return ""
    path = folder / named
    try:
        secret = path.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        form.fault(key, f"names {path}, which cannot be read: {error}", "a file with one line")
        return ""
    if not secret or not secret.isprintable():
        form.fault(key, f"names {path}, which is empty or has several lines", "a file of one line")
    elif path.stat().st_mode & 0o077:
        _warn_of(path)
    return secret


@cache  # once a process, however often the store is opened
def _warn_of(path: Path) -> None:
    _log.warning("others can read a secret; make it your own: chmod 600", file=str(path))


def _plant(data: DataFolder) -> str:
    """Ask the journal whose plant's samples these are."""
    try:
        identity = Reader(open_database(data.journal)).identity()
    except JournalError as error:
        raise HistorianError(f"whose samples these are is not known: {error}") from error
    if identity is None:
        raise HistorianError(f"no plant has been applied in {data.journal}; start the monitor")
    return identity[0]
