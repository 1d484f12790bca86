"""A number that is withheld is withheld at every step and in every frame, too.

What a step or a frame shows is at least as unsure as the median of many: left in, the charts, the pictures and
report.json would show what the headline withholds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from formcheck.gait.measures.registry import definition
from formcheck.gait.rhythm.apart import FAR_S
from formcheck.records.gait import Run, Series, StepValues
from formcheck.records.report import Measure
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats


def is_withheld(measures: Mapping[str, Measure], name: str, side: Side) -> bool:
    """Whether no number rests on what this side shows; a measure of both feet rests on either."""
    if name not in measures:  # the time of a step follows from its strikes, which are reported
        return False
    reported = measures[name].of(side) if definition(name).sides == "leg" else measures[name].headline
    return reported is not None and reported.withheld is not None


def as_reported(run: Run | None, measures: Mapping[str, Measure]) -> Run | None:
    """The run without what is withheld, for all that is shown and judged of it."""
    if run is None:
        return None
    return replace(
        run,
        steps=steps_as_reported(run.steps, measures),
        series=series_as_reported(run, measures),
        belt_speed_ll_s=np.nan if measures["belt_speed"].headline.withheld else run.belt_speed_ll_s,
    )


def steps_as_reported(steps: tuple[StepValues, ...], measures: Mapping[str, Measure]) -> tuple[StepValues, ...]:
    """The steps with NaN for what is withheld."""

    def values(step: StepValues) -> dict[str, float]:
        side = step.contact.side
        return {n: np.nan if is_withheld(measures, n, side) else value for n, value in step.values.items()}

    return tuple(replace(step, values=values(step)) for step in steps)


def series_as_reported(run: Run, measures: Mapping[str, Measure]) -> Series:
    """The curves with NaN for what is withheld; of the knee's, the phase whose peak is."""

    def sides(name: str, curves: Mapping[Side, Floats]) -> dict[Side, Floats]:
        return {s: np.full_like(c, np.nan) if is_withheld(measures, name, s) else c for s, c in curves.items()}

    series, lean = run.series, run.series.trunk_lean_deg
    knee_deg = sides("knee_flexion", series.knee_flexion_deg)
    return Series(
        trunk_lean_deg=np.full_like(lean, np.nan) if is_withheld(measures, "trunk_lean", Side.LEFT) else lean,
        knee_flexion_deg={s: np.where(_knee_shown(run, measures, s), curve, np.nan) for s, curve in knee_deg.items()},
        shank_angle_deg=sides("shank_angle", series.shank_angle_deg),
        foot_ahead_of_hip=sides("foot_ahead_of_hip", series.foot_ahead_of_hip),
    )


def _knee_shown(run: Run, measures: Mapping[str, Measure], side: Side) -> npt.NDArray[np.bool_]:
    """The frames (T,) in which a side's knee may be shown: those of a phase whose peak is reported."""
    peaks = {"stance": "peak_knee_flexion_stance", "swing": "peak_knee_flexion_swing"}
    reported = [phase for phase, peak in peaks.items() if not is_withheld(measures, peak, side)]
    time_s = run.runner.time_s
    if len(reported) == len(peaks):
        return np.ones(len(time_s), dtype=bool)
    shown = np.zeros(len(time_s), dtype=bool)
    for phase in reported:
        for start_s, end_s in _phases(run.steps, side, phase):
            # with the frames around it: a curve is drawn between frames, and the instants lie between them
            shown[max(0, np.searchsorted(time_s, start_s) - 1) : np.searchsorted(time_s, end_s, "right") + 1] = True
    return shown


def _phases(steps: tuple[StepValues, ...], side: Side, phase: str) -> Iterator[tuple[float, float]]:
    """Beginning and end of each stance or swing of one side, as far as both are known."""
    contacts = [step.contact for step in steps]
    for contact, following in zip(contacts, [*contacts[2:], None, None], strict=False):
        if contact.side is not side:
            continue
        next_s = following.strike_s if following is not None and following.side is side else np.nan
        next_s = next_s if next_s - contact.strike_s <= FAR_S else np.nan
        start_s, end_s = (contact.strike_s, contact.off_s) if phase == "stance" else (contact.off_s, next_s)
        if np.isfinite(start_s + end_s):
            yield start_s, end_s
