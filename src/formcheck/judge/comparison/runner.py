"""Whether two groups of clips may show one runner: by proportions, which a clip of another runner contradicts."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.special import chdtri

from formcheck.records.report import Report

LOG_SD: Final = {
    "thigh_to_shank": 0.025,
    "leg_to_trunk": 0.045,
    "foot_to_leg": 0.07,
    "arm_to_trunk": 0.04,
    "forearm_to_arm": 0.045,
    "head_to_trunk": 0.042,
}
"""By how much the logarithm of a proportion differs between two clips of one runner: one standard deviation."""

FALSE_REFUSALS: Final = 0.01


def is_another_runner(before: Sequence[Report], after: Sequence[Report]) -> bool:
    """Whether proportions differ more than in all but one of a hundred pairs of one runner's clips."""
    common = [name for name in LOG_SD if all(name in report.proportions for report in (*before, *after))]
    if not common:
        return False
    apart = [(_mean_log(after, name) - _mean_log(before, name)) / LOG_SD[name] for name in common]
    share = (1 / len(before) + 1 / len(after)) / 2
    return float(np.sum(np.square(apart))) / share > float(chdtri(len(common), FALSE_REFUSALS))


def _mean_log(reports: Sequence[Report], name: str) -> float:
    return float(np.mean([math.log(report.proportions[name].value) for report in reports]))
