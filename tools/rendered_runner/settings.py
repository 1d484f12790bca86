"""How the runner is built and how they run: the parameters of a clip, each with its unit."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Proportions:
    """Lengths of the skeleton, metres; the defaults are a man of about 1.77 m in running shoes."""

    thigh_m: float = 0.430
    shank_m: float = 0.425
    ankle_height_m: float = 0.095
    """Ankle centre above the underside of the shoe."""
    heel_behind_m: float = 0.070
    """The shoe's rear edge behind the ankle: where a rearfoot runner touches first."""
    ball_ahead_m: float = 0.125
    """The ball of the foot ahead of the ankle: where the toes bend."""
    toe_ahead_m: float = 0.205
    hip_half_width_m: float = 0.086
    shoulder_half_width_m: float = 0.175
    trunk_m: float = 0.500
    """Mid-hip to mid-shoulder."""
    upper_arm_m: float = 0.295
    forearm_m: float = 0.255

    @property
    def leg_m(self) -> float:
        """Leg length: thigh + shank, the unit of every length that is measured."""
        return self.thigh_m + self.shank_m


@dataclass(frozen=True, slots=True)
class GaitSettings:
    """One way of running. Defaults: an easy 2.8 m/s, the foot landing where measured runners put it.

    The shapes behind these numbers (how fast the foot slaps, where in stance the body is lowest) were checked against
    the treadmill trials of Fukuchi, Fukuchi & Duarte (2017), PeerJ 5:e3298, CC BY 4.0.
    """

    belt_speed_m_s: float = 2.8
    cadence_spm: float = 168.0
    contact_s: float = 0.26
    foot_ahead_of_hip_ll: float = 0.240
    """Forward distance from hip to ankle of the same side at foot strike, in leg lengths."""

    incline_pct: float = 0.0
    """Rise of the belt along the running direction."""
    trunk_lean_deg: float = 7.0
    """Mid-hip to mid-shoulder against gravity, forward positive, on whatever incline: its mean over the stride."""
    trunk_nod_deg: float = 1.0
    """Half the range of lean within a step; the trunk leans furthest in late stance."""

    foot_angle_deg: float = 18.0
    """Toes up (+) or down (-) at foot strike: above 8 is a rearfoot strike, below -1.6 a forefoot strike."""
    foot_angle_toe_off_deg: float = -44.0
    toe_angle_toe_off_deg: float = -16.0
    """The toes at toe-off: the foot rolls off over their tip."""
    knee_strike_deg: float = 13.0
    knee_mid_stance_deg: float = 43.0
    """Knee flexion when the body is lowest."""
    knee_push_off_deg: float = 23.5
    """Knee flexion in late stance, when the heel is well off the belt."""
    knee_toe_off_deg: float = 12.5
    knee_swing_deg: float = 97.0
    """Peak knee flexion in swing."""
    thigh_swing_deg: float = 31.0
    """How far forward the thigh is lifted in swing: 26 at 2.5 m/s to 40 at 4.5 m/s in the measured runners."""
    slap_s: float = 0.050
    """From strike until the sole is flat: 40 to 50 ms in the measured rearfoot runners."""
    heel_off_frac: float = 0.56
    """Part of contact after which the heel rises."""
    toe_out_deg: float = 5.0
    step_half_width_m: float = 0.030

    pelvis_yaw_deg: float = 5.0
    pelvis_drop_deg: float = 4.0
    pelvis_surge_m: float = 0.010
    """Half the fore-aft travel of the pelvis within a step: braked after strike, pushed before toe-off."""
    thorax_yaw_deg: float = 10.0
    arm_swing_deg: float = 28.0
    elbow_deg: float = 92.0

    step_time_sd_s: float = 0.0
    """Step-to-step spread: no one runs like a clock."""
    contact_sd_s: float = 0.0
    foot_ahead_of_hip_sd_ll: float = 0.0

    step_time_asymmetry_frac: float = 0.0
    """(Left - right) / mean of the time from this side's strike to the other's."""
    contact_asymmetry_frac: float = 0.0
    """The same of the time on the belt."""
    foot_ahead_of_hip_asymmetry_frac: float = 0.0
    """The same of the reach at foot strike."""

    @property
    def step_s(self) -> float:
        """Mean time from one foot strike to the next, of the other foot."""
        return 60.0 / self.cadence_spm

    @property
    def walks(self) -> bool:
        """Whether a foot is still on the belt when the other strikes."""
        return self.contact_s > self.step_s

    @property
    def lean_in_belt_frame_deg(self) -> float:
        """Lean against the belt's perpendicular: uphill the trunk leans further from that than from plumb."""
        return self.trunk_lean_deg + float(np.degrees(np.arctan(self.incline_pct / 100)))
