"""The measures as the page shows them: cards of the headline numbers, the table, and what was withheld."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from formcheck.gait.measures.registry import HEADLINES, REAR_HEADLINES, order_of
from formcheck.judge.measures.scale import interval95_m
from formcheck.records.report import Measure, Measured, Reason, ReferenceBand, Report
from formcheck.records.skeleton import Side
from formcheck.report.charts.charts import range_chart
from formcheck.report.charts.figures import reference_for
from formcheck.words.catalogue import ENGLISH, Voice
from formcheck.words.numbers import (
    ends,
    meaning_of,
    physical,
    physical_span,
    quantity,
    span,
    title_of,
)
from formcheck.words.reasons import reason, reason_in


@dataclass(frozen=True, slots=True)
class Card:
    """A headline number, its certainty and its ruler; ``withheld`` is the reason when it was not measured.

    ``length`` and ``length_interval`` are in centimetres or inches; empty where they are not known.
    """

    title: str
    meaning: str
    value: str
    interval: str
    length: str
    length_interval: str
    basis: tuple[str, ...]
    usual: str
    ruler: Markup
    withheld: Reason | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the table; ``interval`` is empty where it is not known."""

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
    confidence: str
    withheld: Reason | None


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """A reason and the titles of the measures withheld for it."""

    reason: Reason
    measures: tuple[str, ...]


def headlines(report: Report) -> tuple[str, ...]:
    """Names of the headline measures that the report has."""
    names = REAR_HEADLINES if report.scene.view == "rear" else HEADLINES
    return tuple(name for name in names if name in report.measures)


def cards(report: Report, voice: Voice = ENGLISH) -> list[Card]:
    """The headline numbers."""
    return [card(report, name, voice) for name in headlines(report)]


def rows(report: Report, voice: Voice = ENGLISH) -> list[Row]:
    """Every measure, in the order of the registry; none where all are withheld for one reason, which is said once."""
    silenced = {why for one in report.measures.values() if (why := why_withheld(one.headline))}
    if len(silenced) == 1 and all(why_withheld(one.headline) for one in report.measures.values()):
        return []
    return [_row(report, name, report.measures[name], voice) for name in _in_order(report.measures)]


def not_measured(report: Report, voice: Voice = ENGLISH) -> list[NotMeasured]:
    """Reasons for withheld numbers, each with the measures withheld for it."""
    silenced: dict[Reason, list[str]] = {}
    for title, why in _silences(report, voice):
        silenced.setdefault(why, []).append(title)
    return [NotMeasured(why, tuple(titles)) for why, titles in silenced.items()]


def why_withheld(measured: Measured, voice: Voice = ENGLISH) -> Reason | None:
    """Why a number is withheld; None when it is reported."""
    if measured.withheld or math.isfinite(measured.value):
        return measured.withheld
    return reason_in(reason("not_seen"), voice)


def whose(report: Report, side: Side, voice: Voice = ENGLISH) -> str:
    """A leg's name, with whether it is near the camera or far from it."""
    near = report.scene.near_side
    return voice.say(f"view.{'leg' if near is None else 'near' if side is near else 'far'}_{side}")


def _silences(report: Report, voice: Voice) -> Iterator[tuple[str, Reason]]:
    """Withheld numbers and why: a whole measure, or one side of a measure that is reported."""
    for name in _in_order(report.measures):
        measure, title = report.measures[name], title_of(name, voice)
        if why := why_withheld(measure.headline, voice):
            yield title, why
            continue
        for side in Side:
            of_side = measure.of(side)
            if of_side and (why := why_withheld(of_side, voice)):
                yield voice.say("view.measure_of_side", measure=title, side=voice.say(f"side.{side}")), why


def _in_order(measures: Iterable[str]) -> list[str]:
    return sorted(measures, key=order_of)


def card(report: Report, name: str, voice: Voice = ENGLISH, of: Side | None = None) -> Card:
    """A headline number; ``of`` is its foot where a page shows it of both."""
    measure = report.measures[name]
    headline, band = measure.headline, _compared_with(report, name)
    length, length_interval = _in_cm(report, measure, voice)
    return Card(
        title=title_of(name, voice),
        meaning=meaning_of(name, voice),
        value=_in_words(name, measure.unit, headline.value, voice),
        interval=span(name, measure.unit, *headline.interval95, voice),
        length=length,
        length_interval=length_interval,
        basis=_basis(report, name, measure, voice),
        usual=_usual(band, voice),
        ruler=Markup("") if why_withheld(headline) else range_chart(name, measure.unit, headline, band, voice, of=of),
        withheld=why_withheld(headline, voice),
    )


def _in_words(name: str, unit: str, value: float, voice: Voice) -> str:
    """A headline number; a lean backward with its word, for a minus alone says it to few."""
    shown = quantity(name, unit, abs(value), voice)
    if name != "trunk_lean" or quantity(name, unit, value, voice) == shown or not math.isfinite(value):
        return quantity(name, unit, value, voice)
    return voice.say("view.leans_back", value=shown)


def _compared_with(report: Report, name: str) -> ReferenceBand | None:
    """The band of a measure; None where it changes within the clip, for one number for all of it has no place there."""
    changing = {change.measure for change in report.changes}
    return None if name in changing else reference_for(report, name)


def _usual(band: ReferenceBand | None, voice: Voice) -> str:
    if band is None:
        return ""
    usual = span(band.measure, band.unit, band.low, band.high, voice)
    return voice.say("view.usual", speed=physical("speed", band.speed_m_s, voice), usual=usual)


def _basis(report: Report, name: str, measure: Measure, voice: Voice) -> tuple[str, ...]:
    """The near leg's number, steps and confidence, then the far leg's; or both where the headline is of both."""
    headline, near = measure.headline, report.scene.near_side
    confidence = voice.say(f"confidence.{headline.confidence}")
    rests_on = voice.say("view.rests_on", steps=headline.steps, confidence=confidence)
    if near is None or measure.of(near) is None:
        return (rests_on,)
    if headline != measure.of(near):
        both = voice.say("view.both_feet", rests_on=rests_on)
        return (both, each) if (each := _each_foot(name, measure, voice)) else (both,)

    def shown(one: Measured) -> dict[str, str]:
        value, interval = (
            quantity(name, measure.unit, one.value, voice),
            span(name, measure.unit, *one.interval95, voice),
        )
        return {"value": value, "interval": interval}

    mine = voice.say("view.one_foot", whose=whose(report, near, voice), rests_on=rests_on, **shown(headline))
    far = measure.of(near.other)
    if far is None or why_withheld(far):
        return (mine,)
    return mine, voice.say("view.other_foot", whose=whose(report, near.other, voice), **shown(far))


def _each_foot(name: str, measure: Measure, voice: Voice) -> str:
    """The reported numbers of both feet, in one line."""
    words = {
        str(side): quantity(name, measure.unit, one.value, voice)
        for side in Side
        if (one := measure.of(side)) and not why_withheld(one)
    }
    return voice.say(f"view.each_{'_'.join(words)}", **words) if words else ""


def _in_cm(report: Report, measure: Measure, voice: Voice) -> tuple[str, str]:
    """A length and its interval in centimetres or inches; empty where they are not known."""
    value, scale = measure.headline.value, report.scene.scale
    if measure.unit != "leg_length" or not math.isfinite(value * scale.m_per_leg_length):
        return "", ""
    words = physical("length", scale.m_per_leg_length * value, voice)
    low, high = interval95_m(value, measure.headline.interval95, scale)
    return words, physical_span("length", low, high, voice) if math.isfinite(low + high) else ""


def _row(report: Report, name: str, measure: Measure, voice: Voice) -> Row:
    band = _compared_with(report, name)

    def cell(measured: Measured) -> Cell:
        if why_withheld(measured):
            return Cell(voice.say("view.not_measured"), "")
        value = quantity(name, measure.unit, measured.value, voice)
        return Cell(value, ends(name, measure.unit, *measured.interval95, voice))

    return Row(
        title=title_of(name, voice),
        meaning=meaning_of(name, voice),
        headline=cell(measure.headline),
        left=cell(measure.left) if measure.left else None,
        right=cell(measure.right) if measure.right else None,
        usual=span(name, band.unit, band.low, band.high, voice) if band else "",
        steps=measure.headline.steps,
        confidence=voice.say(f"confidence.{measure.headline.confidence}"),
        withheld=why_withheld(measure.headline, voice),
    )
