"""What a clip is known to show: events and measures, each from the gait at the exact instant, never from frames."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck import landmarks
from formcheck.landmarks import Side
from tools.rendered_runner.camera import Camera
from tools.rendered_runner.gait import Gait
from tools.rendered_runner.pose import pose_at
from tools.rendered_runner.rotation import Vector
from tools.rendered_runner.steps import Step

EVENT_MARGIN_S = 0.1
"""An event nearer than this to either end of the clip is not asked for: its neighbourhood is not all there."""
SAMPLES_PER_STEP = 60
"""How finely means and extremes of the continuous gait are taken."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How close a measurement of one name must come, and its unit."""

    value: float
    unit: str


TOLERANCES = {
    "foot_ahead_of_hip": Tolerance(0.02, "leg_length"),
    "foot_ahead_of_knee": Tolerance(0.03, "leg_length"),
    "leg_angle": Tolerance(1.5, "deg"),
    "shank_angle": Tolerance(3.0, "deg"),
    "knee_flexion": Tolerance(6.0, "deg"),
    "peak_knee_flexion_stance": Tolerance(6.0, "deg"),
    "peak_knee_flexion_swing": Tolerance(8.0, "deg"),
    "thigh_extension": Tolerance(4.0, "deg"),
    "trunk_lean": Tolerance(1.2, "deg"),
    "trunk_lean_at_strike": Tolerance(1.5, "deg"),
    "cadence": Tolerance(0.5, "1/min"),
    "contact_time": Tolerance(0.025, "s"),
    "flight_time": Tolerance(0.025, "s"),
    "duty_factor": Tolerance(0.035, "fraction"),
    "vertical_oscillation": Tolerance(0.015, "leg_length"),
    "belt_speed": Tolerance(0.15, "leg_length/s"),
}


def describe(gait: Gait, camera: Camera, duration_s: float, how: str) -> dict[str, Any]:
    """Write the truth file's content for a clip, schema version 1."""
    near = camera.side
    values = measure(gait, near, duration_s)
    return {
        "schema_version": 1,
        "how": how,
        "strikes": _events(gait.steps, duration_s, lambda step: step.strike_s),
        "toe_offs": _events(gait.steps, duration_s, lambda step: step.toe_off_s),
        "measures": {
            name: {"value": round(values[name], 4), "tolerance": tolerance.value, "unit": tolerance.unit}
            for name, tolerance in TOLERANCES.items()
        },
        "scene": {"view": "side", "heading": str(near), "near_side": str(near), "surface": "treadmill"},
        "expect": {"withheld": []},
    }


def measure(gait: Gait, near: Side, duration_s: float) -> dict[str, float]:
    """Every measure of the leg nearer the camera: the median over its whole contacts within the clip."""
    steps = [
        s for s in gait.steps if s.side is near and _inside(s.strike_s, duration_s) and _inside(s.toe_off_s, duration_s)
    ]
    per_step = [_at_strike(gait, step) | _over_contact(gait, step) for step in steps]
    medians = {name: float(np.median([values[name] for values in per_step])) for name in per_step[0]}
    return medians | {
        "cadence": _cadence_spm(gait.steps, duration_s),
        "belt_speed": gait.settings.belt_speed_m_s / gait.body.leg_m,
    }


def write_landmarks(path: Path, gait: Gait, camera: Camera, times_s: NDArray[np.float64]) -> None:
    """Write where the joint centres are in each frame: what a perfect pose model would see.

    The ``.npz`` holds ``time_s`` (T,), ``xy_px`` (T, 33, 2) in MediaPipe's order (NaN where the gait has no such
    joint), ``on_belt_left`` and ``on_belt_right`` (T,), and the exact ``strikes_L``, ``strikes_R``, ``toe_offs_L``,
    ``toe_offs_R`` in seconds.
    """
    xy_px = np.full((len(times_s), landmarks.COUNT, 2), np.nan)
    on_belt = {side: np.zeros(len(times_s), bool) for side in Side}
    for frame, time_s in enumerate(times_s):
        pose = pose_at(gait, time_s)
        for name, point in pose.joints.items():
            xy_px[frame, landmarks.INDEX[name]] = camera.project(point)
        for side in Side:
            on_belt[side][frame] = pose.legs[side].on_belt
    events = {
        f"{event}_{side[0].upper()}": np.array(_whens(gait.steps, side, field, float(times_s[-1])))
        for side in Side
        for event, field in (("strikes", "strike_s"), ("toe_offs", "toe_off_s"))
    }
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            allow_pickle=False,
            time_s=times_s,
            xy_px=xy_px,
            on_belt_left=on_belt[Side.LEFT],
            on_belt_right=on_belt[Side.RIGHT],
            **events,
        )


def _whens(steps: Iterable[Step], side: Side, field: str, end_s: float) -> list[float]:
    times = [float(getattr(step, field)) for step in steps if step.side is side]
    return [time_s for time_s in times if 0.0 <= time_s <= end_s]


def _at_strike(gait: Gait, step: Step) -> dict[str, float]:
    pose = pose_at(gait, step.strike_s)
    leg, leg_m = pose.legs[step.side], gait.body.leg_m
    return {
        "foot_ahead_of_hip": float(leg.ankle[0] - leg.hip[0]) / leg_m,
        "foot_ahead_of_knee": float(leg.ankle[0] - leg.knee[0]) / leg_m,
        "leg_angle": _ahead_deg(leg.hip, leg.ankle),
        "shank_angle": _ahead_deg(leg.knee, leg.ankle),
        "knee_flexion": _knee_deg(gait, step.side, step.strike_s),
        "trunk_lean_at_strike": _lean_deg(pose.joints),
    }


def _over_contact(gait: Gait, step: Step) -> dict[str, float]:
    index = gait.steps.index(step)
    next_step, next_same = gait.steps[index + 1], gait.steps[index + 2]
    stance = np.linspace(step.strike_s, step.toe_off_s, SAMPLES_PER_STEP)
    swing = np.linspace(step.toe_off_s, next_same.strike_s, SAMPLES_PER_STEP)
    heights = [gait.pelvis(t)[2] for t in np.linspace(step.strike_s, next_step.strike_s, SAMPLES_PER_STEP)]
    leaving = gait.leg(step.side, step.toe_off_s)
    return {
        "peak_knee_flexion_stance": max(_knee_deg(gait, step.side, t) for t in stance),
        "peak_knee_flexion_swing": max(_knee_deg(gait, step.side, t) for t in swing),
        "thigh_extension": -_ahead_deg(leaving.hip, leaving.knee),
        "trunk_lean": float(np.mean([_lean_deg(pose_at(gait, t).joints) for t in stance])),
        "contact_time": step.contact_s,
        "flight_time": next_step.strike_s - step.toe_off_s,
        "duty_factor": step.contact_s / (next_same.strike_s - step.strike_s),
        "vertical_oscillation": float(np.ptp(heights)) / gait.body.leg_m,
    }


def _ahead_deg(upper: Vector, lower: Vector) -> float:
    """Angle of a line against vertical as seen from the side, lower end ahead positive."""
    return float(np.degrees(np.arctan2(lower[0] - upper[0], upper[2] - lower[2])))


def _knee_deg(gait: Gait, side: Side, time_s: float) -> float:
    """Knee flexion as seen from the side."""
    leg = gait.leg(side, time_s)
    return _ahead_deg(leg.hip, leg.knee) - _ahead_deg(leg.knee, leg.ankle)


def _lean_deg(joints: dict[str, Vector]) -> float:
    mid_hip = (joints["left_hip"] + joints["right_hip"]) / 2
    mid_shoulder = (joints["left_shoulder"] + joints["right_shoulder"]) / 2
    return -_ahead_deg(mid_shoulder, mid_hip)


def _cadence_spm(steps: Iterable[Step], duration_s: float) -> float:
    strikes_s = [step.strike_s for step in steps if _inside(step.strike_s, duration_s)]
    return 60.0 * (len(strikes_s) - 1) / (strikes_s[-1] - strikes_s[0])


def _events(steps: Iterable[Step], duration_s: float, pick: Callable[[Step], float]) -> list[dict[str, Any]]:
    return [
        {"side": str(step.side), "time_s": round(pick(step), 4)} for step in steps if _inside(pick(step), duration_s)
    ]


def _inside(time_s: float, duration_s: float) -> bool:
    return EVENT_MARGIN_S <= time_s <= duration_s - EVENT_MARGIN_S
