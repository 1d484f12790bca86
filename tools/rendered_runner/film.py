"""The camera runs: one picture after another of the posed, lit runner in the room."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.rendered_runner.backdrop import Backdrop, Image, Light, draw_backdrop, to_linear
from tools.rendered_runner.camera import Camera
from tools.rendered_runner.clothing import hem_height_m
from tools.rendered_runner.figure import Figure, build_figure
from tools.rendered_runner.look import Look, Palette
from tools.rendered_runner.paint import PALETTE_ORDER
from tools.rendered_runner.pose import bone_matrices
from tools.rendered_runner.raster import (
    ShadowMap,
    ZBuffer,
    cast_shadows,
    pose_vertices,
    project,
    rasterise,
    vertex_normals,
)
from tools.rendered_runner.rotation import Vector
from tools.rendered_runner.runner import Runner
from tools.rendered_runner.shading import Canvas, Dressed, Lamps, Room, View, lay_backdrop, shade_figure

SUBFRAMES = ((-0.33, 0.17), (0.0, -0.33), (0.33, 0.17))
"""Each picture is the mean of these: shifted in pixels against jagged edges, spread in time for motion blur."""
SHUTTER_FRAC = 0.35
"""Part of the frame interval that the shutter is open: about 1/170 s at 60 fps, as phones choose indoors."""
LENS_BLUR_PX = 0.55
GRAIN = 2.2
"""Sensor noise, standard deviation in display levels of 255."""
GRAIN_MARGIN_PX = 64
SUN_MAP_CELLS, SUN_MAP_M = 720, 2.6
SKY_MAP_CELLS, SKY_MAP_M = 260, 2.0
SKY_FROM = np.array([0.02, 0.05, 1.0])
MIDDLE_OF_RUNNER = np.array([0.0, 0.0, 0.8])
CHEST_HALF_WIDTH_M = 0.168
EXPOSURE, SHOULDER = 1.012, 0.1656
"""Display level = exposure x / (1 + shoulder x): highlights bend over softly instead of clipping."""


@dataclass(slots=True)
class Film:
    """Everything that stays from picture to picture, and room to work in."""

    runner: Runner
    camera: Camera
    fps: float
    seed: int = 0
    light: Light = field(default_factory=Light)
    look: Look = field(default_factory=Look)
    _figure: Figure = field(init=False)
    _backdrops: list[Backdrop] = field(init=False)
    _grain: list[Image] = field(init=False)
    _rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        """Build the runner and the room: some ten seconds."""
        self._figure = build_figure(self.runner.body, self.look)
        self._backdrops = [draw_backdrop(self.camera, self.light, shift) for shift in SUBFRAMES]
        self._rng = np.random.default_rng(self.seed)
        size = (self.camera.height_px + GRAIN_MARGIN_PX, self.camera.width_px + GRAIN_MARGIN_PX, 3)
        self._grain = [self._rng.standard_normal(size, np.float32) for _ in range(2)]

    def picture(self, time_s: float) -> NDArray[np.uint8]:
        """Take the picture whose exposure is centred on a time: RGB, shape (height, width, 3).

        Pictures must be taken in order for the grain to come out the same again.
        """
        linear = np.zeros((self.camera.height_px, self.camera.width_px, 3), np.float32)
        for index, backdrop in enumerate(self._backdrops):
            spread = (index + 0.5) / len(self._backdrops) - 0.5
            self._expose(linear, backdrop, time_s + spread * SHUTTER_FRAC / self.fps)
        return self._develop(linear)

    def _expose(self, linear: Image, backdrop: Backdrop, time_s: float) -> None:
        """Add one subframe to a picture."""
        body = self._dressed(time_s)
        lamps = self._lamps(body)
        buffer, window = self._seen(body.posed, backdrop)
        canvas = Canvas(linear, 1.0 / len(self._backdrops))
        shade_figure(buffer, body, lamps, View(self.camera.position, window), canvas)
        travel_m = self.runner.ground_speed_m_s * time_s
        room = Room(backdrop.lit, backdrop.unlit, backdrop.world, backdrop.shadowed, backdrop.belt, travel_m)
        lay_backdrop(buffer, room, lamps, canvas)

    def _dressed(self, time_s: float) -> Dressed:
        """Pose the mesh."""
        figure, mesh = self._figure, self._figure.mesh
        matrices = bone_matrices(self.runner.pose(time_s), self.runner.body)
        posed, normals = np.empty_like(mesh.vertices), np.empty_like(mesh.vertices)
        pose_vertices(mesh.vertices, figure.skinning.bones, figure.skinning.weights, matrices, posed)
        vertex_normals(posed, mesh.triangles, normals)
        palette, measures = linear_palette(self.look.palette), _paint_measures(figure)
        return Dressed(mesh.triangles, figure.material, mesh.vertices, posed, normals, palette, measures)

    def _lamps(self, body: Dressed) -> Lamps:
        """Turn on the lights: the runner throws shadows."""
        facing = self.camera.facing
        sun = self.light.direction(facing)
        sun_map = _shadow_map(sun, SUN_MAP_CELLS, SUN_MAP_M)
        sky_map = _shadow_map(SKY_FROM * np.array([1.0, facing, 1.0]), SKY_MAP_CELLS, SKY_MAP_M)
        for shadow in (sun_map, sky_map):
            cast_shadows(body.posed, body.triangles, shadow)
        return Lamps(sun, np.array(self.light.sun_colour), self.light.sky, sun_map, sky_map)

    def _seen(self, posed: NDArray[np.float32], backdrop: Backdrop) -> tuple[ZBuffer, NDArray[np.int64]]:
        """What each pixel shows, and the rows and columns the runner lies within."""
        camera, (shift_x, shift_y) = self.camera, backdrop.shift_px
        lens = np.array([camera.focal_px, camera.centre_px[0] + shift_x, camera.centre_px[1] + shift_y])
        corners = np.empty_like(posed)
        project(posed, camera.position, camera.axes, lens, corners)
        depth = backdrop.depth.copy()
        buffer = ZBuffer(depth, np.full(depth.shape, -1, np.int32), np.empty((*depth.shape, 2), np.float32))
        rasterise(corners, self._figure.mesh.triangles, buffer, True)
        low, high = corners[:, :2].min(axis=0) - 1, corners[:, :2].max(axis=0) + 2
        columns = np.clip([int(low[0]), int(high[0])], 0, camera.width_px)
        rows = np.clip([int(low[1]), int(high[1])], 0, camera.height_px)
        return buffer, np.array([*rows, *columns], np.int64)

    def _develop(self, linear: Image) -> NDArray[np.uint8]:
        """From linear light to display levels, through lens and sensor."""
        toned: Image = EXPOSURE * linear / (1.0 + SHOULDER * linear)
        levels = 255.0 * np.clip(toned, 0.0, 1.0) ** (1 / 2.2)
        levels = np.asarray(cv2.GaussianBlur(levels, (0, 0), LENS_BLUR_PX), np.float32)
        row, column = self._rng.integers(GRAIN_MARGIN_PX, size=2)
        grain = self._grain[self._rng.integers(len(self._grain))]
        levels += GRAIN * grain[row : row + levels.shape[0], column : column + levels.shape[1]]
        return np.asarray(np.clip(levels + 0.5, 0, 255), np.uint8)


def linear_palette(palette: Palette) -> NDArray[np.float32]:
    """Linear colours in the order of `paint.PALETTE_ORDER`, shape (10, 3)."""
    return np.stack([to_linear(getattr(palette, name)) for name in PALETTE_ORDER])


def _paint_measures(figure: Figure) -> NDArray[np.float64]:
    """Rest heights in the order of `paint.MEASURES_ORDER`."""
    frame, look = figure.frame, figure.look
    tights_to = hem_height_m(look.clothes, frame) if look.clothes == "tights" else np.inf
    flank_out = CHEST_HALF_WIDTH_M * (frame.wide - 1.0)
    return np.array([frame.hip, frame.knee, frame.ankle, frame.head, frame.shoulder[1], tights_to, flank_out])


def _shadow_map(toward_light: Vector, cells: int, size_m: float) -> ShadowMap:
    """Return an empty map that looks at the runner along a light's rays."""
    up = toward_light / np.linalg.norm(toward_light)
    across = np.cross([0.0, 1.0, 0.0], up)
    across /= np.linalg.norm(across)
    along = np.cross(up, across)
    per_m = cells / size_m
    view = np.zeros((3, 4), np.float32)
    for row, axis in enumerate((across, along)):
        view[row, :3] = axis * per_m
        view[row, 3] = cells / 2 - axis @ MIDDLE_OF_RUNNER * per_m
    view[2, :3] = up
    return ShadowMap(np.empty((cells, cells), np.float32), view)
