"""What measures err by: written by ``python -m tools.accuracy calibrate``, explained in config.py."""

STRIKE_SPREAD_S = 0.00802

SPREADS = {
    "foot_ahead_of_hip": (0.0173, 0.0246),
    "heel_ahead_of_hip": (0.0232, 0.018),
    "foot_ahead_of_knee": (0.00939, 0.0206),
    "leg_angle": (0.977, 1.41),
    "shank_angle": (1.22, 2.35),
    "knee_flexion": (2.22, 3.54),
    "peak_knee_flexion_stance": (4.24, 4.3),
    "peak_knee_flexion_swing": (2.37, 7.2),
    "foot_angle": (11.0, 7.24),
    "thigh_extension": (2.9, 5.17),
    "contact_time": (0.0165, 0.0281),
    "flight_time": (0.0167, 0.0245),
    "duty_factor": (0.0239, 0.0397),
    "elbow_angle": (4.12, 4.12),
    "trunk_lean": (0.947, 0.947),
    "trunk_lean_at_strike": (0.95, 0.95),
    "trunk_lean_range": (2.82, 2.82),
    "vertical_oscillation": (0.014, 0.014),
    "head_forward": (0.05, 0.05),
    "cadence": (0.291, 0.291),
    "belt_speed": (0.0378, 0.0378),
    "foot_ahead_of_hip_asymmetry": (0.0271, 0.0271),
    "contact_time_asymmetry": (0.0275, 0.0275),
    "step_time_asymmetry": (0.0195, 0.0195),
}
"""By measure, near and far leg; found on 263 clips that may be fitted, head_forward set by eye."""
