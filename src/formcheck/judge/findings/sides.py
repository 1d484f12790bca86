"""Left against right: differences that clear their own error and are large enough to matter."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from formcheck.judge.findings.case import Case, finding_of, reported, size_range
from formcheck.judge.measures.intervals import is_sure
from formcheck.records.report import EventName, Finding, Measure
from formcheck.records.skeleton import Side
from formcheck.records.values import Blank, Quantity, Sentence


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
    """Left/right differences of one clip that surely clear their own error and are large enough to matter.

    Surely, by an interval of 99 %: a clip has three such differences, each with a leg that the other hides.
    """
    is_side_view = case.scene.view == "side"
    far_leg = Sentence("part.far_leg") if is_side_view else ""
    for comparison in _COMPARISONS:
        measured = reported(case.measures, comparison.measure)
        is_shown = is_side_view or not comparison.side_view_only
        if is_shown and measured and is_sure(measured.value, measured.interval95):
            files = case.files(*comparison.events, both_sides=True)
            yield from _difference(case.measures, comparison, files, far_leg=far_leg, cue=Sentence("part.film_both"))


def sides_of_session(measures: Mapping[str, Measure]) -> Iterator[Finding]:
    """The same of a run filmed from both sides, where neither leg was hidden."""
    for comparison in _COMPARISONS:
        yield from _difference(measures, comparison, (), far_leg="", cue=Sentence("part.land_alike"))


def _difference(
    measures: Mapping[str, Measure], comparison: _Comparison, files: tuple[str, ...], *, far_leg: Blank, cue: Sentence
) -> Iterator[Finding]:
    name = comparison.measure
    measured = reported(measures, name)
    if not measured or math.prod(measured.interval95) <= 0 or abs(measured.value) <= comparison.smallest_frac:
        return
    unit, more = measures[name].unit, Side.LEFT if measured.value > 0 else Side.RIGHT
    finding = finding_of(
        comparison.code,
        files,
        value=Quantity(name, unit, abs(measured.value)),
        interval=size_range(name, unit, measured.interval95),
        more=Sentence(f"side.{more}"),
        less=Sentence(f"side.{more.other}"),
        far_leg=far_leg,
        to_do=cue,
    )
    yield replace(finding, level="info") if measured.confidence == "low" else finding
