"""The charts over a stride, and a number on its ruler. Left is a circle and a solid line, right a triangle and dashes.

Lengths come in leg lengths and are drawn in per cent of the leg; strides run from 0 (foot strike) to 100 %.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from markupsafe import Markup

from formcheck.gait.measures.strides import PERCENT, AverageStride
from formcheck.judge.reference.standing import most
from formcheck.records.report import Measured, ReferenceBand
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats
from formcheck.report.charts import plot
from formcheck.report.charts.by_step import band_words, level_band
from formcheck.report.charts.plot import Axes, Margins
from formcheck.words.catalogue import ENGLISH, Voice
from formcheck.words.numbers import factor_of, number, physical, quantity, span, title_of

_PERCENT_AXIS: Final = np.linspace(0.0, 100.0, PERCENT)
_LEG: Final = factor_of("leg_length")
_RIGHT: Final = 0.6  # from this share of a ruler on, its right side has no room for words
_RANGE_HEIGHT: Final = 60
_RANGE_MARGINS: Final = Margins(left=12, right=12, top=19, bottom=21)
RARE_BEYOND: Final = "foot_ahead_of_hip"
"""Of this measure's band the end is paler that one runner in ten reaches: the verdict is about those."""


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


def lean_chart(
    curve: StrideCurve | None,
    other_strike_percent: float,
    band: ReferenceBand | None,
    voice: Voice = ENGLISH,
    *,
    range_known: bool = True,
) -> Markup:
    """Trunk lean over the stride of one side, with its spread; the reference band lies over stance.

    Its description names the curve's ends only where ``range_known``.
    """
    title = voice.say("chart.lean")
    if curve is None:
        return plot.empty_chart("lean", title, voice.say("chart.lean_empty"))
    mean, sd = curve.average.mean, curve.average.sd
    limits = [band.low, band.high] if band else []
    y = plot.span_of([0.0, *(mean - sd), *(mean + sd), *limits], least=6.0)
    axes = Axes((0.0, 100.0), y, voice.say("chart.stride_axis"), voice.say("chart.lean_axis"))
    stance = (0.0, curve.toe_off_percent if math.isfinite(curve.toe_off_percent) else 100.0)
    body = [
        level_band(axes, band, stance),
        axes.up(),
        axes.across(),
        axes.level(0, "zero"),
        axes.note(voice.say("chart.lean_zero"), 100, 0, "note above end"),
    ]
    if math.isfinite(curve.toe_off_percent):
        body.append(
            axes.upright(curve.toe_off_percent, "event", voice.say(f"chart.toe_off_{curve.side}"), label_before=True)
        )
    if math.isfinite(other_strike_percent):
        body.append(axes.upright(other_strike_percent, "event", voice.say(f"chart.strike_{curve.side.other}")))
    body += [
        axes.area(_PERCENT_AXIS, mean - sd, mean + sd, "spread trunk"),
        axes.line(_PERCENT_AXIS, mean, "curve trunk"),
    ]
    words = f"{_extent(curve, voice, ends_known=range_known)}. {band_words(band, voice)}"
    return plot.chart("lean", title, words, plot.joined(body))


def knee_chart(curves: Sequence[StrideCurve], voice: Voice = ENGLISH) -> Markup:
    """Knee flexion over each side's own stride, mean and spread, toe-off marked."""
    title = voice.say("chart.knee")
    if not curves:
        return plot.empty_chart("knee", title, voice.say("chart.knee_empty"))
    ends = [end for curve in curves for end in _ends(curve.average)]
    axes = Axes(
        (0.0, 100.0),
        plot.span_of([0.0, *ends], least=20.0),
        voice.say("chart.stride_axis"),
        voice.say("chart.knee_axis"),
    )
    body = [axes.up(), axes.across()]
    for curve in curves:
        mean, sd = curve.average.mean, curve.average.sd
        body.append(axes.area(_PERCENT_AXIS, mean - sd, mean + sd, f"spread {curve.side}"))
        body.append(axes.line(_PERCENT_AXIS, mean, f"curve {curve.side}"))
    for curve in curves:
        body.append(axes.mark(0, float(curve.average.mean[0]), curve.side))
        body.append(_toe_off(axes, curve.side, curve.toe_off_percent, _PERCENT_AXIS, curve.average.mean))
    body.append(plot.legend([curve.side for curve in curves], voice))
    words = "; ".join(_extent(curve, voice) for curve in curves)
    return plot.chart("knee", title, words, plot.joined(body))


def path_chart(paths: Sequence[FootPath], voice: Voice = ENGLISH) -> Markup:
    """The path of each ankle seen from its hip, true to scale, running to the right."""
    title = voice.say("chart.path")
    if not paths:
        return plot.empty_chart("path", title, voice.say("chart.path_empty"))
    x = plot.span_of([0.0, *(v * _LEG for path in paths for v in path.forward_ll)], least=40.0)
    y = plot.span_of([v * _LEG for path in paths for v in path.up_ll], least=30.0)
    margins = plot.CHART_MARGINS
    height = margins.top + margins.bottom + round(margins.plot_width * (y[1] - y[0]) / (x[1] - x[0]))
    axes = Axes(x, y, voice.say("chart.path_x"), voice.say("chart.path_y"), height)
    body = [axes.up(), axes.across(), axes.upright(0, "zero", voice.say("chart.path_hip"))]
    body += [axes.line(path.forward_ll * _LEG, path.up_ll * _LEG, f"curve {path.side}") for path in paths]
    for path in paths:
        forward, up = path.forward_ll * _LEG, path.up_ll * _LEG
        body.append(axes.mark(float(forward[0]), float(up[0]), path.side))
        body.append(_toe_off(axes, path.side, path.toe_off_percent, forward, up))
    body.append(plot.legend([path.side for path in paths], voice))
    words = "; ".join(_path_words(path, voice) for path in paths)
    return plot.chart("path", title, words, plot.joined(body), height)


def range_chart(
    measure: str,
    unit: str,
    measured: Measured,
    band: ReferenceBand | None,
    voice: Voice = ENGLISH,
    *,
    of: Side | None = None,
) -> Markup:
    """A number with its interval on a ruler, above the reference band at that speed.

    ``of`` is the foot where a page has a ruler for each.
    """
    factor = factor_of(unit)
    low, high = (factor * end for end in measured.interval95)
    middle = factor * measured.value
    limits = [factor * band.low, factor * band.high] if band else []
    x = plot.span_of([0.0, low, high, middle, *limits], least=1.0)
    axes = Axes(x, (0.0, 1.0), height=_RANGE_HEIGHT, margins=_RANGE_MARGINS)
    rare = (factor * most(band), factor * band.high) if band and measure == RARE_BEYOND else None
    parts = [
        _band(axes, band),
        axes.box(rare, axes.y, "rare") if rare else Markup(""),
        _whisker(axes, low, middle, high),
        axes.across(),
    ]
    if band and limits:
        parts.append(_usual_at(axes, limits, band, voice))
    value = quantity(measure, unit, measured.value, voice)
    title = voice.say("chart.range", measure=title_of(measure, voice), value=value)
    interval = voice.say("chart.range_interval", interval=span(measure, unit, *measured.interval95, voice))
    spoken = f"{interval} {band_words(band, voice)}"
    if rare:
        spoken += f" {voice.say('chart.rare', limit=quantity(measure, unit, rare[0] / factor, voice))}"
    name = f"range-{measure}" if of is None else f"range-{measure}-{of}"
    return plot.chart(name, title, spoken, plot.joined(parts), _RANGE_HEIGHT)


def _usual_at(axes: Axes, limits: list[float], band: ReferenceBand, voice: Voice) -> Markup:
    """The band's key above it, growing towards the middle of the ruler: large text stays within it.

    In both systems of units where readers switch.
    """
    (first, last), (low, high) = axes.x, limits
    middle = (low + high) / 2
    share = (middle - first) / (last - first)
    at, grows = (high, "end") if share > _RIGHT else (low, "start") if share < 1 - _RIGHT else (middle, "middle")
    notes = []
    for system in ("metric", "imperial") if voice.units == "both" else (voice.units,):
        speed = physical("speed", band.speed_m_s, Voice(voice.language, system))
        class_ = f"note {grows} above{f' {system}' if voice.units == 'both' else ''}"
        notes.append(axes.note(voice.say("chart.band", speed=speed), at, 1.0, class_))
    return plot.joined(notes)


def _whisker(axes: Axes, low: float, value: float, high: float) -> Markup:
    """A dot with the interval through it."""
    interval = axes.level(0.5, "whisker", between=(low, high)) if math.isfinite(low + high) else Markup("")
    return interval + plot.tag("circle", cx=axes.x_px(value), cy=axes.y_px(0.5), r=6.5, class_="value")


def _band(axes: Axes, band: ReferenceBand | None) -> Markup:
    """The reference band as upright stripe over the whole height (the range chart's x is the measure)."""
    if band is None:
        return Markup("")
    factor = factor_of(band.unit)
    return axes.box((band.low * factor, band.high * factor), axes.y, "band") + axes.upright(
        band.mean * factor, "band-mean"
    )


def _ends(average: AverageStride) -> list[float]:
    return [*(average.mean - average.sd), *(average.mean + average.sd), *average.mean]


def _toe_off(axes: Axes, side: Side, percent: float, x: Floats, y: Floats) -> Markup:
    if not math.isfinite(percent):
        return Markup("")
    at = round(percent)
    return axes.mark(float(x[at]), float(y[at]), side, hollow=True)


def _extent(curve: StrideCurve, voice: Voice, *, ends_known: bool = True) -> str:
    known = curve.average.mean[np.isfinite(curve.average.mean)]
    side = voice.say(f"side.{curve.side}")
    if not len(known):
        return voice.say("chart.extent_unseen", side=side)
    if not ends_known:
        return voice.say("chart.extent_withheld", side=side, count=curve.average.strides)
    low, high = (number(float(end), 0) for end in (known.min(), known.max()))
    if len(known) < len(curve.average.mean):
        return voice.say("chart.extent_part", side=side, low=low, high=high, count=curve.average.strides)
    return voice.say("chart.extent", side=side, low=low, high=high, count=curve.average.strides)


def _path_words(path: FootPath, voice: Voice) -> str:
    reach = quantity("foot_ahead_of_hip", "leg_length", float(path.forward_ll[0]), voice)
    return voice.say("chart.path_side", side=voice.say(f"side.{path.side}"), reach=reach)
