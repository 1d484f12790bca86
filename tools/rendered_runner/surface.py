"""From a signed distance to triangles, by naive surface nets: one vertex in each cell the surface passes through."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.rendered_runner.distance import Distances, Points

SLAB = 16
"""Grid planes evaluated at once, to bound memory."""
CORNERS = tuple((i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1))


@dataclass(frozen=True, slots=True)
class Mesh:
    """Triangles whose corners run anticlockwise as seen from outside."""

    vertices: NDArray[np.float32]
    """Shape (V, 3), metres."""
    triangles: NDArray[np.int32]
    """Shape (T, 3)."""


def find_surface(
    solid: Callable[[Points], Distances], low: tuple[float, ...], high: tuple[float, ...], cell_m: float
) -> Mesh:
    """Mesh the zero level of a signed distance inside a box; the solid must not touch the box's walls."""
    corner = np.array(low, np.float32)
    shape = np.ceil((np.array(high) - corner) / cell_m).astype(int) + 1
    values = _sample(solid, corner, shape, cell_m)
    offsets, crossings = _crossings(values)
    active = crossings > 0
    index = np.full(active.shape, -1, np.int64)
    index[active] = np.arange(int(active.sum()))
    vertices = (np.argwhere(active) + offsets[active] / crossings[active][:, None]) * cell_m + corner
    triangles = np.concatenate([_faces(values < 0, index, axis) for axis in range(3)])
    return Mesh(vertices.astype(np.float32), triangles.astype(np.int32))


def _sample(
    solid: Callable[[Points], Distances], corner: NDArray[np.float32], shape: NDArray[np.int_], cell_m: float
) -> Distances:
    axes = [corner[a] + cell_m * np.arange(shape[a]) for a in range(3)]
    slabs = []
    for start in range(0, int(shape[0]), SLAB):
        grid = np.meshgrid(axes[0][start : start + SLAB], axes[1], axes[2], indexing="ij")
        slabs.append(solid(np.stack(grid, -1).astype(np.float32)))
    return np.concatenate(slabs).astype(np.float32)


def _crossings(values: Distances) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Sum, over each cell's edges that the surface cuts, where it cuts them (in cells), and count them."""
    shape = tuple(n - 1 for n in values.shape)
    offsets = np.zeros((*shape, 3), np.float32)
    counts = np.zeros(shape, np.float32)
    for corner in CORNERS:
        for axis in range(3):
            if corner[axis]:
                continue
            other = tuple(1 if a == axis else c for a, c in enumerate(corner))
            near, far = _corner_values(values, corner), _corner_values(values, other)
            cut = (near < 0) != (far < 0)
            at = np.where(cut, near / np.where(cut, near - far, 1.0), 0.0)
            for a in range(3):
                offsets[..., a] += np.where(cut, corner[a] + (at if a == axis else 0.0), 0.0)
            counts += cut
    return offsets, counts


def _corner_values(values: Distances, corner: tuple[int, ...]) -> Distances:
    return values[tuple(slice(c, c + n - 1) for c, n in zip(corner, values.shape, strict=True))]


def _faces(inside: NDArray[np.bool_], index: NDArray[np.int64], axis: int) -> NDArray[np.int64]:
    """Two triangles across every grid edge along one axis that the surface cuts."""
    first, second = (axis + 1) % 3, (axis + 2) % 3
    here = np.take(inside, range(inside.shape[axis] - 1), axis)
    edges = np.argwhere(here != np.take(inside, range(1, inside.shape[axis]), axis))
    edges = edges[(edges[:, first] > 0) & (edges[:, second] > 0)]
    edges = edges[(edges[:, first] < inside.shape[first] - 1) & (edges[:, second] < inside.shape[second] - 1)]
    corners = []
    for shift_first, shift_second in ((-1, -1), (0, -1), (0, 0), (-1, 0)):
        cell = edges.copy()
        cell[:, first] += shift_first
        cell[:, second] += shift_second
        corners.append(index[tuple(cell.T)])
    quads = np.stack(corners, 1)
    leaving = here[tuple(edges.T)]  # the surface faces along the axis
    quads = np.where(leaving[:, None], quads, quads[:, ::-1])
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
