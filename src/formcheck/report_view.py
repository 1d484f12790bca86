"""What the report's page says, before it is laid out: pure functions from a Report to words and small records."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Final

from formcheck.assessment import Finding, KeyFrame, Report
from formcheck.landmarks import Side
from formcheck.measure_view import Untold, headlines, untold, whose, why_withheld
from formcheck.wording import number, quantity, treadmill_speed, words_for

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
    """The answer in one sentence, and the finding it is; not ``told`` where it says what the clip cannot tell."""

    title: str
    told: bool
    finding: Finding | None = None


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


def verdict(report: Report) -> Verdict:
    """The answer in plain words; what could not be told comes before everything else."""
    shown = headlines(report)
    missing = [name for name in shown if why_withheld(report.measures[name].headline)]
    if len(missing) == len(shown):
        return Verdict("This clip cannot tell where your feet land or how your trunk leans", told=False)
    if missing:
        titles = " and ".join(words_for(name).title for name in missing)
        return Verdict(f"{titles} could not be told from this clip", told=False)
    if report.scene.view == "rear":
        return Verdict("Seen from behind: rhythm and width are told; reach and lean need a side view", told=False)
    top = next((finding for finding in by_urgency(report.findings) if finding.level != "info"), None)
    return Verdict(top.title, told=True, finding=top) if top else Verdict("Measured; nothing to remark on", told=True)


def by_urgency(findings: Iterable[Finding]) -> list[Finding]:
    """Findings, most urgent first."""
    order = list(LEVELS)
    return sorted(findings, key=lambda finding: order.index(finding.level))


def basis(report: Report) -> str:
    """What the answer rests on, in one line."""
    left, right = (sum(step.side is side for step in report.steps) for side in Side)
    guessed = ", taking the leg as 0.86 m" if report.scene.scale.source == "none" else ""
    speed = next((f" at {treadmill_speed(band.speed_m_s)}{guessed}" for band in report.reference), "")
    start, end = report.clip.used_s
    used = f", {number(start, 1)} to {number(end, 1)} s of the clip" if math.isfinite(start + end) else ""
    steps = f"{left} left and {right} right foot strikes{speed}{used}" if left + right else "No foot strike was found"
    return f"{steps}. Quality of the clip: {report.quality.grade}."


def albums(report: Report, available: Iterable[str]) -> list[Album]:
    """The frames that prove the numbers, the leg nearer the camera first, as far as there is a picture."""
    files = set(available)
    near = report.scene.near_side or Side.LEFT
    found = [_album(report, side, files) for side in (near, near.other)]
    return [album for album in found if album.pictures]


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
    heading = "direction not known" if scene.heading == "unknown" else f"running to the {scene.heading} of the picture"
    near = f"{scene.near_side} leg nearer the camera" if scene.near_side else "nearer leg not known"
    rate = f"{number(clip.mean_fps, 2)} pictures/s"
    return [
        (
            "Clip",
            f"{clip.width_px} x {clip.height_px}, {number(clip.duration_s, 2)} s, {clip.frame_count} frames, {rate}",
        ),
        ("Time scale", f"{slower} ({clip.time_scale.source})"),
        ("Scene", f"{scene.view} view, {heading}, {near}, surface {scene.surface}"),
        ("Camera roll", roll),
        ("Belt speed", _speed(report)),
        ("Scale", known_scale if math.isfinite(scene.scale.m_per_leg_length) else "none: lengths are in leg lengths"),
        ("Pose model", _pose_model(report)),
        ("Clip SHA-256", clip.sha256 or "not known"),
        ("Program", f"formcheck {report.formcheck_version}, {report.created}"),
    ]


def _pose_model(report: Report) -> str:
    if report.model is None:
        return "none: landmarks were given"
    offsets = report.settings.get("measurement", {}).get("offsets", {})
    is_corrected = any(any(offsets.get(leg, {}).values()) for leg in ("near", "far"))
    corrected = "where it puts hips, knees and ankles is corrected by what rendered runners showed"
    name = f"{report.model.name}, SHA-256 of its weights {report.model.sha256 or 'not known'}"
    return f"{name}; {corrected}" if is_corrected else name


def references(report: Report) -> list[str]:
    """Where the reference bands come from, each once."""
    return list(dict.fromkeys(band.source for band in report.reference if band.source))


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


def _speed(report: Report) -> str:
    speed = report.scene.belt_speed
    if not math.isfinite(speed.value):
        return "not known"
    return quantity("belt_speed", speed.unit, speed.value)
