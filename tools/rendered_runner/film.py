"""The camera runs: one picture after another of the posed, lit runner in a place."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.rendered_runner.actor import Actor, cast_actor
from tools.rendered_runner.backdrop import Backdrop, draw_backdrop
from tools.rendered_runner.bystander import Standing
from tools.rendered_runner.camera import Camera
from tools.rendered_runner.ground import Ground
from tools.rendered_runner.lamps import turn_on
from tools.rendered_runner.look import Look
from tools.rendered_runner.place import Place
from tools.rendered_runner.raster import ZBuffer, project, rasterise
from tools.rendered_runner.runner import Runner
from tools.rendered_runner.shading import Canvas, Dressed, Room, View, lay_backdrop, shade_figure
from tools.rendered_runner.textures import Image
from tools.rendered_runner.warp import Warp

SHIFTS_PX = ((-0.33, 0.17), (0.0, -0.33), (0.33, 0.17))
"""Each picture is the mean of subframes: shifted against jagged edges, spread in time for motion blur."""
SHUTTER_FRAC = 0.35
"""Part of the frame interval that the shutter is open: about 1/170 s at 60 fps, as phones choose indoors."""
FASTEST_M_S = 8.0
"""A swinging foot, in the treadmill's frame."""
SMEAR_PX = 5.0
"""Further apart, the edges of a foot in successive subframes are seen as ghosts."""
LENS_BLUR_PX = 0.55
GRAIN = 2.2
"""Sensor noise in good light, standard deviation in display levels of 255."""
GRAIN_MARGIN_PX = 64
MIDDLE_M = 0.8
"""Height of the middle of a body."""
EXPOSURE, SHOULDER = 1.012, 0.1656
"""Display level = exposure x / (1 + shoulder x): highlights bend over softly instead of clipping."""


@dataclass(slots=True)
class Film:
    """Everything that stays from picture to picture, and room to work in."""

    runner: Runner | None
    """Nobody: the belt stands still."""
    camera: Camera
    fps: float
    seed: int = 0
    look: Look = field(default_factory=Look)
    place: Place = field(default_factory=Place)
    shutter_s: float | None = None
    """How long the shutter is open; by default `SHUTTER_FRAC` of the frame interval."""
    grain: float = GRAIN
    """Sensor noise, standard deviation in display levels of 255: about 6 in dim light."""
    _actors: list[Actor] = field(init=False)
    _pinhole: Camera = field(init=False)
    _warp: Warp | None = field(init=False)
    _backdrops: list[Backdrop] = field(init=False)
    _empty: Image = field(init=False)
    _grain: list[Image] = field(init=False)
    _rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        """Build the people and the place: some ten seconds."""
        self._actors = _cast(self.runner, self.look, self.place, self.camera.facing)
        self._pinhole = self.camera.without_bends()
        self._warp = None if self.camera.is_plain else Warp(self.camera, self._pinhole)
        self._backdrops = [draw_backdrop(self._pinhole, self.place, shift) for shift in SHIFTS_PX]
        self._empty = np.mean([backdrop.lit for backdrop in self._backdrops], axis=0, dtype=np.float32)
        self._rng = np.random.default_rng(self.seed)
        size = (self.camera.height_px + GRAIN_MARGIN_PX, self.camera.width_px + GRAIN_MARGIN_PX, 3)
        self._grain = [self._rng.standard_normal(size, np.float32) for _ in range(2)]

    def picture(self, time_s: float) -> NDArray[np.uint8]:
        """Take the picture whose exposure is centred on a time: RGB, shape (height, width, 3).

        Pictures must be taken in order for the grain to come out the same again.
        """
        linear = self._empty.copy()
        shutter_s = SHUTTER_FRAC / self.fps if self.shutter_s is None else self.shutter_s
        count = subframes(shutter_s * self._pinhole.focal_px / self._pinhole.distance_m)
        for index in range(count):
            spread = (index + 0.5) / count - 0.5
            backdrop = self._backdrops[index % len(SHIFTS_PX)]
            self._expose(Canvas(linear, 1.0 / count), backdrop, time_s + spread * shutter_s)
        return self._develop(linear if self._warp is None else self._warp.bend(linear, time_s))

    def _expose(self, canvas: Canvas, backdrop: Backdrop, time_s: float) -> None:
        """Add one subframe to a picture."""
        bodies = [actor.at(time_s) for actor in self._actors]
        middles = [actor.middle_at(time_s) for actor in self._actors]
        lamps = turn_on(self.place.lighting, self._pinhole.facing, bodies, middles)
        depth = backdrop.depth.copy()
        buffer = ZBuffer(depth, np.full(depth.shape, -1, np.int32), np.empty((*depth.shape, 2), np.float32))
        windows = [self._draw(body, buffer, backdrop.shift_px) for body in bodies]
        travel_m = self.runner.ground_speed_m_s * time_s if self.runner else 0.0
        b = backdrop
        room = Room(b.lit, b.unlit, b.world, b.shadowed, b.belt, b.along_belt, travel_m)
        everything = _around([*windows, b.shadow_window])
        lay_backdrop(buffer, room, lamps, View(self._pinhole.position, everything), canvas)
        for body, window in zip(bodies, windows, strict=True):
            shade_figure(buffer, body, lamps, View(self._pinhole.position, window), canvas)

    def _draw(self, body: Dressed, buffer: ZBuffer, shift_px: tuple[float, float]) -> NDArray[np.int64]:
        """Draw somebody into the z-buffer; return the rows and columns they lie within."""
        camera, (shift_x, shift_y) = self._pinhole, shift_px
        lens = np.array([camera.focal_px, camera.centre_px[0] + shift_x, camera.centre_px[1] + shift_y])
        corners = np.empty_like(body.posed)
        project(body.posed, camera.position, camera.axes, lens, corners)
        rasterise(corners, body.triangles, buffer, True, body.first)
        across, along = corners[:, 0], corners[:, 1]
        columns = np.clip([across.min() - 1, across.max() + 2], 0, camera.width_px)
        rows = np.clip([along.min() - 1, along.max() + 2], 0, camera.height_px)
        return np.array([*rows, *columns], np.int64)

    def _develop(self, linear: Image) -> NDArray[np.uint8]:
        """From linear light to display levels, through lens and sensor."""
        toned: Image = EXPOSURE * linear / (1.0 + SHOULDER * linear)
        levels = 255.0 * np.clip(toned, 0.0, 1.0) ** (1 / 2.2)
        levels = np.asarray(cv2.GaussianBlur(levels, (0, 0), LENS_BLUR_PX), np.float32)
        row, column = self._rng.integers(GRAIN_MARGIN_PX, size=2)
        grain = self._grain[self._rng.integers(len(self._grain))]
        levels += self.grain * grain[row : row + levels.shape[0], column : column + levels.shape[1]]
        return np.asarray(np.clip(levels + 0.5, 0, 255), np.uint8)


def subframes(px_per_m_s: float) -> int:
    """How many subframes a picture needs in which 1 m/s is a smear of some pixels: a multiple of three."""
    rounds = np.ceil(FASTEST_M_S * px_per_m_s / SMEAR_PX / len(SHIFTS_PX))
    return len(SHIFTS_PX) * max(int(rounds), 1)


def _cast(runner: Runner | None, look: Look, place: Place, facing: float) -> list[Actor]:
    """Everybody in the picture."""
    above = np.array([0.0, 0.0, MIDDLE_M])
    actors = [cast_actor(runner, look, place.ground, above, 0)] if runner else []
    if place.bystander:
        standing = Standing(place.bystander, place.floor_m, facing)
        first = sum(len(actor.figure.mesh.triangles) for actor in actors)
        actors.append(cast_actor(standing, place.bystander.look, Ground(), standing.spot + above, first))
    return actors


def _around(windows: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Rows and columns that hold all of some windows."""
    stacked = np.stack(windows)
    low, high = stacked.min(axis=0), stacked.max(axis=0)
    return np.array([low[0], high[1], low[2], high[3]], np.int64)
