"""Landmarks in, a Report out: the gait pipeline, its errors, the reference and the findings, composed. No I/O."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final

import numpy as np

from formcheck.gait.measures.intervals import ErrorModel, summarise
from formcheck.gait.measures.summary import Conditions, measure_all, measure_rear_view
from formcheck.gait.measures.withheld import series_as_told, steps_as_told
from formcheck.gait.pipeline import Given, Observation, observe, slow_motion_factor, without_steps
from formcheck.gait.rhythm.phase import Beat
from formcheck.gait.select.presence import cut, feet_outside_frac
from formcheck.gait.settings import LARGEST_LANDMARK_ERROR_FRAC, Settings, settings_for
from formcheck.gait.settings.calibrated import SPREADS
from formcheck.judge.blas import one_blas_thread
from formcheck.judge.findings import judge
from formcheck.judge.key_frames import choose_key_frames
from formcheck.judge.obstacles import (
    Filmed,
    doubt_far_leg,
    find_doubts,
    find_obstacles,
    grade,
    is_nobody,
    mean_fps,
    withhold,
)
from formcheck.judge.reference import find_reference
from formcheck.judge.scale import find_scale, interval95_m, speed_m_s
from formcheck.records.errors import RecordError, UsageError
from formcheck.records.options import RunOptions, is_number
from formcheck.records.report import (
    BeltSpeed,
    Clip,
    Evidence,
    Measure,
    ModelUsed,
    Report,
    Scale,
    SceneSeen,
    Step,
    TimeScale,
)
from formcheck.records.skeleton import Side
from formcheck.records.track import PoseTrack, Uprights
from formcheck.words.catalogue import ENGLISH

FEWEST_TO_TELL_A_UNIT: Final = 10
SLOWEST_FRAME_S: Final = 0.5
"""A track with a frame only every half second shows no step: its times are in another unit."""


def analyze_track(
    track: PoseTrack,
    *,
    height_m: float | None = None,
    speed_kmh: float | None = None,
    incline_pct: float = 0.0,
    capture_fps: float | None = None,
    from_s: float | None = None,
    to_s: float | None = None,
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
    told = RunOptions(height_m, speed_kmh, incline_pct, capture_fps, from_s, to_s)
    told.check()
    seen = np.isfinite(track.xy_px[..., 0]).any(axis=1)
    filmed = Filmed(seen_frac=float(np.mean(seen)) if len(track) else 0.0)
    used = None if model is None else ModelUsed(model, "")
    return assess(track, told, clip=_clip_of(track), filmed=filmed, model=used, settings=settings)


def _settings_for(model: str | None, landmark_error_frac: float | None) -> Settings:
    if model is not None and (not isinstance(model, str) or model not in SPREADS):
        raise UsageError(ENGLISH.say("error.unknown_model", model=repr(model), names=", ".join(sorted(SPREADS))))
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
    told: RunOptions,
    *,
    clip: Clip,
    filmed: Filmed,
    model: ModelUsed | None = None,
    metadata_fps: float | None = None,
    uprights: Uprights | None = None,
    settings: Settings | None = None,
) -> Report:
    """The Report of one followed person; ``clip`` and ``filmed`` say what is known of the file and the filming."""
    settings = settings or settings_for(None)
    given = Given(
        float(np.degrees(np.arctan((told.incline_pct or 0.0) / 100))),
        told.capture_fps,
        metadata_fps,
        uprights,
        told.within_s,
    )
    observation = observe(track, given, settings=settings)
    if is_nobody(observation, filmed, settings=settings):
        observation = Observation()
    filmed = replace(filmed, feet_outside_frac=_feet_outside(track, observation), frames=len(track))
    obstacles = find_obstacles(observation, filmed, settings=settings)
    if obstacles:
        observation = without_steps(observation)
    doubts = find_doubts(observation, filmed, clip.mean_fps, settings=settings)
    scale, disagreement = find_scale(
        observation, told.height_m, told.speed_kmh, belt_spread_frac=settings.intervals.spread("belt_speed")
    )
    doubts = doubts if disagreement is None else (*doubts, disagreement)
    measures = withhold(_measures(observation, scale, settings), obstacles)
    quality = grade(measures, obstacles, doubts)
    frames = choose_key_frames(observation, track.time_s) if observation.steps and not obstacles else ()
    observation = _as_told(observation, measures)
    scene = _scene(observation, scale)
    steps = _steps(observation)
    reference = find_reference(speed_m_s(observation.belt_speed_ll_s, scale, told.speed_kmh))
    return Report(
        formcheck_version=version("formcheck"),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        clip=replace(clip, time_scale=_time_scale(observation), used_s=_used_s(track, observation, clip)),
        model=model,
        settings={"told": _plain(told), "measurement": _plain(settings)},
        scene=scene,
        quality=quality,
        steps=steps,
        measures=measures,
        findings=judge(measures, scene, quality, reference, frames),
        frames=frames,
        reference=reference,
        evidence=_evidence(observation, track),
    )


def _measures(observation: Observation, scale: Scale, settings: Settings) -> dict[str, Measure]:
    interval_s = np.nan
    if observation.runner is not None:
        interval_s = float(np.median(np.diff(observation.runner.time_s)))
    conditions = Conditions(
        near_side=observation.view.near_side if observation.view else Side.LEFT,
        belt_speed_ll_s=observation.belt_speed_ll_s,
        frame_interval_s=interval_s,
        roll_spread_deg=observation.roll.spread_deg if observation.roll else 0.0,
        stride_s=observation.beat.period_s if observation.beat and observation.contacts else np.nan,
    )
    measures = measure_all(observation.steps, conditions, settings=settings.intervals)
    measures = doubt_far_leg(measures, observation.steps, conditions.near_side, settings=settings.intervals)
    if measures["cadence"].headline.withheld is not None and observation.beat is not None:
        measures["cadence"] = _cadence_of_beat(observation, observation.beat, settings)
    if observation.rear is not None:
        measures |= measure_rear_view(observation.rear, settings=settings.intervals)
    measures["belt_speed"] = _belt_measure(observation, scale, settings)
    return measures


def _as_told(observation: Observation, measures: dict[str, Measure]) -> Observation:
    """The observation without what is withheld, for all that is shown and judged from here on."""
    speed = np.nan if measures["belt_speed"].headline.withheld else observation.belt_speed_ll_s
    series = observation.series
    return replace(
        observation,
        steps=steps_as_told(observation.steps, measures),
        series=None if series is None else series_as_told(series, measures),
        belt_speed_ll_s=speed,
    )


def _cadence_of_beat(observation: Observation, beat: Beat, settings: Settings) -> Measure:
    """Cadence where single steps were not told, from the beat alone: coarse, and said to be."""
    apparent = 120 / beat.period_s
    cadence = apparent if observation.contacts else apparent * slow_motion_factor(observation)
    error = ErrorModel(settings.intervals.beat_cadence_spread_per_min)
    told = summarise(np.full(settings.intervals.min_steps, cadence), error, near=False, settings=settings.intervals)
    return Measure("1/min", replace(told, steps=int(2 * (beat.phase[-1] - beat.phase[0]))))


def _belt_measure(observation: Observation, scale: Scale, settings: Settings) -> Measure:
    """The belt's speed: in m/s where there is a scale; one that was told is as told, without an interval of ours."""
    speed = observation.belt_speed_ll_s
    values = np.full(len(observation.steps), speed)
    error = ErrorModel(settings.intervals.spread("belt_speed") * speed)
    near = observation.view is not None and observation.view.near_side in observation.contacts
    found = summarise(values, error, near=near, settings=settings.intervals)
    if scale.source == "none":
        return Measure("leg_length/s", found)
    interval = (np.nan, np.nan) if scale.source == "speed" else interval95_m(found.value, found.interval95, scale)
    metres = scale.m_per_leg_length
    return Measure("m/s", replace(found, value=metres * found.value, spread=metres * found.spread, interval95=interval))


def _scene(observation: Observation, scale: Scale) -> SceneSeen:
    view = observation.view
    speed = observation.belt_speed_ll_s
    known = np.isfinite(scale.m_per_leg_length)
    end_on = view is None or view.view in ("rear", "front")
    return SceneSeen(
        view=view.view if view else "unclear",
        heading="unknown" if view is None or end_on else view.heading,
        near_side=None if view is None or end_on else view.near_side,
        surface=observation.surface,
        camera_roll_deg=observation.roll.deg if observation.roll else np.nan,
        belt_speed=BeltSpeed(speed * scale.m_per_leg_length, "m/s") if known else BeltSpeed(speed, "leg_length/s"),
        scale=scale,
    )


def _steps(observation: Observation) -> tuple[Step, ...]:
    factor = slow_motion_factor(observation)
    return tuple(
        Step(
            side=step.contact.side,
            strike_time_s=step.contact.strike_s * factor,
            toe_off_time_s=step.contact.off_s * factor,
            confidence=step.contact.confidence,
            values=step.values,
        )
        for step in observation.steps
    )


def _evidence(observation: Observation, track: PoseTrack) -> Evidence | None:
    if observation.part is None or observation.pose is None:
        return None
    return Evidence(
        first_frame=observation.part[0],
        pose=observation.pose,
        runner=observation.runner,
        series=observation.series,
        belt_line=observation.belt_line,
        others={frame: track.xy_px[frame][None] for frame in observation.strangers},
    )


def _feet_outside(track: PoseTrack, observation: Observation) -> float:
    return feet_outside_frac(track if observation.part is None else cut(track, *observation.part))


def _time_scale(observation: Observation) -> TimeScale:
    return observation.time_base.scale if observation.time_base else TimeScale(1.0, "assumed")


def _used_s(track: PoseTrack, observation: Observation, clip: Clip) -> tuple[float, float]:
    if observation.part is None:
        return clip.used_s
    start, end = observation.part
    return float(track.time_s[start]), float(track.time_s[end - 1])


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


def _plain(settings: Any) -> Any:
    """Settings as plain values, for the report."""
    if is_dataclass(settings) and not isinstance(settings, type):
        return {field.name: _plain(getattr(settings, field.name)) for field in fields(settings)}
    if isinstance(settings, Mapping):
        return {name: _plain(value) for name, value in settings.items()}
    if isinstance(settings, np.generic):
        return settings.item()
    return list(settings) if isinstance(settings, tuple) else settings
