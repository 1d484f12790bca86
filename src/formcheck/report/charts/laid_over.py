"""Curves of two groups of clips laid over each other: before in grey dashes, after in a solid line."""

from collections.abc import Sequence
from itertools import chain
from typing import Final

import numpy as np
from markupsafe import Markup

from formcheck.gait.measures.strides import PERCENT
from formcheck.records.report import Report
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats
from formcheck.report.charts import plot
from formcheck.report.charts.figures import Figure
from formcheck.report.charts.plot import Axes
from formcheck.words.catalogue import ENGLISH, Voice
from formcheck.words.numbers import factor_of

GROUPS: Final = ("before", "after")
_PERCENT_AXIS: Final = np.linspace(0.0, 100.0, PERCENT)

_MEASURES: Final = {"lean": "trunk_lean", "knee": "knee_flexion"}
"""What a chart over the stride shows."""

Groups = dict[str, Sequence[Report]]
Curves = dict[str, Floats]
"""Mean curves of a name by group; without those of which no clip has it."""


def laid_over(before: Sequence[Report], after: Sequence[Report], voice: Voice = ENGLISH) -> tuple[Figure, ...]:
    """The path of the foot and the knee over the stride, of each leg near the camera in both groups, and the lean."""
    groups: Groups = dict(zip(GROUPS, (before, after), strict=True))
    lean = _over_stride("lean", groups, None, voice)
    first, *others = (_of_leg(groups, side, voice) for side in _common_sides(before, after))
    path, knee = first
    return path, Figure(voice.say("chart.lean"), voice.say("compare.lean"), lean), knee, *chain(*others)


def _of_leg(groups: Groups, side: Side | None, voice: Voice) -> tuple[Figure, Figure]:
    """A leg's path and knee."""
    path, knee = _path(groups, side, voice), _over_stride("knee", groups, side, voice)
    return (
        Figure(_of_side("chart.path_heading", side, voice), voice.say("compare.path"), path),
        Figure(_of_side("compare.knee_heading", side, voice), voice.say("compare.knee"), knee),
    )


def _of_side(code: str, side: Side | None, voice: Voice) -> str:
    title = voice.say(code)
    return voice.say("compare.of_side", measure=title, side=voice.say(f"side.{side}")) if side else title


def _common_sides(before: Sequence[Report], after: Sequence[Report]) -> list[Side | None]:
    sides = [{report.scene.near_side for report in group} for group in (before, after)]
    common: list[Side | None] = [side for side in Side if all(side in each for each in sides)]
    return common or [None]


def _named(chart: str, side: Side | None) -> str:
    return f"over-{chart}-{side}" if side else f"over-{chart}"


def _curves(name: str, groups: Groups, side: Side | None) -> Curves:
    means = {group: _mean(reports, name, side) for group, reports in groups.items()}
    return {group: mean for group, mean in means.items() if mean is not None}


def _why_empty(name: str, groups: Groups, voice: Voice) -> str:
    are_others = any(name in report.curves for reports in groups.values() for report in reports)
    return voice.say("compare.other_legs" if are_others else "compare.no_curves")


def _mean(reports: Sequence[Report], name: str, side: Side | None) -> Floats | None:
    """The mean of a group's curves; a leg's of one side, the trunk's of any."""
    found = [report.curves[name] for report in reports if name in report.curves]
    whole = [curve for curve in found if len(curve.mean) == PERCENT]
    chosen = [curve.mean for curve in whole if name == "trunk_lean" or curve.side is side]
    return np.asarray(np.mean(chosen, axis=0)) if chosen else None


def _over_stride(chart: str, groups: Groups, side: Side | None, voice: Voice) -> Markup:
    name, title, measure = _named(chart, side), voice.say(f"chart.{chart}"), _MEASURES[chart]
    known = _curves(measure, groups, side)
    if not known:
        return plot.empty_chart(name, title, _why_empty(measure, groups, voice))
    y = plot.span_of([value for curve in known.values() for value in curve], least=6.0)
    axes = Axes((0.0, 100.0), y, voice.say("chart.stride_axis"), voice.say(f"chart.{chart}_axis"))
    body = [axes.up(), axes.across()]
    body += [axes.line(_PERCENT_AXIS, curve, f"curve {group}") for group, curve in known.items()]
    return plot.chart(name, title, voice.say(f"compare.{chart}"), plot.joined([*body, _legend(voice)]))


def _path(groups: Groups, side: Side | None, voice: Voice) -> Markup:
    name, title, leg = _named("path", side), voice.say("chart.path"), factor_of("leg_length")
    forward, up = (_curves(axis, groups, side) for axis in ("foot_forward", "foot_up"))
    paths = {group: (forward[group] * leg, up[group] * leg) for group in GROUPS if group in forward and group in up}
    if not paths:
        return plot.empty_chart(name, title, _why_empty("foot_forward", groups, voice))
    x = plot.span_of([0.0, *(value for path in paths.values() for value in path[0])], least=40.0)
    y = plot.span_of([value for path in paths.values() for value in path[1]], least=30.0)
    margins = plot.CHART_MARGINS
    height = margins.top + margins.bottom + round(margins.plot_width * (y[1] - y[0]) / (x[1] - x[0]))
    axes = Axes(x, y, voice.say("chart.path_x"), voice.say("chart.path_y"), height)
    body = [axes.up(), axes.across(), axes.upright(0, "zero", voice.say("chart.path_hip"))]
    for group, (ahead, above) in paths.items():
        body.append(axes.line(ahead, above, f"curve {group}"))
        body.append(
            plot.tag(
                "circle", cx=axes.x_px(float(ahead[0])), cy=axes.y_px(float(above[0])), r=4.5, class_=f"mark {group}"
            )
        )
    return plot.chart(name, title, voice.say("compare.path"), plot.joined([*body, _legend(voice)]), height)


def _legend(voice: Voice) -> Markup:
    """Which line is which, at the top right."""
    parts = []
    for place, group in enumerate(reversed(GROUPS)):
        x = plot.WIDTH - plot.CHART_MARGINS.right - 74.0 - place * 92
        line = plot.tag("line", x1=x, x2=x + 28, y1=12, y2=12, class_=f"curve {group}")
        parts.append(line + plot.text(voice.say(f"compare.{group}"), x + 34, 16.5, "label"))
    return plot.joined(parts)
