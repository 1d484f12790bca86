"""Found against true: one row for every number of every case."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from formcheck.gait.measures.registry import MEASURES
from formcheck.gait.settings import Settings, settings_for
from formcheck.judge.assess import assess
from formcheck.records.options import RunOptions
from formcheck.records.report import Measured, Report
from formcheck.records.skeleton import Side
from tools.accuracy.cases import Case, Label
from tools.accuracy.truth import Floats, medians

Leg = Literal["near", "far", "both"]

PER_BELT: Final = {row.name: row.per_belt for row in MEASURES}
POOLED: Final = tuple(row.name for row in MEASURES if row.sides == "trunk" and not row.experimental)
ASYMMETRIES: Final = ("foot_ahead_of_hip", "contact_time", "step_time")
NOT_MEASURED: Final = ("trunk_lean", "trunk_lean_at_strike", "trunk_lean_range", "elbow_angle")
"""Of measured runners: their trunk and arms are made up, and no truth."""
EVENT_EDGE_S: Final = 0.4
"""Events nearer the ends of a clip may be found or not."""
SAME_EVENT_S: Final = 0.09
"""A found event further from every true one was made up, and the true one missed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One number: ``error`` found minus true, NaN where it was not told; ``half`` of its interval, NaN without one."""

    case: Label
    measure: str
    leg: Leg
    error: float
    below: float = np.nan
    above: float = np.nan
    withheld: str = ""
    """Code of the reason it was withheld for; an event may be "missed" or "made up"."""
    spread_scale: float = 1.0
    """What a spread of ``IntervalSettings`` is multiplied by in this row's interval."""
    per_second: float = 0.0
    """And what an error of the strikes, in seconds, is multiplied by."""

    @property
    def is_told(self) -> bool:
        """Whether a user gets to see the number."""
        return not self.withheld and bool(np.isfinite(self.error))

    @property
    def half(self) -> float:
        """Half-width of the interval, NaN without one."""
        return (self.below + self.above) / 2

    @property
    def holds(self) -> bool | None:
        """Whether the interval holds the truth; None without one."""
        return None if not np.isfinite(self.below) else bool(-self.above <= self.error <= self.below)


def judge(case: Case, settings: Settings | None = None) -> tuple[Report, list[Row]]:
    """Assess a case and compare all that is told with the truth."""
    seen = case.seen
    told = RunOptions(**case.given)
    report = assess(
        seen.track,
        told,
        clip=seen.clip,
        filmed=seen.filmed,
        metadata_fps=seen.metadata_fps,
        uprights=seen.uprights,
        shoes=case.shoes,
        settings=settings or settings_for(case.model),
    )
    rows = *_events(case, report), *_measures(case, report), *_scene(case, report)
    label, without = case.label(), NOT_MEASURED if case.ring == 3 else ()
    return report, [replace(row, case=label) for row in rows if row.measure not in without]


def _measures(case: Case, report: Report) -> Iterator[Row]:
    far = case.near.other
    of_all, of_near, of_far = (medians(case.steps, side) for side in (None, case.near, far))
    for name, measure in report.measures.items():
        if name in POOLED:
            yield _row(case, name, "both", measure.headline, of_all.get(name))
        elif name in of_near and measure.of(case.near) is not None:
            yield _row(case, name, "near", measure.of(case.near), of_near[name])
            yield _row(case, name, "far", measure.of(far), of_far.get(name))
    yield _row(case, "elbow_angle", "near", report.measures["elbow_angle"].headline, of_near.get("elbow_angle"))
    for name in ASYMMETRIES:
        found = report.measures[f"{name}_asymmetry"].headline
        left, right = (medians(case.steps, side).get(name, np.nan) for side in Side)
        mean = (left + right) / 2
        row = _row(case, f"{name}_asymmetry", "both", found, (left - right) / mean if np.isfinite(mean) else None)
        yield replace(row, spread_scale=1 / abs(mean))
    yield _row(case, "cadence", "both", report.measures["cadence"].headline, _cadence(case, report))
    belt = _row(case, "belt_speed", "both", report.measures["belt_speed"].headline, case.belt_ll_s)
    yield replace(belt, spread_scale=case.belt_ll_s)


def _row(case: Case, name: str, leg: Leg, found: Measured | None, truth: float | None) -> Row:
    if found is None or truth is None:
        return Row(case, name, leg, np.nan, withheld="no truth" if truth is None else "not there")
    low, high = found.interval95
    code = found.withheld.code if found.withheld else ""
    per_second = PER_BELT.get(name, 0.0) * case.belt_ll_s
    below, above = found.value - low, high - found.value
    return Row(case, name, leg, found.value - truth, below, above, code, per_second=per_second)


def _cadence(case: Case, report: Report) -> float | None:
    """Of the true strikes that were found, by lines through those of each foot over their stride; None without any.

    A step that starts before the clip is no error of the cadence: in 3 s it may be half a per cent of it.
    """
    lines = []
    for side in Side:
        true_s, found_s = _strikes_s(case, report, side)
        near = [len(found_s) > 0 and np.abs(found_s - true).min() <= SAME_EVENT_S for true in true_s]
        at_s = true_s[np.array(near, dtype=bool)]
        if len(at_s) > 1:
            stride = np.round((at_s - at_s[0]) / np.median(np.diff(true_s)))
            lines.append((stride - stride.mean(), at_s - at_s.mean()))
    if not lines:
        return None
    stride, at_s = (np.concatenate(each) for each in zip(*lines, strict=True))
    return float(120 * (stride @ stride) / (stride @ at_s))


def _strikes_s(case: Case, report: Report, side: Side) -> tuple[Floats, Floats]:
    """One side's true strikes and those found, real seconds of the clip."""
    factor = report.clip.time_scale.factor
    found = [step.strike_time_s / factor for step in report.steps if step.side is side]
    return np.asarray(case.strikes_s.get(side, np.empty(0))) - case.start_s, np.array(found)


def _scene(case: Case, report: Report) -> Iterator[Row]:
    yield Row(case, "camera_roll", "both", report.scene.camera_roll_deg - case.roll_deg)


def _events(case: Case, report: Report) -> Iterator[Row]:
    factor = report.clip.time_scale.factor
    duration_s = case.seen.clip.duration_s / factor
    legs: tuple[tuple[Leg, Side], ...] = (("near", case.near), ("far", case.near.other))
    for leg, side in legs:
        steps = [step for step in report.steps if step.side is side]
        for event, found, true in (
            ("foot_strike", [s.strike_time_s for s in steps], [s.strike_s for s in case.steps if s.side is side]),
            ("toe_off", [s.toe_off_time_s for s in steps], [s.off_s for s in case.steps if s.side is side]),
        ):
            found_s = np.array([t / factor for t in found if np.isfinite(t)])
            yield from _event_rows(case, (event, leg), found_s, np.array(true) - case.start_s, duration_s)


def _event_rows(case: Case, name: tuple[str, Leg], found_s: Floats, true_s: Floats, duration_s: float) -> Iterator[Row]:
    """Rows of matched events; a missed one has no error, and one made up is called so."""
    inner = true_s[(true_s > EVENT_EDGE_S) & (true_s < duration_s - EVENT_EDGE_S)]
    for true in inner:
        nearest = found_s[np.abs(found_s - true).argmin()] - true if len(found_s) else np.inf
        missed = abs(nearest) > SAME_EVENT_S
        yield Row(case, *name, np.nan if missed else float(nearest), withheld="missed" if missed else "")
    for found in found_s[(found_s > EVENT_EDGE_S) & (found_s < duration_s - EVENT_EDGE_S)]:
        if not len(true_s) or np.abs(true_s - found).min() > SAME_EVENT_S:
            yield Row(case, *name, np.nan, withheld="made up")
