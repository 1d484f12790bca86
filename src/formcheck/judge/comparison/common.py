"""What two clips have in common: how they were filmed and measured, and whether they may show one runner.

Errors cancel only where the setup is alike; proportions contradict a clip of another runner.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from scipy.special import chdtri

from formcheck.gait.measures.registry import definition
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


def showing(measure: str, reports: Sequence[Report]) -> list[Report]:
    """The clips that a measure is taken from: those from the side, or those from behind; all where none is."""
    from_behind = definition(measure).sides == "rear"
    return [report for report in reports if (report.scene.view != "side") is from_behind] or list(reports)


LOG_SD: Final = {"thigh_to_shank": 0.024, "arm_to_trunk": 0.042}
"""By how much the logarithm of a proportion differs between two clips of one runner, as a standard deviation: root mean
square of 52 pairs of measured runners' clips. Between two of them it is 0.049 and 0.057. The other proportions differ
hardly more between runners than between clips of one.
"""

FALSE_REFUSALS: Final = 0.01


def is_another_runner(before: Sequence[Report], after: Sequence[Report]) -> bool:
    """Whether proportions differ more than in all but one of a hundred pairs of one runner's clips."""
    apart = [_squared_z(name, sd, before, after) for name, sd in LOG_SD.items()]
    known = [squared for squared in apart if math.isfinite(squared)]
    return bool(known) and sum(known) > float(chdtri(len(known), FALSE_REFUSALS))


def _squared_z(name: str, sd: float, before: Sequence[Report], after: Sequence[Report]) -> float:
    """The square of how many standard deviations apart a proportion is; NaN where a group doesn't show it."""
    logs = [
        [math.log(each.proportions[name].value) for each in group if name in each.proportions]
        for group in (before, after)
    ]
    first, last = logs
    if not first or not last:
        return math.nan
    return ((fmean(last) - fmean(first)) / sd) ** 2 / ((1 / len(first) + 1 / len(last)) / 2)
