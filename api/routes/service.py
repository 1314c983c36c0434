"""What operators of the server ask: is it up, is it judging, what are its numbers."""

from fastapi import APIRouter, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from api.identity import PUBLIC, ByReader
from api.judging import Judged, judged
from api.models.document import Health, Readiness
from api.recorder import recorder_is
from api.services import Injected, Services
from plant.errors import JournalError

router = APIRouter(tags=["service"])


@router.get("/healthz", dependencies=[PUBLIC], operation_id="getHealth")
def get_health() -> Health:
    """Say that the process answers."""
    return Health(status="ok")


@router.get(
    "/readyz",
    dependencies=[PUBLIC],
    operation_id="getReadiness",
    responses={503: {"model": Readiness, "description": "The plant is not being judged"}},
)
def get_readiness(response: Response, services: Injected) -> Readiness:
    """Say whether the plant is being judged now; 503 and the reason when it is not."""
    state, reason = _state(services)
    if reason is not None:
        response.status_code = 503
    return Readiness(
        ready=reason is None,
        reason=reason,
        warnings=_warnings(services),
        judging=state.as_model(),
    )


def _state(services: Services) -> tuple[Judged, str | None]:
    """Give how far is judged, and why that is not now."""
    try:
        state = services.judged()
    except JournalError as error:
        nothing = judged(None, services.plant, services.now())
        return nothing, f"the journal cannot be read: {error}"
    if state.stale:
        return state, "the monitor's heartbeat is missing or older than 3 s"
    if not state.linked:
        return state, "the monitor is not connected to the broker, so it hears nothing"
    return state, None


def _warnings(services: Services) -> list[str]:
    """Say what is wrong though the plant may well be judged."""
    said, now = services.recorder(), services.now()
    match recorder_is(said, services.plant, now):
        case "away":
            return ["the recorder is away: nothing is recorded now, the gateway's spool keeps it"]
        case "failing":
            return [f"the store takes no samples: {said.fault if said else ''}"]
        case "behind":
            return ["the recorder is behind: what was read lately is not in the store yet"]
        case "current":
            return []


@router.get("/metrics", operation_id="getMetrics", response_class=Response)
def get_metrics(_: ByReader, services: Injected) -> Response:
    """Give the numbers in Prometheus' text format."""
    return Response(services.metrics.text(), media_type=CONTENT_TYPE_LATEST)
