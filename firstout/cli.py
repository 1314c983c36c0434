"""The command line: every part by its own name, and `run` for all of them.

Exit codes: 0 done, 1 something is wrong with what was asked about, 2 wrong usage, 75 (parts) start
me again: another plant version is in force.
"""

from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from firstout import part_commands, plant_commands, record_commands
from firstout.accounts_commands import token_app, user_app

app = typer.Typer(
    help="Firstout: shows, live and provably, which hazard criteria are violated.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)


def _show_version(asked: bool) -> None:  # noqa: FBT001  # as typer calls it
    if not asked:
        return
    try:
        typer.echo(f"firstout {version('firstout')}")
    except PackageNotFoundError:
        typer.echo("firstout, run from its sources")
    raise typer.Exit


@app.callback()
def main(  # its docstring is the help
    *,
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Firstout: shows, live and provably, which hazard criteria are violated."""


for command in (
    part_commands.run,
    plant_commands.check,
    plant_commands.template,
    plant_commands.probe,
    plant_commands.apply,
    record_commands.replay,
    record_commands.verify,
    part_commands.broker,
    part_commands.simulate,
    part_commands.gateway,
    part_commands.monitor,
    part_commands.record,
    part_commands.api,
):
    app.command()(command)
app.command("import")(plant_commands.import_points)
app.add_typer(user_app, name="user")
app.add_typer(token_app, name="token")
