"""A runner frozen at left foot strike, as a report to draw: `report_of`, its frames and key frames."""

import numpy as np

from formcheck.records.report import (
    BeltSpeed,
    Clip,
    Evidence,
    KeyFrame,
    Quality,
    Report,
    Scale,
    SceneSeen,
    Series,
    Step,
    TimeScale,
)
from formcheck.records.skeleton import COUNT, INDEX, Side
from formcheck.records.track import Floats, Frame, Image, PoseTrack, RunnerTrack

GREY = (120, 124, 128)
FRAMES = 40
FPS = 30.0
LEG_PX = 200.0
HIP = (300.0, 300.0)
STANDING = 12  # a frame in stance, long enough after the strike at frame 4

# The runner at left foot strike, heading right, in leg lengths from the hip: forward, down.
FIGURE = {
    **dict.fromkeys(("left_eye", "right_eye", "left_eye_inner", "right_eye_inner"), (0.2, -0.86)),
    **dict.fromkeys(("left_eye_outer", "right_eye_outer", "left_ear", "right_ear"), (0.14, -0.86)),
    **dict.fromkeys(("nose", "mouth_left", "mouth_right"), (0.25, -0.82)),
    "left_shoulder": (0.1, -0.6),
    "right_shoulder": (0.06, -0.6),
    "left_elbow": (-0.15, -0.4),
    "right_elbow": (0.2, -0.35),
    **dict.fromkeys(("left_wrist", "left_pinky", "left_index", "left_thumb"), (0.0, -0.15)),
    **dict.fromkeys(("right_wrist", "right_pinky", "right_index", "right_thumb"), (0.45, -0.4)),
    "left_hip": (0.0, 0.0),
    "right_hip": (0.02, 0.0),
    "left_knee": (0.2, 0.48),
    "right_knee": (-0.1, 0.5),
    "left_ankle": (0.25, 0.96),
    "right_ankle": (-0.55, 0.45),
    "left_heel": (0.2, 1.02),
    "right_heel": (-0.65, 0.4),
    "left_foot_index": (0.42, 1.0),
    "right_foot_index": (-0.65, 0.65),
}


def pose_px(heading: str = "right") -> Floats:
    sign = 1.0 if heading == "right" else -1.0
    points = np.full((COUNT, 2), np.nan)
    for name, (forward, down) in FIGURE.items():
        points[INDEX[name]] = HIP[0] + sign * forward * LEG_PX, HIP[1] + down * LEG_PX
    return points


def track(points: Floats, width: int, height: int) -> PoseTrack:
    xy = points if points.ndim == 3 else np.tile(points, (FRAMES, 1, 1))
    return PoseTrack(np.arange(len(xy)) / FPS, xy, np.ones(xy.shape[:2]), width, height)


# Reach and lean as the figure stands.
VALUES = {"foot_ahead_of_hip": 0.25, "shank_angle": 6.0, "knee_flexion": 16.0, "trunk_lean_at_strike": 6.65}


def report_of(
    points: Floats | None = None,
    *,
    size: tuple[int, int] = (640, 560),
    heading: str = "right",
    near: Side = Side.LEFT,
    roll_deg: float = 0.0,
    values: dict[str, float] = VALUES,
    reach_ll: float = 0.25,
) -> Report:
    """A clip of one frozen stride; left foot down from frame 4 to 20, right from 24 to 36; reach as the curves say."""
    pose = track(pose_px(heading) if points is None else points, *size)
    flat = {side: np.full(len(pose), 10.0) for side in Side}
    steps = (Step(Side.LEFT, 4 / FPS, 20 / FPS, 0.9, values), Step(Side.RIGHT, 24 / FPS, 36 / FPS, 0.9, values))
    runner = RunnerTrack(pose.time_s, pose.xy_px, LEG_PX, dict.fromkeys(Side, 1.0), heading, near)
    series = Series(flat[Side.LEFT], flat, flat, {side: np.full(len(pose), reach_ll) for side in Side})
    belt = dict.fromkeys(Side, (300.0, 510.0, 1.0, 0.0))
    return Report(
        formcheck_version="0",
        created="",
        clip=Clip("made up", "", 1.3, *size, FRAMES, FPS, TimeScale(1.0, "assumed"), (0.0, 1.3)),
        model=None,
        settings={},
        scene=SceneSeen("side", heading, near, "treadmill", roll_deg, BeltSpeed(3.0, "m/s"), Scale(1.0, "height")),
        quality=Quality("good", ()),
        steps=steps,
        measures={},
        findings=(),
        frames=(),
        evidence=Evidence(0, pose, runner, series, belt),
    )


def frame_of(report: Report, index: int = STANDING, scale: float = 1.0) -> Frame:
    width, height = round(report.clip.width_px * scale), round(report.clip.height_px * scale)
    image: Image = np.full((height, width, 3), GREY, dtype=np.uint8)
    image.setflags(write=False)
    return Frame(index, index / FPS, image)


def key_of(event: str = "foot_strike", side: Side = Side.LEFT) -> KeyFrame:
    return KeyFrame("", 4 / FPS, event, side, 4, 0 if side is Side.LEFT else 1)
