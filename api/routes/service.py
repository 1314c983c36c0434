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
    """Say whether the plant is being judged now; 503 and the reason when it is not."""
    state = services.judged()
    reason = None
    if state.stale:
        reason = "the monitor's heartbeat is missing or older than 3 s"
    elif not state.linked:
        reason = "the monitor is not connected to the broker, so it hears nothing"
    if reason is not None:
        response.status_code = 503
    return Readiness(ready=reason is None, reason=reason, judging=state.as_model())


@router.get("/metrics", operation_id="getMetrics", response_class=Response)
def get_metrics(_: ByReader, services: Injected) -> Response:
    """Give the numbers in Prometheus' text format."""
    return Response(services.metrics.text(), media_type=CONTENT_TYPE_LATEST)
