"""How close a report must come to the truth, by measure: what the reference clips themselves show to be held.

Chosen by judgement from the table of errors over all clips (`formcheck verify fixtures/videos`): near the 90th
percentile of each measure, down to two thirds of it where users act on less, up to twice it where it is small. A clip
that misses one is a fault to mend, and stands in `misses`; it is never a reason for a wider tolerance.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Largest error allowed in a measure; ``far`` is None where the far leg is not asked."""

    near: float
    far: float | None
    unit: str
    when_slow: float = 1.0
    """Factor below `GOOD_FPS`: a foot on the belt moves 10 cm between two pictures at 30 frames a second."""

    def within(self, fps: float, *, near: bool) -> float | None:
        """The allowed error of the nearer or the farther leg at so many real frames a second."""
        base = self.near if near else self.far
        return None if base is None else round(base * (1.0 if fps >= GOOD_FPS else self.when_slow), 4)


GOOD_FPS: Final = 50.0
ROLL_TOLERANCE_DEG: Final = 1.0
TIME_SCALE_TOLERANCE: Final = 0.01

TOLERANCES: Final = {
    "foot_ahead_of_hip": Tolerance(0.025, 0.055, "leg_length", 1.4),
    "heel_ahead_of_hip": Tolerance(0.035, 0.055, "leg_length", 1.4),
    "foot_ahead_of_knee": Tolerance(0.035, 0.070, "leg_length", 1.4),
    "leg_angle": Tolerance(1.5, 3.0, "deg", 1.4),
    "shank_angle": Tolerance(3.5, 7.5, "deg", 1.4),
    "knee_flexion": Tolerance(8.0, 14.0, "deg", 1.3),
    "peak_knee_flexion_stance": Tolerance(5.0, 6.0, "deg"),
    "peak_knee_flexion_swing": Tolerance(5.0, None, "deg"),  # of the far leg it is told too roughly to be of use
    "thigh_extension": Tolerance(5.0, 9.0, "deg"),
    "trunk_lean": Tolerance(1.2, None, "deg"),
    "trunk_lean_at_strike": Tolerance(1.5, None, "deg"),
    "cadence": Tolerance(0.5, None, "1/min"),
    "contact_time": Tolerance(0.025, 0.050, "s"),
    "flight_time": Tolerance(0.030, 0.050, "s"),
    "duty_factor": Tolerance(0.035, 0.065, "fraction"),
    "vertical_oscillation": Tolerance(0.020, None, "leg_length"),
    "belt_speed": Tolerance(0.30, None, "leg_length/s"),
    "foot_ahead_of_hip_asymmetry": Tolerance(0.25, None, "fraction"),
    "contact_time_asymmetry": Tolerance(0.15, None, "fraction"),
    "step_time_asymmetry": Tolerance(0.08, None, "fraction"),
}

EVENTS: Final = {
    "strikes": Tolerance(0.020, 0.045, "s", 1.4),
    "toe_offs": Tolerance(0.030, 0.055, "s", 1.3),
}
