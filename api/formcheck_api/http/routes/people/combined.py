"""A session's clips from the left, the right and behind, taken together."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse

from formcheck.judge.comparison.session.combine import combine
from formcheck.judge.comparison.session.said import verdict
from formcheck.records.report import Report
from formcheck.report.page.comparison import Pictured
from formcheck.report.page.html import data_uri
from formcheck.report.page.session import render_session
from formcheck.report.schema import session_to_json
from formcheck_api.http.dependencies import ServiceDep
from formcheck_api.http.routes.artefacts import PAGE_POLICY
from formcheck_api.http.routes.people.keepers import KeeperReads, SessionId, SessionOwner, no_such_session
from formcheck_api.http.routes.people.reports import of_session, one_of_each_side, report_of
from formcheck_api.http.service import Service
from formcheck_api.http.wire.people.resources import SESSIONS
from formcheck_api.http.wire.responses import combined_answer, file_answer, problems
from formcheck_api.records.analyses import Analysis
from formcheck_api.records.problems import ProblemError
from formcheck_api.storage.blobs import BlobMissingError

router = APIRouter(prefix=f"{SESSIONS}/{{session_id}}", tags=["comparisons"])

Clips = Sequence[tuple[Analysis, Report]]
_PROBLEMS: Final = problems("not_found", "not_finished", "no_report", "session_incomplete", "invalid_request")


@router.get(
    "/combined",
    operation_id="get_combined",
    summary="Both sides of a run, taken together",
    response_class=JSONResponse,
    responses=combined_answer(200, "Also where the clips can't be one run: `refused` says why") | _PROBLEMS,
)
def get_combined(service: ServiceDep, caller: KeeperReads, session_id: SessionId) -> JSONResponse:
    """The session of `formcheck analyze --session`, with its verdict in words and the analyses it is made of."""
    known, chosen = _clips(service, caller.owner, session_id)
    session = combine([report for _, report in chosen])
    ids = [analysis.id for analysis, _ in chosen]
    made_of = {"analyses": ids, "left_out": [analysis.id for analysis, _ in known if analysis.id not in ids]}
    return JSONResponse({"verdict": verdict(session), **made_of, **session_to_json(session)})


@router.get(
    "/combined.html",
    operation_id="get_combined_page",
    summary="Both sides of a run, for people",
    response_class=HTMLResponse,
    responses=file_answer(200, "One page with its pictures inside", "text/html") | problems("link_invalid") | _PROBLEMS,
)
def get_combined_page(service: ServiceDep, owner: SessionOwner, session_id: SessionId) -> HTMLResponse:
    """The page of `formcheck analyze --session`; pictures that are not drawn yet are left out.

    The link in a session's `links` opens it without a key for a while.
    """
    _, chosen = _clips(service, owner, session_id)
    session = combine([report for _, report in chosen])
    pictured = [Pictured(report, _pictures(service, analysis)) for analysis, report in chosen]
    policy = PAGE_POLICY.format(files="")  # the pictures are in the page, and it has no video
    return HTMLResponse(render_session(session, pictured), headers={"Content-Security-Policy": policy})


def _clips(service: Service, owner: str, session_id: str) -> tuple[Clips, Clips]:
    """All clips of the session with their reports, and those that count. Raises ProblemError 404, 409."""
    if service.store.get_session(owner, session_id) is None:
        raise no_such_session()
    known = [(each, report_of(service, each)) for each in of_session(service.store.clips_of(owner, [session_id]))]
    chosen = one_of_each_side(known)
    if len(chosen) < 2:
        raise ProblemError("session_incomplete")
    return known, chosen


def _pictures(service: Service, analysis: Analysis) -> dict[str, str]:
    names = [name for name in analysis.artefacts if name.endswith(".jpg")]
    try:
        return {name: data_uri(b"".join(service.blobs.open(analysis.artefact_key(name) or ""))) for name in names}
    except BlobMissingError:  # deleted since the analysis was looked up
        return {}
