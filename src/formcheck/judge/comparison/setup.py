"""How a clip was filmed and measured, as far as two clips' errors cancel only where it is alike."""

import math
from dataclasses import dataclass
from typing import Final

from formcheck.records.report import Report
from formcheck.records.skeleton import Side

USUAL_FPS: Final = 30.0
"""Rates within a factor of the root of 2 of 30, 60, 120 ... frames per second count as alike."""


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
    """Frame rates that are about the same, by doublings of 30 per second."""
    return round(math.log2(fps / USUAL_FPS)) if fps > 0 and math.isfinite(fps) else 0
