"""The bare body at rest, as melted lumps of muscle and bone."""

import numpy as np

from tools.rendered_runner.distance import (
    Capsule,
    Distances,
    Ellipsoid,
    Points,
    Section,
    carve,
    fuse,
    melt,
    mirror,
    tube,
)
from tools.rendered_runner.frame import USUAL, Frame
from tools.rendered_runner.head import head, neck
from tools.rendered_runner.rotation import Vector
from tools.rendered_runner.skeleton import ARM_OUT_DEG

CROTCH_BELOW_HIP_M = 0.12
HALF_GAP_M = 0.007
"""Below the crotch each leg stays this far from the middle: heavy thighs press flat but do not grow together."""


def skin(points: Points, frame: Frame) -> Distances:
    """Distance to the whole body."""
    folded = mirror(points)
    legs = keep_legs_apart(fuse(folded, leg_lumps(frame)), folded, frame)
    limbs = melt(legs, trunk(folded, frame), 0.035)
    return melt(melt(limbs, arm(folded, frame), 0.03), head(folded, frame), 0.025)


def keep_legs_apart(legs: Distances, folded: Points, frame: Frame) -> Distances:
    """Cut a slit between the legs, from the crotch down."""
    slit = np.maximum(folded[..., 1] - HALF_GAP_M, folded[..., 2] - (frame.hip - CROTCH_BELOW_HIP_M))
    return carve(legs, slit, 0.008)


def leg_lumps(frame: Frame) -> list[Capsule | Ellipsoid]:
    """Thigh, knee, calf and ankle of the left leg."""
    y, hip, knee, ankle = frame.leg_y, frame.hip, frame.knee, frame.ankle
    k, bony = frame.thick, frame.bony
    thigh, shank = frame.body.thigh_m / USUAL.thigh_m, frame.body.shank_m / USUAL.shank_m

    def bar(
        top: tuple[float, float, float], bottom: tuple[float, float, float], start_m: float, end_m: float, melt_m: float
    ) -> Capsule:
        start, end = (top[0] * k, y + top[1] * k, top[2]), (bottom[0] * k, y + bottom[1] * k, bottom[2])
        return Capsule(start, end, start_m * k, end_m * k, melt_m)

    return [
        bar((0, 0, hip + 0.01), (0, 0, knee), 0.086, 0.055, 0.03),
        bar((0.024, 0.006, hip - 0.10 * thigh), (0.018, 0, knee + 0.09 * thigh), 0.066, 0.048, 0.03),  # quadriceps
        bar((-0.024, 0, hip - 0.08 * thigh), (-0.016, 0, knee + 0.08 * thigh), 0.066, 0.041, 0.03),  # hamstrings
        Ellipsoid((0.024 * k, y, knee + 0.004), (0.033 * bony, 0.039 * bony, 0.046 * bony)),  # kneecap
        bar((0.004, 0, knee - 0.02), (0, 0, ankle + 0.02), 0.049, 0.034, 0.03),
        bar((-0.028, -0.008, knee - 0.075 * shank), (-0.014, 0, knee - 0.23 * shank), 0.044, 0.028, 0.035),  # calf
        bar((-0.026, 0.014, knee - 0.065 * shank), (-0.014, 0, knee - 0.20 * shank), 0.040, 0.027, 0.035),  # outer calf
        Ellipsoid((0.0, y, ankle), (0.035 * bony, 0.037 * bony, 0.045)),
        Capsule((-0.030, y, ankle + 0.06), (-0.038, y, ankle - 0.03), 0.012, 0.020),  # Achilles tendon
    ]


def trunk_sections(frame: Frame, ease_m: float = 0.0) -> list[Section]:
    """Cross-sections from crotch to neck, each wider by ``ease_m``: more than none for a shirt."""
    rows = (
        (-0.18, 0.135, 0.094, -0.012),
        (0.00, 0.160, 0.110, -0.016),
        (0.20, 0.149, 0.098, -0.004),
        (0.40, 0.136, 0.092, 0.008),
        (0.64, 0.156, 0.108, 0.004),
        (0.84, 0.168, 0.108, -0.004),
        (0.96, 0.160, 0.087, -0.012),
        (1.05, 0.100, 0.068, -0.012),
        (1.14, 0.060, 0.058, -0.008),
    )
    return [
        Section(frame.up_trunk(frac), frame.wide * half_width + ease_m, frame.thick * half_depth + ease_m, forward)
        for frac, half_width, half_depth, forward in rows
    ]


def trunk(points: Points, frame: Frame) -> Distances:
    """Torso with buttocks, chest, collar and neck."""
    k, wide = frame.thick, frame.wide
    lumps: list[Capsule | Ellipsoid] = [
        Ellipsoid((-0.055 * k, 0.068 * k, frame.hip - 0.02), (0.085 * k, 0.085 * k, 0.100), 0.04),
        Ellipsoid((0.050 * k, 0.072 * wide, frame.up_trunk(0.76)), (0.056 * k, 0.085 * k, 0.074), 0.04),
        collar(frame),
        neck(frame),
    ]
    distance = tube(points, trunk_sections(frame))
    for lump in lumps:
        distance = melt(distance, lump.distance(points), lump.melt_m)
    return distance


def collar(frame: Frame, ease_m: float = 0.0) -> Capsule:
    """From the neck's root to the shoulder."""
    out = 0.140 * frame.body.shoulder_half_width_m / USUAL.shoulder_half_width_m
    start, end = (-0.015, 0.030, frame.up_trunk(1.17)), (-0.010, out, frame.up_trunk(1.03))
    return Capsule(start, end, 0.042 * frame.thick + ease_m, 0.040 * frame.thick + ease_m, 0.04)


def arm(points: Points, frame: Frame) -> Distances:
    """Left arm with a loosely closed hand."""
    shoulder, elbow, wrist, along = frame.shoulder, frame.elbow, frame.wrist, frame.arm
    k, ahead = frame.thick, np.array([1.0, 0.0, 0.0])
    lumps: list[Capsule | Ellipsoid] = [
        Capsule(shoulder, elbow, 0.052 * k, 0.037 * k),
        Ellipsoid(shoulder + np.array([0, 0.005, -0.010]), (0.058 * k, 0.055 * k, 0.068 * k)),  # deltoid
        Capsule(shoulder + 0.10 * along + 0.012 * ahead, shoulder + 0.20 * along + 0.012 * ahead, 0.040 * k, 0.036 * k),
        Capsule(elbow, wrist, 0.039 * k, 0.025 * frame.bony, 0.02),
        Capsule(elbow + 0.05 * along, elbow + 0.12 * along, 0.042 * k, 0.034 * k),
    ]
    return melt(fuse(points, lumps), fuse(points, _hand_lumps(wrist, along)), 0.02)


def _hand_lumps(wrist: Vector, along: Vector) -> list[Capsule | Ellipsoid]:
    angle = np.radians(ARM_OUT_DEG)
    ahead, outward = np.array([1.0, 0.0, 0.0]), np.array([0.0, np.cos(angle), np.sin(angle)])

    def spot(reach_m: float, forward_m: float, out_m: float) -> Vector:
        return np.asarray(wrist + reach_m * along + forward_m * ahead + out_m * outward)

    return [
        Capsule(spot(0.020, 0, 0), spot(0.075, 0, 0), 0.027, 0.033),
        Capsule(spot(0.076, 0.026, -0.012), spot(0.076, -0.026, -0.012), 0.022, 0.021, 0.015),  # knuckles
        Capsule(spot(0.056, 0.026, -0.032), spot(0.056, -0.022, -0.034), 0.018, 0.017, 0.012),  # curled fingers
        Capsule(spot(0.025, 0.022, -0.005), spot(0.075, 0.036, -0.030), 0.014, 0.011, 0.010),  # thumb
    ]
