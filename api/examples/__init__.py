"""What the OpenAPI document shows of each operation: one file an operation, by its id.

A file has the keys `answer` (of the good status; absent when there is no body), `request`,
`parameters` (name to value, where the shared ones of `parameters.json` do not fit), `problems`
(status to codes, besides those that follow from how the operation is declared) and `media_type`
(of an answer that is no JSON). A file that is missing is an operation without an example; a test
finds it.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PARAMETERS = FOLDER / "parameters.json"
KEYS = frozenset({"answer", "request", "parameters", "problems", "media_type"})


@cache
def of(operation: str) -> Mapping[str, Any]:
    """Give the file of an operation; empty when there is none."""
    path = FOLDER / f"{operation}.json"
    return _read(path) if path.exists() else {}


@cache
def shared_parameters() -> Mapping[str, Any]:
    """Give the example of each parameter that several operations share, by its name."""
    return _read(PARAMETERS)


def files() -> list[Path]:
    """Give the files of operations."""
    return sorted(path for path in FOLDER.glob("*.json") if path != PARAMETERS)


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
