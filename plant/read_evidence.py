"""`evidence/*.toml`: dated records to start with."""

from collections.abc import Mapping

from plant.errors import Fault
from plant.evidence import EVIDENCE_TYPES, NOT_APPLICABLE, Evidence
from plant.form import Faults, Form
from plant.moment import from_text
from plant.read_toml import read_toml

EVIDENCE_FOLDER = "evidence/"

_CENTURY_DAYS = 36_525.0


def is_evidence(file: str) -> bool:
    """Say whether a file of the plant folder holds records."""
    return file.startswith(EVIDENCE_FOLDER) and file.endswith(".toml")


def read_evidence(
    files: Mapping[str, str], faults: list[Fault], *, simulated: bool
) -> tuple[Evidence, ...]:
    """Read all records of the folder, file by file."""
    records: list[Evidence] = []
    for file in filter(is_evidence, sorted(files)):
        top = Form(read_toml(file, files[file], faults), "", Faults(file, faults))
        records += top.forms("evidence", lambda form: _read_record(form, simulated=simulated))
        top.close()
    return tuple(records)


def _read_record(form: Form, *, simulated: bool) -> Evidence:
    performed, days_before = _read_date(form, simulated=simulated)
    record = Evidence(
        id=form.id("id"),
        type=form.choice("type", EVIDENCE_TYPES),
        subject=form.id("subject"),
        name=form.name("name"),
        performed=performed,
        days_before=days_before,
        valid_until=form.moment("valid_until"),
        valid_days=_read_valid_days(form),
        ok=form.flag("ok", default=True),
        criterion=form.id("criterion") if form.has("criterion") else "",
    )
    if record.valid_until and performed and from_text(record.valid_until) < from_text(performed):
        accepted = f"a time after performed ({performed})"
        form.fault("valid_until", f"is {record.valid_until}, before the record", accepted)
    _check_criterion(form, record)
    return record


def _read_date(form: Form, *, simulated: bool) -> tuple[str, float | None]:
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
    return performed, days_before


def _read_valid_days(form: Form) -> float | None:
    if not form.has("valid_days"):
        return None
    if form.has("valid_until"):
        form.fault("valid_days", "and valid_until are both given", "at most one of them")
    return form.number("valid_days", 0, _CENTURY_DAYS)


def _check_criterion(form: Form, record: Evidence) -> None:
    statement = record.type == NOT_APPLICABLE
    if statement and not record.criterion:
        form.fault("criterion", "is missing", "the criterion that does not apply, and name why")
    elif record.criterion and not statement and form.text("type", "") == record.type:
        accepted = f"nothing: only {NOT_APPLICABLE} is about a criterion"
        form.fault("criterion", f"is given for {record.type}", accepted)
