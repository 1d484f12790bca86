"""The gym: a treadmill and what stands behind it, as boxes, each with a surface.

Described for a camera on the runner's left, so the back wall is on the right; `furnish` mirrors it for the other side.
"""

from dataclasses import dataclass
from enum import IntEnum, auto

import numpy as np
from numpy.typing import NDArray

from formcheck.landmarks import Side
from tools.rendered_runner.rotation import about_y
from tools.rendered_runner.surface import Mesh

FLOOR_M = -0.20
"""Height of the floor: a treadmill's deck stands this high."""
UPRIGHT_LEAN_DEG = 8.0


class Surface(IntEnum):
    """What a thing in the room is made of."""

    NOTHING = 0
    FLOOR = auto()
    WALL = auto()
    SKIRTING = auto()
    BELT = auto()
    RAIL = auto()
    FRAME = auto()
    UPRIGHT = auto()
    HANDLE = auto()
    SCREEN = auto()
    WINDOW = auto()
    POSTER = auto()
    NOTICE = auto()
    BENCH = auto()
    RACK = auto()
    WEIGHT = auto()
    WEIGHT_RED = auto()
    CRATE = auto()


SRGB: dict[Surface, tuple[int, int, int]] = {
    Surface.FLOOR: (150, 140, 126),
    Surface.WALL: (206, 206, 201),
    Surface.SKIRTING: (232, 230, 224),
    Surface.BELT: (40, 40, 42),
    Surface.RAIL: (110, 112, 116),
    Surface.FRAME: (48, 50, 54),
    Surface.UPRIGHT: (150, 152, 156),
    Surface.HANDLE: (30, 30, 32),
    Surface.SCREEN: (30, 60, 80),
    Surface.WINDOW: (214, 228, 238),
    Surface.POSTER: (120, 70, 60),
    Surface.NOTICE: (226, 208, 150),
    Surface.BENCH: (96, 70, 52),
    Surface.RACK: (150, 152, 156),
    Surface.WEIGHT: (52, 54, 58),
    Surface.WEIGHT_RED: (140, 48, 44),
    Surface.CRATE: (86, 104, 96),
}
"""Colours before texture and light."""

NEAR_TREADMILL = frozenset(
    {Surface.FLOOR, Surface.BELT, Surface.RAIL, Surface.FRAME, Surface.UPRIGHT, Surface.HANDLE, Surface.SCREEN}
)
"""Surfaces the runner's shadow can fall on."""


@dataclass(frozen=True, slots=True)
class Box:
    """An upright block between two corners, turned about its middle across the runner's path."""

    surface: Surface
    low: tuple[float, float, float]
    high: tuple[float, float, float]
    turned_deg: float = 0.0

    def corners(self) -> NDArray[np.float64]:
        """Eight corners, shape (8, 3)."""
        low, high = np.array(self.low), np.array(self.high)
        middle = (low + high) / 2
        signs = np.array([[i, j, k] for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)])
        return np.asarray(middle + (signs * (high - low) / 2) @ about_y(self.turned_deg).T)


BOX_FACES = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))

TREADMILL = (
    Box(Surface.BELT, (-0.80, -0.25, -0.02), (0.86, 0.25, 0.0)),
    Box(Surface.RAIL, (-0.82, -0.36, -0.10), (0.90, -0.25, 0.012)),
    Box(Surface.RAIL, (-0.82, 0.25, -0.10), (0.90, 0.36, 0.012)),
    Box(Surface.FRAME, (-0.80, -0.34, FLOOR_M + 0.04), (0.90, 0.34, -0.03)),
    Box(Surface.FRAME, (-0.86, -0.33, -0.12), (-0.80, 0.33, -0.005)),
    Box(Surface.FRAME, (0.86, -0.34, FLOOR_M + 0.03), (1.30, 0.34, 0.10)),
    Box(Surface.UPRIGHT, (0.95, -0.30, 0.10), (1.25, 0.30, 0.13)),
    *(Box(Surface.UPRIGHT, (0.975, y - 0.025, -0.09), (1.065, y + 0.025, 1.13), UPRIGHT_LEAN_DEG) for y in (-0.4, 0.4)),
    *(Box(Surface.HANDLE, (0.62, y - 0.02, 0.90), (1.08, y + 0.02, 0.94)) for y in (-0.4, 0.4)),
    Box(Surface.FRAME, (1.01, -0.42, 1.01), (1.11, 0.42, 1.31), UPRIGHT_LEAN_DEG),
    Box(Surface.SCREEN, (0.99, -0.225, 1.10), (1.01, 0.225, 1.28), UPRIGHT_LEAN_DEG),
)

GYM = (
    Box(Surface.FLOOR, (-8.0, -2.40, FLOOR_M - 0.05), (8.0, 1.70, FLOOR_M)),
    Box(Surface.WALL, (-8.0, -2.40, FLOOR_M), (8.0, -2.30, 3.40)),
    Box(Surface.SKIRTING, (-8.0, -2.30, FLOOR_M), (8.0, -2.27, FLOOR_M + 0.12)),
    Box(Surface.WINDOW, (-3.30, -2.29, 0.70), (-1.50, -2.24, 2.30)),
    Box(Surface.SKIRTING, (-3.36, -2.28, 0.64), (-1.44, -2.23, 0.70)),
    Box(Surface.SKIRTING, (-2.43, -2.28, 0.70), (-2.37, -2.22, 2.30)),
    Box(Surface.POSTER, (1.50, -2.29, 0.95), (2.50, -2.26, 2.00)),
    Box(Surface.NOTICE, (-1.05, -2.29, 1.35), (-0.60, -2.26, 1.95)),
    Box(Surface.BENCH, (-2.20, -2.20, FLOOR_M + 0.22), (-1.10, -1.70, FLOOR_M + 0.30)),
    Box(Surface.FRAME, (-2.10, -2.10, FLOOR_M), (-2.02, -1.80, FLOOR_M + 0.22)),
    Box(Surface.FRAME, (-1.28, -2.10, FLOOR_M), (-1.20, -1.80, FLOOR_M + 0.22)),
    Box(Surface.RACK, (1.20, -2.20, FLOOR_M), (3.20, -1.75, 0.15)),
    *(
        Box(
            Surface.WEIGHT if i % 3 else Surface.WEIGHT_RED,
            (1.3 + 0.2 * i, -1.98, 0.16),
            (1.43 + 0.2 * i, -1.72, 0.30),
        )
        for i in range(9)
    ),
    Box(Surface.CRATE, (-3.0, -2.20, FLOOR_M), (-2.30, -1.60, 0.55)),
)


def furnish(camera_side: Side, boxes: tuple[Box, ...] = TREADMILL + GYM) -> tuple[Mesh, NDArray[np.int32]]:
    """Triangles of the room, and the surface of each, with the wall on the side away from the camera."""
    mirror = np.array([1.0, 1.0 if camera_side is Side.LEFT else -1.0, 1.0])
    vertices = np.concatenate([box.corners() * mirror for box in boxes])
    halves = [half for a, b, c, d in BOX_FACES for half in ((a, b, c), (a, c, d))]
    triangles = np.concatenate([np.array(halves) + 8 * i for i in range(len(boxes))])
    surface = np.repeat([int(box.surface) for box in boxes], len(halves))
    return Mesh(vertices.astype(np.float32), triangles.astype(np.int32)), surface.astype(np.int32)
