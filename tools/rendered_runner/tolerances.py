"""How close a report must come to the truth, by measure: what the reference clips themselves show to be held.

Chosen from the table of errors over all clips (`formcheck verify fixtures/videos`), a little above the 90th percentile
of each measure. A clip that misses one is a fault to mend, never a reason for a wider tolerance.
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

TOLERANCES: Final = {
    "foot_ahead_of_hip": Tolerance(0.02, 0.06, "leg_length", 1.5),
    "heel_ahead_of_hip": Tolerance(0.04, 0.08, "leg_length", 1.5),
    "foot_ahead_of_knee": Tolerance(0.03, 0.06, "leg_length", 1.5),
    "leg_angle": Tolerance(1.5, 4.0, "deg", 1.5),
    "shank_angle": Tolerance(3.0, 6.0, "deg", 1.5),
    "knee_flexion": Tolerance(6.0, 10.0, "deg", 1.3),
    "foot_angle": Tolerance(5.0, None, "deg", 1.5),
    "peak_knee_flexion_stance": Tolerance(6.0, 10.0, "deg"),
    "peak_knee_flexion_swing": Tolerance(8.0, 15.0, "deg"),
    "thigh_extension": Tolerance(4.0, 6.0, "deg"),
    "trunk_lean": Tolerance(1.2, None, "deg"),
    "trunk_lean_at_strike": Tolerance(1.5, None, "deg"),
    "cadence": Tolerance(0.5, None, "1/min"),
    "contact_time": Tolerance(0.025, 0.04, "s"),
    "flight_time": Tolerance(0.025, 0.04, "s"),
    "duty_factor": Tolerance(0.035, 0.06, "fraction"),
    "vertical_oscillation": Tolerance(0.015, None, "leg_length"),
    "belt_speed": Tolerance(0.15, None, "leg_length/s"),
    "foot_ahead_of_hip_asymmetry": Tolerance(0.3, None, "fraction"),
    "contact_time_asymmetry": Tolerance(0.1, None, "fraction"),
    "step_time_asymmetry": Tolerance(0.04, None, "fraction"),
}

EVENTS: Final = {
    "strikes": Tolerance(0.015, 0.040, "s", 1.5),
    "toe_offs": Tolerance(0.025, 0.050, "s", 1.3),
}
