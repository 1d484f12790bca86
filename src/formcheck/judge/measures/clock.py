"""Whether the clip's seconds can be believed, where it was measured: steps against speed, speed against legs.

An editor that plays a run 1.25 times faster leaves nothing in the file, and a runner's fall varies too much to show it.
But steps keep their length, and who takes steps of a length hardly does so a quarter more often than others.
"""

from collections.abc import Mapping
from typing import Final

from formcheck.judge.measures.summary import unsure
from formcheck.records.report import Measure, Reason, ReferenceBand
from formcheck.words.reasons import reason

TIME_UNITS: Final = ("1/min", "s", "m/s", "leg_length/s")
"""Units of the measures that are wrong where the clock is."""

DOUBTS: Final = frozenset({"clock_doubted", "scale_disagreement", "speed_implausible"})
"""The reasons that may lie in the clock."""


def doubt_clock(
    measures: Mapping[str, Measure],
    reference: tuple[ReferenceBand, ...],
    *,
    is_known: bool,
    usual_per_min: tuple[float, float],
) -> Reason | None:
    """Why the clip may not play in real time; None where steps are as usual at this speed, or the clock ``is_known``.

    Where nobody was measured at this speed, ``usual_per_min`` bounds the cadence.
    """
    cadence = measures["cadence"].headline
    if is_known or cadence.withheld is not None:
        return None
    band = next((each for each in reference if each.measure == "cadence"), None)
    low, high = (band.low, band.high) if band else usual_per_min
    if low <= cadence.value <= high:
        return None
    variant = ("quick" if cadence.value > high else "slow") + ("" if band else "_at_any")
    return reason("clock_doubted", variant, cadence=round(cadence.value))


def unsure_of_time(measures: Mapping[str, Measure]) -> dict[str, Measure]:
    """The measures, those of time never surer than "low"."""
    return {name: unsure(one) if one.unit in TIME_UNITS else one for name, one in measures.items()}
