"""The skeleton at rest: where every bone begins in the body the mesh is made for.

At rest the runner stands straight with the arms 35 degrees out from the sides, so that no two parts of the mesh touch.
"""

from typing import Final

import numpy as np

from formcheck.records.skeleton import Side
from tools.rendered_runner.rotation import Vector
from tools.rendered_runner.settings import Proportions
from tools.rendered_runner.trunk import SIGN

ARM_OUT_DEG: Final = 35.0
SPINE_ABOVE_HIP_M: Final = 0.12
NECK_ABOVE_SHOULDER_M: Final = 0.06
HEAD_ABOVE_NECK_M: Final = 0.08
HEAD_CENTRE_ABOVE_SHOULDER_M: Final = 0.205

TRUNK_BONES: Final = ("pelvis", "spine", "thorax", "neck", "head")
LIMB_BONES: Final = (
    "hip",
    "thigh",
    "knee",
    "shank",
    "foot",
    "toes",
    "shoulder",
    "upper_arm",
    "elbow",
    "forearm",
)
"""Bones of one side. Hip, knee, shoulder and elbow are helpers turned half-way: they keep bent joints from pinching."""


def bone_name(bone: str, side: Side) -> str:
    """Name of a limb's bone, e.g. ``thigh_left``."""
    return f"{bone}_{side}"


BONES: Final = TRUNK_BONES + tuple(bone_name(bone, side) for side in Side for bone in LIMB_BONES)


def arm_direction(side: Side) -> Vector:
    """From shoulder to wrist at rest."""
    angle = np.radians(ARM_OUT_DEG)
    return np.array([0.0, SIGN[side] * np.sin(angle), -np.cos(angle)])


def hip_height_m(body: Proportions) -> float:
    """Height of the hip joints at rest."""
    return body.ankle_height_m + body.leg_m


def shoulder_height_m(body: Proportions) -> float:
    """Height of the shoulder joints at rest."""
    return hip_height_m(body) + body.trunk_m


def rest_origins(body: Proportions) -> dict[str, Vector]:
    """Return where each bone begins at rest, metres."""
    hip_m, shoulder_m = hip_height_m(body), shoulder_height_m(body)
    origins: dict[str, Vector] = {
        "pelvis": np.array([0.0, 0.0, hip_m]),
        "spine": np.array([0.0, 0.0, hip_m + SPINE_ABOVE_HIP_M]),
        "thorax": np.array([0.0, 0.0, shoulder_m]),
        "neck": np.array([-0.010, 0.0, shoulder_m + NECK_ABOVE_SHOULDER_M]),
        "head": np.array([0.0, 0.0, shoulder_m + NECK_ABOVE_SHOULDER_M + HEAD_ABOVE_NECK_M]),
    }
    for side in Side:
        origins |= {bone_name(bone, side): origin for bone, origin in _limb_origins(body, side).items()}
    return origins


def _limb_origins(body: Proportions, side: Side) -> dict[str, Vector]:
    sideways = SIGN[side] * body.hip_half_width_m
    hip = np.array([0.0, sideways, hip_height_m(body)])
    knee = np.array([0.0, sideways, body.ankle_height_m + body.shank_m])
    ankle = np.array([0.0, sideways, body.ankle_height_m])
    ball = np.array([body.ball_ahead_m, sideways, 0.0])
    shoulder = np.array([0.0, SIGN[side] * body.shoulder_half_width_m, shoulder_height_m(body)])
    elbow = shoulder + body.upper_arm_m * arm_direction(side)
    starts = (hip, hip, knee, knee, ankle, ball, shoulder, shoulder, elbow, elbow)
    return dict(zip(LIMB_BONES, starts, strict=True))
