"""Where every joint is in every picture of a clip: what a pose model without error would return."""

import numpy as np
from numpy.typing import NDArray

from formcheck.records import skeleton as landmarks
from formcheck.records.track import PoseTrack
from tools.rendered_runner.pose import Pose
from tools.rendered_runner.preset import Preset
from tools.rendered_runner.runner import Runner


def perfect_landmarks(preset: Preset) -> PoseTrack:
    """Return the joint centres in MediaPipe's order on the clip's own clock; NaN where the gait has no such joint."""
    runner, times_s = preset.runner(), preset.frame_times()
    xy_px = np.full((len(times_s), landmarks.COUNT, 2), np.nan)
    for frame, time_s in enumerate(times_s):
        pose = runner.pose(float(time_s))
        for name, point_px in joints_px(preset, runner, pose, float(time_s)).items():
            xy_px[frame, landmarks.INDEX[name]] = point_px
    visibility = np.isfinite(xy_px[..., 0]).astype(float)
    return PoseTrack(times_s * preset.slowed, xy_px, visibility, preset.camera.width_px, preset.camera.height_px)


def joints_px(preset: Preset, runner: Runner, pose: Pose, time_s: float) -> dict[str, NDArray[np.float64]]:
    """Where a pose's joints are in the picture of an instant."""
    place = preset.place.ground
    points = place.to_world(np.stack(list(pose.joints.values())), runner.ground_speed_m_s, time_s)
    return dict(zip(pose.joints, preset.camera.project(points, time_s), strict=True))
