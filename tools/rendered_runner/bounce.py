"""How the pelvis rises and sinks: in running it falls freely between contacts, in walking it rides over each leg."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicHermiteSpline, CubicSpline

from tools.rendered_runner.foot import PlantedFoot
from tools.rendered_runner.leg import OutOfReachError, reach_m
from tools.rendered_runner.settings import Proportions
from tools.rendered_runner.trunk import Sway

GRAVITY_M_S2 = 9.81
LOWEST_FRAC = 0.42
"""Part of a running contact at which the pelvis is lowest: 0.40 to 0.45 in the measured runners."""
PUSH_OFF_FRAC = 0.80
"""Part of a running contact by which the knee has nearly straightened; it is then held while the ankle pushes."""
SINKING_M_S = -0.20
"""Vertical speed of a walker's pelvis as the heel strikes: it is lowest in the middle of double support."""

Heights = Callable[[float], float]
"""Height of the pelvis over time, metres over seconds."""


def running_heights(feet: Sequence[PlantedFoot], sway: Sway, body: Proportions) -> Heights:
    """Height of the pelvis: a parabola in flight, in stance a smooth curve set by how far the knee bends."""
    stances = [_stance_heights(foot, sway, body) for foot in feet]
    rates = _flight_rates(feet, [heights[0] for _, heights in stances], [heights[-1] for _, heights in stances])
    slopes = [
        CubicSpline(times, heights, bc_type=((1, np.array(down)), (1, np.array(up))))(times, 1)
        for (times, heights), (down, up) in zip(stances, rates, strict=True)
    ]
    times, heights = np.concatenate([t for t, _ in stances]), np.concatenate([h for _, h in stances])
    curve = CubicHermiteSpline(times, heights, np.concatenate(slopes))
    return lambda time_s: float(curve(time_s))


def walking_heights(feet: Sequence[PlantedFoot], sway: Sway, body: Proportions) -> Heights:
    """Height of the pelvis: highest over the one leg that stands, lowest while both are on the belt."""
    times, heights = [], []
    for foot in feet:
        step, settings = foot.step, foot.settings
        middle_s = step.strike_s + step.contact_s / 2
        times += [step.strike_s, middle_s]
        heights.append(height_over(foot, sway, body, step.strike_s, settings.knee_strike_deg))
        heights.append(height_over(foot, sway, body, middle_s, settings.knee_mid_stance_deg))
    curve = CubicHermiteSpline(times, heights, [SINKING_M_S, 0.0] * len(feet))
    return lambda time_s: float(curve(time_s))


def height_over(foot: PlantedFoot, sway: Sway, body: Proportions, time_s: float, knee_deg: float) -> float:
    """Height of the pelvis at which the knee over a planted foot is bent by ``knee_deg``.

    Raises
    ------
    OutOfReachError
        If the foot is further away than the leg is long.
    """
    level, ankle = sway.hip_level(foot.step.side, time_s), foot.ankle(time_s)
    above = reach_m(knee_deg, body) ** 2 - float(np.sum((ankle - level)[:2] ** 2))
    if above <= 0:
        raise OutOfReachError("the leg is too short for this step: use less contact time, belt speed or reach")
    return float(ankle[2] + np.sqrt(above) - level[2])


def _stance_heights(
    foot: PlantedFoot, sway: Sway, body: Proportions
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Times in a contact at which the knee's flexion is given, and the pelvis height each one means."""
    step, s = foot.step, foot.settings
    times = step.strike_s + step.contact_s * np.array([0.0, LOWEST_FRAC, PUSH_OFF_FRAC, 1.0])
    knees_deg = (s.knee_strike_deg, s.knee_mid_stance_deg, s.knee_push_off_deg, s.knee_toe_off_deg)
    heights = [height_over(foot, sway, body, t, knee) for t, knee in zip(times, knees_deg, strict=True)]
    return times, np.array(heights)


def _flight_rates(
    feet: Sequence[PlantedFoot], strikes: Sequence[float], leaves: Sequence[float]
) -> list[tuple[float, float]]:
    """Vertical speed of the pelvis at each strike and toe-off, from the free falls between them."""
    pairs = zip(feet, feet[1:], leaves, strikes[1:], strict=False)
    flights = [_free_fall(leave_m, strike_m, b.step.strike_s - a.step.toe_off_s) for a, b, leave_m, strike_m in pairs]
    downs = [flights[0][1], *(landing for _, landing in flights)]
    ups = [*(leaving for leaving, _ in flights), flights[-1][0]]
    return list(zip(downs, ups, strict=True))


def _free_fall(start_m: float, end_m: float, duration_s: float) -> tuple[float, float]:
    """Vertical speeds at the start and end of a flight between two heights."""
    if duration_s <= 0:
        raise ValueError("a running step without flight: use less contact time or a lower cadence")
    start = (end_m - start_m) / duration_s + GRAVITY_M_S2 * duration_s / 2
    return start, start - GRAVITY_M_S2 * duration_s
