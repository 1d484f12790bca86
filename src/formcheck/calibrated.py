"""What measures err by: written by ``python -m tools.accuracy calibrate``, explained in config.py."""

STRIKE_SPREAD_S = 0.007

SPREADS = {
    "foot_ahead_of_hip": (0.02, 0.02),
    "heel_ahead_of_hip": (0.02, 0.02),
    "foot_ahead_of_knee": (0.02, 0.02),
    "leg_angle": (1.0, 1.0),
    "shank_angle": (1.0, 1.0),
    "knee_flexion": (1.0, 1.0),
    "peak_knee_flexion_stance": (1.0, 1.0),
    "peak_knee_flexion_swing": (1.0, 1.0),
    "foot_angle": (1.0, 1.0),
    "thigh_extension": (1.0, 1.0),
    "contact_time": (0.01, 0.01),
    "flight_time": (0.01, 0.01),
    "duty_factor": (0.01, 0.01),
    "elbow_angle": (1.0, 1.0),
    "trunk_lean": (1.0, 1.0),
    "trunk_lean_at_strike": (1.0, 1.0),
    "trunk_lean_range": (1.0, 1.0),
    "vertical_oscillation": (0.01, 0.01),
    "head_forward": (0.05, 0.05),
    "cadence": (0.1, 0.1),
    "belt_speed": (0.03, 0.03),
    "foot_ahead_of_hip_asymmetry": (0.01, 0.01),
    "contact_time_asymmetry": (0.01, 0.01),
    "step_time_asymmetry": (0.01, 0.01),
}
