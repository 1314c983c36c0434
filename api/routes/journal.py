"""The journal: its entries, its head, and whether its chain holds."""

from typing import Literal

from fastapi import APIRouter

from api.cursor import pack, unpack
from api.identity import ByReader, ByVerifier
from api.models.journal import Entries, EntryOut, Head, Verification
from api.parameters import Cursor, Filter, Limit
from api.problem import ProblemError
from api.services import Injected
from plant.name import Name

router = APIRouter(prefix="/api/v1", tags=["journal"])


@router.get("/journal", operation_id="listEntries")
def list_entries(
    _: ByReader,
    services: Injected,
    *,
    kind: Filter = None,
    subject: Filter = None,
    order: Literal["newest", "oldest"] = "newest",
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Entries:
    """List journal entries in the order of their numbers."""
    position = services.position()
    rows = services.reader.entries(
        kind=kind,
        subject=subject,
        newest_first=order == "newest",
        beyond=None if cursor is None else int(unpack(cursor, int)[0]),
        limit=limit,
    )
    return Entries(
        items=[EntryOut.model_validate(row) for row in rows],
        next=pack(rows[-1]["seq"]) if len(rows) == limit else None,
        position=position,
    )


@router.get("/journal/head", operation_id="getHead")
def get_head(_: ByReader, services: Injected) -> Head:
    """Give the last entry's number and hash; keep it, and the past cannot be rewritten unseen."""
    identity = services.reader.identity()
    if identity is None:
        message = Name("日志库尚未建立", "The journal has not begun: the monitor never ran")
        raise ProblemError(404, "no_journal", message)
    plant, epoch = identity
    head = services.reader.head()
    seq = head["seq"] if head else 0
    return Head(
        plant=plant,
        epoch=epoch,
        seq=seq,
        time=head["time"] if head else None,
        hash=head["hash"] if head else None,
        position=f"{epoch}-{seq}",
    )


@router.get("/journal/verify", operation_id="verifyJournal")
def verify_journal(_: ByVerifier, services: Injected) -> Verification:
    """Walk the whole chain and name the first broken entry; one walk at a time."""
    if not services.verifying.acquire(blocking=False):
        message = Name("正在校验, 请稍后再试", "A walk is under way; ask again when it has ended")
        raise ProblemError(503, "verifying", message, {"Retry-After": "5"})
    try:
        report = services.verify()
    finally:
        services.verifying.release()
    return Verification(
        ok=report.ok,
        entries=report.entries,
        broken_at=report.first_broken,
        how=None if report.how is None else report.how.value,
        problem=report.what or None,
        head_seq=report.head.seq,
        head_hash=report.head.hash,
    )
