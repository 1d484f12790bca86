"""What is measured at each step: the binding definitions of every per-frame and per-step number."""

from dataclasses import dataclass

import numpy as np

from formcheck.gait.events.fuse import Contact
from formcheck.gait.events.mean_step import fit_mean_curve, frames_around
from formcheck.gait.geometry import (
    above_horizontal_deg,
    ahead_of_vertical_deg,
    flexion_deg,
    forward_of_vertical_deg,
    length,
)
from formcheck.gait.legs.offsets import anatomical_leg
from formcheck.gait.settings import EventSettings, OffsetSettings
from formcheck.records.report import Series
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, RunnerTrack

AT_STRIKE = (
    "foot_ahead_of_hip",
    "heel_ahead_of_hip",
    "foot_ahead_of_knee",
    "leg_angle",
    "shank_angle",
    "knee_flexion",
    "foot_angle",
    "trunk_lean_at_strike",
)


@dataclass(frozen=True, slots=True)
class StepValues:
    """A contact with its numbers by measure name."""

    contact: Contact
    values: dict[str, float]


def frame_series(smoothed: RunnerTrack, *, incline_deg: float, offsets: OffsetSettings) -> Series:
    """Measures at every frame, for pictures and charts, from the smoothed track."""
    sides = {side: _leg_series(smoothed, side, incline_deg, offsets) for side in Side}
    return Series(
        trunk_lean_deg=_trunk_lean_deg(smoothed, incline_deg),
        knee_flexion_deg={side: sides[side]["knee_flexion"] for side in Side},
        shank_angle_deg={side: sides[side]["shank_angle"] for side in Side},
        foot_ahead_of_hip={side: sides[side]["foot_ahead_of_hip"] for side in Side},
    )


def _trunk_lean_deg(runner: RunnerTrack, incline_deg: float) -> Floats:
    """Mid-hip to mid-shoulder against gravity, + = forward; the belt's normal leans back by the incline."""
    trunk = runner.middle_ll("shoulder") - runner.middle_ll("hip")
    return forward_of_vertical_deg(trunk) - incline_deg


def _leg_series(runner: RunnerTrack, side: Side, incline_deg: float, offsets: OffsetSettings) -> dict[str, Floats]:
    """Every per-frame leg measure of one side, (T,) each; lengths in lengths of that leg."""
    hip, seen_knee, seen_ankle, heel, toe = (
        runner.joint_ll(side, joint) for joint in ("hip", "knee", "ankle", "heel", "foot_index")
    )
    knee, ankle = anatomical_leg(hip, seen_knee, seen_ankle, offsets.of(side is runner.near_side), settings=offsets)
    leg = runner.leg_ll[side]
    return {
        "foot_ahead_of_hip": (ankle - hip)[:, 0] / leg,
        "heel_ahead_of_hip": (heel - seen_ankle + ankle - hip)[:, 0] / leg,
        "foot_ahead_of_knee": (ankle - knee)[:, 0] / leg,
        "leg_angle": ahead_of_vertical_deg(ankle - hip),
        "shank_angle": ahead_of_vertical_deg(ankle - knee),
        "knee_flexion": flexion_deg(hip, knee, ankle),
        "foot_angle": above_horizontal_deg(toe - heel),
        "trunk_lean_at_strike": _trunk_lean_deg(runner, incline_deg),
        "thigh_extension": -ahead_of_vertical_deg(knee - hip),
    }


def measure_steps(
    runner: RunnerTrack,
    smoothed: RunnerTrack,
    series: Series,
    contacts: dict[Side, tuple[Contact, ...]],
    *,
    incline_deg: float,
    settings: EventSettings,
    offsets: OffsetSettings,
) -> tuple[StepValues, ...]:
    """Every step of both sides in the order of time, with its numbers; NaN where not seen.

    Instants are read from ``runner`` (no filter), ranges and peaks from the ``smoothed`` track and its ``series``.
    """
    ordered = sorted((contact for side in contacts for contact in contacts[side]), key=lambda c: c.strike_s)
    legs = {side: _leg_series(runner, side, incline_deg, offsets) for side in contacts}
    at_event = {side: _values_at_events(runner.time_s, legs[side], contacts[side], settings) for side in contacts}
    bodies = {side: _body_series(smoothed, side) for side in contacts}
    steps = []
    for position, contact in enumerate(ordered):
        values = dict(at_event[contact.side][contact.strike_s])
        values |= _spans(runner.time_s, series, contact, _following(ordered, position))
        values |= _body_spans(smoothed.time_s, bodies[contact.side], contact, _following(ordered, position))
        steps.append(StepValues(contact, values))
    return tuple(steps)


def _following(ordered: list[Contact], position: int) -> tuple[Contact | None, Contact | None]:
    """The next contact if it is the other foot's, and the same foot's next if that is the one after."""
    here, later = ordered[position], ordered[position + 1 : position + 3]
    other = later[0] if later and later[0].side is here.side.other else None
    same = later[1] if other is not None and len(later) == 2 and later[1].side is here.side else None
    return other, same


def _values_at_events(
    time_s: Floats, legs: dict[str, Floats], contacts: tuple[Contact, ...], settings: EventSettings
) -> dict[float, dict[str, float]]:
    strikes = np.array([contact.strike_s for contact in contacts])
    offs = np.array([contact.off_s for contact in contacts])
    columns = np.stack([legs[name] for name in AT_STRIKE], axis=1)
    at_strike = values_at(time_s, columns, strikes, settings=settings)
    extension = values_at(time_s, legs["thigh_extension"][:, None], offs, settings=settings)[:, 0]
    flat_s = (
        strikes + settings.flat_at_contact_frac * np.nanmedian(offs - strikes) if np.isfinite(offs).any() else strikes
    )
    flat = values_at(time_s, legs["foot_angle"][:, None], flat_s, settings=settings)[:, 0]
    at_strike[:, AT_STRIKE.index("foot_angle")] -= np.nanmedian(flat) if np.isfinite(flat).any() else np.nan
    return {
        strike: dict(zip(AT_STRIKE, map(float, row), strict=True)) | {"thigh_extension": float(thigh)}
        for strike, row, thigh in zip(strikes, at_strike, extension, strict=True)
    }


def values_at(time_s: Floats, series: Floats, events_s: Floats, *, settings: EventSettings) -> Floats:
    """Values (K, C) of ``series`` (T, C) at instants between frames, one row per event.

    The mean curve over all events plus what this step's nearest frames lie off it: the curve resolves what happens
    between two frames, the frames say how this step differs. NaN where fewer than two frames near the event were seen.
    """
    result = np.full((len(events_s), series.shape[1]), np.nan)
    known = np.isfinite(events_s)
    if not known.any():
        return result
    interval_s = float(np.median(np.diff(time_s)))
    near_s = max(settings.value_window_s, 1.6 * interval_s)
    reach_s = 4 * near_s
    frames, offset = frames_around(time_s, events_s[known], reach_s)
    nearest = {row: frames_around(time_s, events_s[row, None], near_s) for row in map(int, np.flatnonzero(known))}
    for channel, values in enumerate(series.T):
        curve = fit_mean_curve(offset, values[frames, None], start_s=-reach_s, end_s=reach_s)
        if curve is None:
            continue
        middle = float(curve.at(np.zeros(1))[0, 0])
        for row, (near, from_event_s) in nearest.items():
            seen = np.isfinite(values[near])
            if seen.sum() >= 2:
                expected = curve.at(from_event_s[seen])[:, 0]
                result[row, channel] = middle + float(np.mean(values[near][seen] - expected))
    return result


def _spans(
    time_s: Floats, series: Series, contact: Contact, following: tuple[Contact | None, Contact | None]
) -> dict[str, float]:
    """Numbers over stance, flight and stride."""
    other, same = following
    knee = series.knee_flexion_deg[contact.side]
    stance = _between(time_s, contact.strike_s, contact.off_s)
    stride_end = same.strike_s if same else np.nan
    stride = _between(time_s, contact.strike_s, stride_end)
    contact_s = contact.off_s - contact.strike_s
    lean = series.trunk_lean_deg
    return {
        "trunk_lean": _mean(lean[stance]),
        "trunk_lean_range": _range(lean[stride]),
        "peak_knee_flexion_stance": _top(knee[stance]),
        "peak_knee_flexion_swing": _top(knee[_between(time_s, contact.off_s, stride_end)]),
        "contact_time": contact_s,
        "flight_time": other.strike_s - contact.off_s if other else np.nan,
        "step_time": other.strike_s - contact.strike_s if other else np.nan,
        "duty_factor": contact_s / (stride_end - contact.strike_s),
    }


def _body_series(smoothed: RunnerTrack, side: Side) -> dict[str, Floats]:
    """Per-frame (T,): the elbow's inner angle, the ears ahead of the shoulders in trunk lengths, the hips' height."""
    shoulder, elbow, wrist = (smoothed.joint_ll(side, joint) for joint in ("shoulder", "elbow", "wrist"))
    trunk = smoothed.middle_ll("shoulder") - smoothed.middle_ll("hip")
    ahead = (smoothed.middle_ll("ear") - smoothed.middle_ll("shoulder"))[:, 0] / length(trunk)
    return {
        "elbow_angle": 180 - np.abs(flexion_deg(shoulder, elbow, wrist)),
        "head_forward": ahead,
        "hip_height": smoothed.middle_ll("hip")[:, 1],
    }


def _body_spans(
    time_s: Floats, body: dict[str, Floats], contact: Contact, following: tuple[Contact | None, Contact | None]
) -> dict[str, float]:
    """Means of the upper body over the stride, and how far the hips rise and fall within the step."""
    other, same = following
    stride = _between(time_s, contact.strike_s, same.strike_s if same else np.nan)
    step = _between(time_s, contact.strike_s, other.strike_s if other else np.nan)
    return {
        "elbow_angle": _mean(body["elbow_angle"][stride]),
        "head_forward": _mean(body["head_forward"][stride]),
        "vertical_oscillation": _range(body["hip_height"][step]),
    }


def _between(time_s: Floats, start_s: float, end_s: float) -> slice:
    """The frames from one instant to another, both included; none where an instant is not known."""
    if not np.isfinite(start_s + end_s):
        return slice(0)
    return slice(int(np.searchsorted(time_s, start_s)), int(np.searchsorted(time_s, end_s, side="right")))


def _mean(values: Floats) -> float:
    return float(np.nanmean(values)) if len(values) and np.isfinite(values).mean() > 0.5 else np.nan


def _top(values: Floats) -> float:
    return float(np.nanmax(values)) if len(values) and np.isfinite(values).mean() > 0.7 else np.nan


def _range(values: Floats) -> float:
    return float(np.nanmax(values) - np.nanmin(values)) if len(values) and np.isfinite(values).mean() > 0.8 else np.nan
