"""The empty place as the camera sees it, drawn once: colours in the light and out of it, and where every pixel lies."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.rendered_runner.box import GROUND_SURFACES, TREADMILL_SURFACES, Surface
from tools.rendered_runner.camera import Camera
from tools.rendered_runner.ground import Ground
from tools.rendered_runner.place import DECK_ABOVE_FLOOR_M, Light, Place
from tools.rendered_runner.raster import ZBuffer, rasterise
from tools.rendered_runner.room import furnish
from tools.rendered_runner.rotation import Vector, about_y
from tools.rendered_runner.textures import Image, colour_of

CLOSEST_M = 0.3
"""Nearer than this to the camera nothing is drawn."""
DEFOCUS_PX = 1.6
"""Blur of what stands behind the treadmill."""
IN_FOCUS_M = 0.9
"""Depth of what is sharp, to either side of the runner."""
TREADMILL_HALF_WIDTH_M = 0.5
SHADOW_REACH_M = 1.6
"""People's shadows are looked for this far from them."""


@dataclass(frozen=True, slots=True)
class Backdrop:
    """The place through one camera, shifted by a part of a pixel."""

    shift_px: tuple[float, float]
    depth: Image
    """1 / distance along the camera's axis."""
    world: Image
    lit: Image
    unlit: Image
    """Colour where the key light is blocked."""
    shadowed: NDArray[np.bool_]
    """Where shadows of people may fall."""
    belt: NDArray[np.bool_]
    along_belt: Image
    """How far up the belt a pixel lies, metres."""
    shadow_window: NDArray[np.int64]
    """First and end row, first and end column of where shadows may fall."""


def draw_backdrop(camera: Camera, place: Place, shift_px: tuple[float, float]) -> Backdrop:
    """Draw a place through a camera that is neither shaken nor bent."""
    mesh, surfaces = furnish(place, camera.facing)
    depth, face = _cover(camera, mesh.vertices.astype(np.float64), mesh.triangles, shift_px)
    world = _world_points(camera, depth, shift_px)
    surface = np.where(face >= 0, surfaces[face], int(Surface.NOTHING))
    normal = _facing_normals(mesh.vertices, mesh.triangles, camera)[face]
    above_floor = world - np.array([0.0, 0.0, place.floor_m + DECK_ABOVE_FLOOR_M], np.float32)
    colour = colour_of(surface, above_floor, place.room)
    lit, unlit = _illuminate(colour * _openness(above_floor, surface, place)[..., None], normal, surface, place, camera)
    behind = _out_of_focus(camera, world, surface)
    shadowed = _shadowed(surface, world, place, camera.facing)
    return Backdrop(
        shift_px,
        depth,
        world,
        _defocus(lit, behind),
        _defocus(unlit, behind),
        shadowed,
        surface == Surface.BELT,
        _along_belt(world, place.ground),
        _window_of(shadowed),
    )


def _cover(
    camera: Camera, vertices: NDArray[np.float64], triangles: NDArray[np.int32], shift_px: tuple[float, float]
) -> tuple[Image, NDArray[np.int32]]:
    """1 / distance and triangle of every pixel, -1 for none."""
    corners, source = _clip_near(camera.see(vertices)[triangles])
    seen = corners.reshape(-1, 3)
    px = camera.focal_px * seen[:, :2] / seen[:, 2:] + np.array(camera.centre_px) + np.array(shift_px)
    size = (camera.height_px, camera.width_px)
    buffer = ZBuffer(np.zeros(size, np.float32), np.full(size, -1, np.int32), np.empty((*size, 2), np.float32))
    whole = np.arange(len(seen), dtype=np.int32).reshape(-1, 3)
    rasterise(np.concatenate([px, 1.0 / seen[:, 2:]], axis=1), whole, buffer, False, 0)
    return buffer.depth, np.where(buffer.face >= 0, source[buffer.face], -1).astype(np.int32)


def _clip_near(corners: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int_]]:
    """Cut off what lies behind the near plane.

    From triangles in camera coordinates, shape (T, 3, 3), to those in front, and which of them each is a part of.
    """
    in_front = corners[..., 2] >= CLOSEST_M
    whole = in_front.all(axis=1)
    pieces, source = [corners[whole]], [np.flatnonzero(whole)]
    for index in np.flatnonzero(in_front.any(axis=1) & ~whole):
        outline = _cut_polygon(corners[index])
        fan = [np.stack([outline[0], outline[k], outline[k + 1]]) for k in range(1, len(outline) - 1)]
        pieces.append(np.stack(fan))
        source.append(np.full(len(fan), index))
    return np.concatenate(pieces), np.concatenate(source)


def _cut_polygon(triangle: NDArray[np.float64]) -> list[Vector]:
    """Corners of the part of a triangle in front of the near plane, in order."""
    outline: list[Vector] = []
    for here, there in zip(triangle, np.roll(triangle, -1, axis=0), strict=True):
        if here[2] >= CLOSEST_M:
            outline.append(here)
        if (here[2] >= CLOSEST_M) != (there[2] >= CLOSEST_M):
            outline.append(here + (there - here) * (CLOSEST_M - here[2]) / (there[2] - here[2]))
    return outline


def _world_points(camera: Camera, depth: Image, shift_px: tuple[float, float]) -> Image:
    rows, columns = np.mgrid[0 : camera.height_px, 0 : camera.width_px] + 0.5
    across = (columns - camera.centre_px[0] - shift_px[0]) / camera.focal_px
    along = (rows - camera.centre_px[1] - shift_px[1]) / camera.focal_px
    rays = np.stack([across, along, np.ones_like(across)], -1) @ camera.axes
    return np.asarray(camera.position + rays / np.maximum(depth, 1e-3)[..., None], np.float32)


def _facing_normals(vertices: Image, triangles: NDArray[np.int32], camera: Camera) -> Image:
    a, b, c = (vertices[triangles[:, k]].astype(np.float64) for k in range(3))
    normals = np.cross(b - a, c - a)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    toward = np.sum(normals * (camera.position - a), axis=1, keepdims=True)
    return np.asarray(normals * np.sign(toward), np.float32)


def _along_belt(world: Image, ground: Ground) -> Image:
    return np.asarray(world @ about_y(-ground.incline_deg)[:, 0], np.float32)


def _shadowed(surface: NDArray[np.int_], world: Image, place: Place, facing: float) -> NDArray[np.bool_]:
    """Where somebody's shadow may fall."""
    x, y = world[..., 0], world[..., 1]
    on_treadmill = np.isin(surface, [int(s) for s in TREADMILL_SURFACES | {Surface.FLOOR}])
    overground = place.ground.surface == "overground"
    near = np.abs(y) < SHADOW_REACH_M if overground else (np.abs(x) < SHADOW_REACH_M) & (np.abs(y) <= IN_FOCUS_M)
    ground = np.isin(surface, [int(s) for s in GROUND_SURFACES])
    shadowed = near & (ground if overground else on_treadmill)
    if place.bystander:
        aside = np.abs(y + facing * place.bystander.beyond_m)
        beside = (np.abs(x - place.bystander.ahead_m) < SHADOW_REACH_M) & (aside < SHADOW_REACH_M)
        shadowed |= beside & (ground | on_treadmill)
    return np.asarray(shadowed)


def _window_of(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return np.zeros(4, np.int64)
    return np.array([rows.min(), rows.max() + 1, columns.min(), columns.max() + 1], np.int64)


def _openness(world: Image, surface: NDArray[np.int_], place: Place) -> NDArray[np.float32]:
    """How much of any light gets there: less toward the ends of the room and under the treadmill."""
    x, y, z = (world[..., k] for k in range(3))
    middle = 1.0 - place.lighting.fall_off_per_m * np.abs(x) - 0.02 * np.maximum(z - 1.5, 0.0)
    if place.room == "path":
        return np.ones_like(middle)
    if place.ground.surface == "overground":
        return np.asarray(middle, np.float32)
    beside = np.maximum(np.abs(y) - 0.36, 0.0) / 0.12 + np.maximum(np.abs(x - 0.2) - 1.05, 0.0) / 0.12
    under_treadmill = np.where(surface == Surface.FLOOR, 1.0 - 0.65 * np.exp(-beside), 1.0)
    return np.asarray(middle * under_treadmill, np.float32)


def _illuminate(
    colour: Image, normal: Image, surface: NDArray[np.int_], place: Place, camera: Camera
) -> tuple[Image, Image]:
    """Colours with and without the key light; the sky shines by itself."""
    light: Light = place.lighting
    direct = np.clip(normal @ light.direction(camera.facing), 0.0, 1.0)
    around = light.sky * (0.775 + 0.225 * normal[..., 2])
    unlit = colour * around[..., None] * np.array([1.0, 1.0, 1.05])
    lit = unlit + colour * direct[..., None] * np.array(light.sun_colour) * 0.9
    shines = (surface == Surface.SKY)[..., None]
    return np.where(shines, colour, lit).astype(np.float32), np.where(shines, colour, unlit).astype(np.float32)


def _out_of_focus(camera: Camera, world: Image, surface: NDArray[np.int_]) -> NDArray[np.bool_]:
    depth_m = (world - np.array([camera.ahead_m, 0.0, 0.0])) @ camera.toward_runner
    treadmill = np.isin(surface, [int(s) for s in TREADMILL_SURFACES]) & (
        np.abs(world[..., 1]) < TREADMILL_HALF_WIDTH_M
    )
    return np.asarray((np.abs(depth_m) > IN_FOCUS_M) & ~treadmill & (surface != Surface.NOTHING))


def _defocus(image: Image, where: NDArray[np.bool_]) -> Image:
    """Blur part of a picture without letting the rest bleed into it."""
    mask = where.astype(np.float32)
    weight = cv2.GaussianBlur(mask, (0, 0), DEFOCUS_PX)[..., None] + 1e-6
    blurred = cv2.GaussianBlur(image * mask[..., None], (0, 0), DEFOCUS_PX) / weight
    return np.where(where[..., None], blurred, image).astype(np.float32)
