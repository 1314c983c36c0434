"""Where the parts of one running plant keep their files."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from plant.errors import FirstoutError


class DataFolderError(FirstoutError):
    """The data folder cannot be used, or another run uses it."""


@dataclass(frozen=True)
class DataFolder:
    """The data folder (`--data`); every part knows its files by these names only."""

    root: Path

    @property
    def journal(self) -> Path:
        """The journal database."""
        return self.root / "journal.db"

    @property
    def accounts(self) -> Path:
        """Accounts, sessions and tokens; the API's own database."""
        return self.root / "accounts.db"

    @property
    def spool(self) -> Path:
        """The gateway's spool."""
        return self.root / "spool.db"

    @property
    def history(self) -> Path:
        """The embedded historian's samples."""
        return self.root / "history"

    @property
    def historian_settings(self) -> Path:
        """Which historian keeps the samples; absent for the embedded one."""
        return self.root / "historian.toml"

    @property
    def recorder(self) -> Path:
        """How far the recorder is, for the API."""
        return self.root / "recorder.json"

    @property
    def secrets(self) -> Path:
        """Passwords and tokens, one file each."""
        return self.root / "secrets"

    @property
    def pki(self) -> Path:
        """The gateway's own certificate and those it trusts, for OPC UA."""
        return self.root / "pki"

    @property
    def inputs(self) -> Path:
        """The recorded inputs of the monitor."""
        return self.root / "inputs"

    @property
    def broker(self) -> Path:
        """The bundled broker's configuration and store."""
        return self.root / "broker"

    @property
    def logs(self) -> Path:
        """One log file a part."""
        return self.root / "log"

    @property
    def run_file(self) -> Path:
        """How a script finds the running API: `url` and `token`."""
        return self.root / "run.json"

    @property
    def endpoints(self) -> Path:
        """Where devices are really reached, when not where the plant folder says (simulation)."""
        return self.root / "endpoints.json"

    @property
    def simulator_log(self) -> Path:
        """What the simulated plant really did."""
        return self.root / "simulator.csv"

    @property
    def run_lock(self) -> Path:
        """What `firstout run` holds as long as it lives."""
        return self.root / "run.lock"

    def make(self) -> None:
        """Create the folder; it and all that this process will write is its owner's alone.

        Raises:
            DataFolderError: it cannot be created, or not be written.
        """
        os.umask(0o077)
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            for folder in (self.inputs, self.broker, self.logs):
                folder.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise DataFolderError(
                f"{self.root} cannot be the data folder: {error.strerror}: {error.filename}; "
                "choose another with --data"
            ) from error
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise DataFolderError(
                f"the data folder {self.root} cannot be written; give this account write access "
                "to it, or choose another with --data"
            )


def open_folder(root: Path) -> DataFolder:
    """Give the data folder at `root`, created if it is new.

    Raises:
        DataFolderError: it cannot be created, or not be written.
    """
    folder = DataFolder(root.absolute())
    folder.make()
    return folder


@contextmanager
def held_alone(data: DataFolder) -> Iterator[None]:
    """Keep every other run out of the data folder; the system lets go, however this one ends.

    Two runs would give each other's parts another broker, and two brokers one store.

    Raises:
        DataFolderError: another run holds it, or the lock cannot be made.
    """
    try:
        file = data.run_lock.open("a+", encoding="ascii")
    except OSError as error:
        raise DataFolderError(f"{data.run_lock} cannot be opened: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = file.read(20).strip() or "unknown"
            raise DataFolderError(
                f"{data.root} is in use by a `firstout run` (process {holder}); "
                "stop that one, or choose another folder with --data"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner can read, whole or not at all.

    Raises:
        DataFolderError: it cannot be written.
    """
    partial = path.with_name(path.name + ".part")
    try:
        partial.unlink(missing_ok=True)
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        partial.replace(path)
    except OSError as error:
        raise DataFolderError(f"{path} cannot be written: {error.strerror}") from error


def write_private_json(path: Path, value: object) -> None:
    """Write JSON that only its owner can read."""
    write_private(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")
