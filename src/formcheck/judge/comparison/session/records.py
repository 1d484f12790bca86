"""The records of a session, as its JSON has them. NaN = not known (null in JSON)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from formcheck.records.gait import View
from formcheck.records.readonly import freeze
from formcheck.records.report import Finding, Grade, Measure, Reason
from formcheck.records.skeleton import Side
from formcheck.records.values import Blank, Moment

Verdict = Literal["differ", "no_difference_larger_than", "cannot_say"]
"""A left/right difference is real, larger ones than a limit are ruled out, or neither can be said."""


@dataclass(frozen=True, slots=True)
class ClipSeen:
    """One clip of a session, and what it was filmed from."""

    name: str
    sha256: str
    created: Moment
    formcheck_version: str
    model: str
    view: View
    near_side: Side | None
    grade: Grade


@dataclass(frozen=True, slots=True)
class Apart:
    """The left leg's number less the right one's, each from the clip where that leg is near the camera.

    Its 95 % interval holds for all of its family at once: foot ahead of hip alone, and all others. ``limit``: of a
    difference that was ruled out, how large. ``text`` is in English; in another language it is ``code`` of the
    catalogue, filled with ``values``.
    """

    measure: str
    unit: str
    value: float
    interval95: tuple[float, float]
    verdict: Verdict
    limit: float
    reasons: tuple[Reason, ...]
    code: str
    text: str
    values: Mapping[str, Blank]

    def __post_init__(self) -> None:
        freeze(self, "values")


@dataclass(frozen=True, slots=True)
class Session:
    """One run filmed from both sides, perhaps from behind too.

    ``measures`` are as in a report: of a leg's, left and right are the near leg of their own clip and the headline is
    the mean of both. ``apart`` holds left against right. ``refused``: why the clips can't be one run; then there are
    neither. ``notes`` qualify the numbers.
    """

    formcheck_version: str
    clips: tuple[ClipSeen, ...]
    refused: Reason | None
    notes: tuple[Reason, ...]
    measures: Mapping[str, Measure]
    apart: tuple[Apart, ...]
    findings: tuple[Finding, ...]

    def __post_init__(self) -> None:
        freeze(self, "measures")

    def of(self, measure: str) -> Apart | None:
        """Left against right of one measure."""
        return next((each for each in self.apart if each.measure == measure), None)
