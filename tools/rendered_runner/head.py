"""Neck, head and hair at rest, as melted lumps."""

import numpy as np

from tools.rendered_runner.distance import Capsule, Distances, Ellipsoid, Points, carve, fuse, keep_inside, melt, mirror
from tools.rendered_runner.frame import Frame
from tools.rendered_runner.look import Hair


def neck(frame: Frame) -> Capsule:
    """From between the shoulders into the head."""
    return Capsule(
        (-0.014, 0, frame.up_trunk(1.02)), (0.014, 0, frame.head - 0.05), 0.060 * frame.bony, 0.055 * frame.bony
    )


def head(points: Points, frame: Frame) -> Distances:
    """Skull, jaw and the features a pose model looks for: brow, eyes, nose, lips, ears."""
    z = frame.head
    skull = fuse(
        points,
        [
            Ellipsoid((-0.004, 0, z + 0.015), (0.100, 0.078, 0.106)),
            Ellipsoid((0.040, 0, z - 0.052), (0.058, 0.056, 0.072), 0.035),  # jaw
            Ellipsoid((0.078, 0, z - 0.092), (0.022, 0.026, 0.020)),  # chin
            Capsule((0.086, 0, z + 0.026), (0.086, 0.032, z + 0.024), 0.012, 0.010, 0.02),  # brow
        ],
    )
    sockets = Ellipsoid((0.104, 0.033, z + 0.004), (0.016, 0.020, 0.012))
    features: list[Capsule | Ellipsoid] = [
        Ellipsoid((0.084, 0.032, z + 0.004), (0.013, 0.015, 0.012), 0.004),  # eye
        Capsule((0.094, 0, z + 0.012), (0.115, 0, z - 0.028), 0.008, 0.012, 0.012),  # nose
        Ellipsoid((0.100, 0.012, z - 0.033), (0.013, 0.009, 0.008), 0.008),  # nostril
        Ellipsoid((0.094, 0, z - 0.060), (0.012, 0.024, 0.007), 0.008),  # lips
        Ellipsoid((0.092, 0, z - 0.071), (0.012, 0.021, 0.007), 0.008),
        Ellipsoid((0.052, 0.040, z - 0.025), (0.030, 0.022, 0.026)),  # cheek
    ]
    distance = carve(skull, sockets.distance(points), 0.012)
    for feature in features:
        distance = melt(distance, feature.distance(points), feature.melt_m)
    ear = Ellipsoid((-0.002, 0.080, z - 0.008), (0.022, 0.011, 0.034)).distance(points)
    ear = carve(ear, Ellipsoid((0.002, 0.092, z - 0.006), (0.012, 0.009, 0.020)).distance(points), 0.006)
    return melt(distance, ear, 0.008)


def hair(points: Points, frame: Frame, style: Hair = "short") -> Distances:
    """Hair: a cap over the skull, open at face, ears and neck; when long, tied behind it."""
    folded = mirror(points)
    cap = _cap(folded, frame)
    return melt(cap, fuse(folded, _ponytail(frame)), 0.02) if style == "long" else cap


def _ponytail(frame: Frame) -> list[Capsule]:
    z = frame.head
    root, bend, tip = (-0.100, 0, z + 0.055), (-0.150, 0, z + 0.010), (-0.152, 0, z - 0.130)
    return [Capsule(root, bend, 0.024, 0.036, 0.02), Capsule(bend, tip, 0.036, 0.014, 0.02)]


def _cap(folded: Points, frame: Frame) -> Distances:
    x, y, above = folded[..., 0], folded[..., 1], folded[..., 2] - frame.head
    cap = fuse(
        folded,
        [
            Ellipsoid((-0.006, 0, frame.head + 0.018), (0.110, 0.088, 0.117)),
            Ellipsoid((-0.070, 0, frame.head - 0.030), (0.045, 0.065, 0.060), 0.04),
        ],
    )
    cap += 0.002 * np.sin(190 * x) * np.sin(170 * y) * np.sin(160 * folded[..., 2])  # tufts
    hairline = np.asarray(0.9 * (0.030 + 0.42 * x - above))
    behind_ears = np.maximum(x + 0.030, -0.085 - above)
    sideburn = np.maximum(np.abs(x - 0.022) - 0.010, -0.02 - above)
    covered = melt(melt(hairline, behind_ears, 0.01), sideburn, 0.006)
    ear = Ellipsoid((-0.002, 0.082, frame.head - 0.008), (0.027, 0.020, 0.040)).distance(folded)
    return carve(keep_inside(cap, covered, 0.006), ear, 0.004)
