"""The records of a comparison, as its JSON has them. NaN = not known (null in JSON)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from formcheck.records.readonly import freeze
from formcheck.records.report import Reason
from formcheck.records.skeleton import Side
from formcheck.records.values import Blank, Moment

Verdict = Literal["changed", "no_change_larger_than", "cannot_say"]
"""A change is real, larger changes than a limit are ruled out, or neither can be said."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One clip of a comparison."""

    name: str
    sha256: str
    created: Moment
    formcheck_version: str
    model: str
    near_side: Side | None
    fps: float


@dataclass(frozen=True, slots=True)
class SpeedChange:
    """How many times faster the later clips are, with its 95 % interval, and whether the runner said the speeds."""

    ratio: float
    interval95: tuple[float, float]
    source: Literal["told", "measured", "unknown"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure before and after, means over the clips, and what may be said of the difference.

    ``value`` is after less before, with ``correction`` for the speed taken off. Its 95 % interval holds for all of its
    family at once: the headlines, or the others. ``side`` is the leg it is of, None for the trunk and both legs.
    ``clips``: how many of each group have the number.
    ``limit``: of a change that was ruled out, how large. ``text`` is in English; in another language it is ``code`` of
    the catalogue, filled with ``values``.
    """

    measure: str
    unit: str
    side: Side | None
    clips: tuple[int, int]
    before: float
    after: float
    value: float
    interval95: tuple[float, float]
    correction: float
    verdict: Verdict
    limit: float
    reasons: tuple[Reason, ...]
    code: str
    text: str
    values: Mapping[str, Blank]

    def __post_init__(self) -> None:
        freeze(self, "values")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two clips of one runner, or two groups of them.

    ``refused``: why they can't be compared; then there are no differences. ``notes`` widen or qualify all of them.
    """

    formcheck_version: str
    before: tuple[Compared, ...]
    after: tuple[Compared, ...]
    speed: SpeedChange
    refused: Reason | None
    notes: tuple[Reason, ...]
    differences: tuple[Difference, ...]

    def of(self, measure: str) -> Difference | None:
        """The difference of one measure; of a leg's, the first side's."""
        return next((each for each in self.differences if each.measure == measure), None)
