"""What changed between two groups of clips."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import Field

from formcheck.judge.comparison.compare import compare
from formcheck.judge.comparison.records import Comparison
from formcheck.judge.comparison.said import verdict
from formcheck.report.schema import comparison_to_json
from formcheck.words.catalogue import ENGLISH
from formcheck_api.access.security import Caller
from formcheck_api.http.dependencies import ServiceDep
from formcheck_api.http.routes.people.keepers import KeeperReads
from formcheck_api.http.routes.people.reports import of_session, report_of
from formcheck_api.http.service import Service
from formcheck_api.http.wire.responses import comparison_answer, problems
from formcheck_api.records.analyses import Analysis
from formcheck_api.records.mistakes import says
from formcheck_api.records.problems import invalid_request

router = APIRouter(tags=["comparisons"])

MOST_COMPARED: Final = 12
"""Ids on one side: more would make an address longer than some proxies take."""
_ID: Final = "(an|se)_[a-z2-7]{26}"
Ids = Annotated[str, Field(pattern=f"^{_ID}(,{_ID}){{0,{MOST_COMPARED - 1}}}$"), says("compared", most=MOST_COMPARED)]


@router.get(
    "/v1/comparisons",
    operation_id="compare",
    summary="What changed between clips or sessions",
    response_class=JSONResponse,
    responses=comparison_answer(200, "Also where they can't be compared: `refused` says why")
    | problems("not_found", "not_finished", "no_report", "not_made", "invalid_request"),
)
def get_comparison(
    service: ServiceDep,
    caller: KeeperReads,
    before: Annotated[Ids, Query(description="Ids of analyses or sessions, separated by commas")],
    after: Annotated[Ids, Query(description="The same of the later ones")],
) -> JSONResponse:
    """The comparison of `formcheck compare`, with its verdict in one sentence; a session stands for all its clips."""
    first, last = (_analyses(service, caller, ids, name) for ids, name in ((before, "before"), (after, "after")))
    reports = [[report_of(service, each) for each in group] for group in (first, last)]
    return JSONResponse(comparison_document(compare(*reports)))


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """A comparison as it goes over the wire."""
    return {"verdict": verdict(comparison), **comparison_to_json(comparison)}


def _analyses(service: Service, caller: Caller, ids: str, field: str) -> list[Analysis]:
    """What the ids stand for, each once. Raises ProblemError 409, 422."""
    found: dict[str, Analysis] = {}
    for each in ids.split(","):
        if each.startswith("se_"):
            group = _clips(service, caller, each)
        else:
            analysis = service.store.get(caller.owner, each)
            group = None if analysis is None else (analysis,)
        if group is None:
            raise invalid_request([(field, ENGLISH.say("mistake.no_such_clip", id=each))])
        found |= {analysis.id: analysis for analysis in group}
    return list(found.values())


def _clips(service: Service, caller: Caller, session_id: str) -> tuple[Analysis, ...] | None:
    if service.store.get_session(caller.owner, session_id) is None:
        return None
    return of_session(service.store.clips_of(caller.owner, [session_id]))
