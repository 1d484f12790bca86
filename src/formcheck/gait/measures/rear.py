"""What a rear view shows: step width and pelvic drop, both reported as weak.

MediaPipe's hips are learnt points in the picture, not the spines of the pelvis: a drop of 2 to 3 degrees is the
method's own error between days even with markers (ICC 0.59 to 0.77, smallest detectable difference 2.7: Dingenen et al.
2018).
"""

import numpy as np

from formcheck.gait.geometry import length
from formcheck.gait.rhythm.phase import GAP_TURNS, slow_path
from formcheck.records.gait import Beat, RearValues
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, PoseTrack


def measure_rear(pose: PoseTrack, beat: Beat) -> RearValues:
    """Values at the middle of every stance; ``beat`` of the ankles' heights, phase 0 where the left foot is lowest."""
    leg_px = max(_stretched_leg_px(pose, side) for side in Side)
    middle = (pose.joint_px(Side.LEFT, "hip") + pose.joint_px(Side.RIGHT, "hip")) / 2
    centre = slow_path(pose.time_s, middle, beat)[:, 0]
    feet = {side: (pose.joint_px(side, "ankle")[:, 0] - centre) / leg_px for side in Side}
    line = pose.joint_px(Side.RIGHT, "hip") - pose.joint_px(Side.LEFT, "hip")
    right_lower_deg = np.degrees(np.arctan2(line[:, 1], line[:, 0]))
    # what is left of a level hip line is the camera's roll
    level_deg = np.nanmedian(right_lower_deg) if np.isfinite(right_lower_deg).any() else np.nan
    placed = {side: _at_stances(feet[side], beat, side) for side in Side}
    pairs = min(len(values) for values in placed.values())
    return RearValues(
        step_width=placed[Side.RIGHT][:pairs] - placed[Side.LEFT][:pairs],
        pelvic_drop={
            Side.LEFT: _at_stances(right_lower_deg - level_deg, beat, Side.LEFT),
            Side.RIGHT: _at_stances(level_deg - right_lower_deg, beat, Side.RIGHT),
        },
    )


def _stretched_leg_px(pose: PoseTrack, side: Side) -> float:
    """Thigh + shank when they are least foreshortened: from behind a swinging leg points at the camera."""
    hip, knee, ankle = (pose.joint_px(side, joint) for joint in ("hip", "knee", "ankle"))
    whole = length(knee - hip) + length(ankle - knee)
    return float(np.nanpercentile(whole, 90)) if np.isfinite(whole).any() else 0.0


def _at_stances(values: Floats, beat: Beat, side: Side) -> Floats:
    """Values (T,) at every middle of this side's stance: where its ankle is lowest against the other."""
    offset = 0.0 if side is Side.LEFT else 0.5
    turns = np.arange(np.ceil(beat.phase[0] - offset), np.floor(beat.phase[-1] - offset) + 1) + offset
    seen = np.isfinite(values)
    if not seen.any():
        return np.full(len(turns), np.nan)
    phase = beat.phase[seen]
    after = np.searchsorted(phase, turns).clip(1, len(phase) - 1) if len(phase) > 1 else np.zeros(len(turns), np.intp)
    between = phase[after] - phase[after - 1] >= GAP_TURNS  # two pieces: no stance there
    return np.where(between, np.nan, np.interp(turns, phase, values[seen]))
