"""The whole runner at an instant: the joints a camera would look for, and how every bone is placed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.records.skeleton import Side
from tools.rendered_runner.gait import Gait
from tools.rendered_runner.leg import LegState
from tools.rendered_runner.rotation import UP, Matrix, Vector, about_x, about_y, about_z, half_way
from tools.rendered_runner.settings import GaitSettings, Proportions
from tools.rendered_runner.skeleton import (
    ARM_OUT_DEG,
    BONES,
    HEAD_ABOVE_NECK_M,
    NECK_ABOVE_SHOULDER_M,
    SPINE_ABOVE_HIP_M,
    arm_direction,
    bone_name,
    rest_origins,
)
from tools.rendered_runner.trunk import SIGN, TrunkTurn

HEAD_LEAN_FRAC = 0.35
"""Part of the trunk's lean that the head keeps: runners look ahead, not down."""
ARM_LAG_STEPS = 0.08
ARM_REST_DEG = -12.0
"""The upper arm swings about a line a little behind the trunk."""
ARM_SPREAD_DEG = 16.0
FOREARM_INWARD_DEG = 22.0
ELBOW_SWING_DEG = 10.0
HEEL_LANDMARK_M = (-0.050, 0.0, 0.030)
TOE_LANDMARK_M = (0.195, 0.0, 0.030)
"""Where a pose model puts heel and toe: ahead of the ankle and above the sole, in the foot's axes."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A bone's orientation and where it begins."""

    rotation: Matrix
    origin: Vector


@dataclass(frozen=True, slots=True)
class Pose:
    """One instant: joint centres by landmark name, bones by bone name, each leg."""

    joints: dict[str, Vector]
    bones: dict[str, Placed]
    legs: dict[Side, LegState]


@dataclass(frozen=True, slots=True)
class UpperBody:
    """What carries the trunk and swings the arms at an instant."""

    turn: TrunkTurn
    mid_hip: Vector
    phase: float
    """Steps taken so far: even at left strikes, odd at right strikes."""
    settings: GaitSettings


def pose_at(gait: Gait, time_s: float) -> Pose:
    """Pose the runner."""
    upper = UpperBody(gait.sway.turn(time_s), gait.pelvis(time_s), gait.sway.phase(time_s), gait.settings)
    return assemble(upper, {side: gait.leg(side, time_s) for side in Side}, gait.body)


def trunk_of(turn: TrunkTurn, body: Proportions) -> Vector:
    """From the middle of the hips to that of the shoulders."""
    return np.asarray(about_y(turn.lean_deg) @ UP * body.trunk_m)


def assemble(upper: UpperBody, legs: dict[Side, LegState], body: Proportions) -> Pose:
    """Put trunk, arms and head on two legs."""
    mid_shoulder = upper.mid_hip + trunk_of(upper.turn, body)
    bones = _trunk(upper.turn, upper.mid_hip, mid_shoulder)
    joints: dict[str, Vector] = {}
    for side, leg in legs.items():
        limb = _leg_bones(leg, upper.turn, body) | _arm_bones(upper, side, mid_shoulder, body)
        bones |= {bone_name(bone, side): placed for bone, placed in limb.items()}
        joints |= {f"{side}_{joint}": point for joint, point in _limb_joints(limb, leg, side, body).items()}
    return Pose(joints, bones, legs)


@dataclass(frozen=True, slots=True)
class ParametricRunner:
    """A runner whose whole body follows a gait."""

    gait: Gait

    @property
    def body(self) -> Proportions:
        """How they are built."""
        return self.gait.body

    @property
    def ground_speed_m_s(self) -> float:
        """Speed of the belt."""
        return self.gait.settings.belt_speed_m_s

    def pose(self, time_s: float) -> Pose:
        """Every joint and bone at an instant."""
        return pose_at(self.gait, time_s)


def bone_matrices(pose: Pose, body: Proportions) -> NDArray[np.float32]:
    """From rest to this pose: an affine 3 x 4 matrix for each of `BONES`, shape (len(BONES), 3, 4)."""
    rest = rest_origins(body)
    matrices = np.empty((len(BONES), 3, 4), np.float32)
    for index, bone in enumerate(BONES):
        placed = pose.bones[bone]
        matrices[index, :, :3] = placed.rotation
        matrices[index, :, 3] = placed.origin - placed.rotation @ rest[bone]
    return matrices


def _trunk(turn: TrunkTurn, mid_hip: Vector, mid_shoulder: Vector) -> dict[str, Placed]:
    head = about_y(HEAD_LEAN_FRAC * turn.lean_deg)
    neck_at = mid_shoulder + turn.thorax @ np.array([-0.010, 0.0, NECK_ABOVE_SHOULDER_M])
    return {
        "pelvis": Placed(turn.pelvis, mid_hip),
        "spine": Placed(half_way(turn.pelvis, turn.thorax), mid_hip + turn.pelvis @ UP * SPINE_ABOVE_HIP_M),
        "thorax": Placed(turn.thorax, mid_shoulder),
        "neck": Placed(half_way(turn.thorax, head), neck_at),
        "head": Placed(head, neck_at + head @ np.array([0.010, 0.0, HEAD_ABOVE_NECK_M])),
    }


def _leg_bones(leg: LegState, turn: TrunkTurn, body: Proportions) -> dict[str, Placed]:
    thigh, shank = leg.thigh, leg.shank
    ball = leg.ankle + leg.foot @ np.array([body.ball_ahead_m, 0.0, -body.ankle_height_m])
    return {
        "hip": Placed(half_way(turn.pelvis, thigh), leg.hip),
        "thigh": Placed(thigh, leg.hip),
        "knee": Placed(half_way(thigh, shank), leg.knee),
        "shank": Placed(shank, leg.knee),
        "foot": Placed(leg.foot, leg.ankle),
        "toes": Placed(leg.foot @ about_y(-leg.toe_bend_deg), ball),
    }


def _arm_bones(upper_body: UpperBody, side: Side, mid_shoulder: Vector, body: Proportions) -> dict[str, Placed]:
    s, sign, turn = upper_body.settings, SIGN[side], upper_body.turn
    shoulder = mid_shoulder + turn.thorax @ np.array([0.0, sign * body.shoulder_half_width_m, 0.0])
    # the arm is furthest back when the foot of its side strikes
    back = sign * np.cos(np.pi * (upper_body.phase - ARM_LAG_STEPS))
    swing_deg = ARM_REST_DEG - s.arm_swing_deg * back
    elbow_deg = s.elbow_deg - ELBOW_SWING_DEG * back
    to_side = about_x(-sign * ARM_OUT_DEG)  # undoes the rest pose
    hanging = turn.thorax @ about_x(sign * ARM_SPREAD_DEG) @ about_y(-swing_deg)
    hanging = hanging @ about_z(-sign * FOREARM_INWARD_DEG)
    upper, fore = hanging @ to_side, hanging @ about_y(-elbow_deg) @ to_side
    elbow = shoulder + upper @ arm_direction(side) * body.upper_arm_m
    return {
        "shoulder": Placed(half_way(turn.thorax, upper), shoulder),
        "upper_arm": Placed(upper, shoulder),
        "elbow": Placed(half_way(upper, fore), elbow),
        "forearm": Placed(fore, elbow),
    }


def _limb_joints(limb: dict[str, Placed], leg: LegState, side: Side, body: Proportions) -> dict[str, Vector]:
    below_ankle = np.array([0.0, 0.0, body.ankle_height_m])
    toes, forearm = limb["toes"], limb["forearm"]
    from_ball = np.array(TOE_LANDMARK_M) - np.array([body.ball_ahead_m, 0.0, 0.0])
    return {
        "shoulder": limb["upper_arm"].origin,
        "elbow": forearm.origin,
        "wrist": forearm.origin + forearm.rotation @ arm_direction(side) * body.forearm_m,
        "hip": leg.hip,
        "knee": leg.knee,
        "ankle": leg.ankle,
        "heel": leg.ankle + leg.foot @ (np.array(HEEL_LANDMARK_M) - below_ankle),
        "foot_index": toes.origin + toes.rotation @ from_ball,
    }
