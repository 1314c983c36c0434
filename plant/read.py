"""A plant folder's text → a Plant, or every fault in it at once."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from plant import read_limits, read_signals
from plant.errors import Fault, PlantError
from plant.form import Faults, Form
from plant.limit_order import ordered
from plant.plant import Plant
from plant.read_device import read_device
from plant.read_evidence import EVIDENCE_FOLDER, is_evidence, read_evidence
from plant.read_interlock import read_interlock
from plant.read_subjects import read_area, read_equipment, read_industries, read_subject
from plant.read_suppression import read_suppression
from plant.read_toml import read_toml
from plant.redundant import Redundant, deviation_limits, read_redundant
from plant.references import check_references
from plant.role import ROLES
from plant.signal import Signal

PLANT_FILE = "plant.toml"


def version_of(files: Mapping[str, str]) -> str:
    """Give the SHA-256 of a folder's text; the order of the files does not matter."""
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name, files[name]):
            data = part.encode()
            digest.update(len(data).to_bytes(8, "big"))
            digest.update(data)
    return digest.hexdigest()


def read_plant(
    files: Mapping[str, str], check_devices: Callable[[Plant], list[Fault]] = lambda _: []
) -> Plant:
    """Read the folder's files (relative name → text).

    `check_devices` adds what the protocols say of their devices and of the signals' addresses.

    Raises:
        PlantError: with every fault in the folder, when there is at least one.
    """
    faults: list[Fault] = []
    table = read_toml(PLANT_FILE, files.get(PLANT_FILE), faults)
    described = not faults
    rows = _read_rows(files, faults)
    if not described:
        raise PlantError(faults)  # whatever else could be said would only follow from this
    _check_files(files, faults)
    top = Form(table, "", Faults(PLANT_FILE, faults))
    form = Form(top.table("plant"), "plant", top.faults)
    industries = read_industries(form)
    simulated = form.flag("simulated", default=False)
    redundant = top.forms("redundant", read_redundant)
    plant = Plant(
        id=form.id("id"),
        version=version_of(files),
        name=form.name("name"),
        enterprise=form.name("enterprise"),
        district=form.name("district"),
        industries=industries,
        time_zone=form.text("time_zone"),
        simulated=simulated,
        gateway=form.id("gateway"),
        devices=top.forms("device", read_device, at_least=1),
        equipment=top.forms("equipment", lambda one: read_equipment(one, industries), at_least=1),
        signals=_signals(rows, redundant, top.faults),
        interlocks=top.forms("interlock", read_interlock),
        evidence=read_evidence(files, faults, simulated=simulated),
        declared_subjects=top.forms("subject", read_subject),
        suppressions=top.forms("suppression", read_suppression),
        areas=top.forms("area", read_area),
    )
    form.close()
    top.close()
    _check_unique(plant, redundant, faults)
    if read_signals.FILE in files:
        check_references(plant, faults)
        faults += _of_devices(plant, check_devices, alone=not faults)
    if faults:
        raise PlantError(faults)
    return plant


def _read_rows(files: Mapping[str, str], faults: list[Fault]) -> list[read_limits.SignalRow]:
    """Read signals.csv, and limits.csv into it."""
    if read_signals.FILE not in files:
        faults.append(Fault(read_signals.FILE, "", "is missing", "a table of signals"))
        return []
    rows = read_signals.read_signals(files[read_signals.FILE], faults)
    if read_limits.FILE in files:
        by_id = {row.signal.id: row for row in rows}
        into = Faults(read_limits.FILE, faults)
        read_limits.read_limits(files[read_limits.FILE], by_id, into)
    return rows


def _signals(
    rows: Iterable[read_limits.SignalRow], redundant: tuple[Redundant, ...], faults: Faults
) -> tuple[Signal, ...]:
    """Give the signals with their limits, from whichever table each comes."""
    rows = tuple(rows)
    deviations = deviation_limits(redundant, {row.signal.id: row for row in rows}, faults)
    signals = []
    for row in rows:
        deviation = deviations.get(row.signal.id)
        limits = ordered(row)
        if deviation is not None:
            limits = (*limits, deviation)
        signals.append(replace(row.signal, limits=limits) if limits else row.signal)
    return tuple(signals)


def _check_files(files: Mapping[str, str], faults: list[Fault]) -> None:
    tables = (PLANT_FILE, read_signals.FILE, read_limits.FILE)
    for file in files:
        if file not in tables and not is_evidence(file):
            accepted = ", ".join((*tables, f"{EVIDENCE_FOLDER}*.toml"))
            faults.append(Fault(file, "", "is not a plant file", accepted))


def _of_devices(
    plant: Plant, check: Callable[[Plant], list[Fault]], *, alone: bool
) -> list[Fault]:
    """Beside other faults only addresses are checked: the rest could follow from those."""
    whole = tuple(s for s in plant.signals if s.id and s.address and s.role in ROLES)
    found = check(replace(plant, signals=whole))
    return [fault for fault in found if alone or fault.where.endswith(", address")]


def _check_unique(plant: Plant, redundant: Iterable[Redundant], faults: list[Fault]) -> None:
    groups: tuple[tuple[str, str, Iterable[str]], ...] = (
        (PLANT_FILE, "device", (item.id for item in plant.devices)),
        (PLANT_FILE, "area", (item.id for item in plant.areas)),
        (PLANT_FILE, "equipment", (item.id for item in plant.equipment)),
        (PLANT_FILE, "subject", (item.id for item in plant.declared_subjects)),
        (PLANT_FILE, "interlock", (item.id for item in plant.interlocks)),
        (PLANT_FILE, "suppression", (item.id for item in plant.suppressions)),
        (PLANT_FILE, "redundant", (item.id for item in redundant)),
        (read_signals.FILE, "signal", (item.id for item in plant.signals)),
        (EVIDENCE_FOLDER, "evidence", (item.id for item in plant.evidence)),
    )
    for file, what, ids in groups:
        for item, count in Counter(ids).items():
            if count > 1 and item:
                faults.append(Fault(file, f"{what} {item}", f"is declared {count} times", "once"))
