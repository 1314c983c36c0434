"""Interlocks, their demands, their bypasses and their proof tests."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query

from api import proof_tests
from api.cursor import pack, refused, unpack
from api.identity import ByReader
from api.interlock_view import InterlockView, demand_shown
from api.models.interlock import (
    Bypasses,
    BypassOut,
    DemandResult,
    Demands,
    Interlocks,
    InterlockState,
    OneInterlock,
    ProofTests,
)
from api.parameters import Cursor, Filter, Identifier, Limit
from api.period import End, Start, period
from api.problem import not_found
from api.services import Injected, Services
from plant.interlock import Interlock
from plant.moment import to_text
from plant.name import Name

router = APIRouter(prefix="/api/v1", tags=["interlocks"])


@router.get("/interlocks", operation_id="listInterlocks")
def list_interlocks(
    _: ByReader,
    services: Injected,
    *,
    equipment: Filter = None,
    state: Annotated[
        list[InterlockState] | None, Query(max_length=7, description="As it may be shown now")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 500,
) -> Interlocks:
    """List interlocks: can each be relied on, and how did it answer the last demand.

    They come in the order of the plant's files, whatever their states do. `state` may be given
    more than once. 404 `not_found` when the plant has no such equipment.
    """
    if equipment is not None and equipment not in {item.id for item in services.plant.equipment}:
        raise not_found(Name("设备", "equipment"))
    position, judged = services.position(), services.judged()
    view = InterlockView(services, judged)
    kept = [
        item
        for item in _after(services, cursor)
        if (equipment is None or item.equipment == equipment)
        and (state is None or view.state(item) in state)
    ]
    return Interlocks(
        items=[view.shown(item) for item in kept[:limit]],
        next=pack(kept[limit - 1].id) if len(kept) > limit else None,
        judging=judged.as_model(),
        position=position,
    )


@router.get("/interlocks/{interlock}", operation_id="getInterlock")
def get_interlock(interlock: Identifier, _: ByReader, services: Injected) -> OneInterlock:
    """Give one interlock: what it is made of, its state, and its last demand."""
    item = _known(interlock, services)
    position, judged = services.position(), services.judged()
    shown = InterlockView(services, judged).shown(item)
    return OneInterlock(item=shown, judging=judged.as_model(), position=position)


@router.get("/interlocks/{interlock}/demands", operation_id="listDemands")
def list_demands(
    interlock: Identifier,
    _: ByReader,
    services: Injected,
    *,
    result: DemandResult | None = None,
    start: Start = None,
    end: End = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Demands:
    """List the activations of an interlock, latest first, with each effect's response time."""
    item = _known(interlock, services)
    first, last = period(start, end)
    beyond = _beyond(cursor)
    position, judged = services.position(), services.judged()
    rows = services.reader.demands(
        interlocks=[interlock], result=result, start=first, end=last, beyond=beyond, limit=limit
    )
    return Demands(
        items=[demand_shown(row, {interlock: item.equipment}) for row in rows],
        next=pack(rows[-1]["time"], rows[-1]["id"]) if len(rows) == limit else None,
        judging=judged.as_model(),
        position=position,
    )


@router.get("/interlocks/{interlock}/bypasses", operation_id="listBypasses")
def list_bypasses(
    interlock: Identifier,
    _: ByReader,
    services: Injected,
    *,
    standing: Annotated[bool | None, Query(description="True: only those not ended")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Bypasses:
    """List the defeats of an interlock, latest first: which signal, from when to when."""
    _known(interlock, services)
    beyond = _beyond(cursor)
    position, judged = services.position(), services.judged()
    rows = services.reader.bypasses(interlock, standing=standing, beyond=beyond, limit=limit)
    return Bypasses(
        items=[BypassOut.model_validate(row) for row in rows],
        next=pack(rows[-1]["started_at"], rows[-1]["id"]) if len(rows) == limit else None,
        judging=judged.as_model(),
        position=position,
    )


@router.get("/interlocks/{interlock}/proof-tests", operation_id="listProofTests")
def list_proof_tests(
    interlock: Identifier,
    _: ByReader,
    services: Injected,
    *,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ProofTests:
    """List the recorded proof tests of an interlock, latest first, and say when one is due.

    `state`, `last`, `due_at` and `overdue` are of all records, whatever the page.
    """
    item = _known(interlock, services)
    beyond = None if cursor is None else unpack(cursor, str, int, str)
    position, judged, now = services.position(), services.judged(), services.now()
    # All of them, for the one that counts need not be on the page, nor the one entered last.
    rows = services.reader.proof_tests(interlock)
    found = proof_tests.standing(rows, item.proof_test_days, now)
    rows = sorted(rows, key=proof_tests.order, reverse=True)
    kept = [row for row in rows if beyond is None or proof_tests.order(row) < beyond]
    return ProofTests(
        items=[proof_tests.shown(row, now) for row in kept[:limit]],
        next=pack(*proof_tests.order(kept[limit - 1])) if len(kept) > limit else None,
        state=found.state,
        last=None if found.last is None else proof_tests.shown(found.last, now),
        due_at=None if found.due_at is None else to_text(found.due_at),
        overdue=None if found.due_at is None else now > found.due_at,
        proof_test_days=item.proof_test_days,
        judging=judged.as_model(),
        position=position,
    )


def _known(interlock: str, services: Services) -> Interlock:
    found = services.plant.interlock_by_id.get(interlock)
    if found is None:
        raise not_found(Name("联锁", "interlock"))
    return found


def _after(services: Services, cursor: str | None) -> Iterator[Interlock]:
    """Give what follows the interlock that a page ended with."""
    following = iter(services.plant.interlocks)
    if cursor is not None:
        last = services.plant.interlock_by_id.get(str(unpack(cursor, str)[0]))
        if last is None:  # of a plant version that had it
            raise refused()
        while next(following) is not last:
            pass
    return following


def _beyond(cursor: str | None) -> tuple[str, str] | None:
    if cursor is None:
        return None
    moment, identifier = unpack(cursor, str, str)
    return str(moment), str(identifier)
