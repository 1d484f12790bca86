"""Sessions: create, list, read, change, delete, and the clips in them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from formcheck.words.catalogue import ENGLISH
from formcheck_api.http.dependencies import CheckedId, ServiceDep, no_such_analysis
from formcheck_api.http.routes.analyses import Cursor, PageSize
from formcheck_api.http.routes.people.athletes import BODY_PROBLEMS, next_page, wrong_cursor
from formcheck_api.http.routes.people.keepers import (
    KeeperReads,
    KeeperWrites,
    SessionId,
    limit_reached,
    no_such_session,
)
from formcheck_api.http.routes.uploads.form import session_full
from formcheck_api.http.service import now
from formcheck_api.http.wire.openapi import json_body
from formcheck_api.http.wire.people.resources import SESSIONS, session_resource
from formcheck_api.http.wire.people.schemas import (
    AthleteRef,
    Day,
    NewSession,
    SessionChanges,
    SessionList,
    SessionResource,
)
from formcheck_api.http.wire.responses import answer, empty_answer, problems
from formcheck_api.records.handles import CursorError
from formcheck_api.records.problems import invalid_request
from formcheck_api.store.analyses import SessionFullError
from formcheck_api.store.people.athletes import TooManyError
from formcheck_api.uploads.bodies import read_json

router = APIRouter(prefix=SESSIONS, tags=["athletes"])


@router.post(
    "",
    operation_id="create_session",
    summary="Begin a session of an athlete",
    status_code=201,
    response_model=SessionResource,
    responses=answer(201, "Made", SessionResource, "session", ("Location",))
    | problems("limit_reached", *BODY_PROBLEMS),
    openapi_extra=json_body(NewSession),
)
async def create_session(request: Request, service: ServiceDep, caller: KeeperWrites) -> JSONResponse:
    """A day's run; upload its clips with ``session`` among the fields of the form."""
    asked = await read_json(request, NewSession)
    values = asked.model_dump(exclude={"athlete"})
    try:
        made = await run_in_threadpool(service.store.add_session, caller.owner, asked.athlete, values, now())
    except TooManyError as error:
        raise limit_reached(error) from None
    if made is None:
        raise invalid_request([("athlete", ENGLISH.say("mistake.athlete"))])
    shown = session_resource(service, made)
    return JSONResponse(shown.model_dump(mode="json"), 201, {"Location": shown.links.self})


@router.get(
    "",
    operation_id="list_sessions",
    summary="List your sessions",
    responses=answer(200, "Latest day first", SessionList, "sessions") | problems("invalid_request"),
)
def list_sessions(  # noqa: PLR0917  # FastAPI passes them by name
    service: ServiceDep,
    caller: KeeperReads,
    athlete: Annotated[AthleteRef | None, Query(description="Only those of this athlete")] = None,
    first_day: Annotated[Day | None, Query(alias="from", description="Only those on this day or later")] = None,
    last_day: Annotated[Day | None, Query(alias="to", description="Only those on this day or before")] = None,
    cursor: Annotated[Cursor | None, Query(description="From `next` of the page before")] = None,
    limit: Annotated[PageSize, Query(description="Sessions on a page")] = 50,
) -> SessionList:
    """A page of your sessions; follow ``next`` until it is null."""
    try:
        page = service.store.list_sessions(
            caller.owner, athlete_id=athlete, first_day=first_day, last_day=last_day, cursor=cursor, limit=limit
        )
    except CursorError:
        raise wrong_cursor() from None
    asked = {"athlete": athlete, "from": first_day, "to": last_day, "limit": limit}
    shown = [session_resource(service, each) for each in page.sessions]
    return SessionList(sessions=shown, next=next_page(SESSIONS, page.cursor, asked))


@router.get(
    "/{session_id}",
    operation_id="get_session",
    summary="Read one session",
    responses=answer(200, "As it is now", SessionResource, "session") | problems("not_found", "invalid_request"),
)
def get_session(service: ServiceDep, caller: KeeperReads, session_id: SessionId) -> SessionResource:
    """One session, with the ids of its analyses."""
    session = service.store.get_session(caller.owner, session_id)
    if session is None:
        raise no_such_session()
    return session_resource(service, session)


@router.patch(
    "/{session_id}",
    operation_id="change_session",
    summary="Change one session",
    response_model=SessionResource,
    responses=answer(200, "As it is now", SessionResource, "session") | problems("not_found", *BODY_PROBLEMS),
    openapi_extra=json_body(SessionChanges),
)
async def change_session(
    request: Request, service: ServiceDep, caller: KeeperWrites, session_id: SessionId
) -> SessionResource:
    """Change the fields that are sent. What was measured already stays as it is."""
    changes = (await read_json(request, SessionChanges)).given()
    session = await run_in_threadpool(service.store.change_session, caller.owner, session_id, changes)
    if session is None:
        raise no_such_session()
    return session_resource(service, session)


@router.delete(
    "/{session_id}",
    operation_id="delete_session",
    summary="Delete one session",
    status_code=204,
    responses=empty_answer(204, "The session is gone; its analyses are in no session")
    | problems("not_found", "invalid_request", "disk_full"),
)
def delete_session(service: ServiceDep, caller: KeeperWrites, session_id: SessionId) -> None:
    """Delete the session. Its analyses stay; to delete clips and reports too, delete those first."""
    if not service.store.delete_session(caller.owner, session_id, now()):
        raise no_such_session()


@router.put(
    "/{session_id}/clips/{analysis_id}",
    operation_id="put_clip",
    summary="Put an analysis into a session",
    status_code=204,
    responses=empty_answer(204, "It is in this session, and in no other")
    | problems("not_found", "limit_reached", "invalid_request", "disk_full"),
)
def put_clip(service: ServiceDep, caller: KeeperWrites, session_id: SessionId, analysis_id: CheckedId) -> None:
    """For what was uploaded without ``session``; it keeps the options it was measured with."""
    try:
        is_there = service.store.put_clip(caller.owner, session_id, analysis_id)
    except SessionFullError:
        raise session_full() from None
    if not is_there:
        raise no_such_session() if service.store.get(caller.owner, analysis_id) else no_such_analysis()


@router.delete(
    "/{session_id}/clips/{analysis_id}",
    operation_id="take_clip_out",
    summary="Take an analysis out of a session",
    status_code=204,
    responses=empty_answer(204, "It is in no session") | problems("not_found", "invalid_request", "disk_full"),
)
def take_clip_out(service: ServiceDep, caller: KeeperWrites, session_id: SessionId, analysis_id: CheckedId) -> None:
    """The analysis itself stays."""
    if not service.store.take_clip_out(caller.owner, session_id, analysis_id):
        raise no_such_analysis()
