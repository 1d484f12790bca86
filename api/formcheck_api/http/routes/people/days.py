"""Sessions with their reports, sorted out for a trend: pure.

Numbers of different versions or pose models are never held against each other: what the newest report was measured with
counts; what was measured with another is shown and left out.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from formcheck.judge.comparison.point import Point, points_of
from formcheck.records.report import Reason, Report
from formcheck.words.reasons import reason
from formcheck_api.records.people import Session


@dataclass(frozen=True, slots=True)
class Setup:
    """What numbers depend on beside the runner; the pose model by its digest, and its name to show."""

    version: str
    model: str
    digest: str


@dataclass(frozen=True, slots=True)
class Day:
    """A session with the reports that count, and a measure of it.

    They are those of the trend's setup if it has any; else of its own newest, which ``differs`` from it.
    """

    session: Session
    setup: Setup
    reports: tuple[Report, ...]
    points: tuple[Point, ...]
    differs: Reason | None

    @property
    def counts(self) -> bool:
        """Whether it has a number that can be held against other days'."""
        return self.differs is None and any(math.isfinite(point.value) for point in self.points)


def days_of(measure: str, sessions: Sequence[tuple[Session, Sequence[Report]]]) -> tuple[Day, ...]:
    """A day for each session that has a report, in the same order."""
    known = [(session, reports) for session, reports in sessions if reports]
    if not known:
        return ()
    setup = newest_setup([report for _, reports in known for report in reports])
    return tuple(_day(measure, session, reports, setup) for session, reports in known)


def newest_setup(reports: Sequence[Report]) -> Setup:
    """What the newest of these reports was measured with."""
    return _setup(max(reports, key=lambda report: report.created))


def _day(measure: str, session: Session, reports: Sequence[Report], wanted: Setup) -> Day:
    found = [_setup(report) for report in reports]
    setup = wanted if wanted in found else newest_setup(reports)
    counted = tuple(report for report, own in zip(reports, found, strict=True) if own == setup)
    return Day(session, setup, counted, points_of(measure, counted), _difference(setup, wanted))


def _setup(report: Report) -> Setup:
    model = report.model
    return Setup(report.formcheck_version, model.name if model else "", model.sha256 if model else "")


def _difference(setup: Setup, wanted: Setup) -> Reason | None:
    if setup == wanted:
        return None
    return reason("compared_versions_differ" if setup.version != wanted.version else "compared_models_differ")
