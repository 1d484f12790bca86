"""The lights turned on for an instant: everybody throws shadows."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tools.rendered_runner.place import Light
from tools.rendered_runner.raster import ShadowMap, cast_shadows
from tools.rendered_runner.rotation import Vector
from tools.rendered_runner.shading import Dressed, Lamps

SUN_MAP_CELLS, SUN_MAP_M = 720, 2.6
SKY_MAP_CELLS, SKY_MAP_M = 260, 2.0
SKY_FROM = np.array([0.02, 0.05, 1.0])


def turn_on(light: Light, facing: float, bodies: Sequence[Dressed], middles: Sequence[Vector]) -> Lamps:
    """Light some people; each is in the middle of shadow maps of their own, wherever they go."""
    sun = light.direction(facing)
    sky_from = SKY_FROM * np.array([1.0, facing, 1.0])
    return Lamps(
        sun,
        np.array(light.sun_colour),
        light.sky,
        np.array(light.floor),
        light.gain_per_m,
        _shadows(sun, SUN_MAP_CELLS, SUN_MAP_M, bodies, middles),
        _shadows(sky_from, SKY_MAP_CELLS, SKY_MAP_M, bodies, middles),
    )


def _shadows(
    toward_light: Vector, cells: int, size_m: float, bodies: Sequence[Dressed], middles: Sequence[Vector]
) -> ShadowMap:
    maps = np.empty((len(bodies), cells, cells), np.float32)
    bounds = np.empty((len(bodies), 4), np.float32)
    views = np.empty((len(bodies), 3, 4), np.float32)
    for person, (body, middle) in enumerate(zip(bodies, middles, strict=True)):
        views[person] = _view_along(toward_light, cells, size_m, middle)
        cast_shadows(body.posed, body.triangles, maps[person], views[person], bounds[person])
    return ShadowMap(maps, views, bounds)


def _view_along(toward_light: Vector, cells: int, size_m: float, middle: Vector) -> NDArray[np.float32]:
    """World to column, row and nearness of a map that looks at somebody along a light's rays, shape (3, 4)."""
    up = toward_light / np.linalg.norm(toward_light)
    across = np.cross([0.0, 1.0, 0.0], up)
    across /= np.linalg.norm(across)
    along = np.cross(up, across)
    per_m = cells / size_m
    view = np.zeros((3, 4), np.float32)
    for row, axis in enumerate((across, along)):
        view[row, :3] = axis * per_m
        view[row, 3] = cells / 2 - axis @ middle * per_m
    view[2, :3] = up
    return view
