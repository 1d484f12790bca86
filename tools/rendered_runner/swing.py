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

KNEE_DEG = (10.4, 10.5, 16.4, 26.6, 38.8, 51.9, 64.5, 76.0, 85.7, 92.6, 95.1, 93.3, 87.5, 78.7, 67.2, 53.4, 38.8, 25.5,
            15.2, 10.8, 11.9)  # fmt: skip
THIGH_DEG = (-22.7, -24.9, -24.5, -22.1, -18.5, -14.1, -9.1, -3.3, 3.4, 10.7, 17.8, 23.8, 28.1, 30.6, 31.3, 30.1, 27.7,
             24.9, 22.1, 20.3, 19.3)  # fmt: skip
FOOT_DEG = (-44.7, -56.1, -64.7, -69.3, -74.0, -79.8, -85.8, -89.6, -89.1, -84.5, -76.4, -66.0, -54.1, -41.2, -28.2,
            -15.5, -3.4, 6.8, 14.3, 17.0, 15.1)  # fmt: skip
"""Angles at even twentieths of swing, toe-off to strike."""

STRAIGHTEST_DEG = 3.0
"""A knee in the air stops short of straight, whatever the blending asks for."""
BLEND_IN_FRAC = 0.25
BLEND_OUT_FRAC = 0.30
"""How much of swing the bending at each end may take."""


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
        knee_scale = settings.knee_swing_deg / max(KNEE_DEG)
        self._knee = self._bend(np.array(KNEE_DEG) * knee_scale, lambda pose: pose.leg.knee_deg)
        self._thigh = self._bend(np.array(THIGH_DEG), lambda pose: pose.leg.thigh_deg)
        self._foot = self._bend(np.array(FOOT_DEG), lambda pose: pose.foot_deg)

    def fraction(self, time_s: float) -> float:
        """Part of swing that is over."""
        return (time_s - self._toe_off.time_s) / self._duration_s

    def pose(self, time_s: float) -> SwingPose:
        """Angles at a time within the swing."""
        fraction = self.fraction(time_s)
        start, end = self._toe_off.pose.leg, self._strike.pose.leg
        tilt_deg = start.tilt_deg + (end.tilt_deg - start.tilt_deg) * smooth_step(fraction)
        knee_deg = max(self._knee(fraction), STRAIGHTEST_DEG)
        leg = replace(start, thigh_deg=self._thigh(fraction), knee_deg=knee_deg, tilt_deg=tilt_deg)
        return SwingPose(leg, self._foot(fraction))

    @property
    def _duration_s(self) -> float:
        return self._strike.time_s - self._toe_off.time_s

    def _bend(self, curve_deg: NDArray[np.float64], pick: Callable[[SwingPose], float]) -> Callable[[float], float]:
        """Correct a measured curve near its ends so that value and slope are those of this gait."""
        curve = CubicSpline(np.linspace(0.0, 1.0, len(curve_deg)), curve_deg)
        gaps = [
            (float(pick(end.pose) - curve(at)), float(pick(end.rate) * self._duration_s - curve(at, 1)))
            for at, end in ((0.0, self._toe_off), (1.0, self._strike))
        ]

        def bent(fraction: float) -> float:
            into, out = fraction / BLEND_IN_FRAC, (1.0 - fraction) / BLEND_OUT_FRAC
            start = _fade(into, gaps[0][0], gaps[0][1] * BLEND_IN_FRAC)
            end = _fade(out, gaps[1][0], -gaps[1][1] * BLEND_OUT_FRAC)
            return float(curve(fraction) + start + end)

        return bent


def smooth_step(fraction: float) -> float:
    """Ease from 0 to 1, at rest at both ends; flat outside."""
    f = min(max(fraction, 0.0), 1.0)
    return f * f * (3.0 - 2.0 * f)


def _fade(x: float, value: float, slope: float) -> float:
    """Return the cubic that has this value and slope at 0 and is gone, at rest, at 1 and beyond."""
    if x >= 1.0:
        return 0.0
    return (1.0 - x) ** 2 * (value * (1.0 + 2.0 * x) + slope * x)
