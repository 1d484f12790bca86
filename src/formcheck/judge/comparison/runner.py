"""Whether two groups of clips may show one runner: by proportions, which a clip of another runner contradicts."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.special import chdtri

from formcheck.records.report import Report

LOG_SD: Final = {"thigh_to_shank": 0.024, "arm_to_trunk": 0.042}
"""By how much the logarithm of a proportion differs between two clips of one runner, as a standard deviation: root mean
square of 52 pairs of measured runners' clips. Between two of them it is 0.049 and 0.057. The other proportions differ
hardly more between runners than between clips of one.
"""

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
