"""What the page says about the measures: the cards of the headline numbers, the table, what was withheld."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from formcheck.gait.measures.registry import order_of
from formcheck.judge.measures.scale import interval95_m
from formcheck.judge.wording import ends, number, quantity, span, treadmill_speed, words_for
from formcheck.records.report import Confidence, Measure, Measured, Reason, Report
from formcheck.records.skeleton import Side
from formcheck.report.charts.charts import range_chart
from formcheck.report.charts.figures import reference_for

SIDE_HEADLINES: Final = ("foot_ahead_of_hip", "trunk_lean")
REAR_HEADLINES: Final = ("cadence", "step_width", "pelvic_drop")
"""A view from behind never gives overstride or lean; these it can give."""

_NOT_SEEN: Final = Reason("not_seen", "It was not seen well enough to be measured.")


@dataclass(frozen=True, slots=True)
class Card:
    """A headline number: what it is, how sure, and the ruler it lies on; ``withheld`` when it is not told."""

    title: str
    meaning: str
    value: str
    interval: str
    in_cm: str
    basis: tuple[str, ...]
    usual: str
    ruler: Markup
    withheld: Reason | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the table; ``interval`` is empty when there is none to show."""

    value: str
    interval: str


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of the table."""

    title: str
    meaning: str
    headline: Cell
    left: Cell | None
    right: Cell | None
    usual: str
    steps: int
    confidence: Confidence
    withheld: Reason | None


@dataclass(frozen=True, slots=True)
class Untold:
    """One reason and the titles of the measures it silenced."""

    reason: Reason
    measures: tuple[str, ...]


def headlines(report: Report) -> tuple[str, ...]:
    """Names of the measures shown big, as far as the report has them."""
    names = REAR_HEADLINES if report.scene.view == "rear" else SIDE_HEADLINES
    return tuple(name for name in names if name in report.measures)


def cards(report: Report) -> list[Card]:
    """The headline numbers."""
    return [_card(report, name) for name in headlines(report)]


def rows(report: Report) -> list[Row]:
    """Every measure, in the order of the registry."""
    return [_row(report, name, report.measures[name]) for name in _in_order(report.measures)]


def untold(report: Report) -> list[Untold]:
    """Reasons for withheld numbers, each once with all the measures it silenced."""
    silenced: dict[Reason, list[str]] = {}
    for title, reason in _silences(report):
        silenced.setdefault(reason, []).append(title)
    return [Untold(reason, tuple(titles)) for reason, titles in silenced.items()]


def why_withheld(measured: Measured) -> Reason | None:
    """Why a number is not told; None when it is."""
    return measured.withheld or (None if math.isfinite(measured.value) else _NOT_SEEN)


def whose(report: Report, side: Side) -> str:
    """A leg by name, and which one it is for the camera."""
    if report.scene.near_side is None:
        return f"{side} leg".capitalize()
    place = "nearer the camera" if side is report.scene.near_side else "further from the camera"
    return f"{side} leg, {place}".capitalize()


def _silences(report: Report) -> Iterator[tuple[str, Reason]]:
    """What was withheld and why: a measure as a whole, or one side of a measure that is told."""
    for name in _in_order(report.measures):
        measure, title = report.measures[name], words_for(name).title
        if reason := why_withheld(measure.headline):
            yield title, reason
            continue
        for side in Side:
            told = measure.of(side)
            if told and (reason := why_withheld(told)):
                yield f"{title} ({side})", reason


def _in_order(measures: Iterable[str]) -> list[str]:
    return sorted(measures, key=order_of)


def _card(report: Report, name: str) -> Card:
    measure, words = report.measures[name], words_for(name)
    told, band = measure.headline, reference_for(report, name)
    usual = (
        f"Experienced runners at {treadmill_speed(band.speed_m_s)}: {span(name, band.unit, band.low, band.high)}."
        if band
        else ""
    )
    return Card(
        title=words.title,
        meaning=words.meaning,
        value=quantity(name, measure.unit, told.value),
        interval=span(name, measure.unit, *told.interval95),
        in_cm=_in_cm(report, measure),
        basis=_basis(report, name, measure),
        usual=usual,
        ruler=Markup("") if why_withheld(told) else range_chart(name, measure.unit, told, band),
        withheld=why_withheld(told),
    )


def _basis(report: Report, name: str, measure: Measure) -> tuple[str, ...]:
    """What a headline rests on, and beside it the number of the far leg, or of both where the headline is of both."""
    told, near = measure.headline, report.scene.near_side
    rests_on = f"{told.steps} steps, confidence {told.confidence}"
    if near is None or measure.of(near) is None:
        return (rests_on,)
    if told != measure.of(near):
        sides = ((side, measure.of(side)) for side in (near, near.other))
        each = (
            f"on the {side} foot {quantity(name, measure.unit, one.value)}"
            for side, one in sides
            if one is not None and not why_withheld(one)
        )
        return f"Steps of both feet; {rests_on}", ", ".join(each).capitalize()
    far = measure.of(near.other)
    if far is None or why_withheld(far):
        return (f"{whose(report, near)}; {rests_on}",)
    value, interval = quantity(name, measure.unit, far.value), span(name, measure.unit, *far.interval95)
    return f"{whose(report, near)}; {rests_on}", f"{whose(report, near.other)}: {value} ({interval})"


def _in_cm(report: Report, measure: Measure) -> str:
    """A length and its interval in centimetres; empty where no scale is known."""
    value, scale = measure.headline.value, report.scene.scale
    if measure.unit != "leg_length" or not math.isfinite(value * scale.m_per_leg_length):
        return ""
    told = f"{number(100 * scale.m_per_leg_length * value, 0)} cm"
    low, high = interval95_m(value, measure.headline.interval95, scale)
    if not math.isfinite(low + high):
        return told
    return f"{told} ({number(100 * low, 0)} to {number(100 * high, 0)} cm)"


def _row(report: Report, name: str, measure: Measure) -> Row:
    words, band = words_for(name), reference_for(report, name)

    def cell(measured: Measured) -> Cell:
        if why_withheld(measured):
            return Cell("not told", "")
        return Cell(quantity(name, measure.unit, measured.value), ends(name, measure.unit, *measured.interval95))

    return Row(
        title=words.title,
        meaning=words.meaning,
        headline=cell(measure.headline),
        left=cell(measure.left) if measure.left else None,
        right=cell(measure.right) if measure.right else None,
        usual=span(name, band.unit, band.low, band.high) if band else "",
        steps=measure.headline.steps,
        confidence=measure.headline.confidence,
        withheld=why_withheld(measure.headline),
    )
