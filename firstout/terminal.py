"""What a person at a terminal sees when something cannot be done: sentences, no traceback."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console

from plant.errors import FirstoutError, PlantError

out = Console(emoji=False)  # a Modbus address may look like one
err = Console(stderr=True, emoji=False)


@contextmanager
def errors_for_people(*, as_json: bool = False) -> Iterator[None]:
    """Turn our own errors into a message on standard error and exit code 1.

    With `as_json` a program gets them on standard output too.
    """
    try:
        yield
    except PlantError as error:
        refuse(error, as_json=as_json)
    except FirstoutError as error:
        refuse_sentence(str(error), as_json=as_json)


def print_json(document: object) -> None:
    """Print one JSON document on standard output, on one line."""
    typer.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))


def refuse_sentence(sentence: str, *, as_json: bool) -> NoReturn:
    """Say why something cannot be done and end with exit code 1."""
    if as_json:
        print_json({"ok": False, "error": sentence})
    err.print(sentence, style="bold", highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(1)


def refuse(error: PlantError, *, as_json: bool) -> NoReturn:
    """Show every fault of a plant folder and end with exit code 1."""
    if as_json:
        faults = [vars(fault) for fault in error.faults]
        print_json({"ok": False, "faults": faults})
    else:
        for fault in error.faults:
            err.print(str(fault), highlight=False, markup=False, soft_wrap=True)
        err.print(f"{len(error.faults)} 处错误 faults", style="bold")
    raise typer.Exit(1) from error
