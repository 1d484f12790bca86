"""What the program is known to get wrong on the reference clips, check by check, and why.

Found with `formcheck verify fixtures/videos`; checks that hold by less than a twelfth of their tolerance stand here as
well, because another processor may tip them over. A check that is mended says so, and leaves this table.
"""

from typing import Final

from formcheck.truth import Miss

MISSES: Final[dict[str, dict[str, float]]] = {
    "bystander_right": {
        "flight_time": 0.042,
        "duty_factor": 0.043,
        "step_time_asymmetry": 0.096,
        "shank_angle.left": 8.8,
        "knee_flexion.left": 17.0,
    },
    "evening_120fps_right": {
        "camera_roll_deg": 1.7,
        "strikes.right": 0.034,
        "foot_ahead_of_hip": 0.046,
        "heel_ahead_of_hip": 0.056,
        "foot_ahead_of_knee": 0.07,
        "leg_angle": 2.1,
        "shank_angle": 8.0,
        "knee_flexion": 13.0,
        "foot_angle": 23.0,
        "trunk_lean": 1.9,
        "trunk_lean_at_strike": 2.0,
        "contact_time": 0.045,
        "flight_time": 0.038,
        "duty_factor": 0.059,
        "vertical_oscillation": 0.024,
        "belt_speed": 0.49,
        "foot_ahead_of_hip_asymmetry": 0.31,
    },
    "fast_left": {
        "shank_angle": 4.2,
        "knee_flexion": 11.0,
        "trunk_lean": 1.5,
        "belt_speed": 0.44,
        "contact_time_asymmetry": 0.21,
        "step_time_asymmetry": 0.12,
        "shank_angle.right": 9.4,
        "knee_flexion.right": 17.0,
    },
    "forefoot_120fps_left": {
        "heel_ahead_of_hip": 0.048,
        "foot_angle": 18.0,
    },
    "handheld_right": {
        "strikes.right": 0.037,
        "foot_ahead_of_knee": 0.045,
        "shank_angle": 5.1,
        "foot_angle": 12.0,
        "flight_time": 0.048,
        "step_time_asymmetry": 0.13,
        "shank_angle.left": 8.8,
        "knee_flexion.left": 17.0,
    },
    "lean_14_right": {
        "trunk_lean_at_strike": 2.5,
        "peak_knee_flexion_swing.left": 18.0,
    },
    "lopsided_right": {
        "flight_time": 0.04,
        "step_time_asymmetry": 0.13,
        "knee_flexion.left": 17.0,
    },
    "overground_left": {
        "foot_ahead_of_hip": 0.04,
        "leg_angle": 2.1,
        "peak_knee_flexion_stance": 7.6,
        "cadence": 3.5,
        "belt_speed": 0.36,
    },
    "portrait_tag_left": {
        "toe_offs.left": 0.036,
        "toe_offs.right": 0.067,
        "peak_knee_flexion_stance": 6.0,
        "thigh_extension": 8.8,
        "contact_time": 0.036,
        "flight_time": 0.051,
        "duty_factor": 0.054,
        "contact_time_asymmetry": 0.23,
        "step_time_asymmetry": 0.11,
        "thigh_extension.right": 18.0,
        "contact_time.right": 0.08,
        "flight_time.right": 0.061,
        "duty_factor.right": 0.11,
    },
    "post_left": {
        "foot_angle": 12.0,
        "trunk_lean": 1.4,
        "vertical_oscillation": 0.025,
    },
    "reach_06_right": {
        "toe_offs.right": 0.038,
        "foot_angle": 10.0,
        "thigh_extension": 7.6,
        "contact_time": 0.036,
        "flight_time": 0.049,
        "duty_factor": 0.056,
        "belt_speed": 1.0,
        "contact_time_asymmetry": 0.18,
        "step_time_asymmetry": 0.1,
        "foot_ahead_of_knee.left": 0.084,
        "shank_angle.left": 9.6,
        "knee_flexion.left": 18.0,
        "thigh_extension.left": 11.0,
        "contact_time.left": 0.066,
        "duty_factor.left": 0.1,
    },
    "reach_14_lean_03_left": {
        "foot_angle": 14.0,
        "peak_knee_flexion_swing.right": 17.0,
    },
    "reach_22_right": {
        "belt_speed": 0.45,
    },
    "reach_30_lean_back_left": {
        "peak_knee_flexion_stance": 11.0,
    },
    "roll_02_left": {
        "foot_angle": 11.0,
        "trunk_lean_at_strike": 1.8,
        "step_time_asymmetry": 0.096,
    },
    "roll_05_right": {
        "camera_roll_deg": 4.2,
        "strikes.left": 0.071,
        "strikes.right": 0.032,
        "foot_ahead_of_hip": 0.037,
        "leg_angle": 2.6,
        "knee_flexion": 10.0,
        "foot_angle": 10.0,
        "thigh_extension": 6.4,
        "trunk_lean": 4.2,
        "trunk_lean_at_strike": 4.5,
        "contact_time": 0.029,
        "flight_time": 0.06,
        "belt_speed": 0.45,
    },
    "selfie_right": {
        "flight_time": 0.047,
    },
    "side_left_60fps": {
        "toe_offs.right": 0.071,
        "thigh_extension": 7.3,
        "contact_time": 0.031,
        "duty_factor": 0.045,
        "contact_time_asymmetry": 0.18,
        "thigh_extension.right": 22.0,
        "contact_time.right": 0.069,
        "flight_time.right": 0.068,
        "duty_factor.right": 0.096,
    },
    "slow_right": {
        "strikes.right": 0.024,
        "contact_time": 0.031,
        "flight_time": 0.039,
        "duty_factor": 0.046,
        "vertical_oscillation": 0.024,
        "belt_speed": 0.45,
    },
    "uphill_left": {
        "camera_roll_deg": 2.5,
        "foot_ahead_of_hip": 0.045,
        "heel_ahead_of_hip": 0.05,
        "leg_angle": 2.6,
        "foot_angle": 11.0,
        "trunk_lean": 3.1,
        "trunk_lean_at_strike": 2.7,
        "foot_ahead_of_hip.right": 0.068,
        "heel_ahead_of_hip.right": 0.083,
        "leg_angle.right": 3.8,
    },
    "yaw_12_left": {
        "toe_offs.right": 0.076,
        "foot_ahead_of_hip": 0.049,
        "heel_ahead_of_hip": 0.05,
        "leg_angle": 2.4,
        "foot_angle": 10.0,
        "thigh_extension": 8.6,
        "trunk_lean": 2.3,
        "trunk_lean_at_strike": 2.0,
        "contact_time_asymmetry": 0.25,
        "foot_ahead_of_hip.right": 0.069,
        "peak_knee_flexion_stance.right": 7.6,
        "thigh_extension.right": 16.0,
        "contact_time.right": 0.072,
        "flight_time.right": 0.062,
        "duty_factor.right": 0.099,
    },
}
"""By clip and check, the largest error that is excused: a little more than was found."""

WHY_IN_CLIP: Final = {
    "evening_120fps_right": "black clothes before dark walls: MediaPipe's legs wander",
    "overground_left": "seven steps, seen from a camera that they pass at changing angles",
    "roll_05_right": "a roll of 5 degrees is hardly found: the room shows too few upright edges to believe more",
    "uphill_left": "the inclined treadmill's own posts are taken for upright edges of the room",
    "yaw_12_left": "a camera off square foreshortens what lies along the belt; it is not corrected for",
}
TOE_OFF_IS_EARLY: Final = "MediaPipe lifts the foot off the belt before it leaves: toe-off is told early"
WHY_OF_MEASURE: Final = {
    **dict.fromkeys(
        ("toe_offs", "contact_time", "contact_time_asymmetry", "flight_time", "duty_factor", "thigh_extension"),
        TOE_OFF_IS_EARLY,
    ),
    "belt_speed": "probably legs exchanged in mid-stance, where they pass each other and belt speed is read",
    "camera_roll_deg": "the roll is found from few upright edges",
    "foot_angle": "MediaPipe's heel and toe tip against each other by several degrees",
    "knee_flexion": "MediaPipe's knee reads bent by some degrees more at strike, most in the far leg",
    "shank_angle": "MediaPipe's ankle lies behind the joint at strike, most in the far leg",
    "heel_ahead_of_hip": "MediaPipe's heel lies ahead of the shoe's edge where the forefoot lands first",
    "foot_ahead_of_knee": "MediaPipe's ankle lies behind the joint at strike, most in the far leg",
    "trunk_lean": "MediaPipe's line from hips to shoulders is off by a degree and more",
    "trunk_lean_at_strike": "MediaPipe's line from hips to shoulders is off by a degree and more",
    "peak_knee_flexion_swing": "the far shank is hidden where its knee bends most",
    "peak_knee_flexion_stance": "MediaPipe's knee reads bent by some degrees more",
    "step_time_asymmetry": "strikes of the far foot are found late",
    "strikes": "the ankle's height and the foot's speed disagree about the instant",
    "vertical_oscillation": "MediaPipe's hips rise and fall by more than the joints",
}


def known_misses(clip: str) -> dict[str, Miss]:
    """Checks of a clip that do not hold yet, each with why and how far off it may be."""
    return {name: Miss(_why(clip, name.partition(".")[0]), within) for name, within in MISSES.get(clip, {}).items()}


def _why(clip: str, measure: str) -> str:
    return WHY_IN_CLIP.get(clip) or WHY_OF_MEASURE[measure]
