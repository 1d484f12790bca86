"""When each foot strikes and leaves the belt, and how far ahead: the plan a gait follows."""

from dataclasses import dataclass

import numpy as np

from formcheck.landmarks import Side
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
    steps = []
    for index in range(count):
        beat = first_strike_s + (index - LEAD_IN_STEPS) * settings.step_s
        # the time between two strikes holds the scatter of both
        strike_s = beat + scatter[index, 0] * settings.step_time_sd_s / np.sqrt(2)
        contact_s = settings.contact_s + scatter[index, 1] * settings.contact_sd_s
        reach_ll = settings.foot_ahead_of_hip_ll + scatter[index, 2] * settings.foot_ahead_of_hip_sd_ll
        side = Side.LEFT if (index - LEAD_IN_STEPS) % 2 == 0 else Side.RIGHT
        steps.append(Step(side, float(strike_s), float(strike_s + contact_s), float(reach_ll)))
    return steps
