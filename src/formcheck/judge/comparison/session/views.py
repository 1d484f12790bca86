"""Which clip shows which side, why clips can't be one run, and what makes their numbers weaker."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from formcheck.judge.comparison import alike
from formcheck.judge.comparison.common import is_another_runner
from formcheck.judge.comparison.records import SpeedChange
from formcheck.judge.comparison.speed import ALIKE_FRAC, speed_change
from formcheck.records.report import Reason, Report
from formcheck.records.skeleton import Side
from formcheck.records.values import Sentence
from formcheck.words.reasons import reason, sentences_of

MIRRORED: Final = "mirrored_picture"

LARGEST_CADENCE_FRAC: Final = 0.05
"""By which one run's cadence may differ between clips. Two parts of one run: at most 1.1 % in six pairs of measured
runners' clips. 5 % is what a belt 23 % faster does (`SLOPES` of the comparison); of the two, cadence is measured more
sharply."""

WEAKENING: Final = frozenset(
    {
        "compared_models_differ",
        "compared_versions_differ",
        "compared_rates_differ",
        "compared_older_report",
        "compared_heights_differ",
    }
)
"""What is said of two clips that are compared and holds for two sides as well."""


def seen_from(side: Side, reports: Sequence[Report]) -> Report | None:
    """The clip in which this leg is near the camera."""
    return next((each for each in reports if _view_of(each) == ("side", side)), None)


def _view_of(report: Report) -> tuple[str, Side | None]:
    view = report.scene.view
    return view, report.scene.near_side if view == "side" else None


def place_of(report: Report) -> int:
    """Where a clip stands in a session: left, right, then the others."""
    views = [("side", side) for side in Side]
    view = _view_of(report)
    return views.index(view) if view in views else len(views)


def refusal(reports: Sequence[Report]) -> Reason | None:
    """Why these clips can't be one run from both sides; None where they can."""
    if len({_view_of(report) for report in reports}) < len(reports):
        is_mirrored = any(_is_mirrored(report) for report in reports)
        return reason("session_same_view", "mirrored") if is_mirrored else reason("session_same_view")
    left, right = (seen_from(side, reports) for side in Side)
    if left is None or right is None:
        return None
    speed = speed_change([left], [right])
    if _differs(speed):
        return reason("session_speeds_differ", percent=round(100 * abs(speed.ratio - 1)))
    if (apart := _cadences_apart(reports)) > LARGEST_CADENCE_FRAC:
        return reason("session_cadences_differ", percent=round(100 * apart))
    if is_another_runner([left], [right]):
        return reason("another_runner", "session")
    return alike.refusal([left], [right], speed)


def _differs(speed: SpeedChange) -> bool:
    """Whether the belt surely ran faster in one clip than a treadmill set anew explains."""
    low, high = (math.log(end) for end in speed.interval95)
    return low > ALIKE_FRAC or high < -ALIKE_FRAC


def _cadences_apart(reports: Sequence[Report]) -> float:
    """How far apart the ends of the cadences' intervals are, as a share; below 0 where all overlap."""
    found = [report.measures["cadence"].headline for report in reports if "cadence" in report.measures]
    ends = np.array([one.interval95 for one in found if one.withheld is None]).reshape(-1, 2)
    return float(np.log(np.nanmax(ends[:, 0]) / np.nanmin(ends[:, 1]))) if np.isfinite(ends).any() else 0.0


def notes_on(reports: Sequence[Report]) -> Iterator[Reason]:
    """What qualifies the numbers, clip by clip."""
    sides = {side: seen_from(side, reports) for side in Side}
    for report in reports:
        why = alike.silence(report)
        if why:
            yield reason("session_clip_silent", clip=report.clip.name, why=sentences_of(why)[:1])
        if _is_mirrored(report):
            yield reason("session_mirrored", clip=report.clip.name)
    for side, seen in sides.items():
        if seen is None:
            yield reason("session_one_side", side=Sentence(f"side.{side}"))
    left, right = sides.values()
    if left and right:
        both = alike.notes_on([left], [right], speed_change([left], [right]))
        yield from (note for note in both if note.code in WEAKENING)


def _is_mirrored(report: Report) -> bool:
    return any(why.code == MIRRORED for why in report.quality.reasons)
