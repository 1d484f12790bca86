"""The runner's pages of several clips: two side by side, numbers over time, one run from several sides."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from formcheck.judge.comparison.compare import compare as compare_reports
from formcheck.judge.comparison.said import comparison_in, verdict
from formcheck.judge.comparison.session.combine import FEWEST, MOST, combine
from formcheck.records.report import Report
from formcheck.report.page.comparison import Pictured
from formcheck.report.page.session import session_view
from formcheck.report.view import report_in
from formcheck_api.http.dependencies import ServiceDep, paced, shown_analysis
from formcheck_api.http.routes.page.runs import RUNS, report_shown, waiting_for
from formcheck_api.http.wire.resources import ANALYSES
from formcheck_api.page import run_view
from formcheck_api.page.render import page, voice_for
from formcheck_api.page.trend_view import trend_of
from formcheck_api.records.analyses import Analysis, State
from formcheck_api.records.parts import REPORT

router = APIRouter(include_in_schema=False, dependencies=[Depends(paced)])

LONGEST_TREND: Final = 50
"""Clips of a chart: more dots than a phone's width shows apart, and a report to read for each."""


@router.get("/compare")
def compare(
    request: Request, service: ServiceDep, first: Annotated[str, Query()] = "", second: Annotated[str, Query()] = ""
) -> Response:
    """Two clips side by side; where one is not measured, that clip's page, which says why."""
    found = [shown_analysis(service, analysis_id) for analysis_id in (first, second)]
    both = sorted((each for each in found if each), key=lambda each: each.created)
    if len(both) < len(found):
        return page(request, "gone.html", 404)
    for each in both:
        if each.state is not State.SUCCEEDED:
            return RedirectResponse(f"{RUNS}/{each.id}", 303)
    voice = voice_for(request)
    reports = [report_shown(service, each) for each in both]
    comparison = comparison_in(compare_reports(*reports), voice)
    return page(
        request,
        "compare.html",
        pairs=[(each, report_in(report, voice)) for each, report in zip(both, reports, strict=True)],
        run=run_view,
        comparison=comparison,
        verdict=verdict(comparison, voice),
        notes=[comparison.refused] if comparison.refused else comparison.notes,
    )


@router.get("/trend")
def trend(request: Request, service: ServiceDep, clips: Annotated[str, Query()] = "") -> HTMLResponse:
    """Part of the list of clips on a device: each clip's result, numbers over those measured, and what changed.

    Clips that are gone or not of this page are left out.
    """
    asked = list(dict.fromkeys(clips.split(",")))[:LONGEST_TREND]
    found = [each for analysis_id in asked if (each := shown_analysis(service, analysis_id))]
    found.sort(key=lambda each: each.created)
    listed = [(each, report_shown(service, each) if REPORT in each.artefacts else None) for each in found]
    measured = [(each, report) for each, report in listed if report]
    shown = trend_of([(each.created, report) for each, report in measured], voice_for(request))
    previous, newest = ["", "", *(each.id for each, _ in measured)][-2:]
    return page(request, "trend.html", clips=listed, trend=shown, previous=previous, newest=newest)


@router.get("/together")
def together(request: Request, service: ServiceDep, clips: Annotated[str, Query()] = "") -> HTMLResponse:
    """Two or three clips of one run from different sides, taken together, and those that failed.

    While one is analysed, or where fewer than two are measured, a list of them.
    """
    asked = list(dict.fromkeys(clips.split(",")))
    found = [each for analysis_id in asked[:MOST] if (each := shown_analysis(service, analysis_id))]
    if len(found) < len(asked) or len(found) < FEWEST:
        return page(request, "gone.html", 404)
    measured = [each for each in found if REPORT in each.artefacts]
    rest = [each for each in found if each not in measured]
    waits = any(not each.state.is_finished for each in rest)
    if waits or len(measured) < FEWEST:
        return page(request, "together_list.html", clips=found, measured=measured, waits=waits, **waiting_for())
    voice = voice_for(request)
    reports = [report_shown(service, each) for each in measured]
    pictured = [Pictured(report, _pictures(each, report)) for each, report in zip(measured, reports, strict=True)]
    view = session_view(combine(reports), pictured, voice)
    return page(request, "together.html", made_of=measured, failed=rest, most=MOST, **view)


def _pictures(analysis: Analysis, report: Report) -> dict[str, str]:
    """Where the annotated frames are; an empty address for one still drawn."""
    there = run_view.addresses(report, f"{ANALYSES}/{analysis.id}")
    drawn = {name: path for name, path in there.items() if name in analysis.artefacts}
    return drawn if analysis.state.is_finished else dict.fromkeys(there, "") | drawn
