"""Leg lengths to metres, from the runner's height or the treadmill's speed."""

import math

import numpy as np

from formcheck.judge.measures.intervals import Z95
from formcheck.records.report import ErrorParts, Reason, Scale
from formcheck.words.reasons import reason

LEG_PER_HEIGHT = 0.491
"""Thigh 0.245 + shank 0.246 of body height (Winter 2009, fig. 4.1)."""

LEG_PER_HEIGHT_SPREAD_FRAC = 0.04
"""One standard deviation of it between people. Legs vary by 7 % (`USUAL_LEG_M`), heights by 5 to 6 % in men and women
together (our assumption): that leaves some 4 % to the build."""

USUAL_LEG_M = 0.86
"""Mean thigh + shank of the reference runners, +- 0.06 (our computation over Fukuchi 2017 and Hamner & Delp 2013)."""

PLAUSIBLE_LEG_FRAC = 0.25
"""A leg further than this from the usual one: the speed is wrong, or the clip's clock is."""

DISAGREEMENT_FRAC = 0.12
"""Height and treadmill speed say the same within the leg's variation and the belt's error, or one of them is wrong."""


def find_scale(
    belt_speed_ll_s: float, height_m: float | None, speed_kmh: float | None, *, belt_spread_frac: float
) -> tuple[Scale, Reason | None]:
    """Metres per leg length, by the treadmill's speed when given, else by height.

    None where both disagree, and why: one of them, or the clip's clock, is wrong, and nothing says which.

    The treadmill's speed is taken as given: the error of that scale is ``belt_spread_frac``, as that of the belt's
    speed in leg lengths.
    """
    by_speed = None
    if speed_kmh is not None and np.isfinite(belt_speed_ll_s) and belt_speed_ll_s > 0:
        by_speed = speed_kmh / 3.6 / belt_speed_ll_s
    by_height = LEG_PER_HEIGHT * height_m if height_m is not None else None
    if by_speed is not None and by_height is None and abs(by_speed / USUAL_LEG_M - 1) > PLAUSIBLE_LEG_FRAC:
        implausible = _legs_differ("speed_implausible", by_speed / USUAL_LEG_M)
        return Scale(np.nan, "none"), implausible
    if by_speed is None:
        return _by_height(by_height), None
    if by_height is not None and abs(by_speed / by_height - 1) > DISAGREEMENT_FRAC:
        return Scale(np.nan, "none"), _legs_differ("scale_disagreement", by_speed / by_height)
    return Scale(by_speed, "speed", belt_spread_frac), None


def speed_fits_legs(scale: Scale, height_m: float | None) -> bool:
    """Whether the treadmill's speed was given and makes legs as long as the height suggests, or as usual."""
    expected_m = USUAL_LEG_M if height_m is None else LEG_PER_HEIGHT * height_m
    return scale.source == "speed" and abs(scale.m_per_leg_length / expected_m - 1) <= DISAGREEMENT_FRAC


def _legs_differ(code: str, ratio: float) -> Reason:
    return reason(code, "longer" if ratio > 1 else "shorter", percent=round(100 * abs(ratio - 1)))


def _by_height(leg_m: float | None) -> Scale:
    return Scale(np.nan, "none") if leg_m is None else Scale(leg_m, "height", LEG_PER_HEIGHT_SPREAD_FRAC)


def speed_m_s(belt_speed_ll_s: float, scale: Scale, speed_kmh: float | None) -> float:
    """Running speed for the comparison with others: as given, else by the scale, else by a usual leg."""
    if speed_kmh is not None and (scale.source != "none" or np.isfinite(belt_speed_ll_s)):
        return speed_kmh / 3.6
    metres = scale.m_per_leg_length if np.isfinite(scale.m_per_leg_length) else USUAL_LEG_M
    return belt_speed_ll_s * metres


def interval95_m(value_ll: float, interval95_ll: tuple[float, float], scale: Scale) -> tuple[float, float]:
    """A number's 95 % interval in metres (or m/s): its own and the scale's error added in squares; NaN if unknown."""
    from_scale = Z95 * scale.spread_frac * value_ll
    below, above = (math.hypot(end - value_ll, from_scale) for end in interval95_ll)
    return scale.m_per_leg_length * (value_ll - below), scale.m_per_leg_length * (value_ll + above)


def error_m(value_ll: float, error_ll: ErrorParts | None, scale: Scale) -> ErrorParts | None:
    """A number's error in metres (or m/s); that of the scale is the same in all clips of a runner."""
    if error_ll is None:
        return None
    of_runner = math.hypot(error_ll.of_runner, scale.spread_frac * value_ll)
    metres = scale.m_per_leg_length
    return ErrorParts(metres * of_runner, metres * error_ll.of_clip, metres * error_ll.of_steps)
