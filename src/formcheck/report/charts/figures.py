"""From a report to its charts: which curves are cut from the evidence, and what each chart says about itself."""

import math
from dataclasses import dataclass

from markupsafe import Markup

from formcheck.gait.measures.registry import definition
from formcheck.gait.measures.strides import average_stride, phase_percent
from formcheck.records.report import Evidence, Plateau, ReferenceBand, Report
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats
from formcheck.report.charts.by_step import step_chart
from formcheck.report.charts.charts import FootPath, StrideCurve, knee_chart, lean_chart, path_chart
from formcheck.words.catalogue import ENGLISH, Voice


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with the heading and the sentence that explain it."""

    title: str
    caption: str
    svg: Markup


def levels_of(report: Report, measure: str) -> dict[Side, tuple[Plateau, ...]]:
    """The levels of a measure that changes within the clip: the near leg's, or both sides' where it is the trunk's."""
    levels = {change.measure: change.levels for change in report.changes}.get(measure)
    sides = tuple(Side) if definition(measure).sides == "trunk" else (report.scene.near_side,)
    return {side: levels for side in sides if side and levels}


def reference_for(report: Report, measure: str) -> ReferenceBand | None:
    """The reference band of a measure, where the report has one."""
    return next((band for band in report.reference if band.measure == measure), None)


def figures(report: Report, voice: Voice = ENGLISH) -> tuple[Figure, ...]:
    """The report's charts, in reading order; one without data says so."""
    lean_band = reference_for(report, "trunk_lean")
    lean_caption = voice.say("chart.lean_caption_band") if lean_band else voice.say("chart.lean_caption")
    return (
        *over_time(report, voice),
        Figure(voice.say("chart.lean"), lean_caption, _lean_chart(report, lean_band, voice)),
        Figure(
            voice.say("chart.knee_heading"),
            voice.say("chart.knee_caption"),
            knee_chart(_knee_curves(report), voice),
        ),
        Figure(
            voice.say("chart.path_heading"),
            voice.say("chart.path_caption"),
            path_chart(_foot_paths(report), voice),
        ),
    )


def over_time(report: Report, voice: Voice = ENGLISH) -> tuple[Figure, ...]:
    """The charts that need no more than the steps: where each foot landed, and the lean where it changes."""
    band = reference_for(report, "foot_ahead_of_hip")
    caption = voice.say("chart.reach_caption_band") if band else voice.say("chart.reach_caption")
    reach = Figure(voice.say("chart.reach_heading"), caption, by_step(report, "foot_ahead_of_hip", voice))
    return reach, *changing_lean(report, voice)


def by_step(report: Report, measure: str, voice: Voice = ENGLISH) -> Markup:
    """A measure's chart over the clip, with its band and its levels."""
    levels = levels_of(report, measure)
    return step_chart(measure, report.steps, reference_for(report, measure), voice, levels=levels)


def changing_lean(report: Report, voice: Voice = ENGLISH) -> tuple[Figure, ...]:
    """Lean over the clip, where it changes: then its mean stride is that of no level."""
    if not levels_of(report, "trunk_lean"):
        return ()
    caption = "chart.lean_steps_caption_band" if reference_for(report, "trunk_lean") else "chart.lean_steps_caption"
    return (Figure(voice.say("chart.lean_steps_heading"), voice.say(caption), by_step(report, "trunk_lean", voice)),)


def _lean_chart(report: Report, band: ReferenceBand | None, voice: Voice) -> Markup:
    side = report.scene.near_side or Side.LEFT
    series = report.evidence.series if report.evidence else None
    curve = _curve(report, side, series.trunk_lean_deg) if series else None
    other = phase_percent(_strikes(report, side), _strikes(report, side.other), _breaks(report))
    lean_range = report.measures.get("trunk_lean_range")
    return lean_chart(curve, other, band, voice, range_known=lean_range is None or lean_range.headline.withheld is None)


def _knee_curves(report: Report) -> list[StrideCurve]:
    series = report.evidence.series if report.evidence else None
    if series is None:
        return []
    found = [_curve(report, side, series.knee_flexion_deg[side]) for side in Side if side in series.knee_flexion_deg]
    return [curve for curve in found if curve]


def _foot_paths(report: Report) -> list[FootPath]:
    evidence = report.evidence
    if evidence is None or evidence.runner is None:
        return []
    found = [_foot_path(report, evidence, side) for side in Side]
    return [path for path in found if path]


def _foot_path(report: Report, evidence: Evidence, side: Side) -> FootPath | None:
    reach = report.measures["foot_ahead_of_hip"].of(side) if "foot_ahead_of_hip" in report.measures else None
    if evidence.runner is None or (reach is not None and reach.withheld):  # the path shows where the foot lands
        return None
    from_hip_ll = evidence.runner.joint_ll(side, "ankle") - evidence.runner.joint_ll(side, "hip")
    forward = _curve(report, side, from_hip_ll[:, 0])
    up = _curve(report, side, from_hip_ll[:, 1])
    if forward is None or up is None:
        return None
    return FootPath(side, forward.average.mean, up.average.mean, forward.toe_off_percent)


def _curve(report: Report, side: Side, values: Floats) -> StrideCurve | None:
    """A signal averaged over the strides of one side; None without evidence or without a whole stride."""
    if report.evidence is None:
        return None
    strikes = _strikes(report, side)
    average = average_stride(report.evidence.pose.time_s, values, strikes, _breaks(report))
    toe_offs = [
        step.toe_off_time_s for step in report.steps if step.side is side and math.isfinite(step.toe_off_time_s)
    ]
    return StrideCurve(side, average, phase_percent(strikes, toe_offs, _breaks(report))) if average else None


def _breaks(report: Report) -> list[float]:
    """Where parts of the clip begin: no stride goes on from one to the next."""
    return [part.start_s for part in report.clip.parts[1:]]


def _strikes(report: Report, side: Side) -> list[float]:
    return [step.strike_time_s for step in report.steps if step.side is side]
