"""Light on the runner: a key light with soft shadows, a sky dimmed by what is overhead, light back from the floor."""

import math
from typing import Any, NamedTuple, TypeAlias

from numba import njit

from tools.rendered_runner.paint import noise, paint
from tools.rendered_runner.raster import ShadowMap, ZBuffer, light_reaching

Vector3: TypeAlias = tuple[float, float, float]

HIGHLIGHT_POWER = 24.0
DARKEST_LAMP = 0.15
"""Of the key light at the belt's middle, that much still gets to somebody far from the lamp."""
BRIGHTEST_LAMP = 3.0
FOLD_M = (1 / 18.0, 1 / 45.0)
"""Sizes of the folds of cloth."""
NUDGE_M = 0.006


class Lamps(NamedTuple):
    """All the light there is."""

    sun: Any
    """Unit vector to the key light."""
    sun_colour: Any
    sky: float
    floor: Any
    """Light that comes back from below."""
    gain_per_m: float
    """How much more of the key light there is a metre nearer to it, sideways."""
    sun_map: ShadowMap
    sky_map: ShadowMap


class Dressed(NamedTuple):
    """A person's mesh, at rest and posed, and its colours."""

    first: int
    """Number of its first triangle among everybody's."""
    triangles: Any
    material: Any
    rest: Any
    posed: Any
    normals: Any
    palette: Any
    measures: Any


class View(NamedTuple):
    """Where the camera is and the part of the picture to look at: first and end row, first and end column."""

    eye: Any
    window: Any


class Room(NamedTuple):
    """What is behind the runner, and how far the belt has travelled."""

    lit: Any
    unlit: Any
    world: Any
    shadowed: Any
    belt: Any
    along_belt: Any
    travel_m: float


class Canvas(NamedTuple):
    """A picture in linear light, shape (height, width, 3), and how much of what is drawn it takes on."""

    picture: Any
    weight: float


@njit(cache=True)
def shade_figure(buffer: ZBuffer, body: Dressed, lamps: Lamps, view: View, canvas: Canvas) -> None:
    """Add a person's visible pixels to a picture."""
    for row in range(view.window[0], view.window[1]):
        for column in range(view.window[2], view.window[3]):
            t = buffer.face[row, column] - body.first
            if t < 0 or t >= body.triangles.shape[0]:
                continue
            w0, w1 = buffer.place[row, column, 0], buffer.place[row, column, 1]
            corners = body.triangles[t]
            rest = _between(body.rest, corners, w0, w1)
            r, g, b, shine, softness, roughness = paint(body.material[t], rest, body.palette, body.measures)
            normal = _rumple(_between(body.normals, corners, w0, w1), rest, roughness)
            point = _between(body.posed, corners, w0, w1)
            light, gleam = _gather(point, normal, softness, lamps, view.eye)
            for k, colour in enumerate((r, g, b)):
                canvas.picture[row, column, k] += canvas.weight * (colour * light[k] + gleam * shine)


@njit(cache=True)
def _gather(point: Vector3, normal: Vector3, softness: float, lamps: Lamps, eye: Any) -> tuple[Vector3, float]:
    """Light that a point sends to the eye: what its colour is multiplied by, and the highlight on top."""
    sun = (lamps.sun[0], lamps.sun[1], lamps.sun[2])
    direct = max((_dot(normal, sun) + softness) / (1.0 + softness), 0.0)
    if direct > 0.0:
        nearer = 1.0 + lamps.gain_per_m * sun[1] * point[1]
        direct *= min(max(nearer, DARKEST_LAMP), BRIGHTEST_LAMP)
        direct *= light_reaching(lamps.sun_map, _off(point, normal, 0.008), 0.012, 1.3)
    open_sky = light_reaching(lamps.sky_map, _off(point, normal, 0.02), 0.015, 5.0)
    to_eye = _unit(eye[0] - point[0], eye[1] - point[1], eye[2] - point[2])
    cupped = (0.55 + 0.45 * open_sky) * (0.75 + 0.25 * max(_dot(normal, to_eye), 0.0))
    around = lamps.sky * (0.775 + 0.225 * normal[2]) * cupped
    half = _unit(to_eye[0] + sun[0], to_eye[1] + sun[1], to_eye[2] + sun[2])
    gleam = max(_dot(normal, half), 0.0) ** HIGHLIGHT_POWER * min(direct * 2.0, 1.0)
    below = 0.5 - 0.5 * normal[2]
    light = (
        lamps.sun_colour[0] * direct + around + lamps.floor[0] * below,
        lamps.sun_colour[1] * direct + around + lamps.floor[1] * below,
        lamps.sun_colour[2] * direct + around + lamps.floor[2] * below,
    )
    return light, gleam


@njit(cache=True)
def _off(point: Vector3, normal: Vector3, distance_m: float) -> Vector3:
    """Return a point lifted off its surface, so that it does not shade itself."""
    return (
        point[0] + distance_m * normal[0],
        point[1] + distance_m * normal[1],
        point[2] + distance_m * normal[2],
    )


@njit(cache=True)
def _between(values: Any, corners: Any, w0: float, w1: float) -> Vector3:
    """Interpolate a vertex quantity inside a triangle."""
    a, b, c = values[corners[0]], values[corners[1]], values[corners[2]]
    w2 = 1.0 - w0 - w1
    return (w0 * a[0] + w1 * b[0] + w2 * c[0], w0 * a[1] + w1 * b[1] + w2 * c[1], w0 * a[2] + w1 * b[2] + w2 * c[2])


@njit(cache=True)
def _rumple(normal: Vector3, r: Vector3, roughness: float) -> Vector3:
    """Disturb a normal by the folds of cloth; they stay with the cloth because they depend on the rest position."""
    x, y, z = normal
    if roughness > 0.0:
        for size in FOLD_M:
            f = 1.0 / size
            here = noise(r[0] * f, r[1] * f, r[2] * f * 0.6)
            strength = 0.9 * roughness
            x -= strength * (noise((r[0] + NUDGE_M) * f, r[1] * f, r[2] * f * 0.6) - here)
            y -= strength * (noise(r[0] * f, (r[1] + NUDGE_M) * f, r[2] * f * 0.6) - here)
            z -= strength * (noise(r[0] * f, r[1] * f, (r[2] + NUDGE_M) * f * 0.6) - here)
    return _unit(x, y, z)


@njit(cache=True)
def _unit(x: float, y: float, z: float) -> Vector3:
    length = math.sqrt(x * x + y * y + z * z) + 1e-9
    return x / length, y / length, z / length


@njit(cache=True)
def _dot(a: Vector3, b: Vector3) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@njit(cache=True)
def lay_backdrop(buffer: ZBuffer, room: Room, lamps: Lamps, view: View, canvas: Canvas) -> None:
    """Correct a picture of the empty, fully lit place: without what people hide, darkened where they shade it.

    The belt's marks move along.
    """
    for row in range(view.window[0], view.window[1]):
        for column in range(view.window[2], view.window[3]):
            hidden = buffer.face[row, column] >= 0
            if not hidden and not room.shadowed[row, column]:
                continue
            sun, sky, tone = 1.0, 1.0, 0.0
            if not hidden:
                x, y, z = room.world[row, column, 0], room.world[row, column, 1], room.world[row, column, 2]
                sun = light_reaching(lamps.sun_map, (x, y, z), 0.010, 2.5)
                sky = 0.5 + 0.5 * light_reaching(lamps.sky_map, (x, y, z), 0.010, 8.0)
                tone = belt_tone(room.along_belt[row, column] + room.travel_m, y) if room.belt[row, column] else 1.0
            for k in range(3):
                dark, full = room.unlit[row, column, k], room.lit[row, column, k]
                light = dark * sky + (full - dark) * sun
                canvas.picture[row, column, k] += canvas.weight * (tone * light - full)


@njit(cache=True)
def belt_tone(x: float, y: float) -> float:
    """Brightness of the belt's rubber: its grain, scuffs and the seam where its ends are joined."""
    tone = 0.7 + 0.3 * noise(x * 60, y * 60, 0.0) + 0.25 * noise(x * 9, y * 9, 5.0)
    return tone * 0.7 if x % 3.0 < 0.03 else tone
