"""`firstout run`: the whole of one plant on one machine, supervised."""

import errno
import signal
import sys
import threading
import urllib.request
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from api.accounts.credentials import sign_in_path
from api.accounts.open import open_accounts
from api.accounts.store import Accounts
from api.roles import Role
from firstout import broker, clock, plant_folder, ports
from firstout.clock import Clock
from firstout.data_folder import DataFolder, held_alone, write_private_json
from firstout.historian_settings import read_settings
from firstout.supervise import Part, Supervisor
from journal.applied import applied_version
from journal.open import open_database
from journal.read import Reader
from plant.errors import FirstoutError, JournalError
from plant.plant import Plant
from simulators.device import SPOKEN

LOCAL = "local"
TOKEN_LABEL = "firstout run"  # noqa: S105 - a label
TOKEN_LIFETIME_S = 30 * 86_400.0
READY_S = 240.0  # the first start compiles the hot loops, which a busy machine takes long for
WATCH_BROKER_S = 10.0


class RunError(FirstoutError):
    """The plant cannot be run here now."""


@dataclass(frozen=True)
class Options:
    """What `firstout run` was asked for.

    `folder` is the plant folder; `simulate` None leaves it to the plant (`simulated`);
    `allow_hosts` are further names of this server.
    """

    folder: Path
    data: DataFolder
    host: str
    port: int
    simulate: bool | None
    seed: int
    allow_hosts: tuple[str, ...] = ()


def run(options: Options, console: Console) -> None:
    """Start everything, say where it is, and keep it running until SIGINT or SIGTERM.

    Raises:
        PlantError: the plant folder is wrong.
        DataFolderError: another run uses the data folder, or it cannot be written.
        RunError: the data folder or the address is somebody else's, a real plant shall be
            simulated, or the parts do not come up.
        HistorianSettingsError: `historian.toml` is wrong.
    """
    plant = plant_folder.check_files(plant_folder.read_files(options.folder))
    if options.simulate and not plant.simulated:
        raise RunError(
            f"{plant.id} is a real plant: simulated values must not enter its record; to try it, "
            "copy its folder, say `simulated = true` there, and choose another data folder"
        )
    data = options.data
    read_settings(data)  # a recorder that cannot know where to keep samples must not run unseen
    _demand_free(options.host, options.port)
    with held_alone(data):
        applied = _applied(data, plant)
        data.run_file.unlink(missing_ok=True)  # of a run that was killed
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        supervisor = Supervisor(_parts(plant, options), data.logs, _Teller(console, stop))
        try:
            _start(supervisor, options, plant, console, stop)
            if applied not in (None, plant.version):
                _tell_of_difference(console, options)
            _keep(supervisor, data, plant, stop)
        finally:
            data.run_file.unlink(missing_ok=True)
            supervisor.stop()
            data.endpoints.unlink(missing_ok=True)
            console.print("已停止 Stopped.")


def _tell_of_difference(console: Console, options: Options) -> None:
    console.print(
        f"注意 note: {options.folder} 与生效版本不同，未加载 differs from the version "
        f"in force; it is not loaded. 加载 To take it in: firstout apply "
        f"{options.folder} --data {options.data.root}",
        soft_wrap=True,
        markup=False,
    )


def _applied(data: DataFolder, plant: Plant) -> str | None:
    """Give the version in force; None before the first, or when only the monitor can tell.

    Raises:
        RunError: the data folder is another plant's.
    """
    try:
        engine = open_database(data.journal)
        try:
            identity, applied = Reader(engine).identity(), applied_version(engine)
        finally:
            engine.dispose()
    except JournalError:
        return None  # the monitor makes it, or says what is wrong with it
    if identity is not None and identity[0] != plant.id:
        raise RunError(
            f"{data.root} is the data folder of plant {identity[0]!r}, not of {plant.id!r}; "
            "name its plant folder, or choose another data folder with --data"
        )
    return applied.version if applied is not None else None


def _keep(supervisor: Supervisor, data: DataFolder, plant: Plant, stop: threading.Event) -> None:
    """Start again what dies or, the broker, works no more, until told to stop."""
    watch_at = clock.monotonic_s() + WATCH_BROKER_S
    refused = 0
    while not stop.wait(0.1):
        supervisor.look()
        if clock.monotonic_s() < watch_at:
            continue
        refused = 0 if broker.works(data, plant) else refused + 1
        watch_at = clock.monotonic_s() + (1.0 if refused else WATCH_BROKER_S)
        if refused > 2:
            supervisor.restart("broker")
            refused = 0


def _parts(plant: Plant, options: Options) -> list[Part]:
    data = options.data
    folder = str(options.folder.absolute())
    parts = [Part("broker", broker.prepare(data, plant.id))]
    data.endpoints.unlink(missing_ok=True)
    awaits = None
    if plant.simulated if options.simulate is None else options.simulate:
        places = simulated_endpoints(plant)
        write_private_json(data.endpoints, {"plant": plant.id, "devices": places})
        seed = str(options.seed)
        parts.append(_part("simulate", data, folder, "--seed", seed))
        # A real device that is away is an alarm; a simulated one is only not there yet.
        awaits = partial(ports.all_listen, tuple(places.values()))
    parts.append(replace(_part("gateway", data), awaits=awaits))
    parts.append(_part("monitor", data, folder))
    parts.append(_part("record", data))
    names = [word for host in options.allow_hosts for word in ("--allow-host", host)]
    place = ("--host", options.host, "--port", str(options.port))
    parts.append(_part("api", data, *place, *names))
    return parts


def _part(name: str, data: DataFolder, *arguments: str) -> Part:
    command = [sys.executable, "-m", "firstout", name, *arguments, "--data", str(data.root)]
    return Part(name, command)


def simulated_endpoints(plant: Plant) -> dict[str, tuple[str, int]]:
    """Serve each device where the plant folder says if that is free here, else on a free port.

    Devices that have the same port on several hosts cannot share it here.
    """
    places: dict[str, tuple[str, int]] = {}
    for device in plant.devices:
        if device.protocol in SPOKEN:
            place = ("127.0.0.1", device.port)
            if place in places.values() or not ports.is_free(*place):
                place = ("127.0.0.1", broker.free_port())
            places[device.id] = place
    return places


def _start(
    supervisor: Supervisor,
    options: Options,
    plant: Plant,
    console: Console,
    stop: threading.Event,
) -> None:
    url = f"http://{_shown_host(options.host)}:{options.port}"
    deadline = clock.monotonic_s() + READY_S
    with console.status("正在启动（首次启动须编译） Starting (the first time it compiles) …"):
        while not stop.is_set() and not (_ready(url) and broker.works(options.data, plant)):
            supervisor.look()
            if clock.monotonic_s() > deadline:
                raise RunError(f"not ready after {READY_S:g} s; see {options.data.logs}/*.log")
            stop.wait(0.1)
    if stop.is_set():
        return
    accounts = Accounts(open_accounts(options.data.accounts), Clock().now)
    link, token = _credentials(accounts)
    write_private_json(options.data.run_file, {"url": url, "token": token})
    console.print("Firstout 已启动 is running. 一次性登录链接 One-time sign-in link:")
    console.print(f"  {url}{sign_in_path(link)}", soft_wrap=True, highlight=False, style="bold")
    where = escape(str(options.data.run_file))
    console.print(
        f"程序访问 For scripts: {where}. 按 Ctrl-C 停止 Ctrl-C stops it.", soft_wrap=True
    )


def _credentials(accounts: Accounts) -> tuple[str, str]:
    """Make the one-time link of the person at this machine, and a token for their scripts."""
    if LOCAL not in {account.login for account in accounts.accounts()}:
        accounts.create(LOCAL, "本机值班工程师 Engineer at this machine", Role.SAFETY_ENGINEER)
    for old in accounts.tokens():
        if old.label == TOKEN_LABEL and old.revoked_at is None:
            accounts.revoke_token(old.id)
    _, secret = accounts.create_token(LOCAL, TOKEN_LABEL, lifetime_s=TOKEN_LIFETIME_S)
    return accounts.create_link(LOCAL), secret


@dataclass(frozen=True)
class _Teller:
    """Says on the terminal that a part died and is started again."""

    console: Console
    stop: threading.Event

    def __call__(self, part: str, code: int, last_line: str) -> None:
        if self.stop.is_set():
            return
        self.console.print(f"{part} 已退出 ended ({code}); 正在重启 starting it again")
        if code > 0 and last_line:
            self.console.print(f"  {last_line}", soft_wrap=True, highlight=False, markup=False)


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=1) as answer:  # noqa: S310 - http
            return bool(answer.status == 200)
    except OSError:
        return False


def _demand_free(host: str, port: int) -> None:
    try:
        ports.demand_free(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise RunError(f"{host}:{port} is taken; choose another with --port") from error
        why = error.strerror or str(error)
        raise RunError(
            f"{host}:{port} cannot be served: {why}; choose another with --host or --port"
        ) from error


def _shown_host(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 - compared only
