"""What an engineer does with a plant folder: check it, make it, try it, take it in."""

from pathlib import Path
from typing import Annotated

import typer

from firstout import completion
from firstout.options import VAR, AsJson, Data, PlantFolder
from firstout.terminal import errors_for_people, out, print_json, refuse
from plant.errors import PlantError


def check(
    plant: PlantFolder,
    *,
    as_json: AsJson = False,
    matrix: Annotated[
        bool, typer.Option("--matrix", help="Print one plain line a cell, sorted.")
    ] = False,
) -> None:
    """Check a plant folder without connecting to anything; show what the criteria lack."""
    import gc

    from firstout.check import report
    from firstout.plant_folder import check_files, criteria, read_files

    gc.disable()  # it only builds, then ends: collecting would walk a large plant again and again
    try:
        found = report(check_files(read_files(plant)), criteria())
    except PlantError as error:
        refuse(error, as_json=as_json)
    if as_json:
        print_json(found.as_json())
    elif matrix:
        typer.echo(found.matrix(), nl=False)
    else:
        found.print(out)


def template(
    kind: Annotated[
        str | None,
        typer.Argument(
            help="Kind of equipment; lists the kinds if none.",
            autocompletion=completion.equipment_kinds,
        ),
    ] = None,
    answer: Annotated[
        list[str] | None, typer.Option(help="An answer to a question of the kind: furnace=fixed.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show what an equipment of a kind must have: signals, limits, interlocks, records."""
    from firstout import show_template
    from firstout.plant_folder import criteria

    if kind is None:
        if as_json:
            print_json(show_template.kinds_as_json())
        else:
            show_template.print_kinds(out)
        return
    try:
        found = show_template.find_template(kind, answer or (), criteria())
    except PlantError as error:
        refuse(error, as_json=as_json)
    if as_json:
        print_json(show_template.as_json(found))
    else:
        show_template.print_template(kind, found, out)


def import_points(
    points: Annotated[Path, typer.Argument(help="The plant's own I/O list: .xlsx or .csv.")],
    output: Annotated[Path, typer.Option(help="Where to write.")] = Path("signals.csv"),
    sheet: Annotated[str | None, typer.Option(help="Only this sheet; all if none.")] = None,
    equipment: Annotated[str, typer.Option(help="Equipment id where the list names none.")] = "",
    device: Annotated[str, typer.Option(help="Device id where the list names none.")] = "",
    *,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the output.")] = False,
    as_json: AsJson = False,
) -> None:
    """Turn an engineer's I/O list into signals.csv, and tell what was guessed."""
    from firstout.import_points import import_points as read_points
    from firstout.import_points import print_report, write_signals
    from plant.io_list.convert import Defaults

    with errors_for_people(as_json=as_json):
        converted = read_points(points, sheet, Defaults(equipment, device))
        write_signals(converted, output, force=force)
    if as_json:
        notes = [note.as_json() for note in converted.notes]
        print_json({"signals": len(converted.rows), "notes": notes})
    else:
        print_report(converted, out)
    raise typer.Exit(0 if converted.rows else 1)


def probe(
    plant: PlantFolder,
    data: Data = VAR,
    within: Annotated[
        float | None,
        typer.Option(min=0.5, max=600, help="Seconds; two periods and 3 s if none."),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Read each signal as the gateway would, and show raw number, value and quality."""
    from firstout import probe as probing
    from firstout.clock import Clock
    from firstout.data_folder import open_folder
    from firstout.plant_folder import at_endpoints, check_files, read_files

    with errors_for_people(as_json=as_json):
        folder = open_folder(data)
        asked = at_endpoints(check_files(read_files(plant)), folder)
        longest = within or probing.longest_wait_s(asked.signals)
        report = probing.probe(asked, folder, longest, Clock().now)
    if as_json:
        print_json(report.as_json())
    else:
        report.print(out)
    raise typer.Exit(0 if report.good else 1)


def apply(
    plant: Annotated[Path, typer.Argument(help="Plant folder to take in.")],
    data: Data = VAR,
    reason: Annotated[str | None, typer.Option(help="Why; asked for if none.")] = None,
    by: Annotated[str | None, typer.Option(help="Login of the one who asks.")] = None,
    by_token_file: Annotated[
        Path | None, typer.Option(help="Or: a file with an API token of theirs.")
    ] = None,
    approved_by: Annotated[
        str | None, typer.Option(help="Login of the second person (safety class).")
    ] = None,
    approved_by_token_file: Annotated[
        Path | None, typer.Option(help="Or: a file with an API token of theirs.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Take a changed plant folder into the running plant."""
    from firstout.applying.command import Named, Request, run_apply
    from firstout.data_folder import DataFolder

    request = Request(
        folder=plant,
        data=DataFolder(data.absolute()),
        reason=reason,
        by=Named(by, by_token_file),
        approved_by=Named(approved_by, approved_by_token_file),
        as_json=as_json,
    )
    with errors_for_people(as_json=as_json):
        told = run_apply(request)
    if as_json:
        print_json(told)
