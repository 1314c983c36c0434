"""Files that are there whole or not at all, and stay when the power goes."""

import os
from contextlib import suppress
from pathlib import Path

UNFINISHED = ".tmp"


class NewFile:
    """A file written under another name; `commit` gives it its own, atomically and durably.

    `named` is true from the moment when it has that name, even when `commit` fails after it.
    """

    def __init__(self, path: Path) -> None:
        """Begin the file; its folder is made when it is not there yet."""
        self.path = path
        self.named = False
        make_folder(path.parent)
        self._unfinished = path.with_name(path.name + UNFINISHED)
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        self.file = os.fdopen(os.open(self._unfinished, flags, 0o600), "w+b")

    def commit(self) -> None:
        """Write all to the disk and give the file its name."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        self._unfinished.replace(self.path)
        self.named = True
        sync_folder(self.path.parent)

    def drop(self) -> None:
        """Forget what was written so far; harmless after `commit`."""
        with suppress(OSError):
            self.file.close()
        with suppress(OSError):
            self._unfinished.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner enters, durably; harmless when it is there."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(0o700)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Write the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
