"""Names as InfluxDB keeps them.

The line protocol cannot hold a tag that is empty, breaks a line, or has a backslash where one
would escape what follows. Such characters become %XX of their UTF-8, as in a URL, and the percent
sign too. Every id of a plant (letters, digits, `-`, `_`, `.`) is kept as it is, so that other
programs find the samples under the names that people know.
"""

import re
from urllib.parse import unquote

_EMPTY = "%"  # nothing else becomes a percent sign alone


def stored(name: str) -> str:
    """Give a name as it is kept: printable, without backslashes, not empty."""
    if name.isprintable() and "\\" not in name and "%" not in name:
        return name or _EMPTY
    return "".join(_hex(c) if not c.isprintable() or c in "\\%" else c for c in name)


def original(kept: str) -> str:
    """Give the name that is kept so."""
    return "" if kept == _EMPTY else unquote(kept)


def _hex(character: str) -> str:
    return re.sub("..", r"%\g<0>", character.encode("utf-8", "surrogatepass").hex())
