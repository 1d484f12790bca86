"""A pinhole camera beside the treadmill."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.landmarks import Side
from tools.rendered_runner.rotation import Matrix, Vector


@dataclass(frozen=True, slots=True)
class Camera:
    """Where the phone stands and what it sees; pixels are square, the axis goes through the picture's middle."""

    side: Side = Side.LEFT
    """The side of the runner it stands on: a runner seen from the left runs to the picture's left."""
    distance_m: float = 3.5
    """From the middle of the belt."""
    ahead_m: float = 0.0
    height_m: float = 0.95
    """Above the belt."""
    yaw_deg: float = 0.0
    """Clockwise from above."""
    pitch_deg: float = 0.0
    """Up is positive."""
    roll_deg: float = 0.0
    """Turned clockwise as seen from behind it: upright things then lean left in the picture."""
    width_px: int = 1280
    height_px: int = 720
    focal_px: float = 1080.0

    @property
    def facing(self) -> float:
        """Sign of the camera's y: 1 on the runner's left, -1 on the right."""
        return 1.0 if self.side is Side.LEFT else -1.0

    @property
    def position(self) -> Vector:
        """World position, metres."""
        return np.array([self.ahead_m, self.facing * self.distance_m, self.height_m])

    @property
    def axes(self) -> Matrix:
        """Rows: the world directions of right, down and forward in the picture."""
        yaw, pitch, roll = np.radians([self.yaw_deg, self.pitch_deg, self.roll_deg])
        level = -self.facing * np.array([np.sin(yaw), np.cos(yaw), 0.0])
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

    def see(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Camera coordinates of world points, shape (..., 3): right, down and distance along the axis, metres."""
        return np.asarray((points - self.position) @ self.axes.T)

    def project(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels of world points, shape (..., 2)."""
        seen = self.see(points)
        return np.asarray(self.focal_px * seen[..., :2] / seen[..., 2:] + np.array(self.centre_px))
