"""Criteria, and the matrix of verdicts: as it stands, or as it stood at a past moment."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query

from api import requirements
from api.cells import Wanted, demand_criterion, wanted
from api.criteria import Criterion, Scope, Version, scope_now, scope_then
from api.cursor import pack, unpack
from api.identity import ByReader
from api.matrix import Cell, Matrix, matrix, state_then
from api.models.compliance import (
    Compliance,
    Criteria,
    CriterionDetail,
    CriterionOut,
    ScopeOut,
    Verdict,
)
from api.models.plant import SubjectOut
from api.parameters import Cursor, Filter, Identifier, Instant
from api.problem import ProblemError
from api.routes.plants import text
from api.services import Injected, Services
from journal.read import Row
from plant.errors import PlantError
from plant.moment import from_text, to_text
from plant.name import Name

router = APIRouter(prefix="/api/v1", tags=["compliance"])


@router.get("/criteria", operation_id="listCriteria")
def list_criteria(_: ByReader, services: Injected) -> Criteria:
    """List the criteria in the notice's order, with where each stands there and in Order 10."""
    items = sorted(services.criteria, key=_place)
    return Criteria(items=[CriterionOut.model_validate(_said(item)) for item in items])


@router.get("/criteria/{criterion}", operation_id="getCriterion")
def get_criterion(criterion: Identifier, _: ByReader, services: Injected) -> CriterionDetail:
    """Give one criterion with what it asks: every requirement, its figures and their basis."""
    demand_criterion(criterion, services)
    item = next(item for item in services.criteria if item.id == criterion)
    file = item.file
    return CriterionDetail.model_validate(
        {
            **_said(item),
            "asks": None if file is None else text(file.asks),
            "rule_version": None if file is None else file.rule_version,
            "order10_basis": file.order10_basis if file is not None and file.order10 else None,
            "ends": (file.ends or None) if file is not None else None,
            "requires": [] if file is None else [requirements.shown(r) for r in file.requires],
        }
    )


@router.get("/compliance", operation_id="getCompliance")
def get_compliance(
    _: ByReader,
    services: Injected,
    *,
    plant: Filter = None,
    district: Filter = None,
    criterion: Filter = None,
    subject: Filter = None,
    verdict: Annotated[list[Verdict] | None, Query(max_length=5)] = None,
    at: Annotated[
        Instant | None, Query(description="RFC 3339: the matrix as it stood then")
    ] = None,
    known_at: Annotated[
        Instant | None, Query(description="RFC 3339: as was known then; now if none")
    ] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=5000, description="Items a page has at most")] = 1000,
) -> Compliance:
    """Give the verdicts, worst first: as they stand, or as they stood `at` a past moment.

    With `at` or `known_at` (each now if none): of each cell the last entry by number counts whose
    `time` is no later than `at` and whose `known_at` is no later than `known_at`; with both now
    that is the matrix as it stands. The cells are those of the plant version in force `at` that
    moment. A pass reads unknown, and `judging.not_judged_since` says since when, where nobody had
    judged that moment as was known then; fail and suspect stay and are stale. Before judging
    began every cell reads unknown. 422 for a moment of the future, or before the plant was first
    applied. The page `docs/reference/compliance-at.md` says the rest, with an example.
    """
    asked = wanted(
        services,
        plant=plant,
        district=district,
        criterion=criterion,
        subject=subject,
    )
    place = None
    if cursor is not None:
        rank, name, one = unpack(cursor, int, str, str)
        place = (int(rank), str(name), str(one))
    position = services.position()
    past = at is not None or known_at is not None
    seen = _then(services, asked, at, known_at) if past else _now(services, asked)
    page = seen.matrix.page(verdict, place, limit)
    rows = seen.rows(page)
    return Compliance(
        items=[seen.matrix.shown(cell, rows.get((cell.criterion, cell.subject))) for cell in page],
        next=pack(*page[-1].place) if len(page) == limit else None,
        counts=seen.matrix.counts(),
        at=seen.at,
        known_at=seen.known_at,
        version=seen.scope.version,
        scope=_scope(seen.scope, asked),
        subjects=[
            SubjectOut(id=item.id, kind=item.kind.value, name=text(item.name))
            for item in seen.scope.subjects
        ],
        judging=seen.matrix.state.as_model(),
        position=position,
    )


@dataclass(frozen=True)
class _Seen:
    """A matrix with the moment it is of; `services` to ask for the rest of what a page shows."""

    services: Services
    matrix: Matrix
    scope: Scope
    at: str | None = None
    known_at: str | None = None

    def rows(self, page: list[Cell]) -> dict[tuple[str, str], Row]:
        """Give the rows of a page's cells, with their reasons."""
        rows = [cell.row for cell in page if cell.row is not None]
        if self.at is not None:
            rows = self.services.reader.past_reasons(rows)
        return {(row["criterion"], row["subject"]): row for row in rows}


def _now(services: Services, asked: Wanted) -> _Seen:
    state, scope = services.judged(), scope_now(services.criteria, services.plant)
    return _Seen(services, matrix(services.reader.verdicts(), scope, asked, state), scope)


def _then(
    services: Services, asked: Wanted, at: Instant | None, known_at: Instant | None
) -> _Seen:
    now = services.now()
    moment, known = _moment("at", at, now), _moment("known_at", known_at, now)
    when, knew = to_text(moment), to_text(known)
    found = services.reader.past_verdicts(when, knew, **_one_each(asked))
    if found.version is None:
        raise _refused(
            "before_the_plant",
            Name(
                "at 早于本装置首次投用判定的时刻; 请给出其后的时刻",
                "`at` lies before the plant was first applied; accepted: from then up to now",
            ),
        )
    scope = _scope_then(services, found.version)
    state = state_then(found, services.reader.heartbeat(), services.plant, moment, known)
    return _Seen(services, matrix(found.rows, scope, asked, state), scope, when, knew)


def _moment(name: str, given: Instant | None, now: int) -> int:
    moment = now if given is None else from_text(given.isoformat())
    if moment > now:
        message = Name(
            f"{name} 在将来; 请给出不晚于现在 ({to_text(now)}) 的时刻",
            f"`{name}` lies in the future; accepted: a moment up to now ({to_text(now)})",
        )
        raise _refused("in_the_future", message)
    return max(moment, 0)


def _refused(code: str, message: Name) -> ProblemError:
    return ProblemError(422, code, message)


def _scope_then(services: Services, version: Row) -> Scope:
    if version["version"] == services.plant.version:
        return scope_now(services.criteria, services.plant)
    then = Version(
        version["version"], lambda: services.reader.version_files(version["version"]) or {}
    )
    try:
        return scope_then(services.criteria, then)
    except PlantError as error:
        message = Name(
            "本程序读不懂当时投用的企业设定, 无法列出当时的判定对象; 请用当时版本的程序查看",
            "This program cannot read the plant version in force then, so it cannot say which "
            "cells existed; ask the version of Firstout that applied it",
        )
        raise _refused("version_unreadable", message) from error


def _one_each(asked: Wanted) -> dict[str, str]:
    """Narrow the question to one criterion or subject where no more is asked for."""
    pairs = (("criterion", asked.criteria), ("subject", asked.subjects))
    return {name: next(iter(found)) for name, found in pairs if found and len(found) == 1}


def _scope(scope: Scope, asked: Wanted) -> list[ScopeOut]:
    kept = {
        name: [one for one in subjects if asked.holds(name, one)]
        for name, subjects in scope.asked.items()
    }
    return [ScopeOut(criterion=name, subjects=found) for name, found in kept.items() if found]


def _place(item: Criterion) -> tuple[int, int]:
    """Say where an item stands in the notice; those without a file come first, as they are."""
    return (0, 0) if item.file is None else (item.file.section, item.item)


def _said(item: Criterion) -> dict[str, object]:
    return {
        "id": item.id,
        "title": text(item.title),
        "section": text(item.section),
        "item": item.item,
        "order10": list(item.order10),
        "judged": item.judged,
        "subjects": list(item.subjects),
    }
