"""The command line: every part by its own name, and `run` for all of them.

Exit codes: 0 done, 1 something is wrong with what was asked about, 2 wrong usage, 75 (parts) start
me again: another plant version is in force.
"""

import asyncio
import json
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from firstout import logs
from firstout import run as running
from firstout.accounts_commands import VAR, AsJson, Data, token_app, user_app
from firstout.applying.watch import RELOAD
from firstout.data_folder import DataFolder, held_alone, open_folder
from firstout.plant_folder import DEMO, check_files, criteria, read_files
from firstout.terminal import err, errors_for_people, out, refuse
from plant.errors import PlantError

app = typer.Typer(
    help="Firstout: shows, live and provably, which hazard criteria are violated.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)
app.add_typer(user_app, name="user")
app.add_typer(token_app, name="token")


AllowHost = Annotated[
    list[str] | None, typer.Option(help="Another name that people reach this server by.")
]


@app.command()
def run(
    plant: Annotated[
        Path | None, typer.Argument(help="Plant folder; the demo plant if none.")
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to serve the console and API on.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    data: Data = VAR,
    simulate: Annotated[
        bool | None, typer.Option(help="Simulate the devices of a simulated plant, or not.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the simulation.")] = 1,
    allow_host: AllowHost = None,
) -> None:
    """Run a whole plant on this machine: broker, gateway, monitor, recorder, API."""
    with errors_for_people():
        options = running.Options(
            folder=plant or DEMO,
            data=open_folder(data),
            host=host,
            port=port,
            simulate=simulate,
            allow_hosts=tuple(allow_host or ()),
            seed=seed,
        )
        running.run(options, out)


@app.command()
def simulate(
    plant: Annotated[Path, typer.Argument(help="Plant folder.")], data: Data = VAR, seed: int = 1
) -> None:
    """Serve a plant's devices from a simulation."""
    from firstout.simulate_process import run_simulator

    logs.set_up()
    with errors_for_people():
        served = check_files(read_files(plant))
        if asyncio.run(run_simulator(served, open_folder(data), seed)):
            raise typer.Exit(RELOAD)


@app.command()
def gateway(data: Data = VAR) -> None:
    """Read the plant's devices and publish what they say."""
    from firstout.gateway_process import run_gateway

    logs.set_up()
    with errors_for_people():
        if asyncio.run(run_gateway(open_folder(data))):
            raise typer.Exit(RELOAD)


@app.command()
def monitor(
    plant: Annotated[
        Path | None, typer.Argument(help="Plant folder, applied when none has been yet.")
    ] = None,
    data: Data = VAR,
) -> None:
    """Judge the plant and keep its journal."""
    from firstout.monitor_process import run_monitor

    logs.set_up()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with errors_for_people():
        run_monitor(open_folder(data), plant, stop)


@app.command()
def record(data: Data = VAR) -> None:
    """Keep every sample for trends and review."""
    from firstout.record_process import run_recorder

    logs.set_up()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with errors_for_people():
        run_recorder(open_folder(data), stop)


@app.command()
def api(
    host: str = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    data: Data = VAR,
    allow_host: AllowHost = None,
) -> None:
    """Serve the API and the console."""
    from firstout.api_process import run_api

    logs.set_up()
    with errors_for_people():
        run_api(open_folder(data), host, port, tuple(allow_host or ()))


@app.command()
def broker(plant: Annotated[Path, typer.Argument(help="Plant folder.")], data: Data = VAR) -> None:
    """Run the bundled broker."""
    import os

    from firstout.broker import prepare

    with errors_for_people():
        folder = open_folder(data)
        with held_alone(folder):
            command = prepare(folder, check_files(read_files(plant)).id)
    os.execv(command[0], command)  # noqa: S606 - our own command, no shell


@app.command()
def check(
    plant: Annotated[Path, typer.Argument(help="Plant folder.")],
    *,
    as_json: AsJson = False,
    matrix: Annotated[
        bool, typer.Option("--matrix", help="Print one plain line a cell, sorted.")
    ] = False,
) -> None:
    """Check a plant folder without connecting to anything; show what the criteria lack."""
    import gc

    from firstout.check import report

    gc.disable()  # it only builds, then ends: collecting would walk a large plant again and again
    try:
        found = report(check_files(read_files(plant)), criteria())
    except PlantError as error:
        refuse(error, as_json=as_json)
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False))
    elif matrix:
        typer.echo(found.matrix(), nl=False)
    else:
        found.print(out)


@app.command()
def probe(
    plant: Annotated[Path, typer.Argument(help="Plant folder.")],
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
    from firstout.plant_folder import at_endpoints

    with errors_for_people(as_json=as_json):
        folder = open_folder(data)
        asked = at_endpoints(check_files(read_files(plant)), folder)
        longest = within or probing.longest_wait_s(asked.signals)
        report = probing.probe(asked, folder, longest, Clock().now)
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        report.print(out)
    raise typer.Exit(0 if report.good else 1)


@app.command()
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
        typer.echo(json.dumps(told, ensure_ascii=False))


@app.command()
def template(
    kind: Annotated[
        str | None, typer.Argument(help="Kind of equipment; lists the kinds if none.")
    ] = None,
    answer: Annotated[
        list[str] | None, typer.Option(help="An answer to a question of the kind: furnace=fixed.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show what an equipment of a kind must have: signals, limits, interlocks, records."""
    from firstout import show_template

    if kind is None:
        show_template.print_kinds(out)
        return
    try:
        found = show_template.find_template(kind, answer or (), criteria())
    except PlantError as error:
        refuse(error, as_json=as_json)
    if as_json:
        typer.echo(json.dumps(show_template.as_json(found), ensure_ascii=False))
    else:
        show_template.print_template(kind, found, out)


@app.command("import")
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

    with errors_for_people():
        converted = read_points(points, sheet, Defaults(equipment, device))
        write_signals(converted, output, force=force)
    if as_json:
        notes = [note.as_json() for note in converted.notes]
        typer.echo(
            json.dumps({"signals": len(converted.rows), "notes": notes}, ensure_ascii=False)
        )
    else:
        print_report(converted, out)
    raise typer.Exit(0 if converted.rows else 1)


@app.command()
def replay(
    plant: Annotated[Path, typer.Argument(help="Plant folder.")],
    recording: Annotated[
        Path, typer.Argument(help="CSV, Parquet, or recorded inputs (a file or their folder).")
    ],
    map_: Annotated[
        list[str] | None, typer.Option("--map", help="COLUMN=SIGNAL, or COLUMN=time.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="Print only this kind.")] = None,
    about: Annotated[str, typer.Option(help="Print only subjects that contain this.")] = "",
    until: Annotated[str, typer.Option(help="A time, or +SECONDS after the last sample.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Judge a recording as live, in virtual time; print each change, then a summary."""
    from firstout.replaying.command import replay as replay_recording

    with errors_for_people():
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


@app.command()
def verify(data: Data = VAR, *, as_json: AsJson = False) -> None:
    """Walk the journal's chain, name the first broken entry, and check the current state."""
    from journal.open import open_database
    from journal.state_check import verify_all

    with errors_for_people():
        report = verify_all(open_database(DataFolder(data).journal))
    if as_json:
        typer.echo(json.dumps(asdict(report)))
    elif report.ok:
        out.print(f"{report.entries} 条记录，链完整 entries, the chain is whole")
    elif report.first_broken is None:
        err.print(f"当前状态与记录不符: {report.what}", style="bold")
    else:
        err.print(f"第 {report.first_broken} 条记录 entry: {report.what}", style="bold")
    raise typer.Exit(0 if report.ok else 1)
