"""From errors to the spreads that intervals are made of: ``python -m tools.accuracy calibrate``.

Everything in an interval adds in squares. So each case, judged without any spread, says how large the spread would have
to be for its interval to hold the truth; the spread that nineteen in twenty would be content with is taken, as
conformal prediction does (Papadopoulos et al. 2002). Ours gives the rings the same weight, and the runners of a ring:
the many virtual clips do not outvote the rendered ones. Its cases are few runners, and those that levels and
offsets were fitted to: with nothing more, intervals held the truth of others in 75 to 88 % of some columns. So all is
widened for one more runner.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
from scipy.stats import t as student

from formcheck.gait import settings
from formcheck.gait.settings import IntervalSettings, OffsetSettings, settings_for
from formcheck.gait.settings.calibration import Calibration, calibrations
from formcheck.judge.measures.intervals import Z95
from tools.accuracy.cases import Label
from tools.accuracy.rings import Bench, Task, rows_of
from tools.accuracy.score import Leg, Row
from tools.accuracy.truth import Floats

TABLE: Final = Path(str(files(settings).joinpath("calibrated.toml")))
HELD: Final = 0.95
MEDIAN_SD: Final = 0.6745
"""The median size of a normal error, in standard deviations."""

HEAD: Final = """\
# What each pose model's landmarks and numbers are off by. `python -m tools.accuracy calibrate` writes this file.
#
# offsets: how its legs differ from those between joint centres, see gait/settings/legs.py.
# strike_spread_s, spreads: standard errors, on the near and the far leg; see gait/settings/intervals.py.
# timing: by event detector, how late it is and its spread between runners, seconds: `tools.accuracy.timing` on 42
# clips of full (9 measured people, leave-one-runner-out RMSE 9.5 ms at foot strike, 11.7 at toe-off).
# head_forward was set by eye.
"""


def calibrate(model: str, tasks: Sequence[Task], bench: Bench) -> Calibration:
    """One model's spreads by these tasks, which must be its own and ones that may be fitted; offsets stay."""
    rows = rows_of(tasks, replace(bench, instead={"intervals": without_spreads()}))
    strike_s = strike_spread_s(rows)
    spreads = {**IntervalSettings().spreads, **spreads_of(rows, strike_s)}
    cases = {row.case for row in rows}
    return Calibration(
        calibrated_on=datetime.now(UTC).date(),
        clips=len(cases),
        offsets=settings_for(model).offsets,
        strike_spread_s=widened_by(cases) * strike_s,
        spreads=spreads,
        timing=calibrations()[model].timing,
    )


def without_spreads() -> IntervalSettings:
    """Intervals that hold what a clip itself tells of its error, and no more; none is too wide to be counted."""
    return IntervalSettings(
        spreads=dict.fromkeys(IntervalSettings().spreads, (0.0, 0.0)),
        strike_spread_s=0.0,
        widest_reach_ll=np.inf,
        widest_bounce_ll=np.inf,
        widest_angle_deg=np.inf,
        widest_lean_deg=np.inf,
        widest_asymmetry_frac=np.inf,
        widest_time_s=np.inf,
    )


def strike_spread_s(rows: Iterable[Row]) -> float:
    """Standard deviation of a whole clip's foot strikes, near leg, by the half of the clips whose median errs least."""
    by_case: dict[Label, list[float]] = {}
    for row in rows:
        if row.measure == "foot_strike" and row.leg == "near" and np.isfinite(row.error):
            by_case.setdefault(row.case, []).append(row.error)
    medians = np.array([abs(np.median(errors)) for errors in by_case.values()])
    return enough(medians, list(by_case), share=0.5) / MEDIAN_SD


def spreads_of(rows: Iterable[Row], strike_s: float) -> dict[str, tuple[float, float]]:
    """Spread of every measure on the near and the far leg, which is never the surer; the trunk has one for both.

    Each is widened by the runners that tell it: measured ones do not tell the trunk's. Left against right is not: what
    differs between runners errs on both legs alike, and held out it holds as often without.
    """
    telling: dict[tuple[str, Leg], list[Row]] = {}
    for row in rows:
        if np.isfinite(row.error) and np.isfinite(row.below):
            telling.setdefault((row.measure, row.leg), []).append(row)
    found = {key: _spread_of(chosen, strike_s) for key, chosen in telling.items()}
    names = dict.fromkeys(name for name, _ in found)
    sides = {name: (_of(found, name, "near"), _of(found, name, "far")) for name in names}
    return {name: (near, max(near, far)) for name, (near, far) in sides.items()}


def _spread_of(rows: Sequence[Row], strike_s: float) -> float:
    cases = [row.case for row in rows]
    spread = enough(np.array([needed_spread(row, strike_s) for row in rows]), cases)
    return spread if rows[0].measure.endswith("_asymmetry") else spread * widened_by(cases)


def _of(found: Mapping[tuple[str, Leg], float], name: str, leg: Leg) -> float:
    return next(found[name, one] for one in (leg, "both", "near") if (name, one) in found)


def needed_spread(row: Row, strike_s: float) -> float:
    """What a row judged without spreads would have needed besides its strikes' error to hold the truth."""
    side = np.hypot(row.below if row.error > 0 else row.above, Z95 * row.per_second * strike_s)
    return float(np.sqrt(max(row.error**2 - side**2, 0.0))) / Z95 / row.spread_scale


def enough(needed: Floats, cases: Sequence[Label], share: float = HELD) -> float:
    """The least of ``needed`` that this share of the cases, and of one more as bad as any, are content with."""
    weights = _weights(cases)
    order = np.argsort(needed)
    content = np.cumsum(weights[order]) / (weights.sum() + weights.max())
    first = int(np.searchsorted(content, share))
    return float(needed[order][min(first, len(needed) - 1)])


def widened_by(cases: Iterable[Label]) -> float:
    """By how much what was found on these runners must be wider to hold as often for one who is not among them.

    The interval of one more value of a normal sample (Hahn 1969): Student's t, and the error of the sample's own mean.
    Ours counts runners of unequal weight as Kish (1965, 11.7) counts a sample.
    """
    clips = list(cases)
    runners: dict[str, float] = {}
    for case, weight in zip(clips, _weights(clips), strict=True):
        runners[case.way] = runners.get(case.way, 0.0) + weight
    share = np.array(list(runners.values())) / sum(runners.values())
    count = 1 / float(share @ share)
    return float(student.ppf((1 + HELD) / 2, count - 1) * np.sqrt(1 + 1 / count) / Z95)


def _weights(cases: Sequence[Label]) -> Floats:
    """Of each case: the rings weigh alike, and so do the runners of a ring, however many clips there are of them."""
    clips = Counter((case.ring, case.way) for case in cases)
    runners = Counter(ring for ring, _ in clips)
    return np.array([1 / clips[case.ring, case.way] / runners[case.ring] for case in cases])


def table(models: Mapping[str, Calibration]) -> str:
    """The data file that the settings read."""
    return "\n".join([HEAD, *(_table_of(model, found) for model, found in models.items())])


def _table_of(model: str, found: Calibration) -> str:
    offsets = _offsets_of(model, found.offsets) if found.offsets != OffsetSettings() else ""
    timing = "".join(f"{name} = [{_short(late)}, {_short(spread)}]\n" for name, (late, spread) in found.timing.items())
    spreads = (f"{name} = [{_short(near)}, {_short(far)}]\n" for name, (near, far) in found.spreads.items())
    return (
        f"[{model}]\ncalibrated_on = {found.calibrated_on}\nclips = {found.clips}\n"
        f"strike_spread_s = {_short(found.strike_spread_s)}\n\n{offsets}"
        f"[{model}.timing]\n{timing}\n[{model}.spreads]\n{''.join(spreads)}"
    )


def _offsets_of(model: str, offsets: OffsetSettings) -> str:
    legs = {leg: asdict(getattr(offsets, leg)).items() for leg in ("near", "far")}
    rows = (f"{leg} = {{ {', '.join(f'{name} = {value!r}' for name, value in row)} }}\n" for leg, row in legs.items())
    return f"[{model}.offsets]\n{''.join(rows)}foot_slow_frac = {offsets.foot_slow_frac!r}\n\n"


def _short(value: float) -> str:
    """Three digits."""
    return repr(float(f"{value:.3g}"))
