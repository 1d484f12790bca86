"""What two clips have in common: how they were filmed and measured, and whether they may show one runner.

Errors cancel only where the setup is alike; proportions contradict a clip of another runner.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import chdtri

from formcheck.records.report import Report
from formcheck.records.skeleton import Side

USUAL_FPS: Final = 42.4
"""Between 30 and 60 frames per second. Rates within a factor of 2 of it count as alike, those of up to 8 times again:
at half the rate, numbers of 15 clips at 60 moved by less than their steps leave open (docs/accuracy.md).
"""


@dataclass(frozen=True, slots=True)
class Setup:
    """What the error that stays the same in a runner's clips depends on."""

    near_side: Side | None
    model: str
    version: str
    rate: int


def setup_of(report: Report) -> Setup:
    """The setup of one clip."""
    model = report.model
    used = "" if model is None else model.sha256 or model.name
    real_fps = report.clip.mean_fps * report.clip.time_scale.factor
    return Setup(report.scene.near_side, used, report.formcheck_version, rate_class(real_fps))


def rate_class(fps: float) -> int:
    """Frame rates that are about the same: phones' 24 to 60 per second, and their slow motion."""
    return round(math.log(fps / USUAL_FPS, 4)) if fps > 0 and math.isfinite(fps) else 0


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
