"""Athletes: create, list, read, change, delete, and measure all their clips again."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from formcheck import __version__
from formcheck.words.catalogue import ENGLISH
from formcheck_api.access.quotas import quota_exceeded, quota_of
from formcheck_api.http.dependencies import ServiceDep
from formcheck_api.http.routes.analyses import Cursor, PageSize
from formcheck_api.http.routes.people.keepers import (
    AthleteId,
    KeeperReads,
    KeeperWrites,
    limit_reached,
    no_such_athlete,
)
from formcheck_api.http.service import now
from formcheck_api.http.wire.openapi import json_body
from formcheck_api.http.wire.people.resources import ATHLETES, athlete_resource
from formcheck_api.http.wire.people.schemas import (
    AthleteChanges,
    AthleteList,
    AthleteResource,
    Line,
    NewAthlete,
    RemeasuredDocument,
)
from formcheck_api.http.wire.resources import resource
from formcheck_api.http.wire.responses import answer, empty_answer, problems
from formcheck_api.records.handles import CursorError
from formcheck_api.records.problems import invalid_request
from formcheck_api.store.clients.quota import QuotaExceededError
from formcheck_api.store.people.athletes import TooManyError
from formcheck_api.uploads.bodies import read_json

router = APIRouter(prefix=ATHLETES, tags=["athletes"])
BODY_PROBLEMS: Final = ("invalid_request", "json_malformed", "body_too_large", "upload_stalled", "disk_full")


@router.post(
    "",
    operation_id="create_athlete",
    summary="Keep records of a runner",
    status_code=201,
    response_model=AthleteResource,
    responses=answer(201, "Made", AthleteResource, "athlete", ("Location",))
    | problems("limit_reached", *BODY_PROBLEMS),
    openapi_extra=json_body(NewAthlete),
)
async def create_athlete(request: Request, service: ServiceDep, caller: KeeperWrites) -> JSONResponse:
    """A name or pseudonym, and what the runner's uploads have in common."""
    asked = await read_json(request, NewAthlete)
    try:
        made = await run_in_threadpool(service.store.add_athlete, caller.owner, asked.model_dump(), now())
    except TooManyError as error:
        raise limit_reached(error) from None
    shown = athlete_resource(made)
    return JSONResponse(shown.model_dump(mode="json"), 201, {"Location": shown.links.self})


@router.get(
    "",
    operation_id="list_athletes",
    summary="List your athletes",
    responses=answer(200, "Newest first", AthleteList, "athletes") | problems("invalid_request"),
)
def list_athletes(
    service: ServiceDep,
    caller: KeeperReads,
    name: Annotated[Line | None, Query(description="Only those with exactly this name")] = None,
    cursor: Annotated[Cursor | None, Query(description="From `next` of the page before")] = None,
    limit: Annotated[PageSize, Query(description="Athletes on a page")] = 50,
) -> AthleteList:
    """A page of your athletes; follow ``next`` until it is null."""
    try:
        page = service.store.list_athletes(caller.owner, name=name, cursor=cursor, limit=limit)
    except CursorError:
        raise wrong_cursor() from None
    following = next_page(ATHLETES, page.cursor, {"name": name, "limit": limit})
    return AthleteList(athletes=[athlete_resource(each) for each in page.athletes], next=following)


@router.get(
    "/{athlete_id}",
    operation_id="get_athlete",
    summary="Read one athlete",
    responses=answer(200, "As it is now", AthleteResource, "athlete") | problems("not_found", "invalid_request"),
)
def get_athlete(service: ServiceDep, caller: KeeperReads, athlete_id: AthleteId) -> AthleteResource:
    """One athlete."""
    athlete = service.store.get_athlete(caller.owner, athlete_id)
    if athlete is None:
        raise no_such_athlete()
    return athlete_resource(athlete)


@router.patch(
    "/{athlete_id}",
    operation_id="change_athlete",
    summary="Change one athlete",
    response_model=AthleteResource,
    responses=answer(200, "As it is now", AthleteResource, "athlete") | problems("not_found", *BODY_PROBLEMS),
    openapi_extra=json_body(AthleteChanges),
)
async def change_athlete(
    request: Request, service: ServiceDep, caller: KeeperWrites, athlete_id: AthleteId
) -> AthleteResource:
    """Change the fields that are sent. What was measured already stays as it is."""
    changes = (await read_json(request, AthleteChanges)).given()
    athlete = await run_in_threadpool(service.store.change_athlete, caller.owner, athlete_id, changes)
    if athlete is None:
        raise no_such_athlete()
    return athlete_resource(athlete)


@router.delete(
    "/{athlete_id}",
    operation_id="delete_athlete",
    summary="Delete one athlete and their sessions",
    status_code=204,
    responses=empty_answer(204, "Athlete and sessions are gone; their analyses are in no session")
    | problems("not_found", "invalid_request", "disk_full"),
)
def delete_athlete(service: ServiceDep, caller: KeeperWrites, athlete_id: AthleteId) -> None:
    """Delete the athlete and all sessions. The analyses stay; to delete clips and reports too, delete those first."""
    if not service.store.delete_athlete(caller.owner, athlete_id, now()):
        raise no_such_athlete()


@router.post(
    "/{athlete_id}/remeasure",
    operation_id="remeasure_athlete",
    summary="Measure all clips of an athlete again",
    status_code=202,
    responses=answer(202, "What is queued, and what could not be", RemeasuredDocument, "remeasured")
    | problems("not_found", "invalid_request", "quota_exceeded", "disk_full"),
)
def remeasure(service: ServiceDep, caller: KeeperWrites, athlete_id: AthleteId) -> RemeasuredDocument:
    """Queue every clip of the athlete's sessions that is still stored and was measured by another version."""
    quota, moment = quota_of(service.settings, caller), now()
    try:
        found = service.store.remeasure(caller.owner, athlete_id, moment, quota)
    except QuotaExceededError as error:
        raise quota_exceeded(error.what, quota, moment) from None
    if found is None:
        raise no_such_athlete()
    service.queue.nudge()
    return RemeasuredDocument(
        formcheck_version=__version__,
        queued=[resource(service, each, None) for each in found.queued],
        current=list(found.current),
        gone=list(found.gone),
        left=found.left,
    )


def next_page(path: str, cursor: str | None, asked: Mapping[str, Any]) -> str | None:
    """Where the next page of a list is; None on the last."""
    told = {name: value for name, value in asked.items() if value is not None}
    return f"{path}?{urlencode(told | {'cursor': cursor})}" if cursor else None


def wrong_cursor() -> Exception:
    """The problem of a cursor that no page gave."""
    return invalid_request([("cursor", ENGLISH.say("mistake.cursor"))])
