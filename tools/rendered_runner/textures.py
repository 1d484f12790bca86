"""Patterns of the room's surfaces, as formulas of the world position. Colours are linear light."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tools.rendered_runner.box import SRGB, SRGB_AT_NIGHT, Surface
from tools.rendered_runner.place import RoomKind

Image = NDArray[np.float32]
"""Linear light, shape (..., 3), or one value per pixel."""
Values = NDArray[np.float64]

WINDOW_GAIN = 1.5
LAMP_GAIN = 3.0
"""How much brighter lamps in the ceiling look than the ceiling."""
WINDOW_FACE_M = -2.24
PLANK_M, PLANK_LENGTH_M = 0.14, 1.10
PANEL_M = 0.62
WAINSCOT_M = 0.55
"""Height to which the wall is painted darker."""
WAINSCOT_SRGB, WAINSCOT_AT_NIGHT_SRGB = (150, 162, 166), (70, 76, 84)


def to_linear(srgb: tuple[int, int, int]) -> NDArray[np.float32]:
    """Linear light of a display colour, 0 to 255."""
    return np.asarray((np.array(srgb) / 255.0) ** 2.2, np.float32)


def colour_of(surface: NDArray[np.int_], world: Image, room: RoomKind) -> Image:
    """Colour of every surface with its texture; shapes (...) and (..., 3)."""
    colours, textures = (SRGB_AT_NIGHT, AT_NIGHT) if room == "dark gym" else (SRGB, TEXTURES)
    palette = np.zeros((len(Surface), 3), np.float32)
    for kind, srgb in colours.items():
        palette[kind] = to_linear(srgb)
    x, y, z = (world[..., k].astype(np.float64) for k in range(3))
    grime = 0.87 + 0.12 * value_noise(x * 2.3, y * 2.3, z * 2.3) + 0.10 * value_noise(x * 40, y * 40, z * 40)
    colour = palette[surface] * grime[..., None]
    for kind, texture in textures.items():
        here = surface == kind
        colour[here] = texture(colour[here], x[here], y[here], z[here])
    return np.asarray(colour, np.float32)


def _planks(colour: Image, x: Values, y: Values, _z: Values) -> Image:
    row = np.floor(y / PLANK_M)
    along = x + 0.63 * row
    gap = (np.abs(y % PLANK_M - PLANK_M / 2) > 0.47 * PLANK_M) | (along % PLANK_LENGTH_M < 0.008)
    board = _hash01(np.floor(along / PLANK_LENGTH_M), row, 0 * row)
    grain = value_noise(along * 4, y * 60, row * 3.1)
    return np.asarray(colour * ((0.62 + 0.3 * board + 0.25 * grain) * np.where(gap, 0.6, 1.0))[:, None], np.float32)


def _painted_wall(wainscot: tuple[int, int, int]) -> Callable[[Image, Values, Values, Values], Image]:
    def wall(colour: Image, _x: Values, _y: Values, z: Values) -> Image:
        colour = np.where((z < WAINSCOT_M)[:, None], to_linear(wainscot), colour)
        line = np.where(z % PANEL_M < 0.012, 0.8, 1.0) * np.where(np.abs(z - WAINSCOT_M) < 0.02, 0.6, 1.0)
        return np.asarray(colour * line[:, None], np.float32)

    return wall


def _panels(colour: Image, x: Values, y: Values, _z: Values) -> Image:
    seams = np.where((x % PANEL_M < 0.02) | (y % PANEL_M < 0.02), 0.8, 1.0)
    lamps = np.where((x % (4 * PANEL_M) < PANEL_M) & (y % (3 * PANEL_M) < PANEL_M), LAMP_GAIN, 1.0)
    return np.asarray(colour * (seams * lamps)[:, None], np.float32)


def _view_outside(_colour: Image, x: Values, y: Values, z: Values) -> Image:
    along = x + y - WINDOW_FACE_M
    clouds = 0.7 + 0.6 * value_noise(along * 1.7 + 5, z * 2.2, 0 * x)
    sky = to_linear((206, 222, 236)) * clouds[:, None]
    hedge = z < 1.25 + 0.25 * value_noise(along * 3, 0 * x, 0 * x)
    leaves = (
        0.70 + 0.35 * value_noise(along * 5, z * 5, along) + 0.20 * value_noise(along * 23 + z * 9, z * 21, 3 * along)
    )
    return np.asarray(
        np.where(hedge[:, None], to_linear((110, 136, 96)) * leaves[:, None], sky) * WINDOW_GAIN, np.float32
    )


def _poster(colour: Image, x: Values, _y: Values, z: Values) -> Image:
    colour = np.where((value_noise(x * 5, z * 5, 0 * x) > 0.55)[:, None], to_linear((230, 214, 180)), colour)
    return np.asarray(np.where((np.abs(z - 1.25) < 0.06)[:, None], to_linear((240, 240, 240)), colour), np.float32)


def _gravel(colour: Image, x: Values, y: Values, _z: Values) -> Image:
    stones = 0.70 + 0.35 * value_noise(x * 70, y * 70, 0 * x) + 0.25 * value_noise(x * 1.3, y * 3, 0 * x)
    return np.asarray(colour * stones[:, None], np.float32)


def _grass(colour: Image, x: Values, y: Values, _z: Values) -> Image:
    blades = 0.55 + 0.45 * value_noise(x * 45, y * 18, 0 * x) + 0.35 * value_noise(x * 1.1, y * 1.1, 0 * x)
    return np.asarray(colour * blades[:, None], np.float32)


def _leaves(colour: Image, x: Values, y: Values, z: Values) -> Image:
    light = 0.45 + 0.6 * value_noise(x * 14, y * 14, z * 14) + 0.4 * value_noise(x * 3, y * 3, z * 3)
    return np.asarray(colour * light[:, None], np.float32)


def _bark(colour: Image, x: Values, y: Values, z: Values) -> Image:
    return np.asarray(colour * (0.6 + 0.6 * value_noise(x * 30 + y * 30, z * 5, 0 * x))[:, None], np.float32)


def _horizon(_colour: Image, x: Values, y: Values, z: Values) -> Image:
    """Far woods below a sky that pales downward; the walls it is painted on share their corners' colours."""
    along = x + y
    clouds = np.clip(1.6 * value_noise(along * 0.09, z * 0.22, 0 * x) - 0.5, 0.0, 1.0)[:, None]
    blue, pale, white = (to_linear(srgb) for srgb in ((132, 172, 214), (206, 220, 232), (240, 242, 244)))
    up = np.clip(z / 22.0, 0.0, 1.0)[:, None]
    sky = (pale + (blue - pale) * up) * (1 - clouds) + white * clouds
    edge = 2.6 + 2.2 * value_noise(along * 0.18, 0 * x, 0 * x) + 0.7 * value_noise(along * 1.1, 0 * x, 0 * x)
    woods = to_linear((112, 132, 108)) * (0.6 + 0.6 * value_noise(along * 0.9, z * 1.1, 0 * x))[:, None]
    return np.asarray(np.where((z < edge)[:, None], woods, sky), np.float32)


TEXTURES: dict[Surface, Callable[[Image, Values, Values, Values], Image]] = {
    Surface.FLOOR: _planks,
    Surface.CEILING: _panels,
    Surface.WALL: _painted_wall(WAINSCOT_SRGB),
    Surface.WINDOW: _view_outside,
    Surface.POSTER: _poster,
    Surface.PATH: _gravel,
    Surface.GRASS: _grass,
    Surface.HEDGE: _leaves,
    Surface.BARK: _bark,
    Surface.SKY: _horizon,
}
AT_NIGHT = {kind: texture for kind, texture in TEXTURES.items() if kind is not Surface.WINDOW} | {
    Surface.WALL: _painted_wall(WAINSCOT_AT_NIGHT_SRGB)
}


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
