"""From errors to what intervals are made of: ``python -m tools.accuracy calibrate``.

Everything in an interval adds in squares. So the mean square error that is left of a measure when its clip's own part
is taken off is the square of its spread. All figures are those of runners left out (timing and levels are found without
the runner they are then held against), and the spread of few runners is widened for one more: by Student's t.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
from scipy.optimize import brentq
from scipy.stats import t as student

from formcheck.gait import settings
from formcheck.gait.settings import EventSettings, HipLevel, IntervalSettings, OffsetSettings, Settings, settings_for
from formcheck.gait.settings.calibration import Calibration
from formcheck.judge.measures.intervals import Z95
from tools.accuracy.again.parts import again_rows, clip_spreads_of
from tools.accuracy.cases import Label, weights_of
from tools.accuracy.levels import Level, fit_level, leave_one_out
from tools.accuracy.rings import Bench, Task, judged_with, levels_of_all, rows_of, shot_of, sights_of_all
from tools.accuracy.score import Leg, Row
from tools.accuracy.timing import Sight, fit_timing
from tools.accuracy.truth import Floats
from tools.accuracy.verdicts import Verdict

TABLE: Final = Path(str(files(settings).joinpath("calibrated.toml")))
HELD: Final = 0.95
TINY: Final = 1e-12
BY_LEVEL: Final = {"foot_ahead_of_hip": 1.0, "heel_ahead_of_hip": 1.0, "leg_angle": float(np.degrees(1.0))}
"""How much a measure changes when reach is measured from a hip one leg length further ahead."""

HEAD: Final = """\
# What each pose model's landmarks and numbers are off by. `python -m tools.accuracy calibrate` writes this file.
#
# offsets: how its legs differ from those between joint centres; hip: where reach is measured from; see
# gait/settings/legs.py.
# strike_spread_s, spreads: standard errors, on the near and the far leg; see gait/settings/intervals.py.
# clip_spreads: the part of them that is new in each clip of a runner.
# timing: by event detector, how late it is and its spread between runners, seconds.
# head_forward was set by eye.
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one model's clips show: their detectors' lags, their levels, and every number's error without a spread.

    ``by_landmarks``: the same rows where no shoe was followed; ``again``: those of runners filmed again.
    """

    model: str
    sights: Sequence[Sight]
    levels: Sequence[Level]
    rows: Sequence[Row]
    by_landmarks: Sequence[Row]
    again: Sequence[Row] = ()

    def without(self, way: str) -> "Evidence":
        """But for one runner's clips."""
        return Evidence(
            self.model,
            [one for one in self.sights if one.case.way != way],
            [one for one in self.levels if one.case.way != way],
            [one for one in self.rows if one.case.way != way],
            [one for one in self.by_landmarks if one.case.way != way],
            [one for one in self.again if one.case.way != way],
        )


def gather(model: str, tasks: Sequence[Task], bench: Bench) -> Evidence:
    """Look at every case of one model; its own timing and offsets stand but for the levels."""
    offsets = replace(settings_for(model).offsets, hip=HipLevel())
    bare = replace(bench, instead={"intervals": without_spreads(), "offsets": offsets})
    return Evidence(
        model,
        sights_of_all(tasks, replace(bench, shoes=False)),
        levels_of_all(tasks, bench),
        rows_of(tasks, bare),
        rows_of(tasks, replace(bare, shoes=False)),
        again_rows(model, replace(bench, instead={"intervals": without_spreads()})),
    )


def calibrate(evidence: Evidence) -> Calibration:
    """What all of it says; a model without offsets gets no levels either."""
    now = settings_for(evidence.model)
    is_corrected = replace(now.offsets, hip=HipLevel()) != OffsetSettings()
    rows = left_out_rows(evidence) if is_corrected else evidence.rows
    by_shoe_s, by_landmarks_s = strike_spread_s(rows), strike_spread_s(evidence.by_landmarks)
    widened = widened_by(row.case for row in rows)
    return Calibration(
        calibrated_on=datetime.now(UTC).date(),
        clips=len({row.case for row in rows}),
        offsets=replace(now.offsets, hip=fit_level(evidence.levels)) if is_corrected else now.offsets,
        strike_spread_s=widened * by_landmarks_s,
        strike_spread_by_shoe_s=widened * by_shoe_s,
        spreads={
            **now.intervals.spreads,
            **spreads_of(rows, widened * by_shoe_s),
            **_feet(rows, evidence.by_landmarks, (widened * by_shoe_s, widened * by_landmarks_s)),
        },
        clip_spreads=clip_spreads_of([*rows, *evidence.again]) or now.intervals.clip_spreads,
        timing=fit_timing(evidence.sights),
    )


def _feet(
    rows: Sequence[Row], by_landmarks: Sequence[Row], strike_s: tuple[float, float]
) -> dict[str, tuple[float, float]]:
    """The foot's angle by landmarks, and by the shoe where it was followed: there the number is another."""
    alone = {(row.case, row.leg): row for row in by_landmarks if row.measure == "foot_angle"}
    feet = [row for row in rows if row.measure == "foot_angle"]
    seen, unseen = _strikes_by_leg(rows), _strikes_by_leg(by_landmarks)
    by_shoe = [row for row in feet if seen.get((row.case, row.leg)) != unseen.get((row.case, row.leg))]
    shoe_s, landmarks_s = strike_s
    found = spreads_of(alone.values(), landmarks_s)
    shoes = spreads_of(by_shoe, shoe_s).get("foot_angle", found["foot_angle"])
    return {"foot_angle": found["foot_angle"], "foot_angle_by_shoe": shoes}


def _strikes_by_leg(rows: Iterable[Row]) -> dict[tuple[Label, Leg], list[float]]:
    """What every strike is off by; where a shoe was followed, another number than by landmarks alone."""
    strikes: dict[tuple[Label, Leg], list[float]] = {}
    for row in rows:
        if row.measure == "foot_strike" and np.isfinite(row.error):
            strikes.setdefault((row.case, row.leg), []).append(row.error)
    return strikes


def settings_of(found: Calibration) -> Settings:
    """What the program measures with by a calibration."""
    intervals = IntervalSettings(
        spreads=found.spreads,
        clip_spreads=found.clip_spreads,
        strike_spread_s=found.strike_spread_s,
        strike_spread_by_shoe_s=found.strike_spread_by_shoe_s,
    )
    return Settings(offsets=found.offsets, intervals=intervals, events=EventSettings(timing=found.timing))


def judge_left_out(evidence: Evidence, tasks: Sequence[Task], bench: Bench) -> list[tuple[list[Row], Verdict | None]]:
    """Every case judged by what all other runners' clips say."""
    ways = {task: shot_of(str(task.subject), bench).way for task in tasks}
    settings = {way: settings_of(calibrate(evidence.without(way))) for way in dict.fromkeys(ways.values())}
    return judged_with([(task, settings[way]) for task, way in ways.items()], bench)


def left_out_rows(evidence: Evidence) -> list[Row]:
    """Every row with the level of all other runners taken off where the near leg's reach is reported."""
    errors_ll, left_ll = {one.case: one.error_ll for one in evidence.levels}, leave_one_out(evidence.levels)

    def placed(row: Row) -> Row:
        if row.leg != "near" or row.measure not in BY_LEVEL or row.case not in left_ll:
            return row
        return replace(row, error=row.error - BY_LEVEL[row.measure] * (errors_ll[row.case] - left_ll[row.case]))

    return [placed(row) for row in evidence.rows]


def without_spreads() -> IntervalSettings:
    """Intervals of a clip's own error alone; none is too wide to count."""
    return IntervalSettings(
        spreads=dict.fromkeys(IntervalSettings().spreads, (0.0, 0.0)),
        clip_spreads={},
        strike_spread_s=0.0,
        strike_spread_by_shoe_s=0.0,
        widest_reach_ll=np.inf,
        widest_bounce_ll=np.inf,
        widest_angle_deg=np.inf,
        widest_foot_deg=np.inf,
        widest_lean_deg=np.inf,
        widest_asymmetry_frac=np.inf,
        widest_time_s=np.inf,
    )


def strike_spread_s(rows: Iterable[Row]) -> float:
    """Root mean square of what a clip's near strikes are off by as a whole (their median)."""
    by_case: dict[Label, list[float]] = {}
    for row in rows:
        if row.measure == "foot_strike" and row.leg == "near" and np.isfinite(row.error):
            by_case.setdefault(row.case, []).append(row.error)
    medians = np.array([float(np.median(errors)) for errors in by_case.values()])
    return float(np.sqrt(weights_of(list(by_case)) @ medians**2))


def spreads_of(rows: Iterable[Row], strike_s: float) -> dict[str, tuple[float, float]]:
    """Spread of every measure on the near and the far leg, which is never the surer; the trunk has one for both.

    ``strike_s``: the strikes' own spread, already widened. Measured people decide, where there are any: prescribed
    gaits are told better, and intervals are for people.
    """
    every = list(rows)
    people = any(row.case.is_person for row in every)
    telling: dict[tuple[str, Leg], list[Row]] = {}
    for row in every:
        if row.case.is_person is people and np.isfinite(row.error) and np.isfinite(row.below):
            telling.setdefault((row.measure, row.leg), []).append(row)
    found = {key: _spread_of(chosen, strike_s) for key, chosen in telling.items()}
    names = dict.fromkeys(name for name, _ in found)
    sides = {name: (_of(found, name, "near"), _of(found, name, "far")) for name in names}
    return {name: (near, max(near, far)) for name, (near, far) in sides.items()}


def _spread_of(rows: Sequence[Row], strike_s: float) -> float:
    """The spread by which errors are as large as they should be, over what is known of each clip's own error.

    Found as Paule and Mandel (1982) do between laboratories: a clip that knows little of itself decides little.
    """
    cases = [row.case for row in rows]
    errors, own, by_strike, scale = np.array(
        [(row.error, row.half / Z95, row.per_second * strike_s, row.spread_scale) for row in rows]
    ).T
    squares, weights = (widened_by(cases) * errors) ** 2, weights_of(cases)

    def too_large(spread: float) -> float:
        return float(weights @ (squares / (own**2 + by_strike**2 + (scale * spread) ** 2 + TINY))) - 1

    widest = float(np.max(np.sqrt(squares) / scale)) + TINY
    return float(brentq(too_large, 0.0, widest)) if too_large(0.0) > 0 else 0.0


def _of(found: Mapping[tuple[str, Leg], float], name: str, leg: Leg) -> float:
    return next(found[name, one] for one in (leg, "both", "near") if (name, one) in found)


def widened_by(cases: Iterable[Label]) -> float:
    """By how much what was found on these runners left out must be wider for one more: Student's t.

    Measured people count; where there are none, prescribed gaits.
    """
    labels = list(cases)
    people = {label.way for label in labels if label.is_person} or {label.way for label in labels}
    return float(student.ppf((1 + HELD) / 2, len(people) - 1) / Z95)


@dataclass(frozen=True, slots=True)
class Parts:
    """An error in two parts, standard deviations: the same in all clips of a runner, and from clip to clip.

    Of ``clips`` of ``runners`` measured people.
    """

    of_runner: float
    of_clip: float
    runners: int
    clips: int


def parts_of(rows: Sequence[Row]) -> Parts:
    """One measure's error on measured people, in two parts (one-way analysis of variance; Searle et al. 1992, 3.6)."""
    by_runner: dict[str, list[float]] = {}
    for row in rows:
        if row.case.is_person and np.isfinite(row.error):
            by_runner.setdefault(row.case.way, []).append(row.error)
    errors: list[Floats] = [np.array(each) for each in by_runner.values()]
    counts = np.array([len(each) for each in errors])
    clips, runners = int(counts.sum()), len(counts)
    within = sum(float(np.sum((each - each.mean()) ** 2)) for each in errors) / max(clips - runners, 1)
    means, mean = np.array([each.mean() for each in errors]), np.concatenate(errors).mean()
    between = float(counts @ (means - mean) ** 2) / max(runners - 1, 1)
    usual = (clips - float(counts @ counts) / clips) / max(runners - 1, 1)
    return Parts(float(np.sqrt(max((between - within) / usual, 0.0))), float(np.sqrt(within)), runners, clips)


def table(models: Mapping[str, Calibration]) -> str:
    """The data file that the settings read."""
    return "\n".join([HEAD, *(_table_of(model, found) for model, found in models.items())])


def _table_of(model: str, found: Calibration) -> str:
    offsets = _offsets_of(model, found.offsets) if found.offsets != OffsetSettings() else ""
    timing = "".join(f"{name} = [{_short(late)}, {_short(spread)}]\n" for name, (late, spread) in found.timing.items())
    spreads = (f"{name} = [{_short(near)}, {_short(far)}]\n" for name, (near, far) in found.spreads.items())
    return (
        f"[{model}]\ncalibrated_on = {found.calibrated_on}\nclips = {found.clips}\n"
        f"strike_spread_s = {_short(found.strike_spread_s)}\n"
        f"strike_spread_by_shoe_s = {_short(found.strike_spread_by_shoe_s)}\n\n{offsets}"
        f"[{model}.timing]\n{timing}\n[{model}.spreads]\n{''.join(spreads)}{_clips_own(model, found.clip_spreads)}"
    )


def _clips_own(model: str, spreads: Mapping[str, tuple[float, float]]) -> str:
    if not spreads:
        return ""
    rows = (f"{name} = [{_short(near)}, {_short(far)}]\n" for name, (near, far) in spreads.items())
    return f"\n[{model}.clip_spreads]\n{''.join(rows)}"


def _offsets_of(model: str, offsets: OffsetSettings) -> str:
    legs = {leg: asdict(getattr(offsets, leg)).items() for leg in ("near", "far")}
    rows = (f"{leg} = {{ {', '.join(f'{name} = {value!r}' for name, value in row)} }}\n" for leg, row in legs.items())
    hip = "".join(f"{name} = {value!r}\n" for name, value in asdict(offsets.hip).items())
    return (
        f"[{model}.offsets]\n{''.join(rows)}foot_slow_frac = {offsets.foot_slow_frac!r}\n\n"
        f"[{model}.offsets.hip]\n{hip}\n"
    )


def _short(value: float) -> str:
    """Three digits."""
    return repr(float(f"{value:.3g}"))
