"""One measure over several clips: a dot with its 95 % interval for each, and what is too close to the newest one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from markupsafe import Markup

from formcheck.gait.measures.registry import definition
from formcheck.records.skeleton import Side
from formcheck.report.charts import plot
from formcheck.report.charts.plot import Axes
from formcheck.words.catalogue import ENGLISH, Voice
from formcheck.words.numbers import ends, factor_of, quantity, title_of, unit_of

_LEAST: Final = {"deg": 6.0}
"""Width of the smallest axis, in the unit shown: a scatter below any error should not fill the chart."""
_LEAST_OTHERWISE: Final = 12.0
_CLOSEST: Final = 0.4
"""Between neighbours of one day, of the mean distance: two marks just do not touch with ten clips."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A measure of one clip, in the measure's unit; NaN = not measured.

    ``alike`` are the ends of what this clip could show and not differ from the newest one; NaN where the two can't be
    compared, and for the newest clip itself.
    """

    day: str
    at_days: float
    side: Side | None
    value: float
    interval95: tuple[float, float]
    alike: tuple[float, float]

    @property
    def is_compared(self) -> bool:
        """Whether it can be held against the newest clip."""
        return all(map(math.isfinite, self.alike))

    @property
    def is_alike(self) -> bool:
        """Whether it is too close to the newest clip to call the difference a change."""
        return self.alike[0] <= self.value <= self.alike[1]


def trend_chart(measure: str, dots: Sequence[Dot], voice: Voice = ENGLISH) -> Markup:
    """The dots by their dates, the newest last. A hollow one can't be compared with the newest."""
    title, unit = title_of(measure, voice), definition(measure).unit
    if not any(math.isfinite(dot.value) for dot in dots):
        return plot.empty_chart(f"trend-{measure}", title, voice.say("trend.empty"))
    factor = factor_of(unit)
    values = [factor * value for dot in dots for value in (dot.value, *dot.interval95, *dot.alike)]
    y = plot.span_of(values, least=_LEAST.get(unit, _LEAST_OTHERWISE))
    places = _places(dots)
    axes = Axes((-0.5, len(dots) - 0.5), y, "", unit_of(measure, unit, voice))
    body = [*_alike(axes, dots, places, factor), axes.up(), *_days(axes, dots)]
    for place, dot in zip(places, dots, strict=True):
        body += _dot(axes, place, dot, factor, hollow=dot is not dots[-1] and not dot.is_compared)
    sides = [side for side in Side if any(dot.side is side for dot in dots)]
    if len(sides) > 1:
        body.append(plot.legend(sides, voice))
    words = [_words(measure, dot, voice, is_newest=dot is dots[-1]) for dot in dots]
    spoken = voice.say("trend.said", dots="; ".join(words))
    return plot.chart(f"trend-{measure}", title, spoken, plot.joined(body))


def _places(dots: Sequence[Dot]) -> list[float]:
    """Where each dot stands, from 0 to one less than their number: by date, but never too close to the one before."""
    steps = np.diff([dot.at_days for dot in dots])
    if not len(steps) or not steps.sum():
        return [float(place) for place in range(len(dots))]
    apart = np.maximum(steps / steps.sum() * len(steps), _CLOSEST)
    return [0.0, *(np.cumsum(apart) / apart.sum() * len(steps)).tolist()]


def _alike(axes: Axes, dots: Sequence[Dot], places: Sequence[float], factor: float) -> list[Markup]:
    """Around each dot, what would be no change; at the newest, what would be none since the one before."""
    ranges = [dot.alike for dot in dots]
    if len(dots) > 1:
        ranges[-1] = ranges[-2]
    edges = [-0.5, *((a + b) / 2 for a, b in pairwise(places)), len(dots) - 0.5]
    return [
        axes.box(ends, (factor * low, factor * high), "alike")
        for ends, (low, high) in zip(pairwise(edges), ranges, strict=True)
        if math.isfinite(low + high)
    ]


def _days(axes: Axes, dots: Sequence[Dot]) -> list[Markup]:
    """The lower edge, with the first and the last day."""
    left, right = (axes.x_px(end) for end in axes.x)
    line = plot.tag("line", x1=left, x2=right, y1=axes.bottom_px, y2=axes.bottom_px, class_="axis")
    below = axes.bottom_px + 20
    return [line, plot.text(dots[0].day, left, below, "tick"), plot.text(dots[-1].day, right, below, "tick end")]


def _dot(axes: Axes, place: float, dot: Dot, factor: float, *, hollow: bool) -> list[Markup]:
    if not math.isfinite(dot.value):
        return []
    x, y = axes.x_px(place), axes.y_px(factor * dot.value)
    low, high = (axes.y_px(factor * end) for end in dot.interval95)
    style = str(dot.side) if dot.side else "trunk"
    bar = (
        plot.tag("line", x1=x, x2=x, y1=low, y2=high, class_=f"bar {style}")
        if math.isfinite(low + high)
        else Markup("")
    )
    if dot.side:
        return [bar, plot.shape(dot.side, x, y, hollow=hollow)]
    return [bar, plot.tag("circle", cx=x, cy=y, r=4.5, class_=f"mark trunk{' hollow' if hollow else ''}")]


def _words(measure: str, dot: Dot, voice: Voice, *, is_newest: bool) -> str:
    if not math.isfinite(dot.value):
        return voice.say("trend.missing", day=dot.day)
    unit = definition(measure).unit
    value, interval = quantity(measure, unit, dot.value, voice), ends(measure, unit, *dot.interval95, voice)
    how = "dot" if is_newest or dot.is_alike else "dot_changed" if dot.is_compared else "dot_apart"
    return voice.say(f"trend.{how}", day=dot.day, value=value, interval=interval)
