"""From errors to the spreads that intervals are made of: ``python -m tools.accuracy calibrate``.

Everything in an interval adds in squares. So each case, judged without any spread, says how large the spread would have
to be for its interval to hold the truth; the spread that nineteen in twenty would be content with is taken, as
conformal prediction does (Papadopoulos et al. 2002). Ours gives both rings the same weight, so that the many virtual
clips do not outvote the rendered ones. Its cases are few runners, and those that levels and offsets were fitted to:
with nothing more, intervals held the truth of others in 75 to 88 % of some columns. So all is widened for one more.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from formcheck import calibrated
from formcheck.config import IntervalSettings
from formcheck.gait.intervals import Z95
from tools.accuracy.cases import Label
from tools.accuracy.rings import Bench, Task, rows_of
from tools.accuracy.score import Leg, Row
from tools.accuracy.truth import Floats

TABLE: Final = Path(calibrated.__file__)
HELD: Final = 0.95
MEDIAN_SD: Final = 0.6745
"""The median size of a normal error, in standard deviations."""

Spreads = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What one pose model's numbers err by, and on how many clips that was found."""

    strike_spread_s: float
    spreads: Spreads
    cases: int


def calibrate(tasks: Sequence[Task], bench: Bench) -> Calibration:
    """One model's spreads by these tasks, which must be its own and ones that may be fitted."""
    rows = rows_of(tasks, replace(bench, instead={"intervals": without_spreads()}))
    strike_s, wider = strike_spread_s(rows), widened_by({row.case for row in rows})
    found = {name: (wider * near, wider * far) for name, (near, far) in spreads_of(rows, strike_s).items()}
    return Calibration(wider * strike_s, {**IntervalSettings().spreads, **found}, len({row.case for row in rows}))


def known() -> dict[str, Calibration]:
    """What is in use now, by pose model."""
    return {
        model: Calibration(calibrated.STRIKE_SPREAD_S[model], spreads, calibrated.CLIPS[model])
        for model, spreads in calibrated.SPREADS.items()
    }


def without_spreads() -> IntervalSettings:
    """Intervals that hold what a clip itself tells of its error, and no more."""
    return IntervalSettings(spreads=dict.fromkeys(IntervalSettings().spreads, (0.0, 0.0)), strike_spread_s=0.0)


def strike_spread_s(rows: Iterable[Row]) -> float:
    """Standard deviation of a whole clip's foot strikes, near leg, by the half of the clips whose median errs least."""
    by_case: dict[Label, list[float]] = {}
    for row in rows:
        if row.measure == "foot_strike" and row.leg == "near" and np.isfinite(row.error):
            by_case.setdefault(row.case, []).append(row.error)
    medians = np.array([abs(np.median(errors)) for errors in by_case.values()])
    return enough(medians, np.array([case.ring for case in by_case]), share=0.5) / MEDIAN_SD


def spreads_of(rows: Iterable[Row], strike_s: float) -> dict[str, tuple[float, float]]:
    """Spread of every measure on the near and the far leg, which is never the surer; the trunk has one for both."""
    needed: dict[tuple[str, Leg], list[tuple[float, int]]] = {}
    for row in rows:
        if np.isfinite(row.error) and np.isfinite(row.below):
            needed.setdefault((row.measure, row.leg), []).append((needed_spread(row, strike_s), row.case.ring))
    found = {
        key: enough(np.array([size for size, _ in both]), np.array([r for _, r in both]))
        for key, both in needed.items()
    }
    names = dict.fromkeys(name for name, _ in found)
    sides = {name: (_of(found, name, "near"), _of(found, name, "far")) for name in names}
    return {name: (near, max(near, far)) for name, (near, far) in sides.items()}


def widened_by(cases: Collection[Label]) -> float:
    """By how much what was found on these runners must be wider to hold as often for one who is not among them.

    The interval of one more value of a normal sample (Hahn 1969): Student's t, and the error of the sample's own mean.
    Ours counts runners whose clips weigh unequally as Kish (1965, 11.7) counts a sample: each ring weighs the same.
    """
    runners: dict[str, float] = {}
    in_ring = Counter(case.ring for case in cases)
    for case in cases:
        runners[case.way] = runners.get(case.way, 0.0) + 1 / in_ring[case.ring] / len(in_ring)
    count = 1 / sum(weight**2 for weight in runners.values())
    return float(student.ppf((1 + HELD) / 2, count - 1) * np.sqrt(1 + 1 / count) / Z95)


def _of(found: Mapping[tuple[str, Leg], float], name: str, leg: Leg) -> float:
    return next(found[name, one] for one in (leg, "both", "near") if (name, one) in found)


def needed_spread(row: Row, strike_s: float) -> float:
    """What a row judged without spreads would have needed besides its strikes' error to hold the truth."""
    side = np.hypot(row.below if row.error > 0 else row.above, Z95 * row.per_second * strike_s)
    return float(np.sqrt(max(row.error**2 - side**2, 0.0))) / Z95 / row.spread_scale


def enough(needed: Floats, rings: NDArray[np.int_], share: float = HELD) -> float:
    """The least of ``needed`` that this share of the cases, and of one more as bad as any, are content with."""
    weights = 1 / (rings[:, None] == rings).sum(axis=1)
    order = np.argsort(needed)
    content = np.cumsum(weights[order]) / (weights.sum() + weights.max())
    first = int(np.searchsorted(content, share))
    return float(needed[order][min(first, len(needed) - 1)])


def table(models: Mapping[str, Calibration]) -> str:
    """The module that the settings read."""
    strikes = [f'    "{model}": {_short(found.strike_spread_s)},' for model, found in models.items()]
    clips = [f'    "{model}": {found.cases},' for model, found in models.items()]
    spreads = [line for model, found in models.items() for line in _table_of(model, found.spreads)]
    return "\n".join(
        (
            '"""What measures err by: written by ``python -m tools.accuracy calibrate``, explained in config.py."""',
            "",
            *("STRIKE_SPREAD_S = {", *strikes, "}"),
            "",
            *("SPREADS = {", *spreads, "}"),
            '"""By pose model and measure: near and far leg. head_forward was set by eye."""',
            "",
            *("CLIPS = {", *clips, "}"),
            '"""That this was found on."""',
            "",
        )
    )


def _table_of(model: str, spreads: Spreads) -> list[str]:
    lines = [f'        "{name}": ({_short(near)}, {_short(far)}),' for name, (near, far) in spreads.items()]
    return [f'    "{model}": {{', *lines, "    },"]


def _short(value: float) -> str:
    """Three digits, in the form that the formatter leaves alone."""
    return repr(float(f"{value:.3g}"))
