"""Where a runner's joints are at any instant, and where a camera sees them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from formcheck.records import skeleton as landmarks
from formcheck.records.track import PoseTrack
from tools.rendered_runner.camera import Camera
from tools.rendered_runner.ground import Ground
from tools.rendered_runner.runner import Runner

SAMPLES_HZ = 300.0
"""A prescribed gait is smooth but for the strike, which a spline rounds by 2 ms."""


@dataclass(frozen=True, slots=True)
class JointPaths:
    """A runner's joints in their own frame (x forward, y left, z up; metres) as functions of time."""

    start_s: float
    end_s: float
    names: tuple[str, ...]
    spline: CubicSpline
    ground_speed_m_s: float
    leg_m: float

    def at(self, time_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Joints (T, 33, 3) in MediaPipe's order; NaN where the runner has no such joint."""
        joints = np.full((len(time_s), landmarks.COUNT, 3), np.nan)
        joints[:, [landmarks.INDEX[name] for name in self.names]] = self.spline(time_s)
        return joints


def follow_joints(runner: Runner, start_s: float, end_s: float, samples_hz: float = SAMPLES_HZ) -> JointPaths:
    """Sample a runner's joints once, so that any frame rate and camera costs nothing more."""
    time_s = np.linspace(start_s, end_s, round((end_s - start_s) * samples_hz) + 1)
    poses = [runner.pose(float(t)).joints for t in time_s]
    names = tuple(poses[0])
    joints = np.array([[pose[name] for name in names] for pose in poses])
    body = runner.body
    return JointPaths(start_s, end_s, names, CubicSpline(time_s, joints), runner.ground_speed_m_s, body.leg_m)


def film(paths: JointPaths, camera: Camera, ground: Ground, time_s: NDArray[np.float64]) -> PoseTrack:
    """What a pose model without error would see, on real time."""
    joints = paths.at(time_s)
    if ground.surface == "overground" or not camera.shake.is_still:
        rows = [ground.to_world(row, paths.ground_speed_m_s, t) for row, t in zip(joints, time_s, strict=True)]
        xy_px = np.array([camera.project(row, float(t)) for row, t in zip(rows, time_s, strict=True)])
    else:
        xy_px = camera.project(ground.to_world(joints, paths.ground_speed_m_s, 0.0))
    visibility = np.isfinite(xy_px[..., 0]).astype(np.float64)
    return PoseTrack(time_s, xy_px, visibility, camera.width_px, camera.height_px)
