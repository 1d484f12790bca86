"""The charts of the report: plain data in, one SVG out. Left is a circle and a solid line, right a triangle and dashes.

Lengths come in leg lengths and are drawn in per cent of the leg; strides run from 0 (foot strike) to 100 %.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from markupsafe import Markup

from formcheck.judge.wording import bare, quantity, span, treadmill_speed, unit_for, words_for
from formcheck.records.report import Measured, ReferenceBand, Step
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats
from formcheck.report.charts import plot
from formcheck.report.charts.plot import Axes, Margins
from formcheck.report.charts.strides import PERCENT, AverageStride

_PERCENT_AXIS: Final = np.linspace(0.0, 100.0, PERCENT)
_STRIDE_LABEL: Final = "% of the stride (0 = foot strike)"
_LEG: Final = unit_for("leg_length").factor
_RANGE_HEIGHT: Final = 84
_RANGE_MARGINS: Final = Margins(left=12, right=12, top=20, bottom=26)


@dataclass(frozen=True, slots=True)
class StrideCurve:
    """An averaged signal over the stride of ``side``; ``toe_off_percent`` NaN when not known."""

    side: Side
    average: AverageStride
    toe_off_percent: float


@dataclass(frozen=True, slots=True)
class FootPath:
    """The averaged path of an ankle seen from the hip of its side, forward and up in leg lengths, (101,) each."""

    side: Side
    forward_ll: Floats
    up_ll: Floats
    toe_off_percent: float


def reach_chart(steps: Sequence[Step], band: ReferenceBand | None) -> Markup:
    """Foot ahead of hip at every step over the clip's time, against the reference band."""
    title = "Foot ahead of hip, step by step"
    points = {side: _reach_points(steps, side) for side in Side}
    points = {side: found for side, found in points.items() if found}
    if not points:
        return plot.empty_chart("reach", title, "No step was measured well enough to draw.")
    times = [time for found in points.values() for time, _ in found]
    reaches = [reach for found in points.values() for _, reach in found]
    limits = [band.low * _LEG, band.high * _LEG] if band else []
    first, last = plot.span_of(times, least=1.0, pad=0.03)
    axes = Axes(
        (max(first, 0.0), last),
        plot.span_of([0.0, *reaches, *limits], least=10.0),
        "time in the clip, s",
        unit_for("leg_length").label,
    )
    body = [_level_band(axes, band, axes.x), axes.up(), axes.across(), axes.level(0, "zero")]
    body.append(axes.note("under the hip", axes.x[0], 0, "note above"))
    for side, found in points.items():
        body.append(axes.level(float(np.median([reach for _, reach in found])), f"curve thin {side}"))
        body.extend(axes.mark(time, reach, side) for time, reach in found)
    body.append(plot.legend(list(points)))
    told = [f"{side}: median {np.median([r for _, r in found]):.0f} % of leg over {len(found)} steps"
            for side, found in points.items()]  # fmt: skip
    return plot.chart("reach", title, f"{'; '.join(told)}. {_band_words(band)}", plot.joined(body))


def lean_chart(curve: StrideCurve | None, other_strike_percent: float, band: ReferenceBand | None) -> Markup:
    """Trunk lean over the stride of one side, with its spread; the reference band lies over stance."""
    title = "Trunk lean over the stride"
    if curve is None:
        return plot.empty_chart("lean", title, "No whole stride in which the trunk was seen.")
    mean, sd = curve.average.mean, curve.average.sd
    limits = [band.low, band.high] if band else []
    y = plot.span_of([0.0, *(mean - sd), *(mean + sd), *limits], least=6.0)
    axes = Axes((0.0, 100.0), y, _STRIDE_LABEL, "° forward of the plumb line")
    stance = (0.0, curve.toe_off_percent if math.isfinite(curve.toe_off_percent) else 100.0)
    body = [
        _level_band(axes, band, stance),
        axes.up(),
        axes.across(),
        axes.level(0, "zero"),
        axes.note("upright", 100, 0, "note above end"),
    ]
    if math.isfinite(curve.toe_off_percent):
        body.append(axes.upright(curve.toe_off_percent, "event", f"{curve.side} toe-off", label_before=True))
    if math.isfinite(other_strike_percent):
        body.append(axes.upright(other_strike_percent, "event", f"{curve.side.other} foot strike"))
    body += [
        axes.area(_PERCENT_AXIS, mean - sd, mean + sd, "spread trunk"),
        axes.line(_PERCENT_AXIS, mean, "curve trunk"),
    ]
    words = f"{_extent(curve, '°')}. {_band_words(band)}"
    return plot.chart("lean", title, words, plot.joined(body))


def knee_chart(curves: Sequence[StrideCurve]) -> Markup:
    """Knee flexion over each side's own stride, mean and spread, toe-off marked."""
    title = "Knee bend over the stride"
    if not curves:
        return plot.empty_chart("knee", title, "No whole stride in which a knee was seen.")
    ends = [end for curve in curves for end in _ends(curve.average)]
    axes = Axes((0.0, 100.0), plot.span_of([0.0, *ends], least=20.0), _STRIDE_LABEL, "° of bend, 0 = straight")
    body = [axes.up(), axes.across()]
    for curve in curves:
        mean, sd = curve.average.mean, curve.average.sd
        body.append(axes.area(_PERCENT_AXIS, mean - sd, mean + sd, f"spread {curve.side}"))
        body.append(axes.line(_PERCENT_AXIS, mean, f"curve {curve.side}"))
    for curve in curves:
        body.append(axes.mark(0, float(curve.average.mean[0]), curve.side))
        body.append(_toe_off(axes, curve.side, curve.toe_off_percent, _PERCENT_AXIS, curve.average.mean))
    body.append(plot.legend([curve.side for curve in curves]))
    words = "; ".join(_extent(curve, "°") for curve in curves)
    return plot.chart("knee", title, words, plot.joined(body))


def path_chart(paths: Sequence[FootPath]) -> Markup:
    """The path of each ankle seen from its hip, true to scale, running to the right."""
    title = "Path of the foot, seen from the hip"
    if not paths:
        return plot.empty_chart("path", title, "No whole stride in which a foot was seen.")
    x = plot.span_of([0.0, *(v * _LEG for path in paths for v in path.forward_ll)], least=40.0)
    y = plot.span_of([v * _LEG for path in paths for v in path.up_ll], least=30.0)
    margins = plot.CHART_MARGINS
    height = margins.top + margins.bottom + round(margins.plot_width * (y[1] - y[0]) / (x[1] - x[0]))
    axes = Axes(x, y, "% of leg, ahead of the hip (hip = 0)", "height, % of leg (hip = 0)", height)
    body = [axes.up(), axes.across(), axes.upright(0, "zero", "hip")]
    body += [axes.line(path.forward_ll * _LEG, path.up_ll * _LEG, f"curve {path.side}") for path in paths]
    for path in paths:
        forward, up = path.forward_ll * _LEG, path.up_ll * _LEG
        body.append(axes.mark(float(forward[0]), float(up[0]), path.side))
        body.append(_toe_off(axes, path.side, path.toe_off_percent, forward, up))
    body.append(plot.legend([path.side for path in paths]))
    words = "; ".join(_path_words(path) for path in paths)
    return plot.chart("path", title, words, plot.joined(body), height)


def range_chart(measure: str, unit: str, measured: Measured, band: ReferenceBand | None) -> Markup:
    """A number with its interval on a ruler, above the reference band at that speed."""
    factor = unit_for(unit).factor
    low, high = (factor * end for end in measured.interval95)
    value = factor * measured.value
    limits = [factor * band.low, factor * band.high] if band else []
    x = plot.span_of([0.0, low, high, value, *limits], least=1.0)
    axes = Axes(x, (0.0, 1.0), height=_RANGE_HEIGHT, margins=_RANGE_MARGINS)
    parts = [_band(axes, band), _whisker(axes, low, value, high), axes.across()]
    if band:
        parts.append(axes.note("usual at this speed", sum(limits) / 2, 1.0, "note middle above"))
    title = f"{words_for(measure).title}: {quantity(measure, unit, measured.value)}"
    told = f"95 % interval {span(measure, unit, *measured.interval95)}. {_band_words(band)}"
    return plot.chart(f"range-{measure}", title, told, plot.joined(parts), _RANGE_HEIGHT)


def _whisker(axes: Axes, low: float, value: float, high: float) -> Markup:
    """A dot with the interval through it."""
    interval = axes.level(0.5, "whisker", between=(low, high)) if math.isfinite(low + high) else Markup("")
    return interval + plot.tag("circle", cx=axes.x_px(value), cy=axes.y_px(0.5), r=6.5, class_="value")


def _reach_points(steps: Sequence[Step], side: Side) -> list[tuple[float, float]]:
    points = [
        (step.strike_time_s, step.values.get("foot_ahead_of_hip", math.nan) * _LEG)
        for step in steps
        if step.side is side
    ]
    return [point for point in points if all(map(math.isfinite, point))]


def _band(axes: Axes, band: ReferenceBand | None) -> Markup:
    """The reference band as upright stripe over the whole height (the range chart's x is the measure)."""
    if band is None:
        return Markup("")
    factor = unit_for(band.unit).factor
    return axes.box((band.low * factor, band.high * factor), axes.y, "band") + axes.upright(
        band.mean * factor, "band-mean"
    )


def _level_band(axes: Axes, band: ReferenceBand | None, x: tuple[float, float]) -> Markup:
    """The reference band lying across ``x`` (the charts over time have the measure upright)."""
    if band is None:
        return Markup("")
    factor = unit_for(band.unit).factor
    across = axes.box(x, (band.low * factor, band.high * factor), "band")
    return across + axes.level(band.mean * factor, "band-mean", between=x)


def _band_words(band: ReferenceBand | None) -> str:
    if band is None:
        return "No reference at this speed."
    usual = span(band.measure, band.unit, band.low, band.high)
    mean = bare(band.measure, band.unit, band.mean)
    return f"Experienced runners at {treadmill_speed(band.speed_m_s)}: {usual}, mean {mean}."


def _ends(average: AverageStride) -> list[float]:
    return [*(average.mean - average.sd), *(average.mean + average.sd), *average.mean]


def _toe_off(axes: Axes, side: Side, percent: float, x: Floats, y: Floats) -> Markup:
    if not math.isfinite(percent):
        return Markup("")
    at = round(percent)
    return axes.mark(float(x[at]), float(y[at]), side, hollow=True)


def _extent(curve: StrideCurve, unit: str) -> str:
    known = curve.average.mean[np.isfinite(curve.average.mean)]
    count = curve.average.strides
    if not len(known):
        return f"{curve.side}: not seen"
    return f"{curve.side}: {known.min():.0f} to {known.max():.0f}{unit}, mean of {count} strides"


def _path_words(path: FootPath) -> str:
    at_strike = quantity("foot_ahead_of_hip", "leg_length", float(path.forward_ll[0]))
    return f"{path.side} ankle: {at_strike} ahead of the hip at foot strike"
