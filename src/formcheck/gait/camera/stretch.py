"""Whether the picture was stretched: a shank is as long level, in swing, as it is upright, in stance."""

import numpy as np
from scipy.optimize import least_squares

from formcheck.gait.settings import SceneSettings
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, PoseTrack


def find_stretch(pose: PoseTrack, yaw_deg: float, *, settings: SceneSettings) -> float:
    """How many times too wide a side view draws the runner, both legs averaged; 1 where it can't be estimated.

    A camera that is turned shortens what lies along the belt as well; what its yaw explains is no stretch.
    """
    seen = [drawn for drawn in (_drawn_wide(pose, side, settings) for side in Side) if np.isfinite(drawn)]
    if len(seen) < len(Side):
        return 1.0
    drawn = float(np.exp(np.mean(np.log(seen))))
    return drawn if drawn > 1 else min(1.0, drawn / float(np.cos(np.radians(yaw_deg))))


def _drawn_wide(pose: PoseTrack, side: Side, settings: SceneSettings) -> float:
    """Length of the shank when level over its length when upright; NaN where too few frames show it either way."""
    shank = (pose.joint_px(side, "ankle") - pose.joint_px(side, "knee")) / _size_px(pose)[:, None]
    across, down = np.abs(shank[np.any(shank != 0, axis=1) & np.isfinite(shank).all(axis=1)]).T
    if min(np.sum(across > down), np.sum(down > across)) < settings.min_shank_frames:
        return np.nan

    def off(logs: Floats) -> Floats:
        wide, long = np.exp(logs)
        return np.asarray(np.hypot(across / wide, down) / long - 1)

    start = np.array([0.0, np.log(np.median(np.hypot(across, down)))])
    return float(np.exp(least_squares(off, start, loss="soft_l1", f_scale=settings.shank_scatter_frac).x[0]))


def _size_px(pose: PoseTrack) -> Floats:
    """The runner's size (T,) as a straight line over the clip: it changes where runner or camera come closer."""
    trunk = pose.trunk_px()
    seen = np.isfinite(trunk)
    return np.asarray(np.polyval(np.polyfit(pose.time_s[seen], trunk[seen], 1), pose.time_s))
