"""The records of a plant folder as compliance takes them in."""

from compliance.facts import Record
from plant.evidence import Evidence
from plant.moment import SECOND, from_text

_DAY = 86_400 * SECOND


def record_of(item: Evidence, known_at: int) -> Record:
    """Resolve a record's dates; one that counts days back does so from `known_at`."""
    performed_at = (
        from_text(item.performed)
        if item.days_before is None
        else known_at - round(item.days_before * _DAY)
    )
    valid_until: int | None = None
    if item.valid_until:
        valid_until = from_text(item.valid_until)
    elif item.valid_days is not None:
        valid_until = performed_at + round(item.valid_days * _DAY)
    return Record(
        id=item.id,
        type=item.type,
        subject=item.subject,
        performed_at=performed_at,
        valid_until=valid_until,
        ok=item.ok,
        criterion=item.criterion,
        name=item.name,
    )


def is_known(item: Evidence, record: Record, known: Record | None) -> bool:
    """Say whether a record was taken in before just as it is now.

    Days count back from when a record was first taken in, so its dates cannot be compared again.
    """
    if known is None:
        return False
    if item.days_before is None:
        return record == known
    return (record.type, record.subject, record.ok, record.criterion, record.name) == (
        known.type,
        known.subject,
        known.ok,
        known.criterion,
        known.name,
    )
