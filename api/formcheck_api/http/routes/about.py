"""How to film, what each problem means, and what a caller has used."""

from html import escape

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from formcheck.words.catalogue import ENGLISH
from formcheck_api.access.quotas import quota_of, rate_limit_headers
from formcheck_api.http.dependencies import Reader, ServiceDep
from formcheck_api.http.service import now
from formcheck_api.http.wire.guidance import capture_guidance
from formcheck_api.http.wire.responses import answer, problems, text_answer
from formcheck_api.http.wire.schemas import Allotment, CaptureGuidance, Usage
from formcheck_api.operations.settings import MEGABYTE
from formcheck_api.records.problems import PROBLEMS, PROBLEMS_PAGE
from formcheck_api.records.usage import next_day

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
    "/v1/usage",
    operation_id="get_usage",
    summary="What you have used of your quota",
    responses=answer(200, "Today and now", Usage, "usage") | problems(),
)
def get_usage(service: ServiceDep, caller: Reader, response: Response) -> Usage:
    """Counts of your key's owner; uploads return what is left as RateLimit headers as well."""
    moment = now()
    quota, used = quota_of(service.settings, caller), service.store.used(caller.owner, moment)
    response.headers.update(rate_limit_headers(quota, used, moment))
    most_mb = None if quota.storage_bytes is None else quota.storage_bytes / MEGABYTE
    return Usage(
        clips_today=Allotment(used=used.clips, limit=quota.clips),
        minutes_today=Allotment(used=round(used.work_s / 60, 2), limit=quota.minutes),
        storage_mb=Allotment(used=round(used.stored_bytes / MEGABYTE, 2), limit=most_mb),
        waiting=service.store.count_waiting(caller.owner),
        resets=next_day(moment),
    )


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
