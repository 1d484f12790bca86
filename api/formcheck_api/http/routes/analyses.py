"""Analyses that exist: list, read, follow, cancel, delete."""

from collections.abc import AsyncIterator
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import JSONResponse
from pydantic import Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from formcheck.words.catalogue import ENGLISH
from formcheck_api.http.dependencies import CheckedId, OwnAnalysis, Reader, ServiceDep, Writer, no_such_analysis
from formcheck_api.http.routes.follow import changes, reached_within
from formcheck_api.http.routes.uploads.form import WaitSeconds, WaitUntil
from formcheck_api.http.service import Service, now
from formcheck_api.http.wire import examples, resources
from formcheck_api.http.wire.responses import answer, empty_answer, event_answer, problems
from formcheck_api.http.wire.schemas import AnalysisPage, AnalysisResource, Label, SessionRef
from formcheck_api.jobs.chores import retention
from formcheck_api.records.analyses import Analysis, State
from formcheck_api.records.handles import CursorError
from formcheck_api.records.mistakes import says
from formcheck_api.records.problems import invalid_request

router = APIRouter(prefix=resources.ANALYSES, tags=["analyses"])
IfNoneMatch = Annotated[str | None, Header(description="The ETag you have")]
LARGEST_PAGE: Final = 200
Cursor = Annotated[str, Field(max_length=500), says("cursor")]
PageSize = Annotated[int, Field(ge=1, le=LARGEST_PAGE), says("limit", most=LARGEST_PAGE)]
_READ_HEADERS = ("ETag", "Retry-After")


@router.get(
    "",
    operation_id="list_analyses",
    summary="List your analyses",
    responses=answer(200, "Newest first", AnalysisPage, "page") | problems("invalid_request"),
)
def list_analyses(  # noqa: PLR0917  # FastAPI passes them by name
    service: ServiceDep,
    caller: Reader,
    label: Annotated[Label | None, Query(description="Only those with exactly this label")] = None,
    state: Annotated[State | None, Query(description="Only those in this state")] = None,
    session: Annotated[SessionRef | None, Query(description="Only those in this session")] = None,
    cursor: Annotated[Cursor | None, Query(description="From `next` of the page before")] = None,
    limit: Annotated[PageSize, Query(description="Analyses on a page")] = 50,
) -> AnalysisPage:
    """A page of your analyses; follow ``next`` until it is null."""
    try:
        page = service.store.list(
            caller.owner, label=label, state=state, session_id=session, cursor=cursor, limit=limit
        )
    except CursorError:
        raise invalid_request([("cursor", ENGLISH.say("mistake.cursor"))]) from None
    asked = {"label": label, "state": state, "session": session, "limit": limit, "cursor": page.cursor}
    following = urlencode({name: value for name, value in asked.items() if value is not None})
    return AnalysisPage(
        analyses=[resources.resource(service, analysis, None) for analysis in page.analyses],
        next=f"{resources.ANALYSES}?{following}" if page.cursor else None,
    )


@router.get(
    "/{analysis_id}",
    operation_id="get_analysis",
    summary="Read one analysis",
    response_model=AnalysisResource,
    responses=answer(200, "As it is now", AnalysisResource, "succeeded", _READ_HEADERS)
    | empty_answer(304, "Not changed since the ETag you have", ("ETag",))
    | problems("not_found", "invalid_request"),
)
async def get_analysis(
    service: ServiceDep,
    analysis: OwnAnalysis,
    if_none_match: IfNoneMatch = None,
    wait: WaitSeconds = 0,
    until: WaitUntil = "finished",
) -> Response:
    """One analysis, at once or (``?wait=``) when it is finished, or its report is ready (``until=report``)."""
    found = await reached_within(service, analysis, until, min(wait, service.settings.max_wait_s))
    if found is None:
        raise no_such_analysis()
    if found.state is not State.QUEUED:
        return _answer(service, found, if_none_match)  # asks no database
    return await run_in_threadpool(_answer, service, found, if_none_match)


@router.get(
    "/{analysis_id}/events",
    operation_id="follow_analysis",
    summary="Follow one analysis",
    response_class=EventSourceResponse,
    responses=event_answer(200, "Ends when the analysis is finished", examples.EVENT)
    | problems("not_found", "invalid_request"),
)
async def follow_analysis(service: ServiceDep, analysis: OwnAnalysis) -> EventSourceResponse:
    """Server-sent events: ``progress`` with the analysis at once and after each change, ``finished`` at the end."""

    async def events() -> AsyncIterator[ServerSentEvent]:
        async for changed in changes(service, analysis.owner, analysis.id):
            shown = await run_in_threadpool(_resource, service, changed)
            event = "finished" if changed.state.is_finished else "progress"
            yield ServerSentEvent(shown.model_dump_json(), event=event, id=str(changed.version))

    return EventSourceResponse(events(), headers={"Cache-Control": "no-store"})


@router.post(
    "/{analysis_id}/cancel",
    operation_id="cancel_analysis",
    summary="Stop one analysis",
    response_model=AnalysisResource,
    responses=answer(200, "As it is now; a running one stops within a second", AnalysisResource, "cancelled")
    | problems("not_found", "invalid_request", "disk_full"),
)
def cancel_analysis(service: ServiceDep, caller: Writer, analysis_id: CheckedId) -> Response:
    """Stop it, and keep what is known of it; a finished analysis stays as it is."""
    analysis = service.store.cancel(caller.owner, analysis_id, now())
    if analysis is None:
        raise no_such_analysis()
    service.queue.cancel(analysis_id)
    return _answer(service, analysis, None)


@router.delete(
    "/{analysis_id}",
    operation_id="delete_analysis",
    summary="Delete one analysis and all its bytes",
    status_code=204,
    responses=empty_answer(204, "Clip, report and pictures are gone for good")
    | problems("not_found", "invalid_request", "disk_full"),
)
def delete_analysis(service: ServiceDep, caller: Writer, analysis_id: CheckedId) -> None:
    """Delete the clip and everything made from it, for good; a running analysis is stopped."""
    if not retention.delete_analysis(service.store, service.blobs, caller.owner, analysis_id, now()):
        raise no_such_analysis()
    service.queue.cancel(analysis_id)


def _resource(service: Service, analysis: Analysis) -> AnalysisResource:
    return resources.resource(service, analysis, resources.position(service, analysis))


def _answer(service: Service, analysis: Analysis, if_none_match: str | None) -> Response:
    place = resources.position(service, analysis)
    headers = resources.headers(service, analysis, place)
    if resources.unchanged(if_none_match, headers["ETag"]):
        return Response(None, 304, headers)
    return JSONResponse(resources.resource(service, analysis, place).model_dump(mode="json"), 200, headers)
