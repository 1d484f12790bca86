"""The empty room as the camera sees it, drawn once: colours in the light and out of it, and where every pixel lies."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.rendered_runner.camera import Camera
from tools.rendered_runner.raster import ZBuffer, rasterise
from tools.rendered_runner.room import NEAR_TREADMILL, SRGB, Surface, furnish

Image = NDArray[np.float32]
"""Linear light, shape (height, width, 3), or one value per pixel, (height, width)."""

CLOSEST_M = 0.3
DEFOCUS_PX = 1.6
"""Blur of what stands behind the treadmill."""
FALL_OFF_PER_M = 0.05
"""How much darker the room gets away from its middle."""
WINDOW_GAIN = 1.5
PLANK_M, PLANK_LENGTH_M = 0.14, 1.10
PANEL_M = 0.62
WAINSCOT_M = 0.55
"""Height to which the wall is painted darker."""
WAINSCOT_SRGB = (150, 162, 166)


@dataclass(frozen=True, slots=True)
class Light:
    """The light of the room."""

    sun: tuple[float, float, float] = (-0.30, 0.62, 0.95)
    """Direction to the key light for a camera on the runner's left; the other side mirrors it."""
    sun_colour: tuple[float, float, float] = (1.05, 1.00, 0.92)
    sky: float = 0.62
    """Strength of the light that comes from everywhere."""

    def direction(self, facing: float) -> NDArray[np.float64]:
        """Unit vector to the key light; ``facing`` is 1 for a camera on the left, -1 on the right."""
        vector = np.array(self.sun) * np.array([1.0, facing, 1.0])
        return np.asarray(vector / np.linalg.norm(vector))


@dataclass(frozen=True, slots=True)
class Backdrop:
    """The room through one camera, shifted by a part of a pixel."""

    shift_px: tuple[float, float]
    depth: Image
    """1 / distance along the camera's axis."""
    world: Image
    lit: Image
    unlit: Image
    """Colour where the key light is blocked."""
    shadowed: NDArray[np.bool_]
    """Where the runner's shadow may fall."""
    belt: NDArray[np.bool_]


def draw_backdrop(camera: Camera, light: Light, shift_px: tuple[float, float]) -> Backdrop:
    """Draw the room.

    Raises
    ------
    ValueError
        If a piece of the room is behind the camera or almost touches it.
    """
    mesh, surfaces = furnish(camera.side)
    depth, face = _cover(camera, mesh.vertices.astype(np.float64), mesh.triangles, shift_px)
    world = _world_points(camera, depth, shift_px)
    surface = np.where(face >= 0, surfaces[face], int(Surface.NOTHING))
    normal = _facing_normals(mesh.vertices, mesh.triangles, camera)[face]
    colour = _coloured(surface, world)
    lit, unlit = _illuminate(
        colour * _openness(world, surface)[..., None], normal, light, light.direction(camera.facing)
    )
    behind = (np.abs(world[..., 1]) > 0.9) & (surface != Surface.NOTHING)
    return Backdrop(
        shift_px,
        depth,
        world,
        _defocus(lit, behind),
        _defocus(unlit, behind),
        np.isin(surface, [int(s) for s in NEAR_TREADMILL]) & (np.abs(world[..., 0]) < 1.6) & ~behind,
        surface == Surface.BELT,
    )


def to_linear(srgb: tuple[int, int, int]) -> NDArray[np.float32]:
    """Linear light of a display colour, 0 to 255."""
    return np.asarray((np.array(srgb) / 255.0) ** 2.2, np.float32)


def _cover(
    camera: Camera, vertices: NDArray[np.float64], triangles: NDArray[np.int32], shift_px: tuple[float, float]
) -> tuple[Image, NDArray[np.int32]]:
    seen = camera.see(vertices)
    if seen[:, 2].min() < CLOSEST_M:
        raise ValueError("part of the room is behind the camera: turn it less, or move it away")
    corners = np.concatenate([camera.project(vertices) + np.array(shift_px), 1.0 / seen[:, 2:]], axis=1)
    size = (camera.height_px, camera.width_px)
    buffer = ZBuffer(np.zeros(size, np.float32), np.full(size, -1, np.int32), np.empty((*size, 2), np.float32))
    rasterise(corners, triangles, buffer, False)
    return buffer.depth, buffer.face


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


def _coloured(surface: NDArray[np.int_], world: Image) -> Image:
    """Colour of every surface with its texture."""
    palette = np.zeros((len(Surface), 3), np.float32)
    for kind, srgb in SRGB.items():
        palette[kind] = to_linear(srgb)
    x, y, z = (world[..., k].astype(np.float64) for k in range(3))
    grime = 0.87 + 0.12 * value_noise(x * 2.3, y * 2.3, z * 2.3) + 0.10 * value_noise(x * 40, y * 40, z * 40)
    colour = palette[surface] * grime[..., None]
    for kind, texture in TEXTURES.items():
        here = surface == kind
        colour[here] = texture(colour[here], x[here], y[here], z[here])
    return np.asarray(colour, np.float32)


Values = NDArray[np.float64]


def _planks(colour: Image, x: Values, y: Values, _z: Values) -> Image:
    row = np.floor(y / PLANK_M)
    along = x + 0.63 * row
    gap = (np.abs(y % PLANK_M - PLANK_M / 2) > 0.47 * PLANK_M) | (along % PLANK_LENGTH_M < 0.008)
    board = _hash01(np.floor(along / PLANK_LENGTH_M), row, 0 * row)
    grain = value_noise(along * 4, y * 60, row * 3.1)
    return np.asarray(colour * ((0.62 + 0.3 * board + 0.25 * grain) * np.where(gap, 0.6, 1.0))[:, None], np.float32)


def _wall(colour: Image, _x: Values, _y: Values, z: Values) -> Image:
    colour = np.where((z < WAINSCOT_M)[:, None], to_linear(WAINSCOT_SRGB), colour)
    line = np.where(z % PANEL_M < 0.012, 0.8, 1.0) * np.where(np.abs(z - WAINSCOT_M) < 0.02, 0.6, 1.0)
    return np.asarray(colour * line[:, None], np.float32)


def _view_outside(_colour: Image, x: Values, _y: Values, z: Values) -> Image:
    clouds = 0.7 + 0.6 * value_noise(x * 1.7 + 5, z * 2.2, 0 * x)
    sky = to_linear((206, 222, 236)) * clouds[:, None]
    hedge = z < 1.25 + 0.25 * value_noise(x * 3, 0 * x, 0 * x)
    leaves = 0.70 + 0.35 * value_noise(x * 5, z * 5, x) + 0.20 * value_noise(x * 23 + z * 9, z * 21, 3 * x)
    return np.asarray(
        np.where(hedge[:, None], to_linear((110, 136, 96)) * leaves[:, None], sky) * WINDOW_GAIN, np.float32
    )


def _poster(colour: Image, x: Values, _y: Values, z: Values) -> Image:
    colour = np.where((value_noise(x * 5, z * 5, 0 * x) > 0.55)[:, None], to_linear((230, 214, 180)), colour)
    return np.asarray(np.where((np.abs(z - 1.25) < 0.06)[:, None], to_linear((240, 240, 240)), colour), np.float32)


TEXTURES: dict[Surface, Callable[[Image, Values, Values, Values], Image]] = {
    Surface.FLOOR: _planks,
    Surface.WALL: _wall,
    Surface.WINDOW: _view_outside,
    Surface.POSTER: _poster,
}


def _openness(world: Image, surface: NDArray[np.int_]) -> NDArray[np.float32]:
    """How much of any light gets there: less toward the ends of the room and under the treadmill."""
    x, y, z = (world[..., k] for k in range(3))
    middle = 1.0 - FALL_OFF_PER_M * np.abs(x) - 0.02 * np.maximum(z - 1.5, 0.0)
    beside = np.maximum(np.abs(y) - 0.36, 0.0) / 0.12 + np.maximum(np.abs(x - 0.2) - 1.05, 0.0) / 0.12
    under_treadmill = np.where(surface == Surface.FLOOR, 1.0 - 0.65 * np.exp(-beside), 1.0)
    return np.asarray(middle * under_treadmill, np.float32)


def _illuminate(colour: Image, normal: Image, light: Light, sun: NDArray[np.float64]) -> tuple[Image, Image]:
    """Colours with and without the key light."""
    direct = np.clip(normal @ sun, 0.0, 1.0)
    around = light.sky * (0.775 + 0.225 * normal[..., 2])
    unlit = colour * around[..., None] * np.array([1.0, 1.0, 1.05])
    lit = unlit + colour * direct[..., None] * np.array(light.sun_colour) * 0.9
    return lit.astype(np.float32), unlit.astype(np.float32)


def _defocus(image: Image, where: NDArray[np.bool_]) -> Image:
    """Blur part of a picture without letting the rest bleed into it."""
    mask = where.astype(np.float32)
    weight = cv2.GaussianBlur(mask, (0, 0), DEFOCUS_PX)[..., None] + 1e-6
    blurred = cv2.GaussianBlur(image * mask[..., None], (0, 0), DEFOCUS_PX) / weight
    return np.where(where[..., None], blurred, image).astype(np.float32)


def _hash01(i: Values, j: Values, k: Values) -> Values:
    scattered = np.sin(i * 127.1 + j * 311.7 + k * 74.7) * 43758.5453
    return np.asarray(scattered - np.floor(scattered))


def value_noise(x: Values, y: Values, z: Values) -> Values:
    """Smooth random field in [0, 1] with features about 1 wide."""
    cells = [np.floor(v) for v in (x, y, z)]
    a, b, c = (f * f * (3 - 2 * f) for f in (v - cell for v, cell in zip((x, y, z), cells, strict=True)))
    total = np.zeros_like(a)
    for di in (0, 1):
        for dj in (0, 1):
            for dk in (0, 1):
                weight = (a if di else 1 - a) * (b if dj else 1 - b) * (c if dk else 1 - c)
                total += weight * _hash01(cells[0] + di, cells[1] + dj, cells[2] + dk)
    return total
