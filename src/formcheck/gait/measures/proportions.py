"""How a runner is built, in ratios of lengths that a camera beside the treadmill sees.

They say who is filmed, not how they run. Lengths are as the pose model draws them on the near side, so ratios are alike
in clips of one runner with one model.
"""

import numpy as np

from formcheck.records.report import Proportion
from formcheck.records.track import Floats, RunnerTrack

LEAST_SEEN_FRAC = 0.5
"""Of the frames, in which both lengths must be seen."""


def proportions_of(runner: RunnerTrack) -> dict[str, Proportion]:
    """Ratios of the runner's lengths by name; without those that were seen too rarely."""
    lengths = _lengths(runner)
    pairs = {
        "thigh_to_shank": ("thigh", "shank"),
        "leg_to_trunk": ("leg", "trunk"),
        "foot_to_leg": ("foot", "leg"),
        "arm_to_trunk": ("arm", "trunk"),
        "forearm_to_arm": ("forearm", "arm"),
        "head_to_trunk": ("head", "trunk"),
    }
    found = {name: _ratio(lengths[upper], lengths[lower]) for name, (upper, lower) in pairs.items()}
    return {name: one for name, one in found.items() if one is not None}


def _lengths(runner: RunnerTrack) -> dict[str, Floats]:
    """Lengths (T,) of the near side's segments."""

    def between(upper: Floats, lower: Floats) -> Floats:
        return np.asarray(np.hypot(*(upper - lower).T))

    near = {
        name: runner.joint_ll(runner.near_side, name)
        for name in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index", "ear")
    }
    thigh, shank = between(near["hip"], near["knee"]), between(near["knee"], near["ankle"])
    upper_arm, forearm = between(near["shoulder"], near["elbow"]), between(near["elbow"], near["wrist"])
    return {
        "thigh": thigh,
        "shank": shank,
        "leg": thigh + shank,
        "trunk": between(runner.middle_ll("shoulder"), runner.middle_ll("hip")),
        "foot": between(near["heel"], near["foot_index"]),
        "forearm": forearm,
        "arm": upper_arm + forearm,
        "head": between(near["ear"], near["shoulder"]),
    }


def _ratio(upper: Floats, lower: Floats) -> Proportion | None:
    seen = np.isfinite(upper) & (lower > 0)
    if not seen.any() or seen.mean() < LEAST_SEEN_FRAC:
        return None
    ratios = upper[seen] / lower[seen]
    return Proportion(float(np.median(ratios)), float(np.std(ratios)))
