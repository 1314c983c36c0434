"""Which InfluxDB it is, and what it asks to know."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Server:
    """A database of an InfluxDB server, as `historian.toml` names it.

    `version` is 1, 2 or 3; `database` is what version 2 calls a bucket. Version 1 asks for `user`
    and `password`, where it asks at all; 2 and 3 for a `token`, 2 for the `organisation` too.
    `timeout_s` bounds the connection, and each wait for an answer. What is secret is never shown.
    """

    url: str
    version: int
    database: str
    organisation: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    ca_file: Path | None = None
    timeout_s: float = 10.0

    def __str__(self) -> str:
        """Name it in a sentence."""
        return f"InfluxDB {self.version} at {self.url}"
