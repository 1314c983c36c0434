"""The files by which the gateway and a server know each other: passwords and certificates.

    secrets/DEVICE.password     the password of the device's `user`, nothing else
    pki/own.pem, pki/own.der    the gateway's private key and certificate, made on first use
    pki/trusted/DEVICE.der      the server's certificate, put there by a person
    pki/rejected/DEVICE.der     what the server showed instead; written for the person to compare

A server is never trusted because it came first. They are read at each connection, so that a file
put right takes effect without a restart.
"""

import hashlib
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gateway.opcua.certificate import (
    PrivateKey,
    application_uri,
    key_from_pem,
    key_to_pem,
    new_key,
    of_key,
    self_signed,
)
from gateway.source import ReadError
from plant.quality import Reason

_LARGEST = 1 << 16  # bytes of a file that is no longer a password or a certificate


@dataclass(frozen=True)
class Own:
    """What the gateway shows of itself: certificate (DER), its key, and the name in it."""

    certificate: bytes
    key: PrivateKey
    uri: str


@dataclass(frozen=True)
class Credentials:
    """Passwords and certificates; `now` gives ns since 1970, for a certificate to be made.

    Everything raises ReadError (REFUSED) with a sentence that says which file is wrong, and how.
    """

    secrets: Path
    pki: Path
    now: Callable[[], int]

    def password(self, device: str) -> str:
        """Give the password of the device's user."""
        path = self.secrets / f"{device}.password"
        try:
            password = _content(path).decode().rstrip("\r\n")
        except FileNotFoundError as error:
            message = f"{device}: its user has no password; write it to {path}"
            raise ReadError(Reason.REFUSED, message) from error
        except (OSError, UnicodeDecodeError) as error:
            raise _unreadable(device, path, error) from error
        if not password:
            raise ReadError(Reason.REFUSED, f"{device}: {path} is empty; write the password there")
        return password

    def own(self, device: str) -> Own:
        """Give what the gateway shows to the device's server; make it, if it is not there yet."""
        key_path, path = self.pki / "own.pem", self.pki / "own.der"
        try:
            self.pki.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not key_path.exists():
                _create(key_path, key_to_pem(new_key()))
            key = key_from_pem(_content(key_path))
            if not path.exists():
                _create(path, self_signed(key, socket.gethostname(), self.now()))
            certificate = of_key(_content(path), key)
            return Own(certificate, key, application_uri(certificate))
        except (OSError, ValueError) as error:
            raise _unreadable(device, self.pki / "own.*", error) from error

    def trusted(self, device: str, seen: bytes) -> bytes:
        """Give the device's certificate if it is the one that was `seen`, and refuse it else."""
        path = self.pki / "trusted" / f"{device}.der"
        try:
            pinned = _content(path)
        except FileNotFoundError:
            pinned = b""
        except OSError as error:
            raise _unreadable(device, path, error) from error
        if pinned == seen:
            return pinned
        rejected = self.pki / "rejected" / path.name
        try:
            rejected.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            rejected.write_bytes(seen)
        except OSError as error:
            raise _unreadable(device, rejected, error) from error
        what = "is not the one in" if pinned else "is not trusted yet: there is no"
        message = (
            f"{device}: the server's certificate (SHA-256 {hashlib.sha256(seen).hexdigest()}) "
            f"{what} {path}; if the server itself shows the same, move {rejected} there"
        )
        raise ReadError(Reason.REFUSED, message)


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise OSError(f"it is longer than {_LARGEST} bytes")
    return content


def _create(path: Path, content: bytes) -> None:
    """Make a file that only its owner can read, whole or not at all; a former one stays."""
    partial = path.with_name(f"{path.name}.{os.urandom(8).hex()}.part")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        try:
            path.hardlink_to(partial)
        except FileExistsError:
            return  # another device's connection was quicker
    finally:
        partial.unlink()


def _unreadable(device: str, path: Path, error: Exception) -> ReadError:
    return ReadError(Reason.REFUSED, f"{device}: {path} cannot be used: {error}")
