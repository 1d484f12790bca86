"""A measured person as a runner: joints where they were measured; arms, or arms and trunk, by the gait's rules."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.signal import find_peaks

from formcheck.records.skeleton import Side
from tools.rendered_runner.foot import sole_heights_m
from tools.rendered_runner.leg import LegState, hang
from tools.rendered_runner.pose import Pose, UpperBody, assemble
from tools.rendered_runner.rotation import UP, Matrix, Vector, about_x, about_y
from tools.rendered_runner.settings import GaitSettings, Proportions
from tools.rendered_runner.track import NAMES, POINTS, Floats, Track, flat_times, follow, measure_body
from tools.rendered_runner.trunk import Sway, TrunkTurn

ON_BELT_M = 0.010
"""A sole this near the belt counts as on it: markers tell its height no better."""
SHORTEST_STRIDE_S = 0.45
"""Twice the fastest step of a sprint: one foot is furthest ahead once in a stride."""
SLACK_S = 0.1
"""How far beyond its first and last sample a track may be asked: a shutter opens before a picture's time."""


class TrackedRunner:
    """Satisfies `Runner`: every instant between the samples is on a smooth path through them."""

    def __init__(self, track: Track, settings: GaitSettings | None = None) -> None:
        """Follow a track; what it does not hold of lean and arms is as in ``settings``, in time with the legs."""
        self.body: Proportions = measure_body(track)
        self.ground_speed_m_s = track.ground_speed_m_s
        self._settings = replace(settings or GaitSettings(), belt_speed_m_s=track.ground_speed_m_s)
        self._paths = {name: follow(track, name) for name in NAMES}
        self._zero = {side: self._flat_pitch_deg(side, flat_times(track, side)) for side in Side}
        self._span_s = float(track.time_s[0]), float(track.time_s[-1])
        beats_s, first = _beats(track)
        self._sway = Sway(self._settings, self.body, beats_s, first)
        self._lean = _measured_lean(track) if track.has_trunk else None

    def pose(self, time_s: float) -> Pose:
        """Every joint and bone at an instant.

        Raises
        ------
        ValueError
            If the track was not measured then.
        """
        first_s, last_s = self._span_s
        if not first_s - SLACK_S <= time_s <= last_s + SLACK_S:
            raise ValueError(f"the track holds {first_s:.2f} to {last_s:.2f} s, not {time_s:.2f} s")
        left, right = self._point(Side.LEFT, "hip", time_s), self._point(Side.RIGHT, "hip", time_s)
        turn = self._sway.turn(time_s)
        lean_deg = turn.lean_deg if self._lean is None else float(self._lean(time_s))
        turn = TrunkTurn(_pelvis(left - right, lean_deg), about_y(lean_deg - turn.lean_deg) @ turn.thorax, lean_deg)
        upper = UpperBody(turn, (left + right) / 2, self._sway.phase(time_s), self._settings)
        return assemble(upper, {side: self._leg(side, time_s) for side in Side}, self.body)

    def _point(self, side: Side, point: str, time_s: float) -> Vector:
        return np.asarray(self._paths[f"{side}_{point}"](time_s))

    def _leg(self, side: Side, time_s: float) -> LegState:
        hip, knee, ankle, _, _ = (self._point(side, point, time_s) for point in POINTS)
        _, sideways, up = ankle - hip
        left = about_x(float(np.degrees(np.arctan2(sideways, -up)))) @ np.array([0.0, 1.0, 0.0])
        thigh, shank = hang(hip, knee, left), hang(knee, ankle, left)
        knee_deg = float(np.degrees(np.arccos(np.clip(thigh[:, 2] @ shank[:, 2], -1.0, 1.0))))
        foot = self._marked_foot(side, time_s) @ about_y(self._zero[side])
        foot_deg = _pitch_deg(foot)
        bend_deg = self._toe_bend_deg(ankle, foot, foot_deg)
        on_belt = min(sole_heights_m(ankle, foot, bend_deg, self.body)) < ON_BELT_M
        return LegState(hip, knee, ankle, thigh, shank, knee_deg, foot, foot_deg, on_belt, bend_deg)

    def _marked_foot(self, side: Side, time_s: float) -> Matrix:
        """Orientation of the frame that ankle, heel and toe span: forward from heel to toe, left across the three."""
        ankle, heel, toe = (self._point(side, point, time_s) for point in ("ankle", "heel", "toe"))
        forward = (toe - heel) / np.linalg.norm(toe - heel)
        left = np.cross(ankle - heel, forward)
        left /= np.linalg.norm(left)
        return np.column_stack((forward, left, np.cross(forward, left)))

    def _flat_pitch_deg(self, side: Side, flat_s: Floats) -> float:
        """How far the line from heel to toe points up while the sole is flat."""
        return float(np.median([_pitch_deg(self._marked_foot(side, time_s)) for time_s in flat_s]))

    def _toe_bend_deg(self, ankle: Vector, foot: Matrix, foot_deg: float) -> float:
        """Bend the toes as the belt would: they stay flat on it while the heel rises, and reach for it after that."""
        body = self.body
        ball_m = (ankle + foot @ np.array([body.ball_ahead_m, 0.0, -body.ankle_height_m]))[2]
        reach_m = body.toe_ahead_m - body.ball_ahead_m
        if foot_deg >= 0 or ball_m >= reach_m:
            return 0.0
        level_deg = -float(np.degrees(np.arcsin(max(ball_m, 0.0) / reach_m)))
        return max(level_deg - foot_deg, 0.0)


def _measured_lean(track: Track) -> CubicSpline:
    """Degrees by which the middle of the shoulders lies ahead of straight above that of the hips, over seconds."""
    forward, _, up = (track.middle("shoulder") - track.middle("hip")).T
    seen = np.isfinite(forward + up)
    return CubicSpline(track.time_s[seen], np.degrees(np.arctan2(forward, up))[seen])


def _pelvis(leftward: Vector, lean_deg: float) -> Matrix:
    """Orientation of the pelvis: across the hips, and upright as the trunk."""
    left = leftward / np.linalg.norm(leftward)
    forward = np.cross(left, about_y(lean_deg) @ UP)
    forward /= np.linalg.norm(forward)
    return np.column_stack((forward, left, np.cross(forward, left)))


def _pitch_deg(foot: Matrix) -> float:
    """How far a foot's toes point up."""
    return float(np.degrees(np.arctan2(foot[2, 0], foot[2, 2])))


def _beats(track: Track) -> tuple[list[float], Side]:
    """Times at which one ankle is furthest ahead of the other, in turn, some 30 ms before its strike."""
    ahead_m = (follow(track, "left_ankle")(track.time_s) - follow(track, "right_ankle")(track.time_s))[:, 0]
    apart = round(SHORTEST_STRIDE_S / float(np.median(np.diff(track.time_s))))
    found = [
        (float(track.time_s[index]), side)
        for side, lead_m in ((Side.LEFT, ahead_m), (Side.RIGHT, -ahead_m))
        for index in find_peaks(lead_m, height=0.5 * ahead_m.max(), distance=apart)[0]
    ]
    return _evened(sorted(found))


def _evened(found: Sequence[tuple[float, Side]]) -> tuple[list[float], Side]:
    """Keep beats that alternate and go on beyond both ends at the same pace."""
    turns = [
        beat for beat, before in zip(found, [None, *found], strict=False) if before is None or beat[1] != before[1]
    ]
    times_s = [time_s for time_s, _ in turns]
    if len(times_s) < 3:
        raise ValueError("the track holds less than two steps of running: give a longer one")
    pace_s = float(np.median(np.diff(times_s)))
    before, after = [times_s[0] - k * pace_s for k in (2, 1)], [times_s[-1] + k * pace_s for k in (1, 2)]
    return [*before, *times_s, *after], turns[0][1]
