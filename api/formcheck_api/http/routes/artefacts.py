"""What an analysis made: the report, its page, the pictures, the overlay video."""

import hashlib
import json
from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Response
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse

from formcheck_api.http.dependencies import LinkedAnalysis, OwnAnalysis, ServiceDep, no_such_analysis
from formcheck_api.http.routes.analyses import IfNoneMatch
from formcheck_api.http.service import Service
from formcheck_api.http.wire import resources
from formcheck_api.http.wire.responses import answer, empty_answer, file_answer, problems, report_answer
from formcheck_api.http.wire.schemas import FrameList, MotionDocument
from formcheck_api.jobs.processes.motion import MOTION
from formcheck_api.records.analyses import Analysis, State
from formcheck_api.records.parts import OVERLAY, PAGE, REPORT
from formcheck_api.records.problems import ProblemError, problem_document
from formcheck_api.storage.blobs import BlobMissingError
from formcheck_api.storage.ranges import asked_range

router = APIRouter(prefix=f"{resources.ANALYSES}/{{analysis_id}}", tags=["reports"])

_VIDEO: Final = b'<details class="fold" id="video">', b"</details>"
"""What holds the video in the page."""
PAGE_POLICY: Final = (
    "default-src 'none'; img-src data:; media-src 'self'{files}; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""The page brings its pictures and styles itself and has no script; the video beside it is all that is fetched."""
_SHOWN_ANYWHERE: Final = {"Cross-Origin-Resource-Policy": "cross-origin"}
"""A signed link is there to be shown in a page of the client's own."""
_MISSING: Final = ("not_found", "not_finished", "no_report", "not_made", "invalid_request")
_PROBLEMS: Final = problems(*_MISSING)
_LINKED: Final = problems("link_invalid", *_MISSING)
_MOVED: Final = empty_answer(307, "Where the storage is S3: read it at Location, without a key", ("Location",))
_NOT_MODIFIED: Final = empty_answer(304, "Not changed since the ETag you have", ("ETag",))


@router.get(
    "/report",
    operation_id="get_report",
    summary="The report, for programs",
    response_class=JSONResponse,
    responses=report_answer(200, "report.json", ("ETag",)) | _NOT_MODIFIED | _PROBLEMS,
)
def get_report(service: ServiceDep, analysis: OwnAnalysis, if_none_match: IfNoneMatch = None) -> Response:
    """Every number with its interval, what was withheld and why, and how to film better."""
    tag = resources.etag(service, analysis)
    if resources.unchanged(if_none_match, tag):
        return Response(None, 304, {"ETag": tag})
    return JSONResponse(_report(service, analysis), headers={"ETag": tag})


@router.get(
    "/frames",
    operation_id="list_frames",
    summary="The pictures that prove the numbers",
    responses=answer(200, "Each with a link that shows it", FrameList, "frames") | _PROBLEMS,
)
def list_frames(service: ServiceDep, analysis: OwnAnalysis) -> FrameList:
    """The frames of the report alone, once their pictures are there."""
    key_of(analysis, PAGE)  # published with them
    return FrameList.model_validate({"frames": _report(service, analysis)["frames"]})


@router.get(
    "/motion",
    operation_id="get_motion",
    summary="What was measured at every frame",
    response_model=MotionDocument,
    responses=answer(200, "For a chart that moves with the video", MotionDocument, "motion", ("ETag",))
    | _NOT_MODIFIED
    | _PROBLEMS,
)
def get_motion(service: ServiceDep, analysis: OwnAnalysis, if_none_match: IfNoneMatch = None) -> Response:
    """The part of the clip that was followed, one number per frame; absent where no one was."""
    key = key_of(analysis, MOTION)
    headers = _file_headers(key)
    if resources.unchanged(if_none_match, headers["ETag"]):
        return Response(None, 304, headers)
    return Response(b"".join(_open(service, key)), media_type="application/json", headers=headers)


@router.get(
    "/report.html",
    operation_id="get_report_page",
    summary="The report, for people",
    response_class=HTMLResponse,
    responses=file_answer(200, "One page with its pictures inside", "text/html", ("ETag",)) | _NOT_MODIFIED | _LINKED,
)
def get_report_page(service: ServiceDep, analysis: LinkedAnalysis, if_none_match: IfNoneMatch = None) -> Response:
    """The page, its video linked so that it plays without a key; left out where there is none, or none yet."""
    tag = resources.etag(service, analysis)
    policy = PAGE_POLICY.format(files=service.files_source())
    headers = {"ETag": tag, "Content-Security-Policy": policy}  # browsers take an unchanged page's policy from here
    if resources.unchanged(if_none_match, tag):
        return Response(None, 304, headers)
    page = _read(service, analysis, PAGE)
    if OVERLAY in analysis.artefacts:
        overlay = service.link(f"{resources.analysis_path(analysis)}/{OVERLAY}").replace("&", "&amp;")
        page = page.replace(f'"./{OVERLAY}"'.encode(), f'"{overlay}"'.encode())
    else:
        page = _without_video(page)
    return HTMLResponse(page, headers=headers)


@router.get(
    "/frames/{name}.jpg",
    operation_id="get_frame",
    summary="One picture",
    response_class=Response,
    responses=file_answer(200, "The annotated picture", "image/jpeg", ("ETag",)) | _MOVED | _NOT_MODIFIED | _LINKED,
)
def get_frame(
    service: ServiceDep,
    analysis: LinkedAnalysis,
    name: Annotated[str, Path(description="As in the report's frames", examples=["left_foot_strike"])],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The instant that proves a number, with what was measured drawn in."""
    key = key_of(analysis, f"frames/{name}.jpg")
    headers = _file_headers(key)
    if resources.unchanged(if_none_match, headers["ETag"]):
        return Response(None, 304, headers)
    if link := service.file_link(key):
        return _elsewhere(link)
    return Response(b"".join(_open(service, key)), media_type="image/jpeg", headers=headers)


@router.get(
    "/overlay.mp4",
    operation_id="get_overlay",
    summary="The clip with what was measured drawn in",
    response_class=StreamingResponse,
    responses=file_answer(200, "The whole video", "video/mp4", ("ETag", "Accept-Ranges"))
    | file_answer(206, "The bytes asked for", "video/mp4", ("ETag", "Accept-Ranges", "Content-Range"))
    | _MOVED
    | _NOT_MODIFIED
    | _LINKED
    | problems("range_not_satisfiable", anywhere=False),
)
def get_overlay(
    service: ServiceDep,
    analysis: LinkedAnalysis,
    if_none_match: IfNoneMatch = None,
    range_: Annotated[str | None, Header(alias="Range", description="One range of bytes, as players ask for")] = None,
    if_range: Annotated[str | None, Header(description="Obey Range only for this ETag")] = None,
) -> Response:
    """H.264 with its index in front; players seek in it by ranges."""
    key = key_of(analysis, OVERLAY)
    headers = _file_headers(key) | {"Accept-Ranges": "bytes"}
    if resources.unchanged(if_none_match, headers["ETag"]):
        return Response(None, 304, headers)
    if link := service.file_link(key):
        return _elsewhere(link)
    size = _size(service, key)
    wanted = asked_range(range_, size) if if_range in (None, headers["ETag"]) else None
    start, end = wanted or (0, size)
    headers["Content-Length"] = str(end - start)
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(_open(service, key, start, end), 206 if wanted else 200, headers, "video/mp4")


def _elsewhere(link: str) -> Response:
    """Lead to the storage; the link ends sooner than a copy of this response might."""
    return Response(None, 307, {"Location": link, "Cache-Control": "no-store"} | _SHOWN_ANYWHERE)


def _without_video(page: bytes) -> bytes:
    begin, end = _VIDEO
    before, _, rest = page.partition(begin)
    return before + rest.partition(end)[2]


def _report(service: Service, analysis: Analysis) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(_read(service, analysis, REPORT))
    return resources.with_frame_links(service, analysis, report)


def _read(service: Service, analysis: Analysis, name: str) -> bytes:
    return b"".join(_open(service, key_of(analysis, name)))


def _open(service: Service, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    try:
        return service.blobs.open(key, start, end)
    except BlobMissingError:  # deleted since the analysis was looked up
        raise no_such_analysis() from None


def _size(service: Service, key: str) -> int:
    try:
        return service.blobs.size(key)
    except BlobMissingError:
        raise no_such_analysis() from None


def key_of(analysis: Analysis, name: str) -> str:
    """The blob of an artefact. Raises ProblemError with the reason where it does not exist, or not yet."""
    if key := analysis.artefact_key(name):
        return key
    if _last_with(name) in analysis.artefacts:
        raise ProblemError("not_found", "artefact")
    if not analysis.state.is_finished:
        why = "part" if REPORT in analysis.artefacts else "detail"
        retry = {"Retry-After": str(resources.RUNNING_RETRY_S)}
        raise ProblemError("not_finished", why, state=analysis.state, headers=retry)
    cause = problem_document(analysis.problem) if analysis.problem else None
    if analysis.state is not State.SUCCEEDED:
        raise ProblemError("no_report", state=analysis.state, extra={"cause": cause})
    if analysis.problem:
        raise ProblemError("not_made", extra={"cause": cause})
    raise ProblemError("not_found", "artefact")


def _last_with(name: str) -> str:
    """The file that is there when everything of the same part is."""
    if name == MOTION:
        return REPORT
    return PAGE if name.startswith("frames/") else name


def _file_headers(key: str) -> dict[str, str]:
    """A blob never changes: its key stands for its content, hashed so that it reveals nothing."""
    return {"ETag": f'"{hashlib.sha256(key.encode("utf-8")).hexdigest()[:32]}"'} | _SHOWN_ANYWHERE
