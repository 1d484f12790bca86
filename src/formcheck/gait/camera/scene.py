"""Pixels to the runner's own frame: view, heading, near side, camera roll, belt and surface."""

from typing import Literal

import numpy as np

from formcheck.gait.camera.pinhole import Aim
from formcheck.gait.geometry import rotate
from formcheck.gait.legs.offsets import anatomical_leg_length
from formcheck.gait.rhythm.phase import off_beat, slow_path
from formcheck.gait.settings import LegOffsets, OffsetSettings, SceneSettings
from formcheck.records.gait import Beat, Surface, View, ViewSeen
from formcheck.records.skeleton import COUNT, INDEX, Side, index_of
from formcheck.records.track import Floats, PoseTrack, RunnerTrack

HALF_WIDTHS_LL = {
    "shoulder": 0.22, "elbow": 0.22, "wrist": 0.22,
    "hip": 0.09, "knee": 0.065, "ankle": 0.045, "heel": 0.04, "foot_index": 0.06,
}  # fmt: skip
"""How far to the side of the body's middle a joint lies, in leg lengths. Legs: on the ground, means of four measured
runners at 2.5 to 4.5 m/s, who differ by 0.01 (our computation over Fukuchi et al. 2017). Shoulders: Winter 2009, fig.
4.1, joint centres; arms hang on them."""

OWN_SWAY_LL = 0.006
"""How far trunks sway off the beat of their gait along the belt as a pose model sees them, SD: 0.002 to 0.005 on 9
rendered clips from tripods, 0.012 to 0.014 on 3 from hands."""


def find_view(track: PoseTrack, *, settings: SceneSettings) -> ViewSeen:
    """View, heading and near side from the body's own proportions, never from where it moves (a treadmill)."""
    trunk = float(np.nanmedian(track.trunk_px())) or np.nan
    shoulders, hips = (_across(track, joint) / trunk for joint in ("shoulder", "hip"))
    width_ratio = float(np.nanmedian(np.abs(shoulders)))
    heading: Literal["left", "right"] = "left" if _facing(track) < 0 else "right"
    yaw_deg = float(np.degrees(np.arcsin(np.clip(_yaw_sine(shoulders, hips, settings), -1, 1))))
    return ViewSeen(
        _view(width_ratio, float(np.nanmedian(shoulders)), settings),
        heading,
        Side.LEFT if heading == "left" else Side.RIGHT,
        width_ratio,
        yaw_deg if heading == "left" else -yaw_deg,
    )


def _view(width_ratio: float, signed_width: float, settings: SceneSettings) -> View:
    if width_ratio >= settings.end_on_min_width_ratio:
        return "front" if signed_width > 0 else "rear"  # from the front the left shoulder is on the picture's right
    return "side" if width_ratio <= settings.side_max_width_ratio else "unclear"


def _yaw_sine(shoulders: Floats, hips: Floats, settings: SceneSettings) -> float:
    """Sine of the camera's yaw: pictured over true width, shoulders and hips averaged."""
    by_shoulders = float(np.nanmedian(shoulders)) / settings.shoulders_per_trunk
    by_hips = float(np.nanmedian(hips)) / settings.hips_per_trunk
    return (by_shoulders + by_hips) / 2


def _across(track: PoseTrack, joint: str) -> Floats:
    result: Floats = (track.joint_px(Side.LEFT, joint) - track.joint_px(Side.RIGHT, joint))[:, 0]
    return result


def _facing(track: PoseTrack) -> float:
    """Pixels to the picture's right by which toes lie before heels and the nose before the ears, on the whole."""
    toes = [track.joint_px(side, "foot_index") - track.joint_px(side, "heel") for side in Side]
    nose = track.xy_px[:, INDEX["nose"]] - track.middle_px("ear")
    votes = [float(np.nanmedian(path[:, 0])) for path in (*toes, nose) if np.isfinite(path[:, 0]).any()]
    return float(np.sum(votes)) if votes else 0.0


def find_bounce(track: PoseTrack, *, window_s: float = 0.5) -> float:
    """Rise and fall of the shoulders within ``window_s`` in trunk lengths, median; NaN when hardly seen.

    Separates a run from a walk where the legs are hidden: 0.15 to 0.26 in real clips of running, 0.04 to 0.11 of walks.
    """
    shoulders = track.middle_px("shoulder")
    trunk = track.trunk_px()
    frames = max(3, round(window_s / float(np.median(np.diff(track.time_s)))))
    if len(track) <= frames or not np.isfinite(trunk).any():
        return np.nan
    windows = np.lib.stride_tricks.sliding_window_view(shoulders[:, 1], frames)
    ranges = np.ptp(windows, axis=1) / np.nanmedian(trunk)
    return float(np.nanmedian(ranges)) if np.isfinite(ranges).any() else np.nan


def find_turn_deg(track: PoseTrack) -> float:
    """How far the body is turned clockwise from upright in the picture, -180 to 180, median; NaN when hardly seen."""
    up = np.concatenate([track.middle_px("shoulder") - track.joint_px(side, "ankle") for side in Side])
    up = up[np.isfinite(up).all(axis=1)]
    if not len(up):
        return np.nan
    right, down = np.median(up, axis=0)
    return float(np.degrees(np.arctan2(right, -down)))


def find_growth(track: PoseTrack) -> float:
    """How many times larger the runner is at the end than at the beginning, medians of a quarter of those seen each."""
    trunk = track.trunk_px()
    trunk = trunk[np.isfinite(trunk)]
    if not len(trunk):
        return 1.0
    quarter = max(1, len(trunk) // 4)
    return max(float(np.median(trunk[-quarter:])), 1.0) / max(float(np.median(trunk[:quarter])), 1.0)


def _leg_length(points: Floats, side: Side, offsets: LegOffsets) -> float:
    """Thigh + shank of one leg as joint centres have it, the median; NaN when never seen whole."""
    hip, knee, ankle = (points[:, index_of(side, joint)] for joint in ("hip", "knee", "ankle"))
    whole = anatomical_leg_length(hip, knee, ankle, offsets)
    return float(np.nanmedian(whole)) if np.isfinite(whole).any() else np.nan


def to_runner_frame(
    track: PoseTrack,
    real_time_s: Floats,
    beat: Beat,
    view: ViewSeen,
    aim: Aim,
    *,
    incline_deg: float,
    offsets: OffsetSettings,
) -> RunnerTrack:
    """Forward and up in lengths of the near leg, the slow path of the hips taken out.

    Every joint is placed on the upright plane along the belt in which it lies: the near ones' a little nearer to the
    camera than the far ones', so that both legs come out equally long, and a view that is not square mixes no width
    into what lies ahead.
    """
    near = view.near_side
    on_plane = aim.on_plane(track.xy_px)
    placed = on_plane * (1 - _nearer_ll(near) * _leg_length(on_plane, near, offsets.near))[:, None]
    legs = {side: _leg_length(placed, side, offsets.of(side is near)) for side in Side}
    origin = _origin(track.time_s, placed / legs[near], beat)
    up_right = placed / legs[near] - origin[:, None]
    levelled = rotate(up_right, -incline_deg if view.heading == "right" else incline_deg)
    mirrored = levelled * (-1.0 if view.heading == "left" else 1.0, 1.0)
    leg_ll = {side: legs[side] / legs[near] for side in Side}
    near_px = _leg_length(track.xy_px, near, offsets.near)
    return RunnerTrack(real_time_s, mirrored, near_px, leg_ll, view.heading, near)


def _origin(time_s: Floats, placed_ll: Floats, beat: Beat) -> Floats:
    """What rides along with runner and camera (T, 2): the slow path of the hips and the shake of a hand.

    A shaking camera moves the whole trunk off the beat of the gait, up and down as much as to and fro. A trunk hardly
    does so along the belt: by how far it goes beyond that, the rest is the camera's (Wiener's filter).
    """
    shoulders, hips = (
        (placed_ll[:, index_of(Side.LEFT, joint)] + placed_ll[:, index_of(Side.RIGHT, joint)]) / 2
        for joint in ("shoulder", "hip")
    )
    trunk = (shoulders + hips) / 2
    shake = off_beat(trunk - slow_path(time_s, trunk, beat), beat)
    camera_share = max(0.0, 1 - OWN_SWAY_LL**2 / max(float(np.nanmean(shake[:, 0] ** 2)), 1e-12))
    return slow_path(time_s, hips, beat) + np.nan_to_num(camera_share * shake)


def _nearer_ll(near_side: Side) -> Floats:
    """By how much each landmark (33,) lies nearer to the camera than the body's middle."""
    nearer_ll = np.zeros(COUNT)
    for joint, half_ll in HALF_WIDTHS_LL.items():
        nearer_ll[index_of(near_side, joint)] = half_ll
        nearer_ll[index_of(near_side.other, joint)] = -half_ll
    return nearer_ll


def find_surface(track: PoseTrack, beat: Beat, belt_speed_px_s: float, *, settings: SceneSettings) -> Surface:
    """Treadmill when the hips stay where they are while the foot rides back; overground when they travel with it."""
    hips = slow_path(track.time_s, track.middle_px("hip"), beat)[:, 0]
    pieces = [piece for piece in beat.pieces if np.isfinite(track.middle_px("hip")[piece]).any()]
    travelled = sum(abs(float(hips[piece][-1] - hips[piece][0])) for piece in pieces)
    ground = belt_speed_px_s * sum(float(track.time_s[piece][-1] - track.time_s[piece][0]) for piece in pieces)
    if not np.isfinite(ground) or ground <= 0:
        return "unknown"
    share = travelled / ground
    if share < settings.still_hip_share:
        return "treadmill"
    return "overground" if share > 1 - settings.still_hip_share * 2 else "unknown"
