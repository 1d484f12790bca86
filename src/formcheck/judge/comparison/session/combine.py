"""Reports of one run from several sides to a session."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Final

from formcheck.gait.measures.registry import MEASURES, definition
from formcheck.judge.comparison.common import showing
from formcheck.judge.comparison.session.apart import apart, share_apart
from formcheck.judge.comparison.session.merged import is_known, mean_of
from formcheck.judge.comparison.session.records import Apart, ClipSeen, Session
from formcheck.judge.comparison.session.said import said
from formcheck.judge.comparison.session.views import notes_on, place_of, refusal, seen_from
from formcheck.judge.findings.advice import in_words
from formcheck.judge.findings.sides import sides_of_session
from formcheck.judge.measures.intervals import unknown
from formcheck.records.errors import UsageError
from formcheck.records.report import Measure, Measured, Report
from formcheck.records.skeleton import Side
from formcheck.words.catalogue import ENGLISH
from formcheck.words.reasons import reason

FEWEST, MOST = 2, 3
"""Clips of a session: left and right, and one from behind."""

LEGS: Final = ("leg", "near")
"""Whose measures a clip shows well of the near leg alone."""


def combine(reports: Sequence[Report]) -> Session:
    """One run filmed from the left and the right, perhaps from behind too: the near legs of both, left against right.

    A clip from behind adds the measures that only it shows, and no other.

    Raises
    ------
    UsageError
        These are not two or three reports.
    """
    if not FEWEST <= len(reports) <= MOST or not all(isinstance(each, Report) for each in reports):
        raise UsageError(ENGLISH.say("error.not_a_session"))
    group = tuple(sorted(reports, key=place_of))
    refused = refusal(group)
    left, right = (seen_from(side, group) for side in Side)
    names = [row.name for row in MEASURES if any(row.name in report.measures for report in group)]
    measures = {} if refused else {name: _measure(name, group) for name in names}
    rows = () if refused else apart([name for name in names if definition(name).sides in LEGS], left, right)
    return Session(
        formcheck_version=version("formcheck"),
        clips=tuple(_clip(report) for report in group),
        refused=refused,
        notes=() if refused else tuple(notes_on(group)),
        measures=measures,
        apart=tuple(said(row) for row in rows),
        findings=tuple(in_words(finding, ()) for finding in sides_of_session(_shown_apart(measures, rows))),
    )


def _shown_apart(measures: Mapping[str, Measure], rows: Sequence[Apart]) -> dict[str, Measure]:
    """The measures without shares of a difference that is not real by its own interval, which is wider."""
    unsure = {row.measure for row in rows if row.verdict != "differ"}
    return {name: one for name, one in measures.items() if definition(name).difference_of not in unsure}


def _clip(report: Report) -> ClipSeen:
    clip, scene = report.clip, report.scene
    model = report.model.name if report.model else ""
    return ClipSeen(
        clip.name,
        clip.sha256,
        report.created,
        report.formcheck_version,
        model,
        scene.view,
        scene.near_side,
        report.quality.grade,
    )


def _measure(name: str, reports: Sequence[Report]) -> Measure:
    """A measure of the session: near legs side by side, what both clips show as their mean."""
    row = definition(name)
    having = showing(name, [report for report in reports if name in report.measures])
    unit = having[0].measures[name].unit
    if row.sides in LEGS:
        both = {side: _leg(name, side, having) for side in Side}
        near = [report.measures[name].headline for side in Side if (report := seen_from(side, having))]
        return Measure(unit, mean_of(near, alike=True), both[Side.LEFT], both[Side.RIGHT])
    if any(row.difference_of in report.measures for report in having):  # a step's time, of both feet, is no measure
        return Measure(unit, share_apart(row.difference_of, *(seen_from(side, reports) for side in Side)))
    same = [report.measures[name] for report in having if report.measures[name].unit == unit]
    # Which foot is near the camera moves a difference one way in one clip and the other way in the other.
    headline = mean_of([each.headline for each in same], alike=row.sides == "difference")
    return Measure(unit, headline, *(_both(same, side) for side in Side))


def _leg(name: str, side: Side, reports: Sequence[Report]) -> Measured:
    """A leg's number: of the clip where it is near, else as the far leg of the other, else why there is none."""
    near = seen_from(side, reports)
    found = [near.measures[name].headline] if near else []
    found += [one for report in reports if report is not near and (one := report.measures[name].of(side))]
    return next((one for one in found if is_known(one)), next(iter(found), unknown(reason("session_needs_both"))))


def _both(measures: Sequence[Measure], side: Side) -> Measured | None:
    """The mean over the clips of what they show while one foot is down."""
    found = [one for measure in measures if (one := measure.of(side))]
    return mean_of(found) if found else None
