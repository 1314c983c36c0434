"""Where the parts of one running plant keep their files."""

import json
import os
from dataclasses import dataclass
from pathlib import Path


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

    def make(self) -> None:
        """Create the folder; it and all that this process will write is its owner's alone."""
        os.umask(0o077)
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (self.inputs, self.broker, self.logs):
            folder.mkdir(exist_ok=True, mode=0o700)


def open_folder(root: Path) -> DataFolder:
    """Give the data folder at `root`, created if it is new."""
    folder = DataFolder(root.absolute())
    folder.make()
    return folder


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    partial = path.with_name(path.name + ".part")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
    partial.replace(path)


def write_private_json(path: Path, value: object) -> None:
    """Write JSON that only its owner can read."""
    write_private(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")
