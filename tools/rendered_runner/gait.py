"""The gait: where pelvis, hips, knees, ankles and feet are at any instant, exactly.

The planned steps are laid down first: each foot is on the belt where and when the plan says, moving with the belt.
The pelvis falls freely while both feet are off the belt; while one is on it, it sinks by as much as the knee gives.
The planted leg follows from hip and foot; the swinging leg follows measured curves between the two. With a contact
longer than a step it is a walk: the pelvis then rides over the standing leg, and the curves are a walker's.
"""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from formcheck.records.skeleton import Side
from tools.rendered_runner.bounce import running_heights, walking_heights
from tools.rendered_runner.foot import ARRIVAL_FRAC, PlantedFoot, foot_rotation, plant_foot, sole_heights_m
from tools.rendered_runner.leg import LegAngles, LegState, place_leg, solve_leg
from tools.rendered_runner.rotation import UP, Matrix, Vector
from tools.rendered_runner.settings import GaitSettings, Proportions
from tools.rendered_runner.steps import Step
from tools.rendered_runner.swing import Swing, SwingEnd, SwingPose, smooth_step
from tools.rendered_runner.trunk import Sway

TOES_STRAIGHTEN_FRAC = 0.40
"""Part of swing in which the bent toes come straight again, or are bent for the landing."""
RATE_STEP_S = 1e-5
"""Time step of numerical derivatives."""


class Gait:
    """A runner's legs and pelvis as exact functions of time."""

    def __init__(self, settings: GaitSettings, body: Proportions, steps: Sequence[Step]) -> None:
        self.settings = settings
        self.body = body
        self.steps = tuple(steps)
        self.sway = Sway(settings, body, [step.strike_s for step in steps], steps[0].side)
        self._feet = [
            plant_foot(step, self.sway.hip_level(step.side, step.strike_s)[0], settings, body) for step in steps
        ]
        heights = walking_heights if settings.walks else running_heights
        self._height = heights(self._feet, self.sway, body)
        self._swings = [self._swing(before, after) for before, after in zip(self._feet, self._feet[2:], strict=False)]
        self._strikes = {side: [s.strike_s for s in steps if s.side is side] for side in Side}

    def pelvis(self, time_s: float) -> Vector:
        """Middle of the two hip joints."""
        return np.array([self.sway.forward_m(time_s), 0.0, self._height(time_s)])

    def hip(self, side: Side, time_s: float) -> Vector:
        """Centre of a hip joint."""
        return np.asarray(self.pelvis(time_s) + self.sway.hip_offset(side, time_s))

    def leg(self, side: Side, time_s: float) -> LegState:
        """One leg, on the belt or in the air."""
        index = self._step_index(side, time_s)
        if time_s <= self.steps[index].toe_off_s:
            return self._planted_leg(self._feet[index], time_s)
        return self._swinging_leg(index, time_s)

    def _step_index(self, side: Side, time_s: float) -> int:
        nth = bisect_right(self._strikes[side], time_s) - 1
        return 2 * nth + (0 if self.steps[0].side is side else 1)

    def _planted_leg(self, foot: PlantedFoot, time_s: float) -> LegState:
        hip = self.hip(foot.step.side, time_s)
        angles = solve_leg(hip, foot.ankle(time_s), self.body)
        return self._state(
            hip, angles, foot.rotation(time_s), foot.pitch_deg(time_s), foot.toe_bend_deg(time_s), on_belt=True
        )

    def _swinging_leg(self, index: int, time_s: float) -> LegState:
        swing, step = self._swings[index], self.steps[index]
        pose, hip = swing.pose(time_s), self.hip(step.side, time_s)
        foot = foot_rotation(step, self.settings, pose.foot_deg)
        bend_deg = self._swinging_toe_bend_deg(index, swing.fraction(time_s))
        _, ankle = place_leg(hip, pose.leg, self.body)
        lift_m = swing.lift_m(time_s, sole_heights_m(ankle, foot, bend_deg, self.body))
        angles = solve_leg(hip, ankle + lift_m * UP, self.body)
        return self._state(hip, angles, foot, pose.foot_deg, bend_deg, on_belt=False)

    def _state(
        self, hip: Vector, angles: LegAngles, foot: Matrix, foot_deg: float, bend_deg: float, *, on_belt: bool
    ) -> LegState:
        knee, ankle = place_leg(hip, angles, self.body)
        thigh, shank = angles.thigh_rotation, angles.shank_rotation
        return LegState(hip, knee, ankle, thigh, shank, angles.knee_deg, foot, foot_deg, on_belt, bend_deg)

    def _swinging_toe_bend_deg(self, index: int, fraction: float) -> float:
        """Toes bent at toe-off come straight; those of a forefoot that lands first are bent up for it."""
        before, after = self._feet[index], self._feet[index + 2]
        leaving = smooth_step(1.0 - fraction / TOES_STRAIGHTEN_FRAC)
        landing = smooth_step(1.0 - (1.0 - fraction) / TOES_STRAIGHTEN_FRAC)
        leaving_deg, landing_deg = before.toe_bend_deg(before.step.toe_off_s), after.toe_bend_deg(after.step.strike_s)
        return leaving * leaving_deg + landing * landing_deg

    def _swing(self, before: PlantedFoot, after: PlantedFoot) -> Swing:
        toe_off_s, strike_s = before.step.toe_off_s, after.step.strike_s
        leaving = _end(
            toe_off_s, self._stance_pose(before, toe_off_s - RATE_STEP_S), self._stance_pose(before, toe_off_s)
        )
        landing = _end(strike_s, self._arriving_pose(after), self._stance_pose(after, strike_s))
        return Swing(leaving, landing, self.settings)

    def _stance_pose(self, foot: PlantedFoot, time_s: float) -> SwingPose:
        angles = solve_leg(self.hip(foot.step.side, time_s), foot.ankle(time_s), self.body)
        return SwingPose(angles, foot.pitch_deg(time_s))

    def _arriving_pose(self, foot: PlantedFoot) -> SwingPose:
        """Return the leg one instant before strike, when the foot is still coming back and down."""
        strike_s = foot.step.strike_s
        forward, up = ARRIVAL_FRAC
        travel_m = self.settings.belt_speed_m_s * RATE_STEP_S
        ankle = foot.ankle(strike_s) - travel_m * np.array([forward, 0.0, up])
        angles = solve_leg(self.hip(foot.step.side, strike_s - RATE_STEP_S), ankle, self.body)
        return SwingPose(angles, foot.pitch_deg(strike_s))


def _end(time_s: float, before: SwingPose, at: SwingPose) -> SwingEnd:
    """Pose and rate at one end of a swing, from two poses one instant apart."""

    def rate(earlier: float, later: float) -> float:
        return (later - earlier) / RATE_STEP_S

    leg = LegAngles(
        rate(before.leg.thigh_deg, at.leg.thigh_deg),
        rate(before.leg.knee_deg, at.leg.knee_deg),
        rate(before.leg.tilt_deg, at.leg.tilt_deg),
    )
    return SwingEnd(time_s, at, SwingPose(leg, rate(before.foot_deg, at.foot_deg)))
