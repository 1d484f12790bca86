"""The leg in the air: measured curves, bent at their ends to meet this gait's toe-off and strike.

The curves are means over eight legs (four trials at 2.5 to 3.5 m/s: RBDS001 and 008 at 3.5, 002 and 041 at 2.5) of
Fukuchi, Fukuchi & Duarte (2017), "A public dataset of running biomechanics ...", PeerJ 5:e3298, CC BY 4.0; our
computation. They carry what makes a swing look and measure real: the shank folds, the knee opens, the foot reaches
furthest forward some 30 ms before contact and then comes back and down onto the belt.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from tools.rendered_runner.leg import LegAngles
from tools.rendered_runner.settings import GaitSettings


@dataclass(frozen=True, slots=True)
class SwingCurves:
    """Angles at even parts of swing, toe-off to strike, degrees."""

    knee_deg: tuple[float, ...]
    thigh_deg: tuple[float, ...]
    foot_deg: tuple[float, ...]


RUNNING = SwingCurves(
    knee_deg=(10.4, 10.5, 16.4, 26.6, 38.8, 51.9, 64.5, 76.0, 85.7, 92.6, 95.1, 93.3, 87.5, 78.7, 67.2, 53.4, 38.8,
              25.5, 15.2, 10.8, 11.9),
    thigh_deg=(-22.7, -24.9, -24.5, -22.1, -18.5, -14.1, -9.1, -3.3, 3.4, 10.7, 17.8, 23.8, 28.1, 30.6, 31.3, 30.1,
               27.7, 24.9, 22.1, 20.3, 19.3),
    foot_deg=(-44.7, -56.1, -64.7, -69.3, -74.0, -79.8, -85.8, -89.6, -89.1, -84.5, -76.4, -66.0, -54.1, -41.2, -28.2,
              -15.5, -3.4, 6.8, 14.3, 17.0, 15.1),
)  # fmt: skip
WALKING = SwingCurves(
    knee_deg=(37.0, 47.0, 55.0, 59.5, 60.0, 56.0, 47.5, 35.0, 20.5, 8.5, 4.0),
    thigh_deg=(-7.0, 2.0, 10.5, 17.0, 21.5, 24.0, 25.0, 25.0, 24.5, 23.0, 22.0),
    foot_deg=(-64.0, -62.0, -50.0, -36.0, -22.0, -10.0, 0.0, 8.0, 15.0, 20.0, 20.0),
)
"""Walking is drawn by hand after the textbook's curves (Winter 1991, natural cadence): it is not measured."""

STRAIGHTEST_DEG = 3.0
"""A knee in the air stops short of straight, whatever the blending asks for."""
STRAIGHTEN_SOFTLY_DEG = 3.0
"""Within this of the straightest the knee is slowed: at strike and toe-off it should be bent by more than both."""
SHIFT_FRAC = 0.45
"""How much of swing an end may take to come from its own angle to the measured one."""
SLOW_FRAC = 0.28
"""How much of swing an end may take to come from its own rate to the measured one: so the knee is straightest at
toe-off when slow, some 15 ms later when fast, as it was in the measured runners."""

CLEARANCE_M = 0.015
"""Least height of the sole over the belt in mid-swing: what the lowest measured foot kept."""
LEAVE_S = 0.035
"""The toe tip leaves from rest: it has two thirds of its clearance at most this long after toe-off."""
LAND_S = 0.030
"""The sole comes down at half a metre per second: two thirds of its clearance are left this long before strike."""


@dataclass(frozen=True, slots=True)
class SwingPose:
    """A leg in the air: the angles of its links and of its foot against the belt, degrees."""

    leg: LegAngles
    foot_deg: float


@dataclass(frozen=True, slots=True)
class SwingEnd:
    """What a swing must meet at one end: a pose and how fast it changes there."""

    time_s: float
    pose: SwingPose
    rate: SwingPose
    """Degrees per second."""


class Swing:
    """One foot from toe-off to its next strike."""

    def __init__(self, toe_off: SwingEnd, strike: SwingEnd, settings: GaitSettings) -> None:
        self._toe_off = toe_off
        self._strike = strike
        curves = WALKING if settings.walks else RUNNING
        knee_deg, thigh_deg = np.array(curves.knee_deg), np.array(curves.thigh_deg)
        self._knee = self._bend(knee_deg * settings.knee_swing_deg / knee_deg.max(), lambda pose: pose.leg.knee_deg)
        self._thigh = self._bend(
            thigh_deg * settings.thigh_swing_deg / thigh_deg.max(), lambda pose: pose.leg.thigh_deg
        )
        self._foot = self._bend(np.array(curves.foot_deg), lambda pose: pose.foot_deg)

    def fraction(self, time_s: float) -> float:
        """Part of swing that is over."""
        return (time_s - self._toe_off.time_s) / self._duration_s

    def pose(self, time_s: float) -> SwingPose:
        """Angles at a time within the swing, before the foot is lifted clear of the belt."""
        fraction = self.fraction(time_s)
        start, end = self._toe_off.pose.leg, self._strike.pose.leg
        tilt_deg = start.tilt_deg + (end.tilt_deg - start.tilt_deg) * smooth_step(fraction)
        knee_deg = soft_max(self._knee(fraction), STRAIGHTEST_DEG, STRAIGHTEN_SOFTLY_DEG)
        leg = replace(start, thigh_deg=self._thigh(fraction), knee_deg=knee_deg, tilt_deg=tilt_deg)
        return SwingPose(leg, self._foot(fraction))

    def lift_m(self, time_s: float, sole_heights_m: tuple[float, float, float]) -> float:
        """How far the foot must be lifted: it leaves the belt at once, and comes down onto it without skimming."""
        clearance_m = self._clearance_m(time_s)
        heel_m, ball_m, tip_m = sole_heights_m
        # rounded, as the heel takes over from the toes while the foot swings through
        width_m = 2.0 * clearance_m
        low_m = -soft_max(soft_max(-heel_m, -ball_m, width_m), -tip_m, width_m)
        return soft_max(low_m, clearance_m, clearance_m) - low_m

    def _clearance_m(self, time_s: float) -> float:
        """Height the sole keeps at least."""
        since_s, until_s = time_s - self._toe_off.time_s, self._strike.time_s - time_s
        left, landing = 1.0 - np.exp(-((since_s / LEAVE_S) ** 2)), 1.0 - np.exp(-until_s / LAND_S)
        return float(CLEARANCE_M * left * landing)

    @property
    def _duration_s(self) -> float:
        return self._strike.time_s - self._toe_off.time_s

    def _bend(self, curve_deg: NDArray[np.float64], pick: Callable[[SwingPose], float]) -> Callable[[float], float]:
        """Correct a measured curve toward its ends so that value and slope are those of this gait."""
        curve = CubicSpline(np.linspace(0.0, 1.0, len(curve_deg)), curve_deg)
        (start, start_slope), (end, end_slope) = (
            (float(pick(end.pose) - curve(at)), float(pick(end.rate) * self._duration_s - curve(at, 1)))
            for at, end in ((0.0, self._toe_off), (1.0, self._strike))
        )

        def bent(fraction: float) -> float:
            return float(curve(fraction) + _fade(fraction, start, start_slope) + _fade(1.0 - fraction, end, -end_slope))

        return bent


def smooth_step(fraction: float) -> float:
    """Ease from 0 to 1, at rest at both ends; flat outside."""
    f = min(max(fraction, 0.0), 1.0)
    return f * f * (3.0 - 2.0 * f)


def soft_max(a: float, b: float, width: float) -> float:
    """Return the larger of two numbers, rounded off where they differ by less than ``width``."""
    overlap = max(width - abs(a - b), 0.0)
    return max(a, b) + (overlap * overlap / (4.0 * width) if overlap else 0.0)


def _fade(fraction: float, shift: float, slope: float) -> float:
    """Return a correction with this value and slope at an end: the slope is gone sooner than the shift."""
    rest = max(1.0 - fraction / SLOW_FRAC, 0.0)
    return shift * (1.0 - smooth_step(fraction / SHIFT_FRAC)) + slope * fraction * rest * rest
