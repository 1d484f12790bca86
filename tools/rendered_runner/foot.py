"""The foot on the belt: it arrives, is carried along at once, rolls from heel to ball and leaves over the toes."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicHermiteSpline

from tools.rendered_runner.rotation import Matrix, Vector, about_y, about_z
from tools.rendered_runner.settings import GaitSettings, Proportions
from tools.rendered_runner.steps import Step
from tools.rendered_runner.trunk import SIGN

TOE_ROLL_FRAC = 0.75
"""Part of contact after which the ball of the foot rises too and the toes alone carry."""
PUSH_OFF_DEG_PER_M = -170.0
"""Turn of the foot per metre of belt as it leaves: 150 to 185 in the measured runners, at every speed."""
ARRIVAL_FRAC = (-0.35, -0.25)
"""The ankle as it strikes, forward and up, per belt speed: it already comes back and down. In the measured runners it
comes back at 0.35 +- 0.15 of the belt's speed and sinks at 0.25 +- 0.05."""
SETTLE_S = 0.008
"""Time constant with which the belt takes the foot along: so it slides 15 to 25 mm, as measured, all within 20 ms."""


@dataclass(frozen=True, slots=True)
class PlantedFoot:
    """A foot during one ground contact, carried backward by the belt."""

    step: Step
    settings: GaitSettings
    body: Proportions
    flat_ankle: Vector
    """Where the ankle would be at the instant of strike if the sole were flat on the belt."""
    pitch_curve: CubicHermiteSpline
    """Foot angle in degrees, toes up positive, over seconds since strike."""

    def pitch_deg(self, time_s: float) -> float:
        """Foot angle, toes up positive."""
        return float(self.pitch_curve(time_s - self.step.strike_s))

    def toe_deg(self, time_s: float) -> float:
        """Angle of the toes, which stay flat until the foot rolls off over their tip."""
        since = (time_s - self.step.strike_s) / self.step.contact_s
        rolled = min(max((since - TOE_ROLL_FRAC) / (1.0 - TOE_ROLL_FRAC), 0.0), 1.0)
        return self.settings.toe_angle_toe_off_deg * rolled**2

    def toe_bend_deg(self, time_s: float) -> float:
        """How far the toes are bent up against the foot."""
        return max(self.toe_deg(time_s) - self.pitch_deg(time_s), 0.0) if self.pitch_deg(time_s) < 0 else 0.0

    def rotation(self, time_s: float) -> Matrix:
        """Orientation of the foot."""
        return self._turned(self.pitch_deg(time_s))

    def ankle(self, time_s: float) -> Vector:
        """Ankle centre: the foot turns over the heel, the ball and last the toes."""
        pitch_deg = self.pitch_deg(time_s)
        pivot = _pivot(self.body, pitch_deg)
        flat, rolled = self._turned(0.0), self._turned(pitch_deg)
        toes = np.array([self.body.toe_ahead_m - self.body.ball_ahead_m, 0.0, 0.0])
        over_toes = flat @ toes - self._turned(self.toe_deg(time_s)) @ toes
        carried = np.array([self._carried_m(time_s - self.step.strike_s), 0.0, 0.0])
        return np.asarray(self.flat_ankle + flat @ pivot - rolled @ pivot + over_toes + carried)

    def _carried_m(self, since_s: float) -> float:
        """How far the belt has taken the foot, after it has slid a little."""
        slide_s = (1.0 + ARRIVAL_FRAC[0]) * SETTLE_S * (1.0 - np.exp(-since_s / SETTLE_S))
        return float(-self.settings.belt_speed_m_s * (since_s - slide_s))

    def _turned(self, pitch_deg: float) -> Matrix:
        return foot_rotation(self.step, self.settings, pitch_deg)


def plant_foot(step: Step, hip_x_m: float, settings: GaitSettings, body: Proportions) -> PlantedFoot:
    """Put the foot down so that the ankle is exactly the planned distance ahead of the hip at strike."""
    pitch_deg = settings.foot_angle_deg
    pivot = _pivot(body, pitch_deg)
    flat, rolled = foot_rotation(step, settings, 0.0), foot_rotation(step, settings, pitch_deg)
    roll_m = (flat @ pivot - rolled @ pivot)[0]
    forward_m = hip_x_m + step.foot_ahead_of_hip_ll * body.leg_m - roll_m
    flat_ankle = np.array([forward_m, SIGN[step.side] * settings.step_half_width_m, body.ankle_height_m])
    return PlantedFoot(step, settings, body, flat_ankle, _pitch_curve(step, settings))


def foot_rotation(step: Step, settings: GaitSettings, pitch_deg: float) -> Matrix:
    """Orientation of a foot pitched by ``pitch_deg`` and turned out."""
    return about_z(SIGN[step.side] * settings.toe_out_deg) @ about_y(-pitch_deg)


def sole_heights_m(ankle: Vector, foot: Matrix, toe_bend_deg: float, body: Proportions) -> tuple[float, float, float]:
    """Heights above the belt of heel edge, ball and toe tip."""
    below = -body.ankle_height_m
    ball = ankle + foot @ np.array([body.ball_ahead_m, 0.0, below])
    heel = ankle + foot @ np.array([-body.heel_behind_m, 0.0, below])
    tip = ball + foot @ about_y(-toe_bend_deg) @ np.array([body.toe_ahead_m - body.ball_ahead_m, 0.0, 0.0])
    return float(heel[2]), float(ball[2]), float(tip[2])


def _pivot(body: Proportions, pitch_deg: float) -> Vector:
    """Return the point of the sole that touches, from the ankle, in the foot's own axes."""
    forward = -body.heel_behind_m if pitch_deg > 0 else body.ball_ahead_m
    return np.array([forward, 0.0, -body.ankle_height_m])


def _pitch_curve(step: Step, settings: GaitSettings) -> CubicHermiteSpline:
    slap_deg_s = -1.7 * settings.foot_angle_deg / settings.slap_s
    times = [0.0, settings.slap_s, settings.heel_off_frac * step.contact_s, step.contact_s]
    angles = [settings.foot_angle_deg, 0.0, 0.0, settings.foot_angle_toe_off_deg]
    push_off_deg_s = PUSH_OFF_DEG_PER_M * settings.belt_speed_m_s
    return CubicHermiteSpline(times, angles, [slap_deg_s, 0.0, 0.0, push_off_deg_s])
