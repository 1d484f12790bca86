"""Health, readiness and metrics for operators. No key is needed, and nothing personal is shown."""

import os

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from formcheck.words.catalogue import ENGLISH
from formcheck_api.http.dependencies import ServiceDep
from formcheck_api.http.wire.responses import answer, problems, text_answer
from formcheck_api.http.wire.schemas import Health
from formcheck_api.operations.disk import check_writable
from formcheck_api.records.problems import not_ready

router = APIRouter(tags=["operations"])


@router.get(
    "/healthz",
    operation_id="get_health",
    summary="Is the process alive?",
    responses=answer(200, "Yes", Health, "health") | problems(anywhere=False),
)
async def get_health() -> Health:
    """Alive, whatever else is wrong: restart it when this does not answer."""
    return Health(status="ok")


@router.get(
    "/readyz",
    operation_id="get_readiness",
    summary="Can it take clips?",
    responses=answer(200, "Yes", Health, "health") | problems("not_ready", anywhere=False),
)
def get_readiness(service: ServiceDep) -> Health:
    """Ready when clips can be taken and analysed; send nothing here while it is not."""
    if service.stopping.is_set():
        raise not_ready("stopping")
    try:
        service.store.oldest_queued()
    except SQLAlchemyError:
        raise not_ready("database") from None
    if fault := service.queue.fault():
        raise not_ready("fault", reason=fault)
    try:
        check_writable(service.settings)
        service.blobs.exists("clips/readiness")
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else ENGLISH.say("fault.silent")
        raise not_ready("storage", reason=reason) from None
    return Health(status="ok")


@router.get(
    "/metrics",
    operation_id="get_metrics",
    summary="Counts for Prometheus",
    response_class=PlainTextResponse,
    responses=text_answer(200, "Prometheus's text format", "text/plain", 'formcheck_analyses{state="queued"} 0.0\n')
    | problems(anywhere=False),
)
def get_metrics(service: ServiceDep) -> Response:
    """Requests by route, uploads, analyses, and what they wait for."""
    return Response(service.metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
