"""A phone's camera: where it stands, what it sees, and how lens and hand bend the picture."""

from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from formcheck.records.skeleton import Side
from tools.rendered_runner.lens import Shake, distort, undistort
from tools.rendered_runner.rotation import Matrix, Vector, about_z

SPARE_PX = 4
"""Room for interpolation at the border of a picture that is yet to be bent."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Where the phone stands and what it sees; pixels are square, the axis goes through the picture's middle."""

    side: Side = Side.LEFT
    """The side of the runner it stands on: a runner seen from the left runs to the picture's left."""
    distance_m: float = 3.5
    """From the point on the belt that it looks at."""
    ahead_m: float = 0.0
    """Where along the belt that point lies, from its middle."""
    height_m: float = 0.95
    """Above the belt."""
    around_deg: float = 0.0
    """From square beside the runner (0) round to behind (90) or in front (-90), still looking at the runner."""
    yaw_deg: float = 0.0
    """Clockwise from above."""
    pitch_deg: float = 0.0
    """Up is positive."""
    roll_deg: float = 0.0
    """Turned clockwise as seen from behind it: upright things then lean left in the picture."""
    width_px: int = 1280
    height_px: int = 720
    focal_px: float = 1080.0
    k1: float = 0.0
    """Radial distortion: about -0.08 in a phone's wide lens, 0 where the phone corrects it."""
    shake: Shake = field(default_factory=Shake)
    """The hand that holds it; by default a tripod."""

    @property
    def facing(self) -> float:
        """Sign of the camera's y: 1 on the runner's left, -1 on the right."""
        return 1.0 if self.side is Side.LEFT else -1.0

    @property
    def toward_runner(self) -> Vector:
        """Level direction in which it looks before it is turned."""
        return np.asarray(about_z(self.facing * self.around_deg) @ np.array([0.0, -self.facing, 0.0]))

    @property
    def position(self) -> Vector:
        """World position, metres."""
        return np.array([self.ahead_m, 0.0, self.height_m]) - self.distance_m * self.toward_runner

    @property
    def axes(self) -> Matrix:
        """Rows: the world directions of right, down and forward in the picture, of a still camera."""
        pitch, roll = np.radians([self.pitch_deg, self.roll_deg])
        level = about_z(-self.yaw_deg) @ self.toward_runner
        right = np.array([level[1], -level[0], 0.0])
        forward = np.cos(pitch) * level + np.sin(pitch) * np.array([0.0, 0.0, 1.0])
        down = np.cross(forward, right)
        turned_right = np.cos(roll) * right + np.sin(roll) * down
        turned_down = np.cos(roll) * down - np.sin(roll) * right
        return np.stack([turned_right, turned_down, forward])

    @property
    def centre_px(self) -> tuple[float, float]:
        """Where the optical axis meets the picture."""
        return self.width_px / 2, self.height_px / 2

    @property
    def is_plain(self) -> bool:
        """Whether neither lens nor hand bend the picture."""
        return self.k1 == 0.0 and self.shake.is_still

    def see(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Coordinates of world points in the still camera, shape (..., 3): right, down, along the axis, metres."""
        return np.asarray((points - self.position) @ self.axes.T)

    def project(self, points: NDArray[np.float64], time_s: float = 0.0) -> NDArray[np.float64]:
        """Pixels of world points, shape (..., 2), with the hand's turn at an instant and the lens in them."""
        seen = self.see(points)
        if not self.shake.is_still:
            seen = seen @ self.shake.turn(time_s).T
        bent = distort(seen[..., :2] / seen[..., 2:], self.k1)
        return np.asarray(self.focal_px * bent + np.array(self.centre_px))

    def without_bends(self) -> "Camera":
        """The pinhole on a tripod whose larger picture holds all that this camera sees, at any time."""
        if self.is_plain:
            return self
        width, height = (2 * int(np.ceil(self.focal_px * tangent)) + SPARE_PX for tangent in self._reach())
        return replace(self, k1=0.0, shake=Shake(), width_px=width, height_px=height)

    def unbent_rays(self) -> NDArray[np.float64]:
        """Ideal coordinates of every pixel's middle, shape (height, width, 2), before the hand's turn is undone."""
        rows, columns = np.mgrid[0 : self.height_px, 0 : self.width_px] + 0.5
        seen = np.stack([columns - self.centre_px[0], rows - self.centre_px[1]], -1) / self.focal_px
        return undistort(seen, self.k1)

    def _reach(self) -> NDArray[np.float64]:
        """How far right and down, as tangents, the pinhole must see to hold the picture however the hand turns."""
        around = np.array([p for p in product((-1.0, 0.0, 1.0), repeat=2) if any(p)])
        border = undistort(around * np.array(self.centre_px) / self.focal_px, self.k1)
        rays = np.column_stack([border, np.ones(len(border))])
        turned = np.concatenate([rays @ turn for turn in self.shake.extremes()])
        return np.asarray(np.abs(turned[:, :2] / turned[:, 2:]).max(axis=0))
