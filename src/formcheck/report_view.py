"""What the report's page says, before it is laid out: pure functions from a Report to words and small records."""

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from markupsafe import Markup

from formcheck.assessment import Confidence, Finding, KeyFrame, Measure, Measured, Reason, Report
from formcheck.charts import range_chart
from formcheck.figures import reference_for
from formcheck.landmarks import Side
from formcheck.wording import MEASURES, UNKNOWN, bare, number, quantity, span, words_for

SIDE_HEADLINES: Final = ("foot_ahead_of_hip", "trunk_lean")
REAR_HEADLINES: Final = ("cadence", "step_width", "pelvic_drop")
"""A view from behind never gives overstride or lean; these it can give."""

LEVELS: Final = {"act": "Worth changing", "watch": "Keep an eye on it", "ok": "As usual", "info": "Good to know"}
"""Levels of findings, most urgent first, in words."""

FILMING: Final = (
    "Film from the side, square to the treadmill, with the phone level on something that stands still.",
    "Lens at hip height, 3 to 5 m away; the whole runner from head to feet stays in the picture.",
    "60 pictures a second or more, in bright light; 120 or more where contact time matters.",
    "10 to 30 seconds of steady running, one runner, tight clothes that show hips and knees.",
    "Film the other side too when left against right is the question: the far leg is often hidden.",
)

DISCLAIMER: Final = (
    "formcheck describes how you run; it is not a medical device, it never diagnoses and it does not predict injury. "
    "See a professional about pain that is sharp, gets worse or lasts."
)

_EVENTS: Final = {"foot_strike": "foot strike", "mid_stance": "mid-stance", "toe_off": "toe-off"}

_SHOWN_AT: Final = {
    "foot_strike": ("foot_ahead_of_hip", "shank_angle", "knee_flexion", "trunk_lean_at_strike"),
    "mid_stance": ("trunk_lean",),
    "toe_off": ("thigh_extension",),
}
"""Which of a step's numbers a picture of that instant proves."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer in one sentence, and the finding it is; no finding where it says what could not be told."""

    title: str
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A headline number: what it is, how sure, and the ruler it lies on; ``withheld`` when it is not told."""

    title: str
    meaning: str
    value: str
    interval: str
    in_cm: str
    basis: str
    usual: str
    ruler: Markup
    withheld: Reason | None


@dataclass(frozen=True, slots=True)
class Picture:
    """An annotated frame with its caption; ``anchor`` is its place on the page."""

    anchor: str
    file: str
    title: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Album:
    """The pictures of one leg."""

    title: str
    pictures: tuple[Picture, ...]


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


def verdict(report: Report) -> Verdict:
    """The answer in plain words; what could not be told comes before everything else."""
    shown = headlines(report)
    missing = [name for name in shown if _untold(report.measures[name].headline)]
    if len(missing) == len(shown):
        return Verdict("This clip cannot tell where your feet land or how your trunk leans")
    if missing:
        titles = " and ".join(words_for(name).title for name in missing)
        return Verdict(f"{titles} could not be told from this clip")
    top = next((finding for finding in by_urgency(report.findings) if finding.level != "info"), None)
    return Verdict(top.title, top) if top else Verdict("Measured; nothing to remark on")


def by_urgency(findings: Iterable[Finding]) -> list[Finding]:
    """Findings, most urgent first."""
    order = list(LEVELS)
    return sorted(findings, key=lambda finding: order.index(finding.level))


def basis(report: Report) -> str:
    """What the answer rests on, in one line."""
    left, right = (sum(step.side is side for step in report.steps) for side in Side)
    speed = next((f" at {band.speed_m_s:.1f} m/s" for band in report.reference), "")
    start, end = report.clip.used_s
    used = f", {number(start, 1)} to {number(end, 1)} s of the clip" if math.isfinite(start + end) else ""
    steps = f"{left} left and {right} right foot strikes{speed}{used}" if left + right else "No foot strike was found"
    return f"{steps}. Quality of the clip: {report.quality.grade}."


def cards(report: Report) -> list[Card]:
    """The headline numbers."""
    return [_card(report, name) for name in headlines(report)]


def albums(report: Report, available: Iterable[str]) -> list[Album]:
    """The frames that prove the numbers, the leg nearer the camera first, as far as there is a picture."""
    files = set(available)
    near = report.scene.near_side or Side.LEFT
    found = [_album(report, side, files) for side in (near, near.other)]
    return [album for album in found if album.pictures]


def whose(report: Report, side: Side) -> str:
    """A leg by name, and which one it is for the camera."""
    if report.scene.near_side is None:
        return f"{side} leg".capitalize()
    place = "nearer the camera" if side is report.scene.near_side else "further from the camera"
    return f"{side} leg, {place}".capitalize()


def rows(report: Report) -> list[Row]:
    """Every measure, in the order of the wording table."""
    return [_row(report, name, report.measures[name]) for name in _in_order(report.measures)]


def untold(report: Report) -> list[Untold]:
    """Reasons for withheld numbers, each once with all the measures it silenced."""
    reasons: dict[str, Reason] = {}
    silenced: dict[str, list[str]] = {}
    for title, reason in _silences(report):
        reasons.setdefault(reason.code, reason)
        silenced.setdefault(reason.code, []).append(title)
    return [Untold(reason, tuple(silenced[code])) for code, reason in reasons.items()]


def obstacles(report: Report) -> list[Untold]:
    """What stands in the way of the headline numbers: why they were withheld, then what else weakens the clip."""
    titles = {words_for(name).title for name in headlines(report)}
    main = [item for item in untold(report) if titles.intersection(item.measures)]
    codes = {item.reason.code for item in main}
    return main + [Untold(reason, ()) for reason in report.quality.reasons if reason.code not in codes]


def advice(report: Report) -> list[str]:
    """How to film better: what this clip asks for, the headline numbers first, each line once."""
    lines = (item.reason.advice for item in chain(obstacles(report), untold(report)))
    return [line for line in dict.fromkeys(lines) if line]


def method(report: Report) -> list[tuple[str, str]]:
    """How it was measured: terms and what they were for this clip."""
    clip, scene = report.clip, report.scene
    roll = "not known" if math.isnan(scene.camera_roll_deg) else f"{number(scene.camera_roll_deg, 1)}° clockwise"
    slower = "real time" if clip.time_scale.factor == 1 else f"{clip.time_scale.factor:g} times slower than life"
    known_scale = f"1 leg length = {number(scene.scale.m_per_leg_length, 3)} m (from {scene.scale.source})"
    near = f"{scene.near_side} leg nearer the camera" if scene.near_side else "nearer leg not known"
    rate = f"{number(clip.mean_fps, 2)} pictures/s"
    return [
        (
            "Clip",
            f"{clip.width_px} x {clip.height_px}, {number(clip.duration_s, 2)} s, {clip.frame_count} frames, {rate}",
        ),
        ("Time scale", f"{slower} ({clip.time_scale.source})"),
        ("Scene", f"{scene.view} view, running to the {scene.heading} of the picture, {near}, {scene.surface}"),
        ("Camera roll", roll),
        ("Belt speed", _speed(report)),
        ("Scale", known_scale if math.isfinite(scene.scale.m_per_leg_length) else "none: lengths are in leg lengths"),
        (
            "Pose model",
            f"{report.model.name}, SHA-256 {report.model.sha256}" if report.model else "none: landmarks were given",
        ),
        ("Clip SHA-256", clip.sha256 or "not known"),
        ("Program", f"formcheck {report.formcheck_version}, {report.created}"),
    ]


def references(report: Report) -> list[str]:
    """Where the reference bands come from, each once."""
    return list(dict.fromkeys(band.source for band in report.reference if band.source))


def _untold(measured: Measured) -> bool:
    return measured.withheld is not None or not math.isfinite(measured.value)


def _silences(report: Report) -> Iterator[tuple[str, Reason]]:
    """What was withheld and why: a measure as a whole, or one side of a measure that is told."""
    for name in _in_order(report.measures):
        measure, title = report.measures[name], words_for(name).title
        if reason := _withheld(measure.headline):
            yield title, reason
            continue
        for side in Side:
            told = measure.of(side)
            if told and (reason := _withheld(told)):
                yield f"{title} ({side})", reason


def _in_order(measures: Iterable[str]) -> list[str]:
    order = {name: place for place, name in enumerate(MEASURES)}
    return sorted(measures, key=lambda name: order.get(name, len(order)))


_NOT_SEEN: Final = Reason("not_seen", "It was not seen well enough to be measured.")


def _withheld(measured: Measured) -> Reason | None:
    return (measured.withheld or _NOT_SEEN) if _untold(measured) else None


def _card(report: Report, name: str) -> Card:
    measure, words = report.measures[name], words_for(name)
    told, band = measure.headline, reference_for(report, name)
    usual = (
        f"Experienced runners at {band.speed_m_s:.1f} m/s: {span(name, band.unit, band.low, band.high)}."
        if band
        else ""
    )
    return Card(
        title=words.title,
        meaning=words.meaning,
        value=quantity(name, measure.unit, told.value),
        interval=span(name, measure.unit, *told.interval95),
        in_cm=_in_cm(report, measure),
        basis=f"{_headline_leg(report, measure)}{told.steps} steps, confidence {told.confidence}",
        usual=usual,
        ruler=Markup("") if _untold(told) else range_chart(name, measure.unit, told, band),
        withheld=_withheld(told),
    )


def _headline_leg(report: Report, measure: Measure) -> str:
    near = report.scene.near_side
    return f"{whose(report, near)}; " if near and measure.of(near) else ""


def _in_cm(report: Report, measure: Measure) -> str:
    cm = 100 * report.scene.scale.m_per_leg_length
    if measure.unit != "leg_length" or not math.isfinite(cm * measure.headline.value):
        return ""
    low, high = (number(cm * end, 0) for end in measure.headline.interval95)
    return f"{number(cm * measure.headline.value, 0)} cm ({low} to {high} cm)"


def _album(report: Report, side: Side, files: Collection[str]) -> Album:
    shown = ((index, frame) for index, frame in enumerate(report.frames) if frame.side is side and frame.file in files)
    return Album(whose(report, side), tuple(_picture(report, index, frame) for index, frame in shown))


def _picture(report: Report, index: int, frame: KeyFrame) -> Picture:
    values = report.steps[frame.step].values if 0 <= frame.step < len(report.steps) else {}
    facts = tuple(
        f"{words_for(name).title} {quantity(name, report.measures[name].unit, values[name])}"
        for name in _SHOWN_AT[frame.event]
        if name in report.measures and math.isfinite(values.get(name, math.nan))
    )
    title = f"{frame.side} {_EVENTS[frame.event]} at {number(frame.time_s, 2)} s".capitalize()
    return Picture(f"frame-{index + 1}", frame.file, title, facts)


def _row(report: Report, name: str, measure: Measure) -> Row:
    words, band = words_for(name), reference_for(report, name)

    def cell(measured: Measured) -> Cell:
        if _untold(measured):
            return Cell("not told", "")
        low, high = (bare(name, measure.unit, end) for end in measured.interval95)
        return Cell(quantity(name, measure.unit, measured.value), "" if UNKNOWN in (low, high) else f"{low} to {high}")

    return Row(
        title=words.title,
        meaning=words.meaning,
        headline=cell(measure.headline),
        left=cell(measure.left) if measure.left else None,
        right=cell(measure.right) if measure.right else None,
        usual=span(name, band.unit, band.low, band.high) if band else "",
        steps=measure.headline.steps,
        confidence=measure.headline.confidence,
        withheld=_withheld(measure.headline),
    )


def _speed(report: Report) -> str:
    speed = report.scene.belt_speed
    if not math.isfinite(speed.value):
        return "not known"
    return quantity("belt_speed", speed.unit, speed.value)
