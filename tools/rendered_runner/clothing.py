"""What the runner wears: T-shirt, shorts and shoes, each a solid a little larger than the body under it."""

import numpy as np

from tools.rendered_runner.body import Frame, collar, trunk_sections
from tools.rendered_runner.distance import (
    Capsule,
    Distances,
    Ellipsoid,
    Points,
    Section,
    keep_inside,
    melt,
    mirror,
    tube,
)

SHIRT_EASE_M = 0.013
HEM_BELOW_HIP_M = 0.050
SLEEVE_M = 0.175
SHORTS_BELOW_HIP_M = 0.235
SHORTS_ABOVE_HIP_M = 0.090
EDGE_M = 0.008
"""Rounding of a hem."""

SHOE_FORWARD_M = (-0.068, -0.060, -0.034, 0.000, 0.050, 0.090, 0.125, 0.160, 0.185, 0.200, 0.206)
SHOE_HALF_WIDTH_M = (0.000, 0.022, 0.032, 0.034, 0.033, 0.040, 0.046, 0.042, 0.030, 0.016, 0.000)
SHOE_HEIGHT_M = (0.050, 0.066, 0.074, 0.072, 0.056, 0.042, 0.034, 0.028, 0.024, 0.018, 0.010)
"""The shoe's outline, from heel to toe tip, ahead of the ankle."""
SOLE_M = 0.027
HEEL_BEVEL = 0.35
TOE_SPRING = 0.10
"""Slopes of the sole's underside behind the heel and under the toes."""


def shirt(points: Points, frame: Frame) -> Distances:
    """T-shirt with short sleeves."""
    folded = mirror(points)
    wide = frame.body.shoulder_half_width_m / 0.175
    distance = tube(folded, trunk_sections(frame, SHIRT_EASE_M))
    for lump in (
        collar(frame, 0.012),
        Ellipsoid((0.052, 0.072 * wide, frame.up_trunk(0.76)), (0.064, 0.095, 0.085), 0.05),
        Ellipsoid((-0.055, 0.068, frame.hip), (0.100, 0.098, 0.110), 0.05),
        Capsule((0.0, 0.09, frame.hip - 0.06), (0.0, 0.08, frame.hip + 0.14), 0.103, 0.090, 0.05),  # hangs loose
    ):
        distance = melt(distance, lump.distance(folded), lump.melt_m)
    sleeve = Capsule(frame.shoulder, frame.shoulder + 0.19 * frame.arm, 0.066, 0.061).distance(folded)
    sleeve = keep_inside(sleeve, along_arm(folded, frame) - SLEEVE_M, EDGE_M)
    distance = melt(distance, sleeve, 0.035)
    distance = keep_inside(distance, frame.hip - HEM_BELOW_HIP_M - folded[..., 2], EDGE_M)
    neckline = folded[..., 2] - (frame.up_trunk(1.11) - 0.55 * (folded[..., 0] + 0.01))
    return keep_inside(distance, neckline, EDGE_M)


def along_arm(points: Points, frame: Frame) -> Distances:
    """How far along the left arm a point lies, from the shoulder, metres."""
    return np.asarray((points - frame.shoulder.astype(np.float32)) @ frame.arm.astype(np.float32))


def shorts(points: Points, frame: Frame) -> Distances:
    """Running shorts to mid-thigh."""
    folded = mirror(points)
    seat = [
        Section(frame.hip - 0.11, 0.150, 0.112, -0.012),
        Section(frame.hip, 0.172, 0.122, -0.014),
        Section(frame.hip + 0.08, 0.160, 0.108, -0.008),
    ]
    buttock = Ellipsoid((-0.055, 0.068, frame.hip - 0.02), (0.096, 0.096, 0.112), 0.04)
    distance = melt(tube(folded, seat), buttock.distance(folded), buttock.melt_m)
    knee_side = (0.0, frame.leg_y + 0.012, frame.hip - 0.26)
    leg = Capsule((0.0, frame.leg_y, frame.hip - 0.02), knee_side, 0.099, 0.096).distance(folded)
    leg = keep_inside(leg, frame.hip - SHORTS_BELOW_HIP_M - folded[..., 2], EDGE_M)
    return keep_inside(melt(distance, leg, 0.02), folded[..., 2] - (frame.hip + SHORTS_ABOVE_HIP_M), 0.01)


def shoe(points: Points, frame: Frame) -> Distances:
    """Upper of a running shoe, with a padded collar round the ankle."""
    local, above_sole, half_width, height = _in_shoe(points, frame)
    middle = 0.024
    rise = np.where(
        above_sole > middle,
        (above_sole - middle) / np.maximum(height + 0.012 - middle, 0.004),
        (middle - above_sole) / 0.03,
    )
    across = local[..., 1] / np.maximum(half_width, 0.004)
    vamp: Distances = (np.hypot(across, rise) - 1.0) * np.clip(half_width, 0.004, 0.03)
    vamp = keep_inside(vamp, np.maximum(SHOE_FORWARD_M[0] - local[..., 0], local[..., 0] - SHOE_FORWARD_M[-1]), EDGE_M)
    padding = Capsule((-0.014, 0, -0.03), (-0.020, 0, 0.005), 0.044, 0.040).distance(local)
    padding = keep_inside(padding, local[..., 2] - 0.005 + 0.2 * (local[..., 0] + 0.02), 0.01)
    return keep_inside(melt(vamp, padding, 0.02), 0.018 - above_sole, 0.004)


def sole(points: Points, frame: Frame) -> Distances:
    """Cushioned sole: flat under the foot, bevelled at the heel, sprung at the toes."""
    local, above, half_width, _ = _in_shoe(points, frame)
    x = local[..., 0]
    outline = np.maximum(SHOE_FORWARD_M[0] - 0.004 - x, x - SHOE_FORWARD_M[-1] - 0.003)
    distance = keep_inside(np.abs(local[..., 1]) - (half_width + 0.003), outline, 0.012)
    under = TOE_SPRING * np.maximum(x - 0.14, 0.0) + HEEL_BEVEL * np.maximum(-0.050 - x, 0.0)
    thinner_ahead = 0.012 * np.clip((x + 0.05) / 0.07, 0.0, 1.0)
    return keep_inside(distance, np.maximum(under - above, above - SOLE_M - 0.012 + thinner_ahead), 0.006)


def _in_shoe(points: Points, frame: Frame) -> tuple[Points, Distances, Distances, Distances]:
    """Points from the left ankle, their height above the sole, and the shoe's half-width and height there."""
    ankle = np.array([0.0, frame.leg_y, frame.ankle], np.float32)
    local = mirror(points) - ankle
    half_width = np.interp(local[..., 0], SHOE_FORWARD_M, SHOE_HALF_WIDTH_M)
    height = np.interp(local[..., 0], SHOE_FORWARD_M, SHOE_HEIGHT_M)
    return local, local[..., 2] + np.float32(frame.ankle), half_width.astype(np.float32), height.astype(np.float32)
