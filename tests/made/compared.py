"""Clips of one runner by the numbers that are compared."""

from dataclasses import replace
from itertools import count

import numpy as np

from formcheck import Report
from formcheck.judge.comparison.records import Comparison, Difference
from formcheck.records.report import ErrorParts, Measure, Measured
from formcheck.records.skeleton import Side
from formcheck.words.reasons import reason
from sample_report import good_report

REACH_SD = np.hypot(0.006, 0.004)
"""Of a clip, without what cancels."""


NUMBERS = count(1)


def clip(
    reach: float = 0.24, *, lean: float = 6.0, of_runner: float = 0.02, speed_kmh: float | None = 11.0, **other: object
) -> Report:
    """A clip of one runner by the numbers that are compared."""
    report = good_report()
    measures = {name: report.measures[name] for name in ("foot_ahead_of_hip", "trunk_lean", "cadence", "knee_flexion")}
    found = {
        "foot_ahead_of_hip": measured(reach, ErrorParts(of_runner, 0.006, 0.004)),
        "trunk_lean": measured(lean, ErrorParts(0.8, 0.5, 0.1)),
    }
    measures |= {name: replace(measures[name], headline=one) for name, one in found.items()}
    measures["belt_speed"] = report.measures["belt_speed"]
    told = {"told": {"speed_kmh": speed_kmh, "incline_pct": 0.0}}
    belt = report.scene.belt_speed
    scene = replace(report.scene, belt_speed=replace(belt, value=belt.value * (speed_kmh or 11.0) / 11.0))
    made = replace(report, measures=measures, settings=told, **{"scene": scene} | other)  # type: ignore[arg-type]
    return replace(made, clip=replace(made.clip, sha256=f"{next(NUMBERS):064x}"))


def measured(value: float, error: ErrorParts) -> Measured:
    half = 1.96 * float(np.linalg.norm([error.of_runner, error.of_clip, error.of_steps]))
    return Measured(value, 0.01, (value - half, value + half), 14, "high", error=error)


def reach(comparison: Comparison) -> Difference:
    found = comparison.of("foot_ahead_of_hip")
    assert found is not None
    return found


def half(difference: Difference) -> float:
    low, high = difference.interval95
    return (high - low) / 2


def codes(comparison: Comparison) -> list[str]:
    return [note.code for note in comparison.notes]


def nobody() -> Report:
    """A clip without a runner: nothing was measured, and there is no view."""
    report = clip()
    gone = {
        name: replace(one, headline=replace(one.headline, withheld=reason("nobody_seen")))
        for name, one in report.measures.items()
    }
    return replace(report, measures=gone, scene=replace(report.scene, view="unclear", near_side=None))


def from_left(reach: float) -> Report:
    report = clip(reach)
    return replace(report, scene=replace(report.scene, near_side=Side.LEFT))


def from_right(reach: float) -> Report:
    report = clip(reach)
    return replace(report, scene=replace(report.scene, near_side=Side.RIGHT))


def from_behind() -> Report:
    report = clip()
    width = Measure("leg_length", measured(0.05, ErrorParts(0.002, 0.002, 0.001)))
    rhythm = {"cadence": report.measures["cadence"], "step_width": width}
    return replace(report, measures=rhythm, scene=replace(report.scene, view="rear", near_side=None))
