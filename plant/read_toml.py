"""TOML text → its table."""

import tomllib
from collections.abc import Mapping

from plant.errors import Fault


def read_toml(file: str, text: str | None, faults: list[Fault]) -> Mapping[str, object]:
    """Give the file's table, empty beside a fault when it is missing or no TOML."""
    if text is None:
        faults.append(Fault(file, "", "is missing", "a TOML file"))
        return {}
    try:
        return tomllib.loads(text)
    except ValueError as error:
        faults.append(Fault(file, "", f"is not TOML: {error}", "TOML 1.0"))
        return {}
