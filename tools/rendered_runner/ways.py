"""Ways of running and walking that hold together, by name.

Speed, cadence, contact and reach say who runs. The angles of knee and foot were then fitted so that the knee over
stance, the height of the hip and the knee's rate at toe-off follow the measured runners at that speed (Fukuchi, Fukuchi
& Duarte 2017, PeerJ 5:e3298, CC BY 4.0): a free choice of them would make the body bounce, or the knee snap. They fit
the usual body; `fitted` carries one over to another.
"""

from dataclasses import replace
from typing import Final

from tools.rendered_runner.settings import GaitSettings, Proportions

LOW_REACH: Final = GaitSettings(
    belt_speed_m_s=2.6, cadence_spm=184.0, contact_s=0.23, foot_ahead_of_hip_ll=0.06, foot_angle_deg=6.0,
    foot_angle_toe_off_deg=-50.5, toe_angle_toe_off_deg=-20.5, knee_strike_deg=13.5, knee_mid_stance_deg=41.5,
    knee_push_off_deg=22.0, knee_toe_off_deg=12.0, knee_swing_deg=90.0, thigh_swing_deg=27.0,
)  # fmt: skip
"""Lands almost under the hip, with short quick steps and a flat foot."""

MODERATE_REACH: Final = GaitSettings(
    belt_speed_m_s=2.7, cadence_spm=176.0, contact_s=0.245, foot_ahead_of_hip_ll=0.14, foot_angle_deg=12.0,
    foot_angle_toe_off_deg=-48.5, toe_angle_toe_off_deg=-19.5, knee_strike_deg=13.0, knee_mid_stance_deg=42.5,
    knee_push_off_deg=22.5, knee_toe_off_deg=12.5, knee_swing_deg=92.0, thigh_swing_deg=29.0,
)  # fmt: skip

TYPICAL_REACH: Final = GaitSettings(
    foot_ahead_of_hip_ll=0.22, foot_angle_toe_off_deg=-46.0, toe_angle_toe_off_deg=-18.0, knee_strike_deg=12.5,
    knee_push_off_deg=23.0,
)  # fmt: skip

HIGH_REACH: Final = GaitSettings(
    belt_speed_m_s=3.0, cadence_spm=162.0, contact_s=0.27, foot_ahead_of_hip_ll=0.30, foot_angle_deg=24.0,
    foot_angle_toe_off_deg=-43.5, toe_angle_toe_off_deg=-17.0, knee_strike_deg=12.0, knee_mid_stance_deg=44.5,
    knee_push_off_deg=24.0, knee_toe_off_deg=12.0, thigh_swing_deg=34.0,
)  # fmt: skip
"""Overstrides: long slow steps onto the heel, well in front of the body."""

SLOW: Final = GaitSettings(
    belt_speed_m_s=2.0, cadence_spm=158.0, contact_s=0.32, foot_ahead_of_hip_ll=0.19, foot_angle_toe_off_deg=-43.0,
    toe_angle_toe_off_deg=-9.5, knee_push_off_deg=24.0, knee_toe_off_deg=12.5, knee_swing_deg=88.0,
    thigh_swing_deg=27.0, arm_swing_deg=24.0,
)  # fmt: skip

BRISK: Final = GaitSettings(
    belt_speed_m_s=3.6, cadence_spm=172.0, contact_s=0.228, foot_ahead_of_hip_ll=0.27, foot_angle_toe_off_deg=-44.5,
    toe_angle_toe_off_deg=-21.0, knee_strike_deg=14.0, knee_mid_stance_deg=43.5, knee_push_off_deg=22.5,
    knee_swing_deg=103.0, thigh_swing_deg=35.0,
)  # fmt: skip

FAST: Final = GaitSettings(
    belt_speed_m_s=5.0, cadence_spm=190.0, contact_s=0.20, foot_ahead_of_hip_ll=0.34, foot_angle_deg=16.0,
    foot_angle_toe_off_deg=-53.0, toe_angle_toe_off_deg=-32.5, knee_strike_deg=18.0, knee_mid_stance_deg=46.0,
    knee_push_off_deg=21.0, knee_toe_off_deg=11.5, knee_swing_deg=114.0, thigh_swing_deg=44.0, arm_swing_deg=36.0,
)  # fmt: skip

MIDFOOT: Final = GaitSettings(
    cadence_spm=172.0, contact_s=0.25, foot_ahead_of_hip_ll=0.19, foot_angle_deg=3.0, foot_angle_toe_off_deg=-41.5,
    toe_angle_toe_off_deg=-18.5, knee_strike_deg=15.5, knee_mid_stance_deg=44.5, knee_push_off_deg=22.0,
    knee_toe_off_deg=14.0,
)  # fmt: skip

FOREFOOT: Final = GaitSettings(
    cadence_spm=172.0, contact_s=0.25, foot_ahead_of_hip_ll=0.20, foot_angle_deg=-8.0, foot_angle_toe_off_deg=-48.5,
    toe_angle_toe_off_deg=-21.5, knee_strike_deg=13.5, knee_push_off_deg=22.0,
)  # fmt: skip

LOPSIDED: Final = GaitSettings(
    foot_ahead_of_hip_ll=0.22, foot_angle_toe_off_deg=-46.0, toe_angle_toe_off_deg=-18.0, knee_push_off_deg=23.0,
    step_time_asymmetry_frac=0.07, contact_asymmetry_frac=0.08, foot_ahead_of_hip_asymmetry_frac=0.25,
)  # fmt: skip
"""The left foot reaches further ahead, stays longer on the belt and hands over later than the right."""

UPHILL: Final = GaitSettings(
    belt_speed_m_s=2.4, cadence_spm=164.0, contact_s=0.28, foot_ahead_of_hip_ll=0.20, incline_pct=6.0,
    trunk_lean_deg=9.0, foot_angle_deg=10.0, foot_angle_toe_off_deg=-42.0, toe_angle_toe_off_deg=-15.0,
    knee_strike_deg=13.0, knee_mid_stance_deg=44.0, knee_push_off_deg=23.0, knee_toe_off_deg=13.0,
    knee_swing_deg=92.0,
)  # fmt: skip

WALK: Final = GaitSettings(
    belt_speed_m_s=1.35, cadence_spm=112.0, contact_s=0.66, foot_ahead_of_hip_ll=0.345, trunk_lean_deg=3.0,
    trunk_nod_deg=0.5, foot_angle_deg=20.0, foot_angle_toe_off_deg=-62.0, toe_angle_toe_off_deg=-32.0,
    knee_strike_deg=7.0, knee_mid_stance_deg=10.0, knee_swing_deg=60.0, thigh_swing_deg=25.0, slap_s=0.090,
    heel_off_frac=0.46, step_half_width_m=0.045, pelvis_surge_m=0.0, thorax_yaw_deg=5.0, arm_swing_deg=20.0,
    elbow_deg=24.0,
)  # fmt: skip
"""A brisk walk: some of these were set by eye, there being no measured walker."""

WAYS: Final = {
    "low reach": LOW_REACH,
    "moderate reach": MODERATE_REACH,
    "typical reach": TYPICAL_REACH,
    "high reach": HIGH_REACH,
    "slow": SLOW,
    "brisk": BRISK,
    "fast": FAST,
    "midfoot": MIDFOOT,
    "forefoot": FOREFOOT,
    "lopsided": LOPSIDED,
    "uphill": UPHILL,
}
"""Every way of running."""


def fitted(way: GaitSettings, body: Proportions) -> GaitSettings:
    """Return the same way of running for longer or shorter legs.

    Dynamic similarity (Alexander & Jayes 1983, J. Zool. 201): speeds and times go with the root of the leg's length, so
    that every angle stays.
    """
    longer = body.leg_m / Proportions().leg_m
    slower = longer**0.5
    return replace(
        way,
        belt_speed_m_s=way.belt_speed_m_s * slower,
        cadence_spm=way.cadence_spm / slower,
        contact_s=way.contact_s * slower,
        slap_s=way.slap_s * slower,
        step_half_width_m=way.step_half_width_m * longer,
        pelvis_surge_m=way.pelvis_surge_m * longer,
    )
