"""How the mesh follows the skeleton: linear blend skinning with up to four bones for each vertex."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.records.skeleton import Side
from tools.rendered_runner.clothing import along_arm
from tools.rendered_runner.distance import mirror
from tools.rendered_runner.frame import Frame
from tools.rendered_runner.skeleton import ARM_OUT_DEG, BONES, bone_name
from tools.rendered_runner.trunk import SIGN

BONES_PER_VERTEX = 4
SPLIT_BELOW_HIP_M = 0.18
"""Above this, what lies between the thighs is shared by both legs; below, each leg has its own."""
SHIRT_FOLLOWS_LEG = 0.45
"""Part of the thigh's pull on the hem of a shirt, which hangs free."""


@dataclass(frozen=True, slots=True)
class Skinning:
    """Which bones carry each vertex, and by how much."""

    bones: NDArray[np.int32]
    """Indices into `BONES`, shape (V, 4)."""
    weights: NDArray[np.float32]
    """Shape (V, 4), rows sum to 1."""


def bind(
    vertices: NDArray[np.float64],
    frame: Frame,
    *,
    in_shoe: NDArray[np.bool_],
    on_arm: NDArray[np.bool_],
    hangs_free: NDArray[np.bool_],
) -> Skinning:
    """Bind rest vertices, shape (V, 3), to the skeleton; the flags, shape (V,), say what kind of part each is on."""
    weights = np.zeros((len(vertices), len(BONES)))
    arm = _arm_share(vertices, frame) * on_arm
    leg = _leg_share(vertices, frame) * np.where(hangs_free, SHIRT_FOLLOWS_LEG, 1.0)
    _add(weights, _trunk_chain(vertices[:, 2], frame), (1.0 - arm) * (1.0 - leg))
    of_left = _left_share(vertices, frame)
    for side, of_side in ((Side.LEFT, of_left), (Side.RIGHT, 1.0 - of_left)):
        legs = {bone_name(b, side): w for b, w in _leg_chain(vertices, frame, in_shoe).items()}
        _add(weights, legs, (1.0 - arm) * leg * of_side)
        arms = {bone_name(b, side): w for b, w in _arm_chain(vertices, frame).items()}
        _add(weights, arms, arm * (vertices[:, 1] * SIGN[side] > 0))
    return _strongest(weights)


def _add(weights: NDArray[np.float64], chain: dict[str, NDArray[np.float64]], share: NDArray[np.float64]) -> None:
    for bone, weight in chain.items():
        weights[:, BONES.index(bone)] += weight * share


def _strongest(weights: NDArray[np.float64]) -> Skinning:
    bones = np.argsort(-weights, axis=1)[:, :BONES_PER_VERTEX]
    kept = np.take_along_axis(weights, bones, 1)
    kept /= kept.sum(axis=1, keepdims=True)
    return Skinning(bones.astype(np.int32), kept.astype(np.float32))


def _trunk_chain(height: NDArray[np.float64], frame: Frame) -> dict[str, NDArray[np.float64]]:
    up = (height - frame.hip) / frame.body.trunk_m
    pelvis, spine, thorax = _hand_over(up, 0.02, 0.24, 0.50)
    above = height - frame.up_trunk(1.0)
    below_neck, neck, head = _hand_over(above, 0.020, 0.075, 0.120)
    return {"pelvis": pelvis, "spine": spine, "thorax": thorax * below_neck, "neck": neck, "head": head}


def _leg_share(vertices: NDArray[np.float64], frame: Frame) -> NDArray[np.float64]:
    """How far a vertex belongs to a leg: none above the groin, all below the hip joint."""
    pelvis, _, _ = _hand_over(_below_groin(vertices, frame), -0.09, 0.0, 0.085)
    return 1.0 - pelvis


def _below_groin(vertices: NDArray[np.float64], frame: Frame) -> NDArray[np.float64]:
    """Depth below the hip joint; the line of the groin slants up to the sides."""
    sideways = np.abs(vertices[:, 1]) - frame.leg_y
    return frame.hip - vertices[:, 2] - 0.25 * sideways


def _leg_chain(
    vertices: NDArray[np.float64], frame: Frame, in_shoe: NDArray[np.bool_]
) -> dict[str, NDArray[np.float64]]:
    pelvis, hip, thigh = _hand_over(_below_groin(vertices, frame), -0.09, 0.0, 0.085)
    above_knee, knee, below_knee = _hand_over(frame.knee - vertices[:, 2], -0.06, 0.0, 0.06)
    foot = np.where(in_shoe, 1.0, _ramp(frame.ankle - vertices[:, 2], -0.03, 0.015))
    ball = frame.body.ball_ahead_m
    toes = np.where(in_shoe, _ramp(vertices[:, 0], ball - 0.02, ball + 0.02), 0.0)
    return {
        "hip": (hip + pelvis) * above_knee,
        "thigh": thigh * above_knee,
        "knee": knee,
        "shank": below_knee * (1.0 - foot),
        "foot": below_knee * foot * (1.0 - toes),
        "toes": below_knee * foot * toes,
    }


def _left_share(vertices: NDArray[np.float64], frame: Frame) -> NDArray[np.float64]:
    """Which leg a vertex belongs to; near the crotch a little of both."""
    y = vertices[:, 1]
    between_thighs = vertices[:, 2] > frame.hip - SPLIT_BELOW_HIP_M
    return np.where(between_thighs, _ramp(y, -0.035, 0.035), (y > 0).astype(float))


def _arm_share(vertices: NDArray[np.float64], frame: Frame) -> NDArray[np.float64]:
    """How far a vertex belongs to an arm: within reach of its axis, growing from armpit and shoulder outward."""
    folded = mirror(vertices.astype(np.float32)).astype(np.float64)
    along = along_arm(folded.astype(np.float32), frame).astype(np.float64)
    from_shoulder = folded - frame.shoulder
    angle = np.radians(ARM_OUT_DEG)
    outward = from_shoulder @ np.array([0.0, np.cos(angle), np.sin(angle)])
    off_axis = np.linalg.norm(from_shoulder - along[:, None] * frame.arm, axis=1)
    y = folded[:, 1] - frame.shoulder[1]
    near = (along > -0.08) & (off_axis < 0.11) & (y > -0.07)
    under_arm = 2.7 * np.clip(-(outward + 0.035), 0.0, 1.0)
    share = _ramp(along - under_arm, -0.045, 0.075)
    flank = (y < -0.02) & (along < 0.10)
    return np.where(near, np.where(flank, share * _ramp(y, -0.07, -0.01), share), 0.0)


def _arm_chain(vertices: NDArray[np.float64], frame: Frame) -> dict[str, NDArray[np.float64]]:
    along = along_arm(mirror(vertices.astype(np.float32)), frame).astype(np.float64)
    elbow_at = frame.body.upper_arm_m
    upper, elbow, fore = _hand_over(along, elbow_at - 0.055, elbow_at, elbow_at + 0.055)
    arm = _ramp(along, 0.0, 0.10)
    return {"shoulder": upper * (1.0 - arm), "upper_arm": upper * arm, "elbow": elbow, "forearm": fore}


def _ramp(x: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Ease from 0 at ``low`` to 1 at ``high``."""
    f = np.clip((x - low) / (high - low), 0.0, 1.0)
    return np.asarray(f * f * (3.0 - 2.0 * f))


def _hand_over(
    x: NDArray[np.float64], start: float, middle: float, end: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Weights of a bone, the helper between and the next bone, as ``x`` passes a joint."""
    before, after = 1.0 - _ramp(x, start, middle), _ramp(x, middle, end)
    return before, 1.0 - before - after, after
