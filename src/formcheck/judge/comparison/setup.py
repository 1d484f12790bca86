"""How a clip was filmed and measured, as far as two clips' errors cancel only where it is alike."""

import math
from dataclasses import dataclass
from typing import Final

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
