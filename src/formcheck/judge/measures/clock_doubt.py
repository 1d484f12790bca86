"""Whether the clip's seconds can be believed, where it was measured: steps against speed, the fall against contact.

An editor that plays a run 1.25 times faster leaves nothing in the file. But steps keep their length, and who takes
steps of a length hardly does so a quarter more often than others; and the shorter the contact within a step, the harder
a body falls (Morin et al. 2005), played k times faster k squared times as hard.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from formcheck.gait.measures.registry import TIME_UNITS
from formcheck.gait.rhythm.clock import fall_by_contact_g
from formcheck.gait.settings import TimeSettings
from formcheck.judge.measures.scale import LEG_PER_HEIGHT
from formcheck.judge.measures.summary import unsure
from formcheck.records.options import RunOptions
from formcheck.records.report import Measure, Reason, ReferenceBand
from formcheck.records.skeleton import Side
from formcheck.records.values import Sentence
from formcheck.words.reasons import reason


@dataclass(frozen=True, slots=True)
class ClockDoubt:
    """Why the clip may not play in real time, and how many times faster than life it then may."""

    reason: Reason
    times: float


def doubt_clock(
    measures: Mapping[str, Measure],
    reference: tuple[ReferenceBand, ...],
    fall_g: float,
    options: RunOptions,
    *,
    is_known: bool,
    settings: TimeSettings,
) -> ClockDoubt | None:
    """A doubt where steps are too many or too few for the speed, or the body falls otherwise than contact asks for.

    None where neither is so or the clock ``is_known``. ``fall_g`` as it plays, NaN where none was seen. Where nobody
    was measured at this speed, the cadence of runners at any speed bounds it.
    """
    cadence = measures["cadence"].headline
    if is_known or cadence.withheld is not None:
        return None
    band = next((each for each in reference if each.measure == "cadence"), None)
    low, high = (band.low, band.high) if band else settings.running_cadence_per_min
    usual = band.mean if band else settings.usual_cadence_per_min
    fall = fall_share(measures, fall_g, options.height_m, settings)
    least, most = settings.usual_fall_share
    if not low <= cadence.value <= high:
        variant, times = ("quick" if cadence.value > high else "slow"), cadence.value / usual
        variant += "" if band else "_at_any"
    elif fall < least or fall > most:
        variant, times = ("hard_fall" if fall > most else "gentle_fall"), math.sqrt(fall)
    else:
        return None
    settle = Sentence(f"clock_settled_by.{_settled_by(measures, options)}")
    return ClockDoubt(reason("clock_doubted", variant, cadence=round(cadence.value), settle=settle), times)


def fall_share(measures: Mapping[str, Measure], fall_g: float, height_m: float | None, settings: TimeSettings) -> float:
    """How hard the body falls, over how hard it does with that contact time; NaN where either was not seen."""
    leg_frac = 1.0 if height_m is None else LEG_PER_HEIGHT * height_m / settings.leg_length_m
    legs = (measures["duty_factor"].of(side) for side in Side)
    duties = [leg.value for leg in legs if leg is not None and not leg.withheld]
    return leg_frac * fall_g / fall_by_contact_g(2 * float(np.mean(duties))) if duties else np.nan


def _settled_by(measures: Mapping[str, Measure], options: RunOptions) -> str:
    """What the user can still say that shows whether the clip plays in real time: the speed, then the height."""
    if measures["belt_speed"].headline.withheld or None not in (options.speed_kmh, options.height_m):
        return "nothing"
    return "speed" if options.speed_kmh is None else "height"


def unsure_of_time(measures: Mapping[str, Measure]) -> dict[str, Measure]:
    """The measures, those of time never surer than "low"."""
    return {name: unsure(one) if one.unit in TIME_UNITS else one for name, one in measures.items()}
