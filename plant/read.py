"""A plant folder's text → a Plant, or every fault in it at once."""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from plant import read_signals
from plant.errors import Fault, PlantError
from plant.evidence import EVIDENCE_TYPES, Evidence
from plant.form import Faults, Form
from plant.interlock import Cause, Effect, Interlock
from plant.plant import Device, Equipment, Plant
from plant.references import check_references
from plant.role import ROLES

PLANT_FILE = "plant.toml"
EVIDENCE_FOLDER = "evidence/"

PROTOCOLS = ("modbus-tcp", "sparkplug")
EQUIPMENT_KINDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "deep_well_caster": {"furnace": ("fixed", "tilting")},
}
INDUSTRIES = ("steel", "aluminium", "casting", "dust", "battery", "confined")


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
    table = _toml(PLANT_FILE, files.get(PLANT_FILE), faults)
    described, listed = not faults, read_signals.FILE in files
    signals = read_signals.read_signals(files[read_signals.FILE], faults) if listed else ()
    if not listed:
        faults.append(Fault(read_signals.FILE, "", "is missing", "a table of signals"))
    if not described:
        raise PlantError(faults)  # whatever else could be said would only follow from this
    top = Form(table, "", Faults(PLANT_FILE, faults))
    plant = Form(top.table("plant"), "plant", top.faults)
    simulated = plant.flag("simulated", default=False)
    result = Plant(
        id=plant.id("id"),
        version=version_of(files),
        name=plant.name("name"),
        enterprise=plant.name("enterprise"),
        district=plant.name("district"),
        industries=_read_industries(plant),
        time_zone=plant.text("time_zone"),
        simulated=simulated,
        gateway=plant.id("gateway"),
        devices=top.forms("device", _read_device, at_least=1),
        equipment=top.forms("equipment", _read_equipment, at_least=1),
        signals=signals,
        interlocks=top.forms("interlock", _read_interlock),
        evidence=_read_evidence(files, faults, simulated=simulated),
    )
    plant.close()
    top.close()
    _check_unique(result, faults)
    if listed:
        check_references(result, faults)
        faults += _of_devices(result, check_devices, alone=not faults)
    if faults:
        raise PlantError(faults)
    return result


def _of_devices(
    plant: Plant, check: Callable[[Plant], list[Fault]], *, alone: bool
) -> list[Fault]:
    """Beside other faults only addresses are checked: the rest could follow from those."""
    whole = tuple(s for s in plant.signals if s.id and s.address and s.role in ROLES)
    found = check(replace(plant, signals=whole))
    return [fault for fault in found if alone or fault.where.endswith(", address")]


def _toml(file: str, text: str | None, faults: list[Fault]) -> Mapping[str, object]:
    if text is None:
        faults.append(Fault(file, "", "is missing", "a TOML file"))
        return {}
    try:
        return tomllib.loads(text)
    except ValueError as error:
        faults.append(Fault(file, "", f"is not TOML: {error}", "TOML 1.0"))
        return {}


def _read_industries(plant: Form) -> tuple[str, ...]:
    industries = plant.texts("industries")
    for industry in industries:
        if industry not in INDUSTRIES:
            plant.fault("industries", f"names {industry!r}", ", ".join(INDUSTRIES))
    return industries


def _read_device(form: Form) -> Device:
    device_id = form.id("id")
    protocol = form.choice("protocol", PROTOCOLS)
    if protocol == "sparkplug":
        return Device(
            id=device_id,
            protocol=protocol,
            node=form.id("node"),
            sparkplug_device=form.text("device", ""),
        )
    return Device(
        id=device_id,
        protocol=protocol,
        host=form.text("host"),
        port=form.whole("port", 1, 65_535, 502),
        unit_id=form.whole("unit_id", 0, 255, 1),
        word_order=form.choice("word_order", ("big", "little"), "big"),
        timeout_s=form.number("timeout_s", 0.05, 30, 1.0),
    )


def _read_equipment(form: Form) -> Equipment:
    equipment_id = form.id("id")
    kind = form.choice("kind", sorted(EQUIPMENT_KINDS))
    attributes = tuple(
        (key, form.choice(key, choices)) for key, choices in EQUIPMENT_KINDS[kind].items()
    )
    return Equipment(id=equipment_id, kind=kind, name=form.name("name"), attributes=attributes)


def _read_interlock(form: Form) -> Interlock:
    return Interlock(
        id=form.id("id"),
        equipment=form.id("equipment"),
        name=form.name("name"),
        causes=form.forms("causes", lambda cause: Cause(limit=cause.text("limit")), at_least=1),
        effects=form.forms("effects", _read_effect, at_least=1),
        bypass=form.texts("bypass", ()),
        proof_test_days=form.whole("proof_test_days", 1, 3653),
    )


def _read_effect(form: Form) -> Effect:
    return Effect(
        signal=form.id("signal"),
        state=form.whole("state", 0, 1),
        within_s=form.number("within_s", 0.01, 3600),
    )


def _read_evidence(
    files: Mapping[str, str], faults: list[Fault], *, simulated: bool
) -> tuple[Evidence, ...]:
    records: list[Evidence] = []
    for file in sorted(files):
        if file.startswith(EVIDENCE_FOLDER) and file.endswith(".toml"):
            top = Form(_toml(file, files[file], faults), "", Faults(file, faults))
            records += top.forms("evidence", lambda form: _read_record(form, simulated=simulated))
            top.close()
        elif file not in (PLANT_FILE, read_signals.FILE):
            faults.append(
                Fault(file, "", "is not a plant file", "plant.toml, signals.csv, evidence/*.toml")
            )
    return tuple(records)


def _read_record(form: Form, *, simulated: bool) -> Evidence:
    given = form.has("performed")
    performed = form.moment("performed")
    days_before = form.optional_number("days_before")
    if given is (days_before is not None):
        form.fault("performed", "and days_before are both or neither given", "exactly one of them")
    if days_before is not None and not simulated:
        form.fault(
            "days_before", "is given for a real plant", "performed, with the date of the record"
        )
    if days_before is not None and days_before < 0:
        form.fault("days_before", f"is {days_before:g}", "0 or more: a record tells of the past")
    return Evidence(
        id=form.id("id"),
        type=form.choice("type", EVIDENCE_TYPES),
        subject=form.id("subject"),
        name=form.name("name"),
        performed=performed,
        days_before=days_before,
    )


def _check_unique(plant: Plant, faults: list[Fault]) -> None:
    groups: tuple[tuple[str, str, Iterable[str]], ...] = (
        (PLANT_FILE, "device", (item.id for item in plant.devices)),
        (PLANT_FILE, "equipment", (item.id for item in plant.equipment)),
        (PLANT_FILE, "interlock", (item.id for item in plant.interlocks)),
        (read_signals.FILE, "signal", (item.id for item in plant.signals)),
        (EVIDENCE_FOLDER, "evidence", (item.id for item in plant.evidence)),
    )
    for file, what, ids in groups:
        for item, count in Counter(ids).items():
            if count > 1 and item:
                faults.append(Fault(file, f"{what} {item}", f"is declared {count} times", "once"))
