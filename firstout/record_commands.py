"""What is done with a record: judge it again, prove that nobody changed it."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from firstout import completion
from firstout.options import VAR, AsJson, Data, PlantFolder
from firstout.terminal import err, errors_for_people, out, print_json


def replay(
    plant: PlantFolder,
    recording: Annotated[
        Path, typer.Argument(help="CSV, Parquet, or recorded inputs (a file or their folder).")
    ],
    map_: Annotated[
        list[str] | None, typer.Option("--map", help="COLUMN=SIGNAL, or COLUMN=time.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Print only this kind.", autocompletion=completion.change_kinds),
    ] = None,
    about: Annotated[str, typer.Option(help="Print only subjects that contain this.")] = "",
    until: Annotated[str, typer.Option(help="A time, or +SECONDS after the last sample.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Judge a recording as live, in virtual time; print each change, then a summary."""
    from firstout.replaying.command import replay as replay_recording

    with errors_for_people(as_json=as_json):
        replay_recording(
            plant,
            recording,
            sys.stdout,
            mapped=map_ or (),
            only=only or (),
            about=about,
            until=until,
            as_json=as_json,
        )


def verify(data: Data = VAR, *, as_json: AsJson = False) -> None:
    """Walk the journal's chain, name the first broken entry, and check the current state."""
    from firstout.data_folder import DataFolder
    from journal.open import open_database
    from journal.state_check import verify_all

    with errors_for_people(as_json=as_json):
        report = verify_all(open_database(DataFolder(data).journal))
    if as_json:
        print_json(asdict(report))
    elif report.ok:
        out.print(f"{report.entries} 条记录，链完整 entries, the chain is whole")
    elif report.first_broken is None:
        err.print(f"当前状态与记录不符: {report.what}", style="bold")
    else:
        err.print(f"第 {report.first_broken} 条记录 entry: {report.what}", style="bold")
    raise typer.Exit(0 if report.ok else 1)
