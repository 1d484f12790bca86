"""The leg as two links in a plane: angles from joints, joints from angles."""

from dataclasses import dataclass

import numpy as np

from tools.rendered_runner.rotation import Matrix, Vector, about_x, about_y
from tools.rendered_runner.settings import Proportions


@dataclass(frozen=True, slots=True)
class LegAngles:
    """Posture of thigh and shank, degrees."""

    thigh_deg: float
    """Knee ahead of the hip is positive."""
    knee_deg: float
    """0 is straight, flexion positive."""
    tilt_deg: float
    """The leg's plane turned about the forward axis: ankle to the runner's left of the hip is positive."""

    @property
    def shank_deg(self) -> float:
        """Ankle ahead of the knee is positive."""
        return self.thigh_deg - self.knee_deg

    @property
    def thigh_rotation(self) -> Matrix:
        """Orientation of the thigh; at rest it hangs straight down."""
        return about_x(self.tilt_deg) @ about_y(-self.thigh_deg)

    @property
    def shank_rotation(self) -> Matrix:
        """Orientation of the shank; at rest it hangs straight down."""
        return about_x(self.tilt_deg) @ about_y(-self.shank_deg)


@dataclass(frozen=True, slots=True)
class LegState:
    """One leg at an instant, in the runner's frame, metres and degrees."""

    hip: Vector
    knee: Vector
    ankle: Vector
    thigh: Matrix
    """Orientation: at rest the thigh hangs straight down, and the shank likewise."""
    shank: Matrix
    knee_deg: float
    """Flexion: 0 is straight."""
    foot: Matrix
    foot_deg: float
    """Foot angle, toes up positive."""
    on_belt: bool
    toe_bend_deg: float
    """How far the toes are bent up against the foot: on the belt they lie flat under the rising heel."""


class OutOfReachError(ValueError):
    """The leg is too short for where the foot must be: the settings contradict each other."""


def reach_m(knee_deg: float, body: Proportions) -> float:
    """Distance from hip to ankle at a given knee flexion."""
    bend = np.cos(np.radians(knee_deg))
    return float(np.sqrt(body.thigh_m**2 + body.shank_m**2 + 2 * body.thigh_m * body.shank_m * bend))


def solve_leg(hip: Vector, ankle: Vector, body: Proportions) -> LegAngles:
    """Find the angles that take the ankle from hip to ankle with the knee bending forward.

    Raises
    ------
    OutOfReachError
        If the two are further apart than the straight leg is long.
    """
    forward, sideways, up = ankle - hip
    down = np.hypot(sideways, up)
    distance = np.hypot(forward, down)
    if distance > body.leg_m:
        raise OutOfReachError(
            f"the leg is {distance - body.leg_m:.3f} m too short: use less contact time, belt speed or reach"
        )
    bend = (distance**2 - body.thigh_m**2 - body.shank_m**2) / (2 * body.thigh_m * body.shank_m)
    knee = np.arccos(np.clip(bend, -1.0, 1.0))
    behind_knee = np.arctan2(body.shank_m * np.sin(knee), body.thigh_m + body.shank_m * np.cos(knee))
    thigh = np.arctan2(forward, down) + behind_knee
    tilt = np.arctan2(sideways, -up)
    return LegAngles(float(np.degrees(thigh)), float(np.degrees(knee)), float(np.degrees(tilt)))


def place_leg(hip: Vector, angles: LegAngles, body: Proportions) -> tuple[Vector, Vector]:
    """Knee and ankle centres of a leg that hangs from the hip at these angles."""
    knee = hip + angles.thigh_rotation @ np.array([0.0, 0.0, -body.thigh_m])
    ankle = knee + angles.shank_rotation @ np.array([0.0, 0.0, -body.shank_m])
    return knee, ankle


def hang(upper: Vector, lower: Vector, left: Vector) -> Matrix:
    """Orientation of a link that hangs from one joint to the next, its left side as near as can be to ``left``."""
    up = (upper - lower) / np.linalg.norm(upper - lower)
    forward = np.cross(left, up)
    forward /= np.linalg.norm(forward)
    return np.column_stack((forward, np.cross(up, forward), up))
