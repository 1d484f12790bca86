"""A person who stands and waits: arms hanging, weight moving slowly from leg to leg."""

from dataclasses import dataclass

import numpy as np

from formcheck.records.skeleton import Side
from tools.rendered_runner.leg import LegState
from tools.rendered_runner.place import Bystander
from tools.rendered_runner.pose import Placed, Pose, UpperBody, assemble
from tools.rendered_runner.rotation import Matrix, Vector, about_x, about_y, about_z
from tools.rendered_runner.settings import GaitSettings, Proportions
from tools.rendered_runner.trunk import SIGN, TrunkTurn

SHIFT_M, SHIFT_S = 0.022, 4.6
"""How far the hips move to either side, and the time there and back."""
SWAY_DEG, SWAY_S = 0.8, 3.1
LOOK_AROUND_DEG, LOOK_AROUND_S = 9.0, 7.0
TOES_OUT_DEG = 9.0
AT_REST = GaitSettings(arm_swing_deg=0.0, elbow_deg=22.0)
ARMS_STILL_PHASE = 0.58
"""The phase of the arms' swing at which they hang in the middle of it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A bystander as a `Runner` that goes nowhere, posed in the world."""

    who: Bystander
    floor_m: float
    facing: float
    """Sign of the camera's y: the room is mirrored with it."""

    @property
    def body(self) -> Proportions:
        """How they are built."""
        return self.who.body

    @property
    def ground_speed_m_s(self) -> float:
        """None."""
        return 0.0

    @property
    def spot(self) -> Vector:
        """Where they stand, between the feet."""
        return np.array([self.who.ahead_m, -self.facing * self.who.beyond_m, self.floor_m])

    def pose(self, time_s: float) -> Pose:
        """Every joint and bone at an instant, in the world."""
        turned = about_z(self.facing * self.who.facing_deg)
        own = self._own_pose(time_s)
        bones = {name: Placed(turned @ b.rotation, self.spot + turned @ b.origin) for name, b in own.bones.items()}
        joints = {name: self.spot + turned @ point for name, point in own.joints.items()}
        return Pose(joints, bones, {})

    def _own_pose(self, time_s: float) -> Pose:
        """Pose as seen from themselves."""
        sway, shift, around = (np.sin(2 * np.pi * time_s / period) for period in (SWAY_S, SHIFT_S, LOOK_AROUND_S))
        lean_deg = 1.5 + SWAY_DEG * sway
        thorax = about_y(lean_deg) @ about_x(-2.0 * shift) @ about_z(LOOK_AROUND_DEG * around)
        turn = TrunkTurn(about_x(2.0 * shift), thorax, float(lean_deg))
        legs = {side: self._leg(side, SHIFT_M * shift) for side in Side}
        mid_hip = np.mean([leg.hip for leg in legs.values()], axis=0)
        return assemble(UpperBody(turn, mid_hip, ARMS_STILL_PHASE, AT_REST), legs, self.body)

    def _leg(self, side: Side, shift_m: float) -> LegState:
        """One straight leg from a planted foot to a hip that is shifted to the left."""
        body = self.body
        ankle = np.array([0.0, SIGN[side] * body.hip_half_width_m, body.ankle_height_m])
        tilted: Matrix = about_x(-float(np.degrees(np.arcsin(shift_m / body.leg_m))))
        knee = ankle + tilted @ np.array([0.0, 0.0, body.shank_m])
        hip = ankle + tilted @ np.array([0.0, 0.0, body.leg_m])
        foot = about_z(SIGN[side] * TOES_OUT_DEG)
        return LegState(hip, knee, ankle, tilted, tilted, 0.0, foot, 0.0, True, 0.0)
