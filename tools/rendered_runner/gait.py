"""The gait: where pelvis, hips, knees, ankles and feet are at any instant, exactly.

The planned steps are laid down first: each foot is on the belt where and when the plan says, moving with the belt.
The pelvis falls freely while both feet are off the belt; while one is on it, it sinks by as much as the knee gives.
The planted leg follows from hip and foot; the swinging leg follows measured curves between the two.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicHermiteSpline, CubicSpline

from formcheck.landmarks import Side
from tools.rendered_runner.foot import PlantedFoot, clear_belt, clear_belt_with_toes, foot_rotation, plant_foot
from tools.rendered_runner.leg import LegAngles, OutOfReachError, place_leg, reach_m, solve_leg
from tools.rendered_runner.rotation import Matrix, Vector
from tools.rendered_runner.settings import GaitSettings, Proportions
from tools.rendered_runner.steps import Step
from tools.rendered_runner.swing import Swing, SwingEnd, SwingPose, smooth_step
from tools.rendered_runner.trunk import Sway

GRAVITY_M_S2 = 9.81
LOWEST_FRAC = 0.42
"""Part of contact at which the pelvis is lowest: 0.40 to 0.45 in the measured runners."""
PUSH_OFF_FRAC = 0.80
"""Part of contact by which the knee has nearly straightened; it is then held while the ankle pushes."""
TOES_STRAIGHTEN_FRAC = 0.25
"""Part of swing in which the bent toes come straight again."""
STRIKE_VELOCITY_M_S = (-0.8, -0.5)
"""The ankle just before it strikes, forward and up, against the room: it already comes back and down."""
RATE_STEP_S = 1e-5
"""Time step of numerical derivatives."""


@dataclass(frozen=True, slots=True)
class LegState:
    """One leg at an instant, world frame, metres."""

    hip: Vector
    knee: Vector
    ankle: Vector
    angles: LegAngles
    foot: Matrix
    foot_deg: float
    on_belt: bool
    toe_bend_deg: float
    """How far the toes are bent up against the foot: on the belt they lie flat under the rising heel."""


class Gait:
    """A runner's legs and pelvis as exact functions of time."""

    def __init__(self, settings: GaitSettings, body: Proportions, steps: Sequence[Step]) -> None:
        self.settings = settings
        self.body = body
        self.steps = tuple(steps)
        self.sway = Sway(settings, body, steps)
        self._feet = [plant_foot(step, self._hip_level(step.side, step.strike_s)[0], settings, body) for step in steps]
        self._height = self._pelvis_height()
        self._swings = [self._swing(before, after) for before, after in zip(self._feet, self._feet[2:], strict=False)]
        self._strikes = {side: [s.strike_s for s in steps if s.side is side] for side in Side}

    def pelvis(self, time_s: float) -> Vector:
        """Middle of the two hip joints."""
        return np.array([self.sway.forward_m(time_s), 0.0, float(self._height(time_s))])

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

    def _hip_level(self, side: Side, time_s: float) -> Vector:
        """Return the hip as if the pelvis were at height zero."""
        return np.asarray(self.sway.hip_offset(side, time_s) + np.array([self.sway.forward_m(time_s), 0.0, 0.0]))

    def _planted_leg(self, foot: PlantedFoot, time_s: float) -> LegState:
        hip = self.hip(foot.step.side, time_s)
        angles = solve_leg(hip, foot.ankle(time_s), self.body)
        knee, ankle = place_leg(hip, angles, self.body)
        return LegState(
            hip, knee, ankle, angles, foot.rotation(time_s), foot.pitch_deg(time_s), True, foot.toe_bend_deg(time_s)
        )

    def _swinging_leg(self, index: int, time_s: float) -> LegState:
        swing, step = self._swings[index], self.steps[index]
        pose = swing.pose(time_s)
        hip = self.hip(step.side, time_s)
        knee, ankle = place_leg(hip, pose.leg, self.body)
        foot_deg = clear_belt(pose.foot_deg, ankle[2], self.body)
        straightened = smooth_step(swing.fraction(time_s) / TOES_STRAIGHTEN_FRAC)
        bend_deg = (1.0 - straightened) * self._feet[index].toe_bend_deg(step.toe_off_s)
        bend_deg = clear_belt_with_toes(bend_deg, foot_deg, ankle[2], self.body)
        turned = foot_rotation(step, self.settings, foot_deg)
        return LegState(hip, knee, ankle, pose.leg, turned, foot_deg, False, bend_deg)

    def _pelvis_height(self) -> CubicHermiteSpline:
        """Height of the pelvis: a parabola in flight, in stance a smooth curve set by how far the knee bends."""
        stances = [self._stance_heights(foot) for foot in self._feet]
        rates = self._flight_rates([heights[0] for _, heights in stances], [heights[-1] for _, heights in stances])
        slopes = [
            CubicSpline(times, heights, bc_type=((1, np.array(down)), (1, np.array(up))))(times, 1)
            for (times, heights), (down, up) in zip(stances, rates, strict=True)
        ]
        times, heights = np.concatenate([t for t, _ in stances]), np.concatenate([h for _, h in stances])
        return CubicHermiteSpline(times, heights, np.concatenate(slopes))

    def _stance_heights(self, foot: PlantedFoot) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Times in a contact at which the knee's flexion is given, and the pelvis height each one means."""
        step, s = foot.step, self.settings
        times = step.strike_s + step.contact_s * np.array([0.0, LOWEST_FRAC, PUSH_OFF_FRAC, 1.0])
        knees_deg = (s.knee_strike_deg, s.knee_mid_stance_deg, s.knee_push_off_deg, s.knee_toe_off_deg)
        heights = [self._height_over(foot, t, knee) for t, knee in zip(times, knees_deg, strict=True)]
        return times, np.array(heights)

    def _height_over(self, foot: PlantedFoot, time_s: float, knee_deg: float) -> float:
        level, ankle = self._hip_level(foot.step.side, time_s), foot.ankle(time_s)
        above = reach_m(knee_deg, self.body) ** 2 - float(np.sum((ankle - level)[:2] ** 2))
        if above <= 0:
            raise OutOfReachError("the leg is too short for this step: use less contact time, belt speed or reach")
        return float(ankle[2] + np.sqrt(above) - level[2])

    def _flight_rates(self, strikes: Sequence[float], leaves: Sequence[float]) -> list[tuple[float, float]]:
        """Vertical speed of the pelvis at each strike and toe-off, from the free falls between them."""
        pairs = list(zip(self.steps, self.steps[1:], leaves, strikes[1:], strict=False))
        flights = [_free_fall(leave_m, strike_m, b.strike_s - a.toe_off_s) for a, b, leave_m, strike_m in pairs]
        downs = [flights[0][1], *(landing for _, landing in flights)]
        ups = [*(leaving for leaving, _ in flights), flights[-1][0]]
        return list(zip(downs, ups, strict=True))

    def _swing(self, before: PlantedFoot, after: PlantedFoot) -> Swing:
        toe_off_s, strike_s = before.step.toe_off_s, after.step.strike_s
        leaving = _end(
            toe_off_s, self._stance_pose(before, toe_off_s - RATE_STEP_S), self._stance_pose(before, toe_off_s)
        )
        landing = _end(strike_s, self._arriving_pose(after), self._stance_pose(after, strike_s))
        return Swing(leaving, landing, self.settings)

    def _stance_pose(self, foot: PlantedFoot, time_s: float) -> SwingPose:
        leg = self._planted_leg(foot, time_s)
        return SwingPose(leg.angles, leg.foot_deg)

    def _arriving_pose(self, foot: PlantedFoot) -> SwingPose:
        """Return the leg one instant before strike, when the foot is still coming back and down."""
        strike_s = foot.step.strike_s
        forward, up = STRIKE_VELOCITY_M_S
        ankle = foot.ankle(strike_s) - RATE_STEP_S * np.array([forward, 0.0, up])
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


def _free_fall(start_m: float, end_m: float, duration_s: float) -> tuple[float, float]:
    """Vertical speeds at the start and end of a flight between two heights."""
    if duration_s <= 0:
        raise ValueError("no flight: contact is as long as a step, which is walking")
    start = (end_m - start_m) / duration_s + GRAVITY_M_S2 * duration_s / 2
    return start, start - GRAVITY_M_S2 * duration_s
