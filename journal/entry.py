"""One line of the journal, and the hash that ties it to the line before.

An entry's hash is the SHA-256 of the canonical JSON (RFC 8785) of all its fields but the hash
itself; `previous_hash` is the hash of the entry before, so no entry can be changed, removed or
moved without breaking every later one.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from journal.canonical import canonical, parse
from plant import moment
from plant.errors import JournalError


class Head(NamedTuple):
    """The last entry: its number and its hash."""

    seq: int
    hash: str


# What the first entry follows.
GENESIS = Head(0, "0" * 64)


@dataclass(frozen=True)
class Draft:
    """What is to be written: everything of an entry that the journal does not decide itself.

    `time` is when it happened and `known_at` when we knew, both in ns since 1970 UTC;
    `actor` is `monitor` or an opaque account id, never a name.
    """

    kind: str
    subject: str
    time: int
    known_at: int
    actor: str
    body: Mapping[str, object]


@dataclass(frozen=True)
class Entry:
    """One line as it stands in the journal; `time` and `known_at` are RFC 3339 UTC text.

    `body` is what the canonical text says (a `1.0` that was drafted reads back as `1`), so a
    projection gives the same rows now and when it is rebuilt.
    """

    seq: int
    plant: str
    time: str
    known_at: str
    kind: str
    subject: str
    actor: str
    body: dict[str, object]
    previous_hash: str
    hash: str


def chained(draft: Draft, plant: str, head: Head) -> tuple[Entry, str]:
    """Make the entry that follows `head`, and its body's canonical text, as it is stored.

    Raises:
        JournalError: the draft cannot be written exactly; the message names the place.
    """
    what = f"{draft.kind} {draft.subject}"
    for name, value in (("kind", draft.kind), ("subject", draft.subject), ("actor", draft.actor)):
        if not value or "\x00" in value:
            raise JournalError(f"{what}: the {name} is empty or holds a zero character")
    text = canonical(draft.body, f"{what}: body")
    fields = {
        "seq": head.seq + 1,
        "plant": plant,
        "time": _moment(draft.time, f"{what}: time"),
        "known_at": _moment(draft.known_at, f"{what}: known_at"),
        "kind": draft.kind,
        "subject": draft.subject,
        "actor": draft.actor,
        "previous_hash": head.hash,
    }
    entry = Entry(**fields, body=parsed_body(text), hash=entry_hash(fields, text))  # type: ignore[arg-type]  # the names above are the fields
    return entry, text


def entry_hash(fields: Mapping[str, object], body: str) -> str:
    """Hash an entry from its fields (those but body and hash) and its body's canonical text.

    This is the hash of the canonical JSON of the whole: the names below stand in the order in
    which RFC 8785 sorts them, and the body's text is canonical already.

    Raises:
        JournalError: a field cannot be written as JSON.
    """
    whole = (
        f'{{"actor":{canonical(fields["actor"])}'
        f',"body":{body}'
        f',"kind":{canonical(fields["kind"])}'
        f',"known_at":{canonical(fields["known_at"])}'
        f',"plant":{canonical(fields["plant"])}'
        f',"previous_hash":{canonical(fields["previous_hash"])}'
        f',"seq":{canonical(fields["seq"])}'
        f',"subject":{canonical(fields["subject"])}'
        f',"time":{canonical(fields["time"])}}}'
    )
    return hashlib.sha256(whole.encode()).hexdigest()


def parsed_body(text: str) -> dict[str, object]:
    """Read a body's text.

    Raises:
        JournalError: it is no JSON object.
    """
    try:
        body = parse(text)
    except ValueError as error:
        raise JournalError(f"the body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise JournalError("the body is no JSON object")
    return body


def _moment(value: int, what: str) -> str:
    try:
        return moment.to_text(value)
    except (ValueError, OverflowError, OSError, TypeError) as error:
        raise JournalError(f"{what} is no moment: {value!r}") from error
