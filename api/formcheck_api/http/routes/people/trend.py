"""One measure of an athlete over their sessions, and whether it changed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query

from formcheck.gait.measures.registry import definition
from formcheck.judge.comparison.compare import compare
from formcheck.records.report import Report
from formcheck_api.access.security import Caller
from formcheck_api.http.dependencies import ServiceDep
from formcheck_api.http.routes.people.comparisons import comparison_document
from formcheck_api.http.routes.people.days import Day, days_of, newest_setup
from formcheck_api.http.routes.people.keepers import AthleteId, KeeperReads, no_such_athlete
from formcheck_api.http.routes.people.reports import measured, report_of
from formcheck_api.http.service import Service
from formcheck_api.http.wire.people.resources import ATHLETES
from formcheck_api.http.wire.people.schemas import Day as DayText
from formcheck_api.http.wire.people.trend import MeasureName, TrendDocument, points_shown
from formcheck_api.http.wire.responses import answer, problems
from formcheck_api.records.analyses import Analysis
from formcheck_api.records.people import Session

router = APIRouter(prefix=ATHLETES, tags=["comparisons"])

LONGEST_TREND: Final = 100
"""Sessions, the latest ones: each takes reading its reports."""


@router.get(
    "/{athlete_id}/trend",
    operation_id="get_trend",
    summary="One measure over an athlete's sessions",
    responses=answer(200, "By day", TrendDocument, "trend") | problems("not_found", "invalid_request"),
)
def get_trend(  # noqa: PLR0917  # FastAPI passes them by name
    service: ServiceDep,
    caller: KeeperReads,
    athlete_id: AthleteId,
    measure: Annotated[MeasureName, Query(description="As in the report's measures")] = "foot_ahead_of_hip",
    first_day: Annotated[DayText | None, Query(alias="from", description="Only sessions on this day or later")] = None,
    last_day: Annotated[DayText | None, Query(alias="to", description="Only sessions on this day or before")] = None,
) -> TrendDocument:
    """A point for each session that has a report, and the latest against the first and against the one before."""
    if service.store.get_athlete(caller.owner, athlete_id) is None:
        raise no_such_athlete()
    days = days_of(measure, _reports(service, caller, athlete_id, first_day, last_day))
    counted = [day for day in days if day.counts]
    setup = newest_setup([report for day in days for report in day.reports]) if days else None
    return TrendDocument(
        athlete=athlete_id,
        measure=measure,
        unit=definition(measure).unit,
        formcheck_version=setup.version if setup else None,
        model=setup.model if setup else None,
        points=[
            point
            for day in days
            for point in points_shown(day.session, day.points, day.setup.version, day.setup.model, day.differs)
        ],
        since_first=_change(measure, counted[0], counted[-1]) if len(counted) > 1 else None,
        since_previous=_change(measure, counted[-2], counted[-1]) if len(counted) > 1 else None,
    )


def _reports(
    service: Service, caller: Caller, athlete_id: str, first_day: date | None, last_day: date | None
) -> list[tuple[Session, Sequence[Report]]]:
    """The athlete's sessions, earliest first, each with the newest report of every clip."""
    page = service.store.list_sessions(
        caller.owner, athlete_id=athlete_id, first_day=first_day, last_day=last_day, limit=LONGEST_TREND
    )
    clips: dict[str | None, list[Analysis]] = defaultdict(list)
    for each in service.store.clips_of(caller.owner, [session.id for session in page.sessions]):
        clips[each.session_id].append(each)
    return [
        (session, [report_of(service, each) for each in measured(clips[session.id])])
        for session in reversed(page.sessions)
    ]


def _change(measure: str, before: Day, after: Day) -> dict[str, Any]:
    """The comparison of two days, narrowed to one measure."""
    found = compare(before.reports, after.reports)
    rows = tuple(row for row in found.differences if row.measure == measure)
    document = comparison_document(replace(found, differences=rows))
    return document | {"verdict": " ".join(row.text for row in rows) or document["verdict"]}
