"""Where the pose model's leg is not the runner's: joints drawn from the hip down as anatomy has them.

A pose model's hip, knee and ankle are not joint centres. What it gets wrong comes again in every clip: the hip sits
too low and too far back, so the thigh is short and points forward, and a nearly straight leg is drawn bent. The
offsets are the segments' own, along and across thigh and shank, so they turn with the leg and scale with the runner.
"""

import numpy as np

from formcheck.gait.geometry import flexion_deg, length, rotate
from formcheck.gait.settings import LegOffsets, OffsetSettings
from formcheck.records.track import Floats


def anatomical_leg(
    hip: Floats, knee: Floats, ankle: Floats, offsets: LegOffsets, *, settings: OffsetSettings
) -> tuple[Floats, Floats]:
    """Knee and ankle (T, 2) as joint centres would lie below ``hip``; forward and up.

    Lengths are corrected always; directions by as much as the leg is straight.
    """
    flexion = flexion_deg(hip, knee, ankle)
    share = np.interp(flexion, (settings.straight_knee_deg, settings.bent_knee_deg), (1.0, 0.0))
    thigh = rotate(knee - hip, share * offsets.thigh_turn_deg) * (1 + offsets.thigh_short_frac)
    shank = rotate(ankle - knee, share * offsets.shank_turn_deg) * (1 + offsets.shank_short_frac)
    return hip + thigh, hip + thigh + shank


def anatomical_leg_length(hip: Floats, knee: Floats, ankle: Floats, offsets: LegOffsets) -> Floats:
    """Thigh + shank (T,) as joint centres would have it, in the unit of the landmarks."""
    thigh, shank = length(knee - hip), length(ankle - knee)
    return np.asarray(thigh * (1 + offsets.thigh_short_frac) + shank * (1 + offsets.shank_short_frac))
