"""What the runner wears: T-shirt, shorts or trousers, and shoes, each a solid larger than the body under it."""

import numpy as np

from tools.rendered_runner.body import collar, keep_legs_apart, leg_lumps, trunk_sections
from tools.rendered_runner.distance import (
    Capsule,
    Distances,
    Ellipsoid,
    Points,
    Section,
    carve,
    fuse,
    keep_inside,
    melt,
    mirror,
    tube,
)
from tools.rendered_runner.frame import USUAL, Frame
from tools.rendered_runner.look import Clothes

SHIRT_EASE_M = 0.013
HEM_BELOW_HIP_M = 0.050
SLEEVE_M = 0.175
NECK_HOLE_HALF_WIDTH_M = 0.085
SHORTS_BELOW_HIP_M = 0.235
TROUSERS_ABOVE_ANKLE_M = 0.005
TIGHTS_ABOVE_ANKLE_M = 0.055
SHORTS_ABOVE_HIP_M = 0.090
EDGE_M = 0.008
"""Rounding of a hem."""
CLOTH_OFF_SKIN_M = 0.006
CREASE_M = 0.005
"""How deep trousers crease."""

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
    k, wide = frame.thick, frame.wide
    distance = tube(folded, trunk_sections(frame, SHIRT_EASE_M))
    for lump in (
        collar(frame, 0.012),
        Ellipsoid((0.052 * k, 0.072 * wide, frame.up_trunk(0.76)), (0.064 * k, 0.095 * k, 0.085), 0.05),
        Ellipsoid((-0.055 * k, 0.068 * k, frame.hip), (0.100 * k, 0.098 * k, 0.110), 0.05),
        Capsule((0, 0.09 * k, frame.hip - 0.06), (0, 0.08 * k, frame.hip + 0.14), 0.103 * k, 0.090 * k, 0.05),  # loose
    ):
        distance = melt(distance, lump.distance(folded), lump.melt_m)
    sleeve = Capsule(frame.shoulder, frame.shoulder + 0.19 * frame.arm, 0.066 * k, 0.061 * k).distance(folded)
    sleeve = keep_inside(sleeve, along_arm(folded, frame) - SLEEVE_M, EDGE_M)
    distance = melt(distance, sleeve, 0.035)
    distance = keep_inside(distance, frame.hip - HEM_BELOW_HIP_M - folded[..., 2], EDGE_M)
    above = frame.up_trunk(1.11) - 0.55 * (folded[..., 0] + 0.01) - folded[..., 2]
    return carve(distance, np.maximum(above, folded[..., 1] - NECK_HOLE_HALF_WIDTH_M), EDGE_M)


def along_arm(points: Points, frame: Frame) -> Distances:
    """How far along the left arm a point lies, from the shoulder, metres."""
    return np.asarray((points - frame.shoulder.astype(np.float32)) @ frame.arm.astype(np.float32))


def hem_height_m(clothes: Clothes, frame: Frame) -> float:
    """Height at rest of the lower edge of what is worn on the legs."""
    match clothes:
        case "shorts":
            return frame.hip - SHORTS_BELOW_HIP_M * frame.body.thigh_m / USUAL.thigh_m
        case "tights":
            return frame.ankle + TIGHTS_ABOVE_ANKLE_M
        case "trousers":
            return frame.ankle + TROUSERS_ABOVE_ANKLE_M


def shorts(points: Points, frame: Frame) -> Distances:
    """Running shorts to mid-thigh."""
    folded: Points = mirror(points)
    k, hem = frame.thick, hem_height_m("shorts", frame)
    knee_side = (0.0, frame.leg_y + 0.012, hem - 0.025)
    leg = Capsule((0.0, frame.leg_y, frame.hip - 0.02), knee_side, 0.099 * k, 0.096 * k).distance(folded)
    leg = keep_inside(_over_skin(leg, folded, frame), hem - folded[..., 2], EDGE_M)
    return _under_waistband(melt(_seat(folded, frame), leg, 0.02), folded, frame)


def trousers(points: Points, frame: Frame) -> Distances:
    """Loose trousers: they hang from the thigh, widen below the knee and crease there and over the shoe."""
    folded = mirror(points)
    k, hem, y = frame.thick, hem_height_m("trousers", frame), frame.leg_y
    upper = Capsule((0, y, frame.hip - 0.02), (0, y + 0.014, frame.knee), 0.101 * k, 0.076 * k)
    lower = Capsule((0, y + 0.014, frame.knee), (-0.012, y + 0.012, hem - 0.02), 0.076 * k, 0.083 * frame.bony)
    leg: Distances = melt(upper.distance(folded), lower.distance(folded), 0.03) + _creases(folded, frame, hem)
    leg = keep_legs_apart(keep_inside(_over_skin(leg, folded, frame), hem - folded[..., 2], EDGE_M), folded, frame)
    return _under_waistband(melt(_seat(folded, frame), leg, 0.02), folded, frame)


def _over_skin(cloth: Distances, folded: Points, frame: Frame) -> Distances:
    """Widen cloth where the leg would poke through."""
    return np.asarray(np.minimum(cloth, fuse(folded, leg_lumps(frame)) - CLOTH_OFF_SKIN_M))


def _creases(folded: Points, frame: Frame, hem: float) -> Distances:
    """How far cloth lies in or out of its smooth shape: slanting folds round the knee and above the shoe."""
    x, y, z = (folded[..., axis] for axis in range(3))
    slanting = np.sin(105.0 * (z + 0.35 * x) + 2.0 * np.sin(31.0 * (y - x)))
    gathered = np.exp(-(((z - frame.knee) / 0.09) ** 2)) + np.exp(-(((z - hem - 0.05) / 0.07) ** 2))
    return np.asarray(CREASE_M * slanting * (0.25 + gathered))


def _seat(folded: Points, frame: Frame) -> Distances:
    k, wide = frame.thick, frame.wide
    rows = ((-0.11, 0.150, 0.112, -0.012), (0.0, 0.172, 0.122, -0.014), (0.08, 0.160, 0.108, -0.008))
    sections = [Section(frame.hip + above, wide * width, k * depth, ahead) for above, width, depth, ahead in rows]
    buttock = Ellipsoid((-0.055 * k, 0.068 * k, frame.hip - 0.02), (0.096 * k, 0.096 * k, 0.112), 0.04)
    return melt(tube(folded, sections), buttock.distance(folded), buttock.melt_m)


def _under_waistband(solid: Distances, folded: Points, frame: Frame) -> Distances:
    return keep_inside(solid, folded[..., 2] - (frame.hip + SHORTS_ABOVE_HIP_M), 0.01)


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
