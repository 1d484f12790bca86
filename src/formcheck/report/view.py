"""The content of the report's page, before layout: pure functions from a Report to sentences and small records."""

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from formcheck.judge.findings.advice import finding_in
from formcheck.judge.measures.scale import USUAL_LEG_M
from formcheck.judge.reference.bands import FASTEST_M_S, SLOWEST_M_S, source_in
from formcheck.records.report import EventName, Finding, KeyFrame, Level, Report
from formcheck.records.skeleton import Side
from formcheck.report.measure_view import NotMeasured, headlines, not_measured, whose, why_withheld
from formcheck.words.capture import tips
from formcheck.words.catalogue import ENGLISH, Voice
from formcheck.words.numbers import number, physical, physical_span, quantity, title_of
from formcheck.words.reasons import advice_on_page, measure_in, reason_in, title_of_reason

LEVELS: Final[tuple[Level, ...]] = ("act", "watch", "ok", "info")
"""Levels of findings, most urgent first."""

CHANGES: Final = frozenset({"reach_changes", "lean_changes", "cadence_changes"})
"""Findings that one number for the whole clip would hide something."""

OVERLAY_MOST_FPS: Final = 120.0
"""The overlay of a faster clip holds every 2nd, 3rd ... frame: played four times slower that is still 30 a second."""

FPS_ROOM: Final = 0.05
"""A phone's 239.8 fps count as twice 120."""

_SHOWN_AT: Final = {
    "foot_strike": ("foot_ahead_of_hip", "shank_angle", "foot_angle", "knee_flexion", "trunk_lean_at_strike"),
    "mid_stance": ("trunk_lean",),
    "toe_off": ("thigh_extension",),
}
"""A step's numbers shown under a picture of that instant."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result in one sentence, and its finding; ``is_measured`` is False where it says what was not measured."""

    title: str
    is_measured: bool
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """An annotated frame with its caption; ``anchor`` is its place on the page, ``time_s`` its place in the clip."""

    anchor: str
    file: str
    event: EventName
    time_s: float
    title: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Album:
    """The pictures of one leg."""

    title: str
    pictures: tuple[Picture, ...]


def report_in(report: Report, voice: Voice) -> Report:
    """The report with its findings, reasons and sources in the reader's language and units."""
    reference = tuple(replace(band, source=source_in(band, voice)) for band in report.reference)
    reasons = tuple(reason_in(reason, voice) for reason in report.quality.reasons)
    return replace(
        report,
        quality=replace(report.quality, reasons=reasons),
        measures={name: measure_in(measure, voice) for name, measure in report.measures.items()},
        findings=tuple(finding_in(finding, report.reference, voice) for finding in report.findings),
        reference=reference,
    )


def verdict(report: Report, voice: Voice = ENGLISH) -> Verdict:
    """The result in one sentence; what could not be measured comes first."""
    shown = headlines(report)
    missing = [name for name in shown if why_withheld(report.measures[name].headline)]
    if len(missing) == len(shown):
        why = title_of_reason(obstacles(report, voice)[0].reason, voice)
        return Verdict(why or voice.say("view.nothing_measured"), is_measured=False)
    if missing:
        titles = ", ".join(title_of(name, voice) for name in missing)
        return Verdict(voice.say("view.one_missing", measures=titles), is_measured=False)
    if report.scene.view == "rear":
        return Verdict(voice.say("view.from_behind"), is_measured=False)
    said = (finding for finding in by_urgency(report.findings) if finding.level != "info" or finding.code in CHANGES)
    top = next(said, None)
    return (
        Verdict(top.title, is_measured=True, finding=top)
        if top
        else Verdict(voice.say("view.nothing_to_say"), is_measured=True)
    )


def by_urgency(findings: Iterable[Finding]) -> list[Finding]:
    """Findings, most urgent first."""
    return sorted(findings, key=lambda finding: LEVELS.index(finding.level))


def basis(report: Report, voice: Voice = ENGLISH) -> str:
    """Foot strikes, speed and quality behind the result, in one line."""
    if report.scene.view == "rear":
        return voice.say("view.basis_rear")
    strikes, grade = _strikes(report, voice), voice.say(f"grade.{report.quality.grade}")
    start, end = report.clip.used_s
    if not report.steps or not math.isfinite(start + end):
        return voice.say("view.basis", strikes=strikes, grade=grade)
    used = voice.say("number.range", low=number(start, 1), high=number(end, 1))
    return voice.say("view.basis_used", strikes=strikes, used=used, grade=grade)


def _strikes(report: Report, voice: Voice) -> str:
    """Number of foot strikes, and the speed at which they are compared."""
    left, right = (sum(step.side is side for step in report.steps) for side in Side)
    if not report.steps:
        return voice.say("view.no_strikes")
    if not report.reference:
        return voice.say("view.strikes", left=left, right=right)
    speed = physical("speed", report.reference[0].speed_m_s, voice)
    if report.scene.scale.source != "none":
        return voice.say("view.strikes_at", left=left, right=right, speed=speed)
    leg = physical("leg", USUAL_LEG_M, voice)
    return voice.say("view.strikes_at_guessed", left=left, right=right, speed=speed, leg=leg)


def albums(report: Report, available: Iterable[str], voice: Voice = ENGLISH) -> list[Album]:
    """The available pictures of key frames, the leg nearer the camera first."""
    files = set(available)
    near = report.scene.near_side or Side.LEFT
    found = [_album(report, side, files, voice) for side in (near, near.other)]
    return [album for album in found if album.pictures]


def obstacles(report: Report, voice: Voice = ENGLISH) -> list[NotMeasured]:
    """Why headline numbers were withheld, then what else weakens the clip."""
    titles = {title_of(name, voice) for name in headlines(report)}
    main = [item for item in not_measured(report, voice) if titles.intersection(item.measures)]
    codes = {item.reason.code for item in main}
    return main + [NotMeasured(reason, ()) for reason in report.quality.reasons if reason.code not in codes]


Advice = Callable[[Report, Voice], list[str]]
"""How to film a clip better, in the words of the place that shows it."""


def advice(report: Report, voice: Voice = ENGLISH) -> list[str]:
    """How to film better, from the reasons in this clip; the headline numbers first, each line once."""
    return _once(item.reason.advice for item in chain(obstacles(report, voice), not_measured(report, voice)))


def page_advice(report: Report, voice: Voice) -> list[str]:
    """The same for readers of the page."""
    return _once(
        advice_on_page(item.reason, voice) for item in chain(obstacles(report, voice), not_measured(report, voice))
    )


def film_better(report: Report, voice: Voice = ENGLISH, advice: Advice = page_advice) -> list[str]:
    """What would make this clip better, then how to film any clip; each line once."""
    return _once([*advice(report, voice), *filming(voice)])


def _once(lines: Iterable[str]) -> list[str]:
    """Each line once, and none that another one begins with."""
    every = [line for line in dict.fromkeys(lines) if line]
    return [line for line in every if not any(_goes_on(line, other) for other in every)]


def _goes_on(line: str, other: str) -> bool:
    return line != other and other.startswith(line.rstrip("."))


def filming(voice: Voice = ENGLISH) -> list[str]:
    """How to film any clip."""
    return [tip.text for tip in tips(voice)]


def method(report: Report, voice: Voice = ENGLISH) -> list[tuple[str, str]]:
    """How this clip was measured, as terms and descriptions."""
    clip, scene = report.clip, report.scene
    unknown = voice.say("method.unknown")
    size = {"width": clip.width_px, "height": clip.height_px, "frames": clip.frame_count}
    pace = {"seconds": number(clip.duration_s, 2), "fps": number(clip.mean_fps, 2)}
    roll = voice.say("method.roll_is", degrees=number(scene.camera_roll_deg, 1))
    program = voice.say("method.program_is", version=report.formcheck_version, created=report.created)
    reference = physical_span("speed", SLOWEST_M_S, FASTEST_M_S, voice)
    return [
        (voice.say("method.clip"), voice.say("method.clip_is", **size, **pace)),
        (voice.say("method.time_scale"), _time_scale(report, voice)),
        (voice.say("method.scene"), _scene(report, voice)),
        (voice.say("method.roll"), unknown if math.isnan(scene.camera_roll_deg) else roll),
        (voice.say("method.belt_speed"), _speed(report, voice)),
        (voice.say("method.scale"), _scale(report, voice)),
        (voice.say("method.reference"), reference),
        (voice.say("method.model"), _pose_model(report, voice)),
        (voice.say("method.sha256"), clip.sha256 or unknown),
        (voice.say("method.program"), program),
    ]


def _time_scale(report: Report, voice: Voice) -> str:
    scale = report.clip.time_scale
    source = voice.say(f"time_scale.{scale.source}")
    if scale.factor == 1:
        return voice.say("method.real_time", source=source)
    return voice.say("method.slowed", factor=f"{scale.factor:g}", source=source)


def _scene(report: Report, voice: Voice) -> str:
    scene = report.scene
    return voice.say(
        "method.scene_is",
        view=voice.say(f"method.view_{scene.view}"),
        heading=voice.say(f"method.heading_{scene.heading}"),
        near=voice.say(f"method.near_{scene.near_side or 'unknown'}"),
        surface=voice.say(f"method.surface_{scene.surface}"),
    )


def _scale(report: Report, voice: Voice) -> str:
    scale = report.scene.scale
    if not math.isfinite(scale.m_per_leg_length):
        return voice.say("method.scale_none")
    source = voice.say(f"method.scale_by_{scale.source}")
    return voice.say("method.scale_is", length=physical("leg", scale.m_per_leg_length, voice), source=source)


def _pose_model(report: Report, voice: Voice) -> str:
    if report.model is None:
        return voice.say("method.model_none")
    offsets = report.settings.get("measurement", {}).get("offsets", {})
    is_corrected = any(offsets.get(leg, {}).get("thigh_short_frac") for leg in ("near", "far"))
    sha256 = report.model.sha256 or voice.say("method.unknown")
    if is_corrected:
        return voice.say("method.model_corrected", name=report.model.name, sha256=sha256)
    return voice.say("method.model_is", name=report.model.name, sha256=sha256)


def _album(report: Report, side: Side, files: Collection[str], voice: Voice) -> Album:
    shown = ((index, frame) for index, frame in enumerate(report.frames) if frame.side is side and frame.file in files)
    return Album(whose(report, side, voice), tuple(_picture(report, index, frame, voice) for index, frame in shown))


def _picture(report: Report, index: int, frame: KeyFrame, voice: Voice) -> Picture:
    values = report.steps[frame.step].values if 0 <= frame.step < len(report.steps) else {}
    facts = tuple(
        voice.say(
            "view.fact",
            measure=title_of(name, voice),
            value=quantity(name, report.measures[name].unit, values[name], voice),
        )
        for name in _SHOWN_AT[frame.event]
        if name in report.measures and math.isfinite(values.get(name, math.nan))
    )
    title = voice.say(f"picture_title.{frame.side}_{frame.event}", time=number(frame.time_s, 2))
    return Picture(f"frame-{index + 1}", frame.file, frame.event, frame.time_s, title, facts)


def _speed(report: Report, voice: Voice) -> str:
    speed = report.scene.belt_speed
    if not math.isfinite(speed.value):
        return voice.say("method.unknown")
    return quantity("belt_speed", speed.unit, speed.value, voice)


def frames_a_picture(clip_fps: float) -> int:
    """The overlay holds one of so many frames of a clip."""
    return max(1, int(clip_fps / OVERLAY_MOST_FPS + FPS_ROOM))
