"""The runner's page of one run: film, wait, result. Everything else it gets from the API, as any client would."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from formcheck.records.report import Report
from formcheck.report.schema import report_from_json
from formcheck.report.view import report_in
from formcheck.words.catalogue import ENGLISH
from formcheck_api.access.security import Caller
from formcheck_api.http.dependencies import CheckedId, ServiceDep, no_such_analysis, paced, shown_analysis, the_caller
from formcheck_api.http.routes.artefacts import key_of
from formcheck_api.http.service import Service
from formcheck_api.jobs.processes.worker import ANALYSIS_SHARE
from formcheck_api.page import run_view
from formcheck_api.page.ready_view import MOST_BEFORE, ready_in_s
from formcheck_api.page.render import page, voice_for
from formcheck_api.records.analyses import Analysis, State
from formcheck_api.records.mistakes import says
from formcheck_api.records.parts import PAGE, REPORT, glimpse, ready
from formcheck_api.records.problems import PROBLEMS, ProblemError
from formcheck_api.storage.blobs import BlobMissingError
from formcheck_api.uploads.bodies import read_json

router = APIRouter(include_in_schema=False)

RUNS: Final = "/runs"
MOST_PICTURES: Final = 8
LARGEST_LOOK_BYTES: Final = 3_000_000
"""Eight pictures of 640 pixels take some 400 kB."""


def _shown(service: ServiceDep, analysis_id: CheckedId) -> Analysis:
    """The analysis of the address. Raises ProblemError 404."""
    analysis = shown_analysis(service, analysis_id)
    if analysis is None:
        raise no_such_analysis()
    return analysis


AnyCaller = Annotated[Caller, Depends(the_caller)]
Shown = Annotated[Analysis, Depends(_shown)]


@router.get("/")
def film(request: Request, service: ServiceDep) -> HTMLResponse:
    """How to film, and where to put the clip."""
    return page(request, "film.html", settings=service.settings, needs_keys=service.needs_keys)


class Look(BaseModel):
    """A few pictures of a clip before its upload; without any, the request only starts the scout."""

    pictures: Annotated[list[str], Field(max_length=MOST_PICTURES), says("pictures", most=MOST_PICTURES)]
    scale: Annotated[
        Annotated[float, Field(gt=0, allow_inf_nan=False), says("scale")],
        Field(description="Pixels of the clip per pixel of the pictures"),
    ] = 1.0


@router.post("/look")
async def look(request: Request, service: ServiceDep, caller: AnyCaller) -> JSONResponse:
    """Reasons against measuring a clip, within about two seconds and before it is uploaded."""
    caller.check("analyses:write")
    asked = await read_json(request, Look, LARGEST_LOOK_BYTES)
    if not asked.pictures:
        await run_in_threadpool(service.looker.warm)
        return JSONResponse({"reasons": None})
    language = voice_for(request).language
    reasons = await run_in_threadpool(service.looker.look, asked.pictures, asked.scale, language)
    return JSONResponse({"reasons": reasons and [_said(reason) for reason in reasons]})


def _said(reason: Mapping[str, Any]) -> dict[str, Any]:
    """A reason in a sentence or two; instead of advice, how the page itself can turn the pictures."""
    if "turn_deg" in reason:
        return {"code": reason["code"], "says": reason["message"], "turn_deg": reason["turn_deg"]}
    return {"code": reason["code"], "says": f"{reason['message']} {reason['advice']}"}


@router.get(RUNS + "/{analysis_id}", dependencies=[Depends(paced)])
def run(request: Request, service: ServiceDep, analysis_id: str) -> HTMLResponse:
    """One clip: its progress, then its result, whose pictures and video may still be on their way."""
    analysis = shown_analysis(service, analysis_id)
    if analysis is None:
        return page(request, "gone.html", 404)
    parts = ready(analysis.artefacts)
    if not analysis.state.is_finished and "report" not in parts:
        return page(request, "waiting.html", analysis=analysis, **waiting_for())
    if analysis.state.is_finished and analysis.state is not State.SUCCEEDED:
        return page(request, "ended.html", analysis=analysis, advice=PROBLEMS)
    return page(
        request,
        "run.html",
        analysis=analysis,
        ready=parts,
        is_coming=not analysis.state.is_finished,
        advice=PROBLEMS,
        report=report_in(report_shown(service, analysis), voice_for(request)),
        run=run_view,
        days=service.settings.report_days,
    )


def waiting_for() -> dict[str, Any]:
    """What a page that shows the progress of an analysis is filled with."""
    return {"report_at": ANALYSIS_SHARE, "following": ENGLISH.say("stage.following")}


@router.get(RUNS + "/{analysis_id}/wait", dependencies=[Depends(paced)])
def wait(service: ServiceDep, analysis: Shown) -> JSONResponse:
    """When the numbers will be there, by how fast this service has been; null where it can't say."""
    before = service.store.line(analysis.id, MOST_BEFORE + 1)
    seconds = ready_in_s(analysis, before, service.store.pace(), ANALYSIS_SHARE)
    return JSONResponse({"ready_in_s": seconds}, headers={"Cache-Control": "no-store"})


@router.get(RUNS + "/{analysis_id}/following.jpg")
def following(service: ServiceDep, analysis: Shown) -> Response:
    """The runner being followed, about a second ago; Raises ProblemError 404 before and after."""
    name = glimpse(analysis.artefacts)
    if name is None:
        raise ProblemError("not_found", "artefact")
    return Response(_read(service, analysis, name), media_type="image/jpeg", headers={"Cache-Control": "no-store"})


@router.get(RUNS + "/{analysis_id}/steps.csv", dependencies=[Depends(paced)])
def steps(service: ServiceDep, analysis: Shown) -> Response:
    """Every step's numbers, for a spreadsheet."""
    headers = {"Content-Disposition": 'attachment; filename="steps.csv"'}
    return Response(run_view.steps_csv(report_shown(service, analysis)), media_type="text/csv", headers=headers)


@router.get(RUNS + "/{analysis_id}/pictures.zip", dependencies=[Depends(paced)])
def pictures(service: ServiceDep, analysis: Shown) -> Response:
    """The annotated frames in one file, when all are drawn."""
    key_of(analysis, PAGE)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in analysis.artefacts:
            if name.endswith(".jpg"):
                archive.writestr(name.rpartition("/")[2], _read(service, analysis, name))
    headers = {"Content-Disposition": 'attachment; filename="pictures.zip"'}
    return Response(out.getvalue(), media_type="application/zip", headers=headers)


def report_shown(service: Service, analysis: Analysis) -> Report:
    """The report of an analysis, to show. Raises ProblemError 404."""
    return report_from_json(json.loads(_read(service, analysis, REPORT)))


def _read(service: Service, analysis: Analysis, name: str) -> bytes:
    key = key_of(analysis, name)
    try:
        return b"".join(service.blobs.open(key))
    except BlobMissingError:  # deleted since the analysis was looked up
        raise no_such_analysis() from None
