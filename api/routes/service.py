"""What operators of the server ask: is it up, is it judging, what are its numbers."""

from fastapi import APIRouter, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from api.identity import PUBLIC, ByReader
from api.models.document import Health, Readiness
from api.services import Injected

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
    """Say whether the plant is being judged now: 503 when the monitor's heartbeat is too old."""
    state = services.judged()
    if state.stale:
        response.status_code = 503
    reason = "the monitor's heartbeat is missing or older than 3 s" if state.stale else None
    return Readiness(ready=not state.stale, reason=reason, judging=state.as_model())


@router.get("/metrics", operation_id="getMetrics", response_class=Response)
def get_metrics(_: ByReader, services: Injected) -> Response:
    """Give the numbers in Prometheus' text format."""
    return Response(services.metrics.text(), media_type=CONTENT_TYPE_LATEST)
