"""What real phones do to a straight picture: the lens bends it, the hand shakes it.

Ideal coordinates are those of a pinhole: right and down, as tangents of the angle from the optical axis.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tools.rendered_runner.rotation import Matrix

WAVES = 6
SHAKE_HZ = (0.4, 3.5)
"""A hand holding a phone trembles and sways mostly between these."""
DRIFT_S = 12.0
"""Time of one slow drift there and back."""
UNBENDING_ROUNDS = 12
"""Newton steps: 5 leave nothing at any picture corner of a phone."""


def distort(ideal: NDArray[np.float64], k1: float) -> NDArray[np.float64]:
    """Where the lens puts ideal points, shape (..., 2): Brown's radial model, one term; barrel is negative."""
    if k1 == 0.0:
        return ideal
    return np.asarray(ideal * (1.0 + k1 * np.sum(ideal**2, axis=-1, keepdims=True)))


def undistort(seen: NDArray[np.float64], k1: float) -> NDArray[np.float64]:
    """Ideal points of those the lens shows, shape (..., 2): the inverse of `distort`.

    Raises
    ------
    ValueError
        If a barrel lens of this strength cannot show points so far from the middle.
    """
    if k1 == 0.0:
        return seen
    radius = np.linalg.norm(seen, axis=-1, keepdims=True)
    if k1 < 0 and radius.max(initial=0.0) >= 2.0 / 3.0 / np.sqrt(-3.0 * k1):
        raise ValueError(f"a lens with k1 = {k1} does not reach the picture's corners: bend less, or zoom in")
    ideal = radius
    for _ in range(UNBENDING_ROUNDS):
        ideal = ideal - (ideal * (1.0 + k1 * ideal**2) - radius) / (1.0 + 3.0 * k1 * ideal**2)
    return np.asarray(seen * (ideal / np.maximum(radius, 1e-12)))


@dataclass(frozen=True)
class Shake:
    """How a hand turns the camera about its optical centre: smooth, random, the same for the same seed."""

    rms_deg: float = 0.0
    """Of each of yaw, pitch and roll."""
    drift_deg: float = 0.0
    """Amplitude of a slow drift of yaw and pitch on top."""
    seed: int = 0

    @property
    def is_still(self) -> bool:
        """Whether the camera stands on a tripod."""
        return self.rms_deg == 0.0 and self.drift_deg == 0.0

    def extremes(self) -> list[Matrix]:
        """Turns that no turn goes beyond."""
        widest_deg = self.rms_deg * np.sqrt(2 * WAVES) + self.drift_deg
        return [_turned(*(widest_deg * np.array(signs))) for signs in product((-1.0, 1.0), repeat=3)]

    def turn(self, time_s: float) -> Matrix:
        """Rotation of camera coordinates (right, down, forward) at an instant."""
        if self.is_still:
            return np.eye(3)
        hertz, phase = self._waves
        yaw, pitch, roll = self.rms_deg * np.sqrt(2 / WAVES) * np.sin(2 * np.pi * hertz * time_s + phase).sum(axis=1)
        slow = 2 * np.pi * time_s / DRIFT_S
        return _turned(yaw + self.drift_deg * np.sin(slow), pitch + self.drift_deg * np.sin(1.7 * slow), roll)

    @cached_property
    def _waves(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Frequencies and phases, each of shape (3, WAVES)."""
        rng = np.random.default_rng(self.seed)
        return rng.uniform(*SHAKE_HZ, (3, WAVES)), rng.uniform(0.0, 2 * np.pi, (3, WAVES))


def _turned(yaw_deg: float, pitch_deg: float, roll_deg: float) -> Matrix:
    """Coordinates in a camera turned to the right, up and clockwise."""
    (sy, sp, sr), (cy, cp, cr) = (wave(np.radians([yaw_deg, pitch_deg, roll_deg])) for wave in (np.sin, np.cos))
    yaw = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    pitch = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    roll = np.array([[cr, sr, 0], [-sr, cr, 0], [0, 0, 1]])
    return np.asarray(roll @ pitch @ yaw)
