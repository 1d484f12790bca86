"""When each foot strikes and leaves the belt, and how far ahead: the plan a gait follows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.records.skeleton import Side
from tools.rendered_runner.settings import GaitSettings

LEAD_IN_STEPS = 4
"""Steps planned before time zero and after the end, so that every swing has a step on both sides."""


@dataclass(frozen=True, slots=True)
class Step:
    """One ground contact."""

    side: Side
    strike_s: float
    toe_off_s: float
    foot_ahead_of_hip_ll: float

    @property
    def contact_s(self) -> float:
        """Time on the belt."""
        return self.toe_off_s - self.strike_s


def plan_steps(settings: GaitSettings, duration_s: float, *, seed: int = 0, first_strike_s: float = 0.0) -> list[Step]:
    """Plan left and right in turn over ``[0, duration_s]`` and a few steps to either side of it.

    Times vary about an even beat instead of adding up, so the cadence is what was asked for over any stretch.
    The step nearest ``first_strike_s`` is a left one.
    """
    count = int(np.ceil(duration_s / settings.step_s)) + 2 * LEAD_IN_STEPS
    rng = np.random.default_rng(seed)
    scatter = np.clip(rng.standard_normal((count, 3)), -2.0, 2.0)
    return [_plan_step(settings, index - LEAD_IN_STEPS, first_strike_s, row) for index, row in enumerate(scatter)]


def _plan_step(s: GaitSettings, nth: int, first_strike_s: float, scatter: NDArray[np.float64]) -> Step:
    """Plan the nth step from the first, which is a left one; ``scatter`` is in standard deviations."""
    side, sign = (Side.LEFT, 1.0) if nth % 2 == 0 else (Side.RIGHT, -1.0)
    late_s = 0.0 if side is Side.LEFT else s.step_time_asymmetry_frac / 2 * s.step_s
    # the time between two strikes holds the scatter of both
    strike_s = first_strike_s + nth * s.step_s + late_s + scatter[0] * s.step_time_sd_s / np.sqrt(2)
    contact_s = s.contact_s * (1 + sign * s.contact_asymmetry_frac / 2) + scatter[1] * s.contact_sd_s
    further = 1 + sign * s.foot_ahead_of_hip_asymmetry_frac / 2
    reach_ll = s.foot_ahead_of_hip_ll * further + scatter[2] * s.foot_ahead_of_hip_sd_ll
    return Step(side, float(strike_s), float(strike_s + contact_s), float(reach_ll))
