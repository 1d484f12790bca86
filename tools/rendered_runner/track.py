"""A measured person: joints over time from a laboratory or another program, to be rendered in place of a gait."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from formcheck.records.skeleton import Side
from tools.rendered_runner.settings import Proportions

POINTS = ("hip", "knee", "ankle", "heel", "toe")
"""Of each leg. ``heel`` is any point at the back of the shoe, ``toe`` the midpoint of the metatarsal heads, where the
toes bend: not the tip of the shoe. The two need not be at one height: their line is zeroed while the foot is flat."""
NAMES = tuple(f"{side}_{point}" for side in Side for point in POINTS)
SHOULDERS = tuple(f"{side}_shoulder" for side in Side)
"""Where a track has them, the trunk leans and is as long as it was measured."""

FLAT_SPEED_FRAC = 0.10
"""A foot whose heel and toe go with the belt, and neither up nor down, to within this part of its speed is flat."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Track:
    """Joints of both legs in the runner's frame, metres: x forward, y to their left, z up from the belt's surface.

    ``time_s`` (T,) rising; ``joints_m`` (T, 3) for each of `NAMES` and, where they were measured, of `SHOULDERS`, NaN
    where not seen; the ground's speed backward.
    """

    time_s: Floats
    joints_m: dict[str, Floats]
    ground_speed_m_s: float

    def __post_init__(self) -> None:
        """Check names and shapes.

        Raises
        ------
        ValueError
            If a joint is missing, or has not one position for each time.
        """
        for name in NAMES:
            if name not in self.joints_m:
                raise ValueError(f"the track has no {name}: give {', '.join(NAMES)}")
        for name, path in self.joints_m.items():
            if path.shape != (len(self.time_s), 3):
                raise ValueError(f"{name} has shape {path.shape}: give ({len(self.time_s)}, 3)")

    @property
    def has_trunk(self) -> bool:
        """Whether the shoulders were measured."""
        return all(name in self.joints_m for name in SHOULDERS)

    def middle(self, joint: str) -> Floats:
        """Half way between the left and the right joint (T, 3)."""
        return np.asarray(np.mean([self.joints_m[f"{side}_{joint}"] for side in Side], axis=0))


def read_track(path: Path) -> Track:
    """Read a track from an ``.npz`` with ``time_s``, ``ground_speed_m_s`` and an array for each of `NAMES`."""
    with np.load(path, allow_pickle=False) as data:
        joints_m = {name: np.asarray(data[name], float) for name in (*NAMES, *SHOULDERS) if name in data}
        return Track(np.asarray(data["time_s"], float), joints_m, float(data["ground_speed_m_s"]))


def centre(track: Track) -> Track:
    """Move a person who was measured anywhere on the belt to where a gait would be: mid-hip over the origin."""
    hips = np.concatenate([track.joints_m[f"{side}_hip"] for side in Side])
    off = np.nanmean(hips, axis=0) * np.array([1.0, 1.0, 0.0])
    return replace(track, joints_m={name: path - off for name, path in track.joints_m.items()})


def follow(track: Track, name: str) -> CubicSpline:
    """Return a joint's smooth path through every sample that was seen: metres (3,) over seconds."""
    seen = np.isfinite(track.joints_m[name]).all(axis=1)
    return CubicSpline(track.time_s[seen], track.joints_m[name][seen])


def flat_times(track: Track, side: Side) -> Floats:
    """Times of the samples at which a foot lies flat on the belt.

    Raises
    ------
    ValueError
        If there are none.
    """
    heel, toe = (follow(track, f"{side}_{point}")(track.time_s, 1) for point in ("heel", "toe"))
    with_belt = np.array([-track.ground_speed_m_s, 0.0, 0.0])
    slip = np.maximum(np.abs(heel - with_belt), np.abs(toe - with_belt))[:, [0, 2]].max(axis=1)
    flat: Floats = track.time_s[slip < FLAT_SPEED_FRAC * track.ground_speed_m_s]
    if not len(flat):
        raise ValueError(f"the {side} foot never goes with the ground at {track.ground_speed_m_s} m/s: check the speed")
    return flat


def measure_body(track: Track) -> Proportions:
    """Lengths of the skeleton: medians where they were measured, all else in proportion to leg and foot."""
    usual = Proportions()
    thigh_m, shank_m = _length_m(track, "hip", "knee"), _length_m(track, "knee", "ankle")
    hips, shoulders = (_across_m(track, joint) for joint in ("hip", "shoulder"))
    ankle_height_m, ball_ahead_m = np.mean([_measure_foot(track, side) for side in Side], axis=0)
    tall, long = (thigh_m + shank_m) / usual.leg_m, ball_ahead_m / usual.ball_ahead_m
    return Proportions(
        thigh_m=thigh_m,
        shank_m=shank_m,
        ankle_height_m=float(ankle_height_m),
        heel_behind_m=float(usual.heel_behind_m * long),
        ball_ahead_m=float(ball_ahead_m),
        toe_ahead_m=float(usual.toe_ahead_m * long),
        hip_half_width_m=hips / 2,
        shoulder_half_width_m=shoulders / 2 if track.has_trunk else usual.shoulder_half_width_m * tall,
        trunk_m=_trunk_m(track) if track.has_trunk else usual.trunk_m * tall,
        upper_arm_m=usual.upper_arm_m * tall,
        forearm_m=usual.forearm_m * tall,
    )


def _across_m(track: Track, joint: str) -> float:
    if f"{Side.LEFT}_{joint}" not in track.joints_m:
        return np.nan
    apart = track.joints_m[f"{Side.LEFT}_{joint}"] - track.joints_m[f"{Side.RIGHT}_{joint}"]
    return float(np.nanmedian(np.linalg.norm(apart, axis=1)))


def _trunk_m(track: Track) -> float:
    return float(np.nanmedian(np.linalg.norm(track.middle("shoulder") - track.middle("hip"), axis=1)))


def _length_m(track: Track, upper: str, lower: str) -> float:
    spans = [track.joints_m[f"{side}_{upper}"] - track.joints_m[f"{side}_{lower}"] for side in Side]
    return float(np.nanmedian(np.linalg.norm(np.concatenate(spans), axis=1)))


def _measure_foot(track: Track, side: Side) -> tuple[float, float]:
    """Height of the ankle and its distance behind the ball while the foot is flat."""
    flat_s = flat_times(track, side)
    ankle, toe = (follow(track, f"{side}_{point}")(flat_s) for point in ("ankle", "toe"))
    ahead = np.linalg.norm((toe - ankle)[:, :2], axis=1)
    return float(np.median(ankle[:, 2])), float(np.median(ahead))
