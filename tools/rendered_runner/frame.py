"""The measuring points of a body at rest that its shapes and clothes hang on."""

from dataclasses import dataclass

import numpy as np

from formcheck.records.skeleton import Side
from tools.rendered_runner.rotation import Vector
from tools.rendered_runner.settings import Proportions
from tools.rendered_runner.skeleton import (
    HEAD_CENTRE_ABOVE_SHOULDER_M,
    arm_direction,
    hip_height_m,
    shoulder_height_m,
)

USUAL = Proportions()
"""The body that the shapes' numbers below are of; others are scaled from it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The rest body's measuring points that the shapes hang on: the left half, metres."""

    body: Proportions
    girth: float = 1.0

    @property
    def thick(self) -> float:
        """Factor on the thickness of flesh: the girth, and the size of the whole skeleton."""
        return self.girth * (self.body.leg_m + self.body.trunk_m) / (USUAL.leg_m + USUAL.trunk_m)

    @property
    def bony(self) -> float:
        """The same where there is little flesh: ankles, kneecaps, hands."""
        return 0.5 + 0.5 * self.thick

    @property
    def wide(self) -> float:
        """Factor on the width of the trunk."""
        return self.girth * self.body.shoulder_half_width_m / USUAL.shoulder_half_width_m

    @property
    def hip(self) -> float:
        """Height of the hip joints."""
        return hip_height_m(self.body)

    @property
    def knee(self) -> float:
        """Height of the knee."""
        return self.body.ankle_height_m + self.body.shank_m

    @property
    def ankle(self) -> float:
        """Height of the ankle."""
        return self.body.ankle_height_m

    @property
    def head(self) -> float:
        """Height of the head's centre."""
        return shoulder_height_m(self.body) + HEAD_CENTRE_ABOVE_SHOULDER_M

    @property
    def leg_y(self) -> float:
        """How far a leg stands from the middle."""
        return self.body.hip_half_width_m

    @property
    def shoulder(self) -> Vector:
        """Shoulder joint."""
        return np.array([0.0, self.body.shoulder_half_width_m, shoulder_height_m(self.body)])

    @property
    def arm(self) -> Vector:
        """Direction of the arm, shoulder to wrist."""
        return arm_direction(Side.LEFT)

    @property
    def elbow(self) -> Vector:
        """Elbow joint."""
        return np.asarray(self.shoulder + self.body.upper_arm_m * self.arm)

    @property
    def wrist(self) -> Vector:
        """Wrist joint."""
        return np.asarray(self.elbow + self.body.forearm_m * self.arm)

    def up_trunk(self, frac: float) -> float:
        """Height a fraction of the trunk above the hips."""
        return self.hip + frac * self.body.trunk_m
