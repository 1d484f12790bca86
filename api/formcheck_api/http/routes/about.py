"""What anybody may read: how to film, and what each problem means."""

from html import escape

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from formcheck.words.catalogue import ENGLISH
from formcheck_api.http.dependencies import ServiceDep
from formcheck_api.http.wire.guidance import capture_guidance
from formcheck_api.http.wire.responses import answer, problems, text_answer
from formcheck_api.http.wire.schemas import CaptureGuidance
from formcheck_api.records.problems import PROBLEMS, PROBLEMS_PAGE

router = APIRouter(tags=["about"])

_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<title>{title}</title><h1>{heading}</h1><p>{lead}</p>"
    "<dl>{entries}</dl></html>"
)


@router.get(
    "/v1/capture-guidance",
    operation_id="get_capture_guidance",
    summary="How to film",
    responses=answer(200, "Advice in pieces", CaptureGuidance, "guidance") | problems(anywhere=False),
)
def get_capture_guidance(service: ServiceDep) -> CaptureGuidance:
    """What an app shows beside its record button; no key is needed."""
    return capture_guidance(service.settings.max_upload_mb)


@router.get(
    PROBLEMS_PAGE,
    operation_id="list_problems",
    summary="What each problem code means",
    response_class=HTMLResponse,
    responses=text_answer(200, "A page that the type of every problem points into", "text/html", "<!doctype html>...")
    | problems(anywhere=False),
)
def list_problems() -> HTMLResponse:
    """Every code with its status and what to do about it."""
    entries = (
        f"<dt id='{code}'><code>{code}</code> ({kind.status})</dt><dd>{escape(kind.title)}. {escape(kind.advice)}</dd>"
        for code, kind in sorted(PROBLEMS.items())
    )
    around = {part: escape(ENGLISH.say(f"problem.page.{part}")) for part in ("title", "heading", "lead")}
    return HTMLResponse(_PAGE.format(entries="".join(entries), **around))
