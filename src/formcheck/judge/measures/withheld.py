"""A number that is withheld is withheld at every step and in every frame, too.

What a step or a frame shows is at least as unsure as the median of many: left in, the charts, the pictures and
report.json would tell what the headline must not.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from formcheck.gait.measures.registry import definition
from formcheck.records.gait import Run, Series, StepValues
from formcheck.records.report import Measure
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats


def is_withheld(measures: Mapping[str, Measure], name: str, side: Side) -> bool:
    """Whether no number rests on what this side shows; a measure of both feet rests on either."""
    if name not in measures:  # the time of a step follows from its strikes, which are told
        return False
    told = measures[name].of(side) if definition(name).sides == "leg" else measures[name].headline
    return told is not None and told.withheld is not None


def as_told(run: Run | None, measures: Mapping[str, Measure]) -> Run | None:
    """The run without what is withheld, for all that is shown and judged of it."""
    if run is None:
        return None
    return replace(
        run,
        steps=steps_as_told(run.steps, measures),
        series=series_as_told(run.series, measures),
        belt_speed_ll_s=np.nan if measures["belt_speed"].headline.withheld else run.belt_speed_ll_s,
    )


def steps_as_told(steps: tuple[StepValues, ...], measures: Mapping[str, Measure]) -> tuple[StepValues, ...]:
    """The steps with NaN for what is withheld."""

    def values(step: StepValues) -> dict[str, float]:
        side = step.contact.side
        return {n: np.nan if is_withheld(measures, n, side) else value for n, value in step.values.items()}

    return tuple(replace(step, values=values(step)) for step in steps)


def series_as_told(series: Series, measures: Mapping[str, Measure]) -> Series:
    """The curves with NaN for what is withheld."""

    def sides(name: str, curves: Mapping[Side, Floats]) -> dict[Side, Floats]:
        return {s: np.full_like(c, np.nan) if is_withheld(measures, name, s) else c for s, c in curves.items()}

    lean = series.trunk_lean_deg
    return Series(
        trunk_lean_deg=np.full_like(lean, np.nan) if is_withheld(measures, "trunk_lean", Side.LEFT) else lean,
        knee_flexion_deg=sides("knee_flexion", series.knee_flexion_deg),
        shank_angle_deg=sides("shank_angle", series.shank_angle_deg),
        foot_ahead_of_hip=sides("foot_ahead_of_hip", series.foot_ahead_of_hip),
    )
