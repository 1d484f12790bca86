"""Numbers in leg lengths as metres, with what the scale itself errs by."""

import math

from formcheck.gait.measures.intervals import Z95
from formcheck.records.report import Scale


def interval95_m(value_ll: float, interval95_ll: tuple[float, float], scale: Scale) -> tuple[float, float]:
    """A number's 95 % interval in metres (or m/s): its own and the scale's error added in squares; NaN if unknown."""
    from_scale = Z95 * scale.spread_frac * value_ll
    below, above = (math.hypot(end - value_ll, from_scale) for end in interval95_ll)
    return scale.m_per_leg_length * (value_ll - below), scale.m_per_leg_length * (value_ll + above)
