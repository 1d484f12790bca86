"""A pinhole camera beside the belt: what it sees, brought back onto the upright plane in which the runner runs.

A camera that is turned away from square shortens what lies along the belt, and one above or below the runner shows
upright things leaning. Both are undone point by point, exactly, once its three turns are known (Hartley & Zisserman
2004, section 8.4: a picture is turned by a homography, whatever it shows).

How the lens bends the picture is left: a phone's wide lens (k1 = -0.08) moves reach by 0.001 leg and lean by 0.05 deg
on a rendered clip with exact joints, less than its edges could show.
"""

from dataclasses import dataclass

import numpy as np

from formcheck.records.track import Floats


@dataclass(frozen=True, slots=True)
class Aim:
    """How a camera is turned from square and level.

    ``roll_deg`` + = clockwise as seen from behind it; ``pitch_deg`` + = down; ``yaw_deg`` + = the belt runs away
    towards the picture's right. The axis meets the picture in ``centre_px``.
    """

    roll_deg: float
    pitch_deg: float
    yaw_deg: float
    focal_px: float
    centre_px: tuple[float, float]

    def on_plane(self, xy_px: Floats) -> Floats:
        """Pixels (..., 2) as right and up on the runner's plane; unit: how far the camera stands from that plane."""
        sight = np.concatenate((xy_px - self.centre_px, np.full_like(xy_px[..., :1], self.focal_px)), axis=-1)
        right, down, away = np.moveaxis(sight @ self._rotation(), -1, 0)
        return np.stack((right / away, -down / away), axis=-1)

    def in_picture(self, on_plane: Floats) -> Floats:
        """Pixels (..., 2) of points on the runner's plane: the inverse of `on_plane`."""
        point = np.concatenate((on_plane * (1.0, -1.0), np.ones_like(on_plane[..., :1])), axis=-1)
        seen = point @ self._rotation().T
        result: Floats = self.focal_px * seen[..., :2] / seen[..., 2:] + self.centre_px
        return result

    def _rotation(self) -> Floats:
        """From along the belt, down and away to the camera's right, down and ahead."""
        angles = np.radians([self.roll_deg, self.pitch_deg, self.yaw_deg])
        (sr, sp, sy), (cr, cp, cy) = np.sin(angles), np.cos(angles)
        roll = np.array([[cr, sr, 0.0], [-sr, cr, 0.0], [0.0, 0.0, 1.0]])
        pitch = np.array([[1.0, 0.0, 0.0], [0.0, cp, -sp], [0.0, sp, cp]])
        yaw = np.array([[cy, 0.0, -sy], [0.0, 1.0, 0.0], [sy, 0.0, cy]])
        return np.asarray(roll @ pitch @ yaw)
