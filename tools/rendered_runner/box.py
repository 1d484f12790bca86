"""Blocks, of which every room is built, and what they are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, auto

import numpy as np
from numpy.typing import NDArray

from tools.rendered_runner.rotation import about_y
from tools.rendered_runner.surface import Mesh


class Surface(IntEnum):
    """What a thing in the room is made of."""

    NOTHING = 0
    FLOOR = auto()
    CEILING = auto()
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
    MAT = auto()
    PATH = auto()
    GRASS = auto()
    HEDGE = auto()
    FENCE = auto()
    BARK = auto()
    SKY = auto()


SRGB: dict[Surface, tuple[int, int, int]] = {
    Surface.FLOOR: (150, 140, 126),
    Surface.CEILING: (226, 226, 222),
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
    Surface.MAT: (70, 96, 150),
    Surface.PATH: (150, 146, 140),
    Surface.GRASS: (112, 136, 78),
    Surface.HEDGE: (74, 100, 58),
    Surface.FENCE: (158, 136, 108),
    Surface.BARK: (104, 86, 68),
    Surface.SKY: (188, 210, 232),
}
"""Colours before texture and light."""
SRGB_AT_NIGHT = SRGB | {
    Surface.FLOOR: (112, 104, 94),
    Surface.CEILING: (92, 92, 94),
    Surface.WALL: (104, 106, 112),
    Surface.SKIRTING: (120, 120, 120),
    Surface.WINDOW: (26, 32, 46),
}
"""A hall painted dark, seen when it is dark outside."""

TREADMILL_SURFACES = frozenset(
    {Surface.BELT, Surface.RAIL, Surface.FRAME, Surface.UPRIGHT, Surface.HANDLE, Surface.SCREEN}
)
GROUND_SURFACES = frozenset({Surface.FLOOR, Surface.PATH, Surface.GRASS, Surface.WALL, Surface.SKIRTING})
"""What people throw shadows on, beside a treadmill."""
FACES = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))


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


def build(boxes: Sequence[Box]) -> tuple[Mesh, NDArray[np.int32]]:
    """Triangles of some blocks, and the surface of each."""
    vertices = np.concatenate([box.corners() for box in boxes])
    halves = [half for a, b, c, d in FACES for half in ((a, b, c), (a, c, d))]
    triangles = np.concatenate([np.array(halves) + 8 * i for i in range(len(boxes))])
    surface = np.repeat([int(box.surface) for box in boxes], len(halves))
    return Mesh(vertices.astype(np.float32), triangles.astype(np.int32)), surface.astype(np.int32)
