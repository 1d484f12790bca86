"""The errors of measures when all that is known of the landmarks is how far one of them is off: error propagation.

Checked on measured runners (seven trials, 30 and 60 frames/s) with each joint off by its own draw: 437 of 448 intervals
held the truth at 0.01 of leg length, 399 of 411 at 0.02, all 224 with exact joints at 0.005. On five reference clips
through MediaPipe's full, taken as of unknown origin, 150 of 151 did at 0.02, and 149 of 153 at 0.015.

A landmark's error has this standard deviation in each direction, in leg lengths; it stays the same through a clip, so
that more steps do not average it away, and differs from landmark to landmark. Segments are those of Winter (2009,
fig. 4.1) over a leg of 0.491 of body height. A range or a change over the stride counts as the difference of two
independent errors, which is more than it has where a landmark is off by the same all the time.
"""

from math import degrees, hypot, sqrt
from typing import Final

from formcheck.gait.settings.calibration import calibrations

THIGH, SHANK, TRUNK, UPPER_ARM, FOREARM, FOOT = 0.5, 0.5, 0.587, 0.379, 0.297, 0.31
STRIDE_S: Final = 0.72
"""At 167 steps a minute."""
STANCE_TRAVEL: Final = 0.4
"""Leg lengths that the foot rides while the belt's speed is read: half of a contact of 0.25 s at 3.2 leg lengths/s."""
CARRIED_LL_S: Final = 1.5
"""How fast the foot is carried back at strike: 0.46 of such a belt's speed (see `gait.measures`)."""

METHOD: Final = {"belt_speed": 0.068, "foot_angle": 3.4, "peak_knee_flexion_swing": 0.8, "thigh_extension": 1.2}
"""What is left where joints are exact and strikes true to `strike_spread_s`: RMS of seven trials of four measured
runners (Fukuchi et al. 2017), 60 frames/s. Of the other measures the strikes explain what is left."""


def strike_spread_s() -> float:
    """Standard error of the foot strikes of a clip as a whole.

    It is the detectors' own, widened for the few runners it was measured on: against force plates strikes were 5.6 ms
    off (RMS) with exact joints and 5.7 with landmarks off by 0.01.
    """
    return calibrations()["full"].strike_spread_s


def spreads_of(landmark_error_ll: float) -> dict[str, tuple[float, float]]:
    """Spread of every measure on the near and the far leg, as in `IntervalSettings`."""
    one = landmark_error_ll
    strike_s = strike_spread_s()
    two = sqrt(2) * one  # of the way from one landmark to another
    spreads = {
        "foot_ahead_of_hip": two,
        "heel_ahead_of_hip": two,
        "foot_ahead_of_knee": two,
        "leg_angle": degrees(two / (THIGH + SHANK)),
        "shank_angle": degrees(two / SHANK),
        "knee_flexion": _bend_deg(THIGH, SHANK, one),
        "peak_knee_flexion_stance": _bend_deg(THIGH, SHANK, one),
        "peak_knee_flexion_swing": _bend_deg(THIGH, SHANK, one),
        "foot_angle": degrees(sqrt(2) * two / FOOT),
        "thigh_extension": degrees(two / THIGH),
        "contact_time": sqrt(2) * strike_s,
        "flight_time": sqrt(2) * strike_s,
        "duty_factor": sqrt(2) * strike_s / STRIDE_S,
        "elbow_angle": _bend_deg(UPPER_ARM, FOREARM, one),
        "trunk_lean": degrees(one / TRUNK),  # its ends are middles of two landmarks each
        "trunk_lean_at_strike": degrees(one / TRUNK),
        "trunk_lean_range": degrees(sqrt(2) * one / TRUNK),
        "vertical_oscillation": one,
        "head_forward": one / TRUNK,
        "cadence": 0.0,  # counted over the whole clip
        "belt_speed": two / STANCE_TRAVEL,
        "foot_ahead_of_hip_asymmetry": sqrt(2) * hypot(two, CARRIED_LL_S * strike_s),
        "contact_time_asymmetry": 2 * strike_s,
        "step_time_asymmetry": 2 * sqrt(2) * strike_s,  # a late left foot shortens one step and lengthens the other
    }
    return {name: (hypot(spread, METHOD.get(name, 0.0)),) * 2 for name, spread in spreads.items()}


def _bend_deg(upper: float, lower: float, one: float) -> float:
    """Angle at the joint between two segments: each end turns its own segment, the joint in the middle both."""
    return degrees(one * hypot(1 / upper, 1 / upper + 1 / lower, 1 / lower))
