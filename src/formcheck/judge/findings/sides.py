"""Left against right: differences that clear their own error and are large enough to matter."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from formcheck.judge.findings.case import Case, finding_of, size_range
from formcheck.records.report import EventName, Finding, Measured
from formcheck.records.skeleton import Side
from formcheck.records.values import Quantity, Sentence


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A left/right difference: from which size it is reported (fraction of the mean), and what shows it."""

    measure: str
    code: str
    smallest_frac: float
    events: tuple[EventName, ...]
    side_view_only: bool = False


_COMPARISONS: Final = (
    # 0.15 of the reach is about 3 cm at 3 m/s: what a shank moves the ankle within its smallest detectable
    # difference, 2.2 to 4.8 deg (Dingenen et al. 2018). One frame at 60/s is 0.05 of a step; 0.04 is the most in
    # healthy runners (Vincent 2025, quoted by others), so the times have to pass both.
    _Comparison("foot_ahead_of_hip_asymmetry", "reach_sides_differ", 0.15, ("foot_strike",), side_view_only=True),
    _Comparison("contact_time_asymmetry", "contact_sides_differ", 0.05, ("foot_strike", "toe_off")),
    _Comparison("step_time_asymmetry", "step_sides_differ", 0.05, ("foot_strike",)),
)


def sides(case: Case) -> Iterator[Finding]:
    """Left/right differences that clear their own error and are large enough to matter."""
    for comparison in _COMPARISONS:
        if comparison.side_view_only and case.scene.view != "side":
            continue
        measured = case.reported(comparison.measure)
        if measured and math.prod(measured.interval95) > 0 and abs(measured.value) > comparison.smallest_frac:
            yield _difference(case, comparison, measured)


def _difference(case: Case, comparison: _Comparison, measured: Measured) -> Finding:
    name, unit = comparison.measure, case.measures[comparison.measure].unit
    more = Side.LEFT if measured.value > 0 else Side.RIGHT
    finding = finding_of(
        comparison.code,
        case.files(*comparison.events, both_sides=True),
        value=Quantity(name, unit, abs(measured.value)),
        interval=size_range(name, unit, measured.interval95),
        more=Sentence(f"side.{more}"),
        less=Sentence(f"side.{more.other}"),
        far_leg=Sentence("part.far_leg") if case.scene.view == "side" else "",
    )
    return replace(finding, level="info") if measured.confidence == "low" else finding
