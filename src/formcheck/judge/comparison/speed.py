"""Whether the runner ran as fast in both groups of clips, and what a faster belt alone does to each measure."""

import math
from collections.abc import Sequence
from typing import Final

from formcheck.gait.settings import IntervalSettings
from formcheck.judge.comparison.common import setup_of
from formcheck.judge.comparison.pooled import Number, pool
from formcheck.judge.comparison.records import SpeedChange
from formcheck.judge.measures.intervals import Z95
from formcheck.records.report import ErrorParts, Report

LARGEST_RATIO: Final = 1.15
"""Speeds further apart are not compared: a straight line over them is then a guess (10 km/h against 11.5).

15 % faster, 13 % slower. Measured belts may be off by a tenth: clips that may be nearer are compared, and what the
speed leaves open widens their intervals.
"""

CERTAIN_Z: Final = 3.0
"""Standard errors beyond which measured belts contradict what was given: by chance in 3 of 1000 comparisons."""

ALIKE_FRAC: Final = 0.03
"""Speeds within it are alike for measures without a slope: 0.3 km/h at 10, what a treadmill set anew is off by."""

SLOPES: Final = {
    "foot_ahead_of_hip": (0.138, 0.027),
    "trunk_lean": (1.54, 1.79),
    "heel_ahead_of_hip": (0.141, 0.046),
    "foot_ahead_of_knee": (0.049, 0.029),
    "leg_angle": (8.44, 1.5),
    "shank_angle": (6.0, 3.5),
    "knee_flexion": (4.7, 4.9),
    "peak_knee_flexion_stance": (4.3, 2.7),
    "peak_knee_flexion_swing": (49.0, 13.0),
    "foot_angle": (-0.8, 13.0),
    "trunk_lean_at_strike": (0.61, 1.47),
    "trunk_lean_range": (2.8, 1.1),
    "thigh_extension": (14.7, 3.6),
    "cadence": (38.0, 7.4),
    "contact_time": (-0.148, 0.024),
    "flight_time": (0.073, 0.030),
    "duty_factor": (-0.138, 0.034),
    "vertical_oscillation": (-0.021, 0.016),
}
"""How a measure changes with the natural logarithm of the speed: mean and SD over runners, in the measure's unit.

Our computation: a line through each of seven runners' means at 2 to 5 m/s (Hamner and Delp 2013; Fukuchi et al. 2017,
whose trunk was not measured).
"""


def speed_change(before: Sequence[Report], after: Sequence[Report]) -> SpeedChange:
    """By the speeds the runner gave, else by the belt as measured in leg lengths, which stay the same in a runner."""
    clips = [{report.clip.sha256 for report in group} for group in (before, after)]
    if clips[0] == clips[1] != {""}:  # the same clips, whatever was said of them
        return SpeedChange(1.0, (1.0, 1.0), "measured")
    given = [[_given_kmh(report) for report in group] for group in (before, after)]
    if all(speed is not None for group in given for speed in group):
        first, last = (sum(speed for speed in group if speed) / len(group) for group in given)
        return SpeedChange(last / first, (last / first, last / first), "told")
    return _by_belts(before, after, Z95)


def _by_belts(before: Sequence[Report], after: Sequence[Report], z: float) -> SpeedChange:
    numbers = [[number for report in group if (number := _log_speed(report))] for group in (before, after)]
    if not all(numbers):
        return SpeedChange(math.nan, (math.nan, math.nan), "unknown")
    pooled = pool(*numbers)
    ratio, half = pooled.after - pooled.before, z * pooled.sd
    return SpeedChange(math.exp(ratio), (math.exp(ratio - half), math.exp(ratio + half)), "measured")


def contradicts_belts(speed: SpeedChange, before: Sequence[Report], after: Sequence[Report]) -> bool:
    """Whether the speeds that were given can't be those of the belts as measured."""
    low, high = _by_belts(before, after, CERTAIN_Z).interval95
    return speed.source == "told" and (speed.ratio < low or speed.ratio > high)


def is_mixed(group: Sequence[Report]) -> bool:
    """Whether clips of one group ran at speeds too far apart for one mean speed to stand for them."""
    given = [_given_kmh(report) for report in group]
    if all(given):
        speeds = [speed for speed in given if speed]
        return max(speeds) > LARGEST_RATIO * min(speeds)
    return any(is_too_far_apart(_by_belts([one], [other], Z95)) for one in group for other in group)


def _given_kmh(report: Report) -> float | None:
    speed: float | None = report.settings.get("told", {}).get("speed_kmh")
    return speed


def _log_speed(report: Report) -> Number | None:
    """The logarithm of the belt's speed in leg lengths a second, with its error."""
    belt, scale = report.scene.belt_speed, report.scene.scale
    speed_ll_s = belt.value / scale.m_per_leg_length if belt.unit == "m/s" else belt.value
    measured, settings = report.measures.get("belt_speed"), IntervalSettings()
    if measured is None or not speed_ll_s > 0 or not measured.headline.value > 0:
        return None
    if measured.headline.error is not None:
        error = measured.headline.error
        relative = [part / measured.headline.value for part in (error.of_clip, error.of_steps)]
    else:
        relative = [settings.clip_spread("belt_speed") or settings.spread("belt_speed"), 0.0]
    return Number(math.log(speed_ll_s), ErrorParts(settings.spread("belt_speed"), *relative), setup_of(report))


def correction_of(measure: str, speed: SpeedChange) -> tuple[float, float] | None:
    """What the change of speed alone adds to a measure, and its standard error; None where nobody knows.

    Speeds that may be the same are taken as the same: runners mostly set the belt as before, and a correction by two
    measured speeds is off by more than it mends.
    """
    if not surely_differs(speed):
        return 0.0, 0.0
    log_ratio = math.log(speed.ratio)
    log_sd = (math.log(speed.interval95[1]) - math.log(speed.interval95[0])) / 2 / Z95
    if measure not in SLOPES:
        return (0.0, 0.0) if abs(log_ratio) - Z95 * log_sd <= ALIKE_FRAC else None
    slope, between = SLOPES[measure]
    return slope * log_ratio, math.hypot(slope * log_sd, between * log_ratio)


def surely_differs(speed: SpeedChange) -> bool:
    """Whether the speeds can't be the same; False as well where they are not known."""
    low, high = speed.interval95
    return low > 1 or high < 1


def is_too_far_apart(speed: SpeedChange) -> bool:
    """Whether the speeds differ by more than can be allowed for, whatever the truth within the interval."""
    low, high = speed.interval95
    return low > LARGEST_RATIO or high < 1 / LARGEST_RATIO
