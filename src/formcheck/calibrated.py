"""What measures err by: written by ``python -m tools.accuracy calibrate``, explained in config.py."""

STRIKE_SPREAD_S = 0.00728

SPREADS = {
    "foot_ahead_of_hip": (0.0146, 0.0248),
    "heel_ahead_of_hip": (0.0174, 0.0185),
    "foot_ahead_of_knee": (0.00942, 0.0218),
    "leg_angle": (0.841, 1.47),
    "shank_angle": (1.22, 2.52),
    "knee_flexion": (2.23, 4.03),
    "peak_knee_flexion_stance": (4.42, 4.03),
    "peak_knee_flexion_swing": (2.72, 6.52),
    "foot_angle": (10.6, 7.56),
    "thigh_extension": (2.81, 4.19),
    "contact_time": (0.0163, 0.0265),
    "flight_time": (0.0169, 0.0226),
    "duty_factor": (0.0238, 0.0378),
    "elbow_angle": (4.11, 4.11),
    "trunk_lean": (0.853, 0.853),
    "trunk_lean_at_strike": (0.965, 0.965),
    "trunk_lean_range": (3.12, 3.12),
    "vertical_oscillation": (0.0136, 0.0136),
    "head_forward": (0.05, 0.05),
    "cadence": (0.287, 0.287),
    "belt_speed": (0.0366, 0.0366),
    "foot_ahead_of_hip_asymmetry": (0.0292, 0.0292),
    "contact_time_asymmetry": (0.0291, 0.0291),
    "step_time_asymmetry": (0.0205, 0.0205),
}
"""By measure, near and far leg; found on 263 clips that may be fitted, head_forward set by eye."""
