"""A measure at every step over the clip's time: how much it scatters, whether it changes, whether the sides differ."""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from markupsafe import Markup

from formcheck.gait.measures.registry import definition
from formcheck.records.report import Plateau, ReferenceBand, Step
from formcheck.records.skeleton import Side
from formcheck.report.charts import plot
from formcheck.report.charts.plot import Axes
from formcheck.words.catalogue import ENGLISH, Voice
from formcheck.words.numbers import bare, factor_of, number, span, with_unit

NAMES = {"foot_ahead_of_hip": "reach", "trunk_lean": "lean_steps"}
"""What the chart of a measure is called on the page, and its words in the catalogue (``chart.<name>...``)."""


def step_chart(
    measure: str,
    steps: Sequence[Step],
    band: ReferenceBand | None,
    voice: Voice = ENGLISH,
    *,
    levels: Mapping[Side, Sequence[Plateau]] = MappingProxyType({}),
) -> Markup:
    """One of `NAMES` at every step, against the reference band.

    A line shows each side's median, or its ``levels`` where it changes; those of the trunk are both feet's.
    """
    name, unit = NAMES[measure], definition(measure).unit
    title = voice.say(f"chart.{name}")
    factor = factor_of(unit)
    points = {side: found for side in Side if (found := _points(measure, steps, side, factor))}
    if not points:
        return plot.empty_chart(name, title, voice.say(f"chart.{name}_empty"))
    values = [value for found in points.values() for _, value in found]
    limits = [band.low * factor, band.high * factor] if band else []
    first, last = plot.span_of([time for found in points.values() for time, _ in found], least=1.0, pad=0.03)
    axes = Axes(
        (max(first, 0.0), last),
        plot.span_of([0.0, *values, *limits], least=10.0),
        voice.say("chart.step_axis"),
        voice.say(f"chart.{name}_axis"),
    )
    body = [level_band(axes, band, axes.x), axes.up(), axes.across(), axes.level(0, "zero")]
    body.append(axes.note(voice.say(f"chart.{name}_zero"), axes.x[0], 0, "note above"))
    for side, found in points.items():
        parts = [(level.value * factor, (level.from_s, level.to_s)) for level in levels.get(side, ())]
        whole = [(float(np.median([value for _, value in found])), axes.x)]
        style = "trunk" if parts and definition(measure).sides == "trunk" else str(side)
        body += [axes.level(value, f"curve thin {style}", between=part) for value, part in parts or whole]
        body.extend(axes.mark(time, value, side) for time, value in found)
    body.append(plot.legend(list(points), voice))
    spoken = [_words(side, [value for _, value in found], unit, voice) for side, found in points.items()]
    return plot.chart(name, title, f"{'; '.join(spoken)}. {band_words(band, voice)}", plot.joined(body))


def _points(measure: str, steps: Sequence[Step], side: Side, factor: float) -> list[tuple[float, float]]:
    found = [(step.strike_time_s, step.values.get(measure, math.nan) * factor) for step in steps if step.side is side]
    return [point for point in found if all(map(math.isfinite, point))]


def _words(side: Side, values: Sequence[float], unit: str, voice: Voice) -> str:
    median = with_unit(number(float(np.median(values)), 0), voice.say(f"unit.{unit}"))
    return voice.say("chart.step_side", side=voice.say(f"side.{side}"), median=median, count=len(values))


def level_band(axes: Axes, band: ReferenceBand | None, x: tuple[float, float]) -> Markup:
    """The reference band lying across ``x`` (the charts over time have the measure upright)."""
    if band is None:
        return Markup("")
    factor = factor_of(band.unit)
    across = axes.box(x, (band.low * factor, band.high * factor), "band")
    return across + axes.level(band.mean * factor, "band-mean", between=x)


def band_words(band: ReferenceBand | None, voice: Voice) -> str:
    """What the reference band says, for those who hear a chart."""
    if band is None:
        return voice.say("chart.band_none")
    usual = span(band.measure, band.unit, band.low, band.high, voice)
    return voice.say("chart.band_is", usual=usual, mean=bare(band.measure, band.unit, band.mean, voice))
