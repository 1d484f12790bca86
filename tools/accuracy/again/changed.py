"""A measured runner who runs a little differently: known changes of reach, lean, cadence and speed.

Joints are moved and the knees bent anew between hip and ankle, so that thigh and shank keep their lengths.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from formcheck.records.skeleton import Side
from tools.accuracy.measured import Trial
from tools.accuracy.truth import Floats
from tools.rendered_runner.rotation import about_y
from tools.rendered_runner.track import Track

STRAIGHTEST: Final = 0.9995
"""Of thigh + shank: a leg that would have to be longer lowers the hips."""
FOOT: Final = ("ankle", "heel", "toe")


@dataclass(frozen=True, slots=True)
class Change:
    """What is different: reach in leg lengths, lean in degrees, the other two as factors."""

    reach_ll: float = 0.0
    lean_deg: float = 0.0
    cadence: float = 1.0
    speed: float = 1.0


def changed(trial: Trial, change: Change) -> Trial:
    """The runner with a change: a quicker cadence at the same speed takes shorter steps."""
    if change == Change():
        return trial
    track = _reaching(trial.track, 1 / change.cadence * np.sqrt(change.speed), change.reach_ll)
    track = _leaning(track, change.lean_deg)
    quicker = change.cadence * np.sqrt(change.speed)
    strikes_s, offs_s = (
        {side: at_s / quicker for side, at_s in each.items()} for each in (trial.strikes_s, trial.offs_s)
    )
    at_speed = replace(track, time_s=track.time_s / quicker, ground_speed_m_s=track.ground_speed_m_s * change.speed)
    return replace(trial, track=at_speed, strikes_s=strikes_s, offs_s=offs_s)


def _reaching(track: Track, longer: float, further_ll: float) -> Track:
    """Steps ``longer`` times as long, and feet further ahead of hips that sink as far as the legs ask for."""
    joints = dict(track.joints_m)
    leg_m = float(
        np.nanmedian(_length_m(track, Side.LEFT, "hip", "knee") + _length_m(track, Side.LEFT, "knee", "ankle"))
    )
    for side in Side:
        along_m = (longer - 1) * joints[f"{side}_toe"][:, 0] + further_ll * leg_m
        for point in FOOT:
            joints[f"{side}_{point}"] = joints[f"{side}_{point}"] + along_m[:, None] * np.array([1.0, 0.0, 0.0])
    sunk_m = max(0.0, *(_missing_m(joints, track, side) for side in Side))
    sunk = np.array([0.0, 0.0, sunk_m])
    joints |= {name: path - sunk for name, path in joints.items() if name.endswith(("hip", "shoulder"))}
    for side in Side:
        joints[f"{side}_knee"] = _knee(joints, track, side)
    return replace(track, joints_m=joints)


def _length_m(track: Track, side: Side, upper: str, lower: str) -> Floats:
    return np.asarray(np.linalg.norm(track.joints_m[f"{side}_{upper}"] - track.joints_m[f"{side}_{lower}"], axis=1))


def _missing_m(joints: dict[str, Floats], track: Track, side: Side) -> float:
    """How far hips must sink for a leg to reach its foot in every frame."""
    longest = STRAIGHTEST * (_length_m(track, side, "hip", "knee") + _length_m(track, side, "knee", "ankle"))
    along = joints[f"{side}_hip"] - joints[f"{side}_ankle"]
    level2 = np.sum(along[:, :2] ** 2, axis=1)
    return float(np.nanmax(along[:, 2] - np.sqrt(longest**2 - level2)))


def _knee(joints: dict[str, Floats], track: Track, side: Side) -> Floats:
    """Where the knee is between a hip and an ankle that moved: as far from both as it was, bent the same way."""
    hip, ankle = joints[f"{side}_hip"], joints[f"{side}_ankle"]
    thigh_m, shank_m = _length_m(track, side, "hip", "knee"), _length_m(track, side, "knee", "ankle")
    leg = ankle - hip
    reach_m = np.linalg.norm(leg, axis=1)
    down = leg / reach_m[:, None]
    bent = track.joints_m[f"{side}_knee"] - track.joints_m[f"{side}_hip"]
    old = track.joints_m[f"{side}_ankle"] - track.joints_m[f"{side}_hip"]
    old /= np.linalg.norm(old, axis=1)[:, None]
    forward = bent - np.sum(bent * old, axis=1)[:, None] * old
    forward -= np.sum(forward * down, axis=1)[:, None] * down
    forward /= np.linalg.norm(forward, axis=1)[:, None]
    along_m = (reach_m**2 + thigh_m**2 - shank_m**2) / (2 * reach_m)
    aside_m = np.sqrt(np.maximum(thigh_m**2 - along_m**2, 0.0))
    return np.asarray(hip + along_m[:, None] * down + aside_m[:, None] * forward)


def _leaning(track: Track, further_deg: float) -> Track:
    """The trunk turned forward about the middle of the hips; one that was not measured is told to lean elsewhere."""
    if not track.has_trunk:
        return track
    hips, turn = track.middle("hip"), about_y(further_deg)
    turned = {f"{side}_shoulder": hips + (track.joints_m[f"{side}_shoulder"] - hips) @ turn.T for side in Side}
    return replace(track, joints_m=track.joints_m | turned)
