"""Signed distances: solids as functions of a point, negative inside, metres.

Solids are built from two kinds of lump (a tapered capsule, an ellipsoid) and a tube through cross-sections, melted into
one another. Distances are exact enough near the surface, which is all a mesh needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points: TypeAlias = NDArray[np.floating[Any]]
"""Points in the rest body's frame, shape (..., 3)."""
Distances: TypeAlias = NDArray[np.floating[Any]]
"""One signed distance for each point."""

SECTION_EXPONENT = 2.3
"""Cross-sections of a tube: 2 is an ellipse, more is boxier, as a rib cage is."""


@dataclass(frozen=True, slots=True)
class Capsule:
    """A round bar whose radius changes evenly from end to end."""

    start: ArrayLike
    end: ArrayLike
    start_radius_m: float
    end_radius_m: float
    melt_m: float = 0.03
    """How widely it blends with what it is joined to."""

    def distance(self, points: Points) -> Distances:
        """Distance to the surface."""
        start = np.asarray(self.start, np.float32)
        axis = np.asarray(self.end, np.float32) - start
        from_start = points - start
        along = np.clip((from_start @ axis) / float(axis @ axis), 0.0, 1.0)
        away = np.linalg.norm(from_start - along[..., None] * axis, axis=-1)
        return np.asarray(away - (self.start_radius_m + (self.end_radius_m - self.start_radius_m) * along))


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """A ball with its own radius along each axis."""

    centre: ArrayLike
    radii: ArrayLike
    melt_m: float = 0.03

    def distance(self, points: Points) -> Distances:
        """Distance to the surface, first order."""
        radii = np.asarray(self.radii, np.float32)
        scaled = (points - np.asarray(self.centre, np.float32)) / radii
        size = np.linalg.norm(scaled, axis=-1)
        slope = np.linalg.norm(scaled / radii, axis=-1)
        return np.asarray(size * (size - 1.0) / np.maximum(slope, 1e-6))


@dataclass(frozen=True, slots=True)
class Section:
    """A cross-section of an upright tube."""

    height_m: float
    half_width_m: float
    half_depth_m: float
    forward_m: float
    """How far its middle lies ahead of the body's axis."""


def tube(points: Points, sections: Sequence[Section], round_m: float = 0.02) -> Distances:
    """Distance to an upright tube through cross-sections, closed at both ends."""
    rows = np.array([(s.height_m, s.half_width_m, s.half_depth_m, s.forward_m) for s in sections])
    heights = np.linspace(rows[0, 0], rows[-1, 0], 200)
    window = np.hanning(31)[1:-1]
    window /= window.sum()
    width, depth, forward = (
        np.interp(
            points[..., 2],
            heights,
            np.convolve(np.pad(np.interp(heights, rows[:, 0], rows[:, column]), 14, "edge"), window, "valid"),
        )
        for column in (1, 2, 3)
    )
    p = SECTION_EXPONENT
    across, along = np.abs(points[..., 1] / width), np.abs((points[..., 0] - forward) / depth)
    wall = ((across**p + along**p) ** (1 / p) - 1.0) * np.minimum(width, depth)
    ends = np.maximum(rows[0, 0] - points[..., 2], points[..., 2] - rows[-1, 0])
    return keep_inside(wall.astype(np.float32), ends, round_m)


def fuse(points: Points, lumps: Sequence[Capsule | Ellipsoid]) -> Distances:
    """Melt lumps together, in order."""
    distance = lumps[0].distance(points)
    for lump in lumps[1:]:
        distance = melt(distance, lump.distance(points), lump.melt_m)
    return distance


def melt(first: Distances, second: Distances, width_m: float) -> Distances:
    """Union of two solids with a fillet of about ``width_m`` between them."""
    share = np.clip(0.5 + 0.5 * (second - first) / width_m, 0.0, 1.0)
    return np.asarray(second + (first - second) * share - width_m * share * (1.0 - share))


def keep_inside(solid: Distances, limit: Distances, width_m: float) -> Distances:
    """Intersection of two solids with an edge rounded by about ``width_m``."""
    return -melt(-solid, -limit, width_m)


def carve(solid: Distances, tool: Distances, width_m: float) -> Distances:
    """Remove one solid from another."""
    return keep_inside(solid, -tool, width_m)


def mirror(points: Points) -> Points:
    """Fold the right half onto the left: the body is symmetric, so only its left half is described."""
    folded = np.array(points)
    folded[..., 1] = np.abs(folded[..., 1])
    return folded
