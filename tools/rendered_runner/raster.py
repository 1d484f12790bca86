"""Compiled loops over vertices, triangles and pixels: posing, projection, z-buffer, shadow maps.

Pictures are (height, width); a pixel's centre is at +0.5. Depth is kept as 1 / distance, so nearer is greater and it
interpolates straight in the picture.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

FAR_FROM_LIGHT = -1.0e9
"""Value of an empty shadow-map cell."""
SHADOW_OVERLAP = 0.3
"""How far, in triangles, a shadow triangle reaches past its edges, so that no light leaks between two of them."""
SOFTNESS = 2
"""A shadow is averaged over (2 n + 1)^2 cells."""


class ZBuffer(NamedTuple):
    """What each pixel shows."""

    depth: Any
    """1 / distance of the nearest surface, shape (height, width)."""
    face: Any
    """Its triangle, -1 for none."""
    place: Any
    """Where in the triangle: the weights of its first two corners, shape (height, width, 2)."""


class ShadowMap(NamedTuple):
    """People as a far light sees them, each in a map of their own."""

    cells: Any
    """How near to the light the nearest surface comes, shape (people, n, n)."""
    to_map: Any
    """World to column, row and nearness to the light, shape (people, 3, 4)."""
    bounds: Any
    """First and last column, first and last row that are not empty, shape (people, 4)."""


@njit(cache=True)
def pose_vertices(rest: Any, bones: Any, weights: Any, matrices: Any, out: Any) -> None:
    """Blend each vertex's bone matrices and apply them."""
    for i in range(rest.shape[0]):
        for row in range(3):
            value = 0.0
            for k in range(bones.shape[1]):
                m = matrices[bones[i, k], row]
                value += weights[i, k] * (m[0] * rest[i, 0] + m[1] * rest[i, 1] + m[2] * rest[i, 2] + m[3])
            out[i, row] = value


@njit(cache=True)
def vertex_normals(vertices: Any, triangles: Any, out: Any) -> None:
    """Area-weighted mean of the adjoining triangles' normals, unit length."""
    out[:] = 0.0
    for i in range(triangles.shape[0]):
        a, b, c = triangles[i]
        # number by number: arrays made here would take most of the time
        x0, y0, z0 = vertices[a, 0], vertices[a, 1], vertices[a, 2]
        ux, uy, uz = vertices[b, 0] - x0, vertices[b, 1] - y0, vertices[b, 2] - z0
        vx, vy, vz = vertices[c, 0] - x0, vertices[c, 1] - y0, vertices[c, 2] - z0
        x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for corner in (a, b, c):
            out[corner, 0] += x
            out[corner, 1] += y
            out[corner, 2] += z
    for i in range(out.shape[0]):
        length = math.sqrt(out[i, 0] ** 2 + out[i, 1] ** 2 + out[i, 2] ** 2) + 1e-12
        for k in range(3):
            out[i, k] /= length


@njit(cache=True)
def project(vertices: Any, eye: Any, axes: Any, lens: Any, out: Any) -> None:
    """Pixels and inverse depth of world points; ``lens`` is focal length and principal point, pixels."""
    for i in range(vertices.shape[0]):
        x = vertices[i, 0] - eye[0]
        y = vertices[i, 1] - eye[1]
        z = vertices[i, 2] - eye[2]
        inverse = 1.0 / (axes[2, 0] * x + axes[2, 1] * y + axes[2, 2] * z)
        out[i, 0] = lens[1] + lens[0] * (axes[0, 0] * x + axes[0, 1] * y + axes[0, 2] * z) * inverse
        out[i, 1] = lens[2] + lens[0] * (axes[1, 0] * x + axes[1, 1] * y + axes[1, 2] * z) * inverse
        out[i, 2] = inverse


@njit(cache=True)
def rasterise(corners: Any, triangles: Any, buffer: ZBuffer, hide_backs: bool, first: int) -> None:
    """Draw projected triangles over a z-buffer, numbered from ``first``; those behind the camera are left out."""
    height, width = buffer.depth.shape
    for i in range(triangles.shape[0]):
        a, b, c = triangles[i]
        x0, y0, x1, y1, x2, y2 = (
            corners[a, 0],
            corners[a, 1],
            corners[b, 0],
            corners[b, 1],
            corners[c, 0],
            corners[c, 1],
        )
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if min(corners[a, 2], corners[b, 2], corners[c, 2]) <= 0.0:
            continue
        # picture rows run down, so a face that looks at the camera has a negative area
        if area == 0.0 or (hide_backs and area > 0.0):
            continue
        left, right = max(math.ceil(min(x0, x1, x2) - 0.5), 0), min(math.floor(max(x0, x1, x2) - 0.5), width - 1)
        top, bottom = max(math.ceil(min(y0, y1, y2) - 0.5), 0), min(math.floor(max(y0, y1, y2) - 0.5), height - 1)
        for row in range(top, bottom + 1):
            py = row + 0.5
            for column in range(left, right + 1):
                px = column + 0.5
                w0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) / area
                w1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) / area
                w2 = 1.0 - w0 - w1
                if w0 < 0.0 or w1 < 0.0 or w2 < 0.0:
                    continue
                near = w0 * corners[a, 2] + w1 * corners[b, 2] + w2 * corners[c, 2]
                if near > buffer.depth[row, column]:
                    buffer.depth[row, column] = near
                    buffer.face[row, column] = first + i
                    buffer.place[row, column, 0] = w0
                    buffer.place[row, column, 1] = w1


@njit(cache=True)
def cast_shadows(vertices: Any, triangles: Any, cells: Any, to_map: Any, bounds: Any) -> None:
    """Fill one person's shadow map and say how far it is filled."""
    cells[:] = FAR_FROM_LIGHT
    size = cells.shape[0]
    seen = np.empty((vertices.shape[0], 3), np.float32)
    for i in range(vertices.shape[0]):
        x, y, z = vertices[i, 0], vertices[i, 1], vertices[i, 2]
        for k in range(3):
            seen[i, k] = to_map[k, 0] * x + to_map[k, 1] * y + to_map[k, 2] * z + to_map[k, 3]
    bounds[0], bounds[1] = seen[:, 0].min(), seen[:, 0].max()
    bounds[2], bounds[3] = seen[:, 1].min(), seen[:, 1].max()
    for i in range(triangles.shape[0]):
        a, b, c = triangles[i]
        x0, y0, x1, y1, x2, y2 = seen[a, 0], seen[a, 1], seen[b, 0], seen[b, 1], seen[c, 0], seen[c, 1]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if area == 0.0:
            continue
        nearest = max(seen[a, 2], seen[b, 2], seen[c, 2])
        for row in range(max(int(min(y0, y1, y2)), 0), min(int(max(y0, y1, y2)), size - 1) + 1):
            for column in range(max(int(min(x0, x1, x2)), 0), min(int(max(x0, x1, x2)), size - 1) + 1):
                px, py = column + 0.5, row + 0.5
                w0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) / area
                w1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) / area
                if min(w0, w1, 1.0 - w0 - w1) > -SHADOW_OVERLAP and nearest > cells[row, column]:
                    cells[row, column] = nearest


@njit(cache=True)
def light_reaching(shadow: ShadowMap, point: tuple[float, float, float], bias_m: float, spread: float) -> float:
    """Part of the light, 0 to 1, that reaches a world point past everybody."""
    light = 1.0
    for person in range(shadow.cells.shape[0]):
        light *= _light_past(person, shadow, point, bias_m, spread)
    return light


@njit(cache=True)
def _light_past(
    person: int, shadow: ShadowMap, point: tuple[float, float, float], bias_m: float, spread: float
) -> float:
    cells, to_map, bounds = shadow.cells, shadow.to_map, shadow.bounds
    x, y, z = point
    column = to_map[person, 0, 0] * x + to_map[person, 0, 1] * y + to_map[person, 0, 2] * z + to_map[person, 0, 3]
    row = to_map[person, 1, 0] * x + to_map[person, 1, 1] * y + to_map[person, 1, 2] * z + to_map[person, 1, 3]
    reach = SOFTNESS * spread + 1.0
    if column + reach < bounds[person, 0] or column - reach > bounds[person, 1]:
        return 1.0
    if row + reach < bounds[person, 2] or row - reach > bounds[person, 3]:
        return 1.0
    near = to_map[person, 2, 0] * x + to_map[person, 2, 1] * y + to_map[person, 2, 2] * z + to_map[person, 2, 3]
    size = cells.shape[1]
    lit = 0.0
    for j in range(-SOFTNESS, SOFTNESS + 1):
        for i in range(-SOFTNESS, SOFTNESS + 1):
            c, r = int(column + i * spread), int(row + j * spread)
            if c < 0 or r < 0 or c >= size or r >= size or cells[person, r, c] < near + bias_m:
                lit += 1.0
    return lit / (2 * SOFTNESS + 1) ** 2
