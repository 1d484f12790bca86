"""The numbers of a gait: measured, withheld, compared, and doubted where the clip's clock is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from formcheck.gait.measures.registry import TIME_UNITS
from formcheck.gait.settings import Settings
from formcheck.judge.measures.clock_doubt import doubt_clock, unsure_of_time
from formcheck.judge.measures.measured import measure, withhold
from formcheck.judge.measures.scale import find_scale, speed_fits_legs, speed_m_s
from formcheck.judge.measures.withheld import as_reported
from formcheck.judge.obstacles import find_doubts, find_obstacles
from formcheck.judge.reference.bands import find_reference
from formcheck.judge.reference.standing import same_standing
from formcheck.records.filmed import Filmed
from formcheck.records.gait import Gait, Run, SideGait, time_scale
from formcheck.records.options import RunOptions
from formcheck.records.report import Measure, Reason, ReferenceBand, Scale


@dataclass(frozen=True, slots=True)
class Numbers:
    """``run`` as it was measured, ``shown`` as far as it is reported; ``reference``: bands at the runner's speed.

    ``obstacles`` withhold everything, ``doubts`` lower the clip's grade.
    """

    run: Run | None
    shown: Run | None
    scale: Scale
    measures: Mapping[str, Measure]
    reference: tuple[ReferenceBand, ...]
    obstacles: tuple[Reason, ...]
    doubts: tuple[Reason, ...]


def find_numbers(gait: Gait, filmed: Filmed, options: RunOptions, mean_fps: float, settings: Settings) -> Numbers:
    """All numbers of a gait, with what stands in their way."""
    obstacles = find_obstacles(gait, filmed, settings=settings)
    run = gait.run if isinstance(gait, SideGait) and not obstacles else None
    doubts = find_doubts(gait, run, filmed, mean_fps, settings=settings)
    scale, disagreement = find_scale(
        run.belt_speed_ll_s if run else np.nan,
        options.height_m,
        options.speed_kmh,
        belt_spread_frac=settings.intervals.spread("belt_speed"),
    )
    measures = withhold(measure(gait, run, scale, settings), obstacles)
    shown = as_reported(run, measures)
    is_absurd = disagreement is not None and options.height_m is None  # a speed that no usual leg runs at this rhythm
    given_kmh = None if is_absurd else options.speed_kmh
    reference = find_reference(speed_m_s(shown.belt_speed_ll_s if shown else np.nan, scale, given_kmh))
    is_known = time_scale(gait).source in ("declared", "metadata") or speed_fits_legs(scale, options.height_m)
    clock = doubt_clock(measures, reference, _fall_g(gait), options, is_known=is_known, settings=settings.time)
    if why := disagreement or (clock and clock.reason):
        measures, doubts = unsure_of_time(measures), (*doubts, why)
    if clock and options.speed_kmh is None:
        reference = _whatever_the_speed(measures, reference, clock.times)
    return Numbers(run, shown, scale, measures, reference, obstacles, doubts)


def _fall_g(gait: Gait) -> float:
    """How hard a runner falls who is seen from the side, in real time; NaN where nobody is."""
    if not isinstance(gait, SideGait) or gait.pace is None:
        return np.nan
    return gait.pace.fall_g * gait.pace.time_base.scale.factor**2


def _whatever_the_speed(
    measures: Mapping[str, Measure], reference: tuple[ReferenceBand, ...], times: float
) -> tuple[ReferenceBand, ...]:
    """Bands of numbers that don't depend on the clock, alike at the speed as it plays and ``times`` slower."""
    if not reference:
        return ()
    usual = find_reference(reference[0].speed_m_s / times)
    others = {band.measure: band for band in usual if band.unit not in TIME_UNITS}
    return tuple(
        band
        for band in reference
        if band.measure in others
        and measures[band.measure].headline.withheld is None
        and same_standing(measures[band.measure].headline, band, others[band.measure])
    )
