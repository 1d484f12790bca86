"""One measure over the clips of a day: a point of a trend."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from formcheck.gait.measures.registry import definition
from formcheck.judge.comparison.compare import number_of
from formcheck.judge.comparison.pooled import Number, mean
from formcheck.judge.measures.intervals import Z95
from formcheck.records.report import Reason, Report
from formcheck.records.skeleton import Side


@dataclass(frozen=True, slots=True)
class Point:
    """The mean of a measure over clips, with its 95 % interval; NaN where no clip has it, with the reason of the first.

    ``side`` is the leg it is of, None for the trunk and both legs. ``clips`` are those that have the number.
    """

    side: Side | None
    value: float
    interval95: tuple[float, float]
    clips: int
    reason: Reason | None


def points_of(measure: str, reports: Sequence[Report]) -> tuple[Point, ...]:
    """A point for each leg that a clip shows near the camera; one alone for what has no side. There must be a clip."""
    if definition(measure).sides not in ("leg", "near"):
        return (_point(measure, None, reports),)
    near = {report.scene.near_side for report in reports} - {None}
    groups = [(side, [report for report in reports if report.scene.near_side is side]) for side in Side if side in near]
    return tuple(_point(measure, side, group) for side, group in groups) or (_point(measure, None, reports),)


def _point(measure: str, side: Side | None, reports: Sequence[Report]) -> Point:
    found = [number_of(measure, report) for report in reports]
    numbers = [one for one in found if isinstance(one, Number)]
    if not numbers:
        return Point(side, nan, (nan, nan), 0, next(one for one in found if isinstance(one, Reason)))
    value, sd = mean(numbers)
    return Point(side, value, (value - Z95 * sd, value + Z95 * sd), len(numbers), None)
