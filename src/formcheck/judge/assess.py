"""From landmarks to a Report: the gait pipeline, errors, reference bands and findings, composed. No I/O."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final

import numpy as np

from formcheck.gait.events import detectors
from formcheck.gait.measures.proportions import proportions_of
from formcheck.gait.pipeline import find_gait
from formcheck.gait.settings import LARGEST_LANDMARK_ERROR_FRAC, Settings, calibrations, settings_for
from formcheck.judge.blas import one_blas_thread
from formcheck.judge.evidence import choose_key_frames, clip_as_used, curves_of, evidence_of, scene_of, steps_of
from formcheck.judge.findings.judge import judge
from formcheck.judge.measures.change import as_changing, find_changes
from formcheck.judge.measures.measured import grade
from formcheck.judge.numbers import find_numbers
from formcheck.judge.obstacles import without_ghosts
from formcheck.records.errors import RecordError, UsageError
from formcheck.records.filmed import Filmed, ShoeFollower
from formcheck.records.gait import Given, TimeScale
from formcheck.records.options import RunOptions, is_number
from formcheck.records.report import Clip, ModelUsed, Report
from formcheck.records.track import PoseTrack, Uprights, mean_fps
from formcheck.words.catalogue import ENGLISH

FEWEST_TO_TELL_A_UNIT: Final = 10
SLOWEST_FRAME_S: Final = 0.5
"""A track with one frame every half second can't show a step: its times must be in another unit."""


def analyze_track(
    track: PoseTrack,
    *,
    height_m: float | None = None,
    speed_kmh: float | None = None,
    incline_pct: float = 0.0,
    capture_fps: float | None = None,
    from_s: float | None = None,
    to_s: float | None = None,
    turn_deg: float = 0.0,
    model: str | None = None,
    landmark_error_frac: float | None = None,
) -> Report:
    """Assess landmarks that come from elsewhere: one person, MediaPipe's order, NaN = not seen.

    ``model``, lite, full or heavy, is the pose model that found them: its legs are corrected and its errors are in the
    intervals, as in ``analyze_video``. None: something else found them, so they are taken as they are, and the
    intervals follow from ``landmark_error_frac``, the standard error of a landmark in each direction as a fraction of
    leg length. Left out it is 0.02, about that of MediaPipe's full; 0.005 suits markers in a laboratory.

    Raises UsageError when an option is not valid; ``PoseTrack`` itself raises RecordError when times, shapes or
    coordinates are not. A track that shows too little is a finished Report with numbers withheld.
    """
    if not isinstance(track, PoseTrack):
        raise UsageError(ENGLISH.say("error.not_a_track", kind=type(track).__name__))
    if len(track) >= FEWEST_TO_TELL_A_UNIT and np.median(np.diff(track.time_s)) >= SLOWEST_FRAME_S:
        raise RecordError(ENGLISH.say("error.not_seconds", apart=f"{np.median(np.diff(track.time_s)):g}"))
    settings = _settings_for(model, landmark_error_frac)
    options = RunOptions(
        height_m=height_m,
        speed_kmh=speed_kmh,
        incline_pct=incline_pct,
        capture_fps=capture_fps,
        from_s=from_s,
        to_s=to_s,
        turn_deg=turn_deg,
    )
    options.check(any_clock=True)
    track = track.turned(round(turn_deg / 90))
    _check_part(track, options)
    seen = np.isfinite(track.xy_px[..., 0]).any(axis=1)
    filmed = Filmed(seen_frac=float(np.mean(seen)) if len(track) else 0.0)
    used = None if model is None else ModelUsed(model, "")
    return assess(track, options, clip=_clip_of(track), filmed=filmed, model=used, settings=settings)


def _check_part(track: PoseTrack, options: RunOptions) -> None:
    start_s, end_s = options.within_s
    if len(track) and not (start_s < track.time_s[-1] and end_s > track.time_s[0]):
        ends = {"from_s": options.from_s, "to_s": options.to_s}
        part = ", ".join(f"{name}={end:g}" for name, end in ends.items() if end is not None)
        first, last = f"{track.time_s[0]:.1f}", f"{track.time_s[-1]:.1f}"
        raise UsageError(ENGLISH.say("error.part_outside", part=part, first=first, last=last))


def _settings_for(model: str | None, landmark_error_frac: float | None) -> Settings:
    if model is not None and (not isinstance(model, str) or model not in calibrations()):
        raise UsageError(ENGLISH.say("error.unknown_model", model=repr(model), names=", ".join(sorted(calibrations()))))
    if landmark_error_frac is None:
        return settings_for(model)
    if model is not None:
        raise UsageError(ENGLISH.say("error.model_and_error", model=model))
    if not is_number(landmark_error_frac) or not 0 <= landmark_error_frac <= LARGEST_LANDMARK_ERROR_FRAC:
        largest = f"{LARGEST_LANDMARK_ERROR_FRAC:g}"
        raise UsageError(ENGLISH.say("error.landmark_error", value=repr(landmark_error_frac), largest=largest))
    return settings_for(None, landmark_error_frac)


@one_blas_thread()
def assess(
    track: PoseTrack,
    options: RunOptions,
    *,
    clip: Clip,
    filmed: Filmed,
    model: ModelUsed | None = None,
    metadata_fps: float | None = None,
    uprights: Uprights | None = None,
    shoes: ShoeFollower | None = None,
    settings: Settings | None = None,
) -> Report:
    """The Report of one tracked person; ``clip`` describes the file, ``filmed`` how it was filmed.

    ``shoes`` follows the shoes in the pictures; without it strikes are read from the landmarks alone.
    """
    settings = settings or settings_for(None)
    gait = find_gait(track, _given(options, metadata_fps, uprights, shoes), settings=settings)
    gait = without_ghosts(gait, filmed, settings=settings)
    start_s, end_s = options.within_s
    filmed = replace(filmed, frames=int(np.sum((track.time_s >= start_s) & (track.time_s <= end_s))))
    numbers = find_numbers(gait, filmed, options, clip.mean_fps, settings)
    measures, reference = dict(numbers.measures), numbers.reference
    scene, steps = scene_of(gait, numbers.shown, numbers.scale), steps_of(gait, numbers.shown)
    changes = find_changes(steps, scene)
    measures = as_changing(measures, changes)
    if any(each.measure == "cadence" for each in changes):  # then usual values at one speed are those of no part
        reference = ()
    quality = grade(measures, numbers.obstacles, numbers.doubts)
    frames = choose_key_frames(gait, numbers.run, track.time_s)
    return Report(
        formcheck_version=version("formcheck"),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        clip=clip_as_used(clip, gait),
        model=model,
        settings={"told": _plain(options), "measurement": _plain(settings) | {"detectors": _detectors()}},
        scene=scene,
        quality=quality,
        steps=steps,
        measures=measures,
        findings=judge(measures, scene, quality, reference, frames, changes=changes),
        frames=frames,
        reference=reference,
        changes=changes,
        proportions=proportions_of(numbers.run.runner) if numbers.run else {},
        curves=curves_of(numbers.shown, measures),
        evidence=evidence_of(gait, numbers.shown, track),
    )


def _given(
    options: RunOptions, metadata_fps: float | None, uprights: Uprights | None, shoes: ShoeFollower | None
) -> Given:
    incline_deg = float(np.degrees(np.arctan((options.incline_pct or 0.0) / 100)))
    return Given(incline_deg, options.capture_fps, metadata_fps, uprights, options.within_s, shoes)


def _clip_of(track: PoseTrack) -> Clip:
    duration_s = float(track.time_s[-1] - track.time_s[0]) if len(track) else 0.0
    return Clip(
        name="landmarks",
        sha256="",
        duration_s=duration_s,
        width_px=track.width_px,
        height_px=track.height_px,
        frame_count=len(track),
        mean_fps=mean_fps(track.time_s),
        time_scale=TimeScale(1.0, "assumed"),
        used_s=(float(track.time_s[0]), float(track.time_s[-1])) if len(track) else (0.0, 0.0),
    )


def _detectors() -> dict[str, Any]:
    """The numbers of every event detector, by event and class."""
    events = {"foot_strike": detectors.STRIKE, "toe_off": detectors.TOE_OFF}
    return {event: {type(one).__name__: _plain(one) for one in chosen} for event, chosen in events.items()}


def _plain(settings: Any) -> Any:
    """Settings as plain values, for the report."""
    if is_dataclass(settings) and not isinstance(settings, type):
        return {field.name: _plain(getattr(settings, field.name)) for field in fields(settings)}
    if isinstance(settings, Mapping):
        return {name: _plain(value) for name, value in settings.items()}
    if isinstance(settings, np.generic):
        return settings.item()
    return list(settings) if isinstance(settings, tuple) else settings
