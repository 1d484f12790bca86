"""How the page sends a clip: it asks what has arrived, sends on from there, and says when that was all."""

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from formcheck_api.access.security import Caller
from formcheck_api.http.dependencies import ServiceDep, Writer
from formcheck_api.http.routes.analyses import delete_analysis
from formcheck_api.http.routes.uploads import accept, form_of
from formcheck_api.http.service import Service
from formcheck_api.http.wire import resources
from formcheck_api.records.analyses import Analysis
from formcheck_api.records.mistakes import says
from formcheck_api.uploads import pieces
from formcheck_api.uploads.bodies import read_bytes, read_json
from formcheck_api.uploads.receive import check_room

router = APIRouter(include_in_schema=False)

UPLOAD: Final = "/uploads/{word}"
LONGEST_NAME: Final = 1000
Count = Annotated[int, Field(ge=0), says("bytes")]
Word = Annotated[
    Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,64}$"), says("upload_id")],
    Path(description="The page's own random word for one upload"),
]
Size = Annotated[Count, Query(description="Bytes of the whole clip")]


class Rest(BaseModel):
    """The request that ends an upload in pieces."""

    name: Annotated[str, Field(max_length=LONGEST_NAME), says("clip_name", most=LONGEST_NAME)]
    bytes: Count
    options: Annotated[dict[str, Any], says("options")]


@router.get(UPLOAD)
def arrived(service: ServiceDep, caller: Writer, word: Word, bytes: Size) -> JSONResponse:
    """How much of a clip has arrived, and its analysis once there is one; or why it is not taken."""
    if analysis := service.store.answered(caller.owner, word):
        return JSONResponse({"arrived": bytes, "analysis": _shown(service, analysis)})
    pieces.check_size(bytes, service.settings)
    so_far = pieces.arrived_bytes(pieces.place_of(service.settings, caller.owner, word))
    service.allowance.check(caller, bytes - so_far)
    return JSONResponse({"arrived": so_far, "analysis": None})


@router.patch(UPLOAD)
async def piece(
    request: Request, service: ServiceDep, caller: Writer, word: Word, offset: Annotated[Count, Query()]
) -> JSONResponse:
    """The next bytes of a clip."""
    length = pieces.piece_bytes(request, offset, service.settings)
    check_room(service.settings, length)
    path = pieces.place_of(service.settings, caller.owner, word)
    with service.allowance.body(caller, length, partial(read_bytes, request)):
        return JSONResponse({"arrived": await pieces.take_piece(request, path, offset, service.settings)})


@router.post(UPLOAD)
async def all_of_it(request: Request, service: ServiceDep, caller: Writer, word: Word) -> JSONResponse:
    """The clip is complete: queue its analysis. Repeated, it returns the same analysis."""
    rest = await read_json(request, Rest)
    analysis = await run_in_threadpool(_analyse, service, caller, word, rest)
    return JSONResponse(_shown(service, analysis), 202)


def _analyse(service: Service, caller: Caller, word: str, rest: Rest) -> Analysis:
    """The analysis of a clip that has arrived: of two who ask at a time, both get the one that is made.

    What arrived is deleted when the analysis is stored, never before: until then it is all there is of the clip.
    """
    place = pieces.place_of(service.settings, caller.owner, word)
    with pieces.held(place):
        if known := service.store.answered(caller.owner, word):
            return known
        form = form_of(rest.options)
        check_room(service.settings, pieces.arrived_bytes(place))  # for the copy
        with pieces.whole(place, rest.name, rest.bytes) as upload:
            analysis = accept(service, caller, upload, form, word).analysis
        place.unlink(missing_ok=True)
        return analysis


@router.delete(UPLOAD)
def drop(service: ServiceDep, caller: Writer, word: Word) -> Response:
    """The runner thought better of it: what has arrived is deleted, and the analysis of it where that has begun."""
    place = pieces.place_of(service.settings, caller.owner, word)
    with pieces.held(place):
        if analysis := service.store.made(caller.owner, word):
            delete_analysis(service, caller, analysis.id)
        place.unlink(missing_ok=True)
    return Response(status_code=204)


def _shown(service: Service, analysis: Analysis) -> dict[str, Any]:
    place = resources.position(service, analysis)
    return resources.resource(service, analysis, place).model_dump(mode="json")
