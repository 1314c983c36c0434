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
        if as_json:
            typer.echo(json.dumps({"ok": False, "error": str(error)}, ensure_ascii=False))
        err.print(str(error), style="bold", highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(1) from error


def refuse(error: PlantError, *, as_json: bool) -> NoReturn:
    """Show every fault of a plant folder and end with exit code 1."""
    if as_json:
        faults = [vars(fault) for fault in error.faults]
        typer.echo(json.dumps({"ok": False, "faults": faults}, ensure_ascii=False))
    else:
        for fault in error.faults:
            err.print(str(fault), highlight=False, markup=False, soft_wrap=True)
        err.print(f"{len(error.faults)} 处错误 faults", style="bold")
    raise typer.Exit(1) from error
