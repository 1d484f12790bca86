"""All steps -> all measures, each with its unit, both sides and its error."""

from dataclasses import dataclass, replace

import numpy as np

from formcheck.gait.measures import registry
from formcheck.gait.measures.registry import Definition, definition
from formcheck.gait.settings import IntervalSettings, calibrated_intervals
from formcheck.judge.measures.cadence import cadence_of
from formcheck.judge.measures.intervals import Z95, ErrorModel, beyond_the_landmarks, difference, summarise
from formcheck.records.gait import RearValues, StepValues
from formcheck.records.report import Measure, Measured
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats
from formcheck.records.values import Sentence
from formcheck.words.reasons import reason


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the errors depend on: belt speed, frame interval in real time, camera roll's own error.

    ``stride_s``: the stride's duration by the beat, NaN where there is none. ``by_shoe``: sides whose strikes their
    shoes helped to place.
    """

    near_side: Side
    belt_speed_ll_s: float
    frame_interval_s: float
    roll_spread_deg: float
    stride_s: float = np.nan
    by_shoe: frozenset[Side] = frozenset()


BETTER = ("full", "heavy")
"""Models to advise where one sees too little: the default, and what else does; never the slow one alone."""


def error_of(row: Definition, conditions: Conditions, settings: IntervalSettings, *, near: bool = True) -> ErrorModel:
    """What the error of a measure is made of, on the leg nearer the camera or the other."""
    known = np.isfinite(conditions.belt_speed_ll_s)
    per_second = row.per_belt * (conditions.belt_speed_ll_s if known else settings.unknown_belt_ll_s)
    by_shoe = (conditions.near_side if near else conditions.near_side.other) in conditions.by_shoe
    spread = row.spread_by_eye
    parts = (
        spread if spread is not None else settings.spread(row.name, near=near, by_shoe=by_shoe),
        per_second * settings.strike_spread(by_shoe=by_shoe),
        row.per_roll * conditions.roll_spread_deg,
    )
    of_clip = settings.clip_spread(row.name, near=near)
    if of_clip is not None:
        of_clip = float(np.hypot(of_clip, parts[-1]))
    sampled = np.hypot(per_second, np.sqrt(row.events)) * conditions.frame_interval_s / np.sqrt(12)
    return ErrorModel(float(np.linalg.norm(parts)), float(sampled), of_clip)


def measure_all(
    steps: tuple[StepValues, ...], conditions: Conditions, *, settings: IntervalSettings
) -> dict[str, Measure]:
    """Every measure of a side view but the belt's speed, in the order of the registry."""
    found = {row.name: _measure(row, steps, conditions, settings) for row in registry.MEASURES}
    return {name: measure for name, measure in found.items() if measure is not None}


def _measure(
    row: Definition, steps: tuple[StepValues, ...], conditions: Conditions, settings: IntervalSettings
) -> Measure | None:
    match row.sides:
        case "leg":
            both = {side: _one(row, steps, side, conditions, settings) for side in Side}
            found = Measure(row.unit, both[conditions.near_side], both[Side.LEFT], both[Side.RIGHT])
        case "trunk":
            found = Measure(row.unit, *(_one(row, steps, side, conditions, settings) for side in (None, *Side)))
        case "near":
            found = Measure(row.unit, _one(row, steps, conditions.near_side, conditions, settings))
        case "difference":
            left, right = (values_of(row.difference_of, steps, side) for side in Side)
            error = ErrorModel(settings.spread(row.name), of_clip=settings.clip_spread(row.name))
            found = Measure(row.unit, difference(left, right, error, settings=settings))
        case _ if row.name == "cadence":
            found = Measure(row.unit, cadence_of(steps, conditions.stride_s, settings))
        case _:
            return None
    return unsure(found) if row.experimental else found


def unsure(measure: Measure) -> Measure:
    """The measure, never surer than "low"."""
    left, right = (one and replace(one, confidence="low") for one in (measure.left, measure.right))
    return Measure(measure.unit, replace(measure.headline, confidence="low"), left, right)


def measure_rear_view(rear: RearValues, *, settings: IntervalSettings) -> dict[str, Measure]:
    """Step width and pelvic drop of a rear view."""
    width = summarise(rear.step_width, ErrorModel(settings.step_width_spread_ll), near=False, settings=settings)
    both = np.concatenate([rear.pelvic_drop[side] for side in Side])
    drops = (
        summarise(values, ErrorModel(settings.pelvic_drop_spread_deg), near=False, settings=settings)
        for values in (both, rear.pelvic_drop[Side.LEFT], rear.pelvic_drop[Side.RIGHT])
    )
    return {
        "step_width": unsure(Measure(definition("step_width").unit, width)),
        "pelvic_drop": unsure(Measure(definition("pelvic_drop").unit, *drops)),
    }


def values_of(name: str, steps: tuple[StepValues, ...], side: Side | None = None) -> Floats:
    """Per-step values (N,) of one measure, of one side's steps or of all."""
    chosen = [step for step in steps if side is None or step.contact.side is side]
    return np.array([step.values.get(name, np.nan) for step in chosen], dtype=np.float64)


def _level(left: Floats, right: Floats) -> Floats:
    """Both sides' values, each moved to the mean of the two medians.

    Where the two feet differ, as the bounce of many runners does, a median of them all would tip to one foot's level.
    """
    both = left[np.isfinite(left)], right[np.isfinite(right)]
    medians = [float(np.median(side)) for side in both if len(side)]
    return np.concatenate([side - np.median(side) + np.mean(medians) for side in both if len(side)] or [np.empty(0)])


def widest_of(row: Definition, settings: IntervalSettings) -> float:
    """Half-width beyond which a number is withheld."""
    if row.sides == "difference":
        return settings.widest_asymmetry_frac
    by_unit = {"leg_length": "widest_reach_ll", "deg": "widest_angle_deg", "s": "widest_time_s"}
    name = row.widest or by_unit.get(row.unit)
    return getattr(settings, name) if name else np.inf


def _one(
    row: Definition,
    steps: tuple[StepValues, ...],
    side: Side | None,
    conditions: Conditions,
    settings: IntervalSettings,
) -> Measured:
    """One measure over the steps of a side, or over both sides'."""
    name, widest = row.name, widest_of(row, settings)
    near = side is None or row.sides == "trunk" or side is conditions.near_side
    error = error_of(row, conditions, settings, near=near)
    values = values_of(name, steps, side) if side else _level(*(values_of(name, steps, one) for one in Side))
    found = summarise(values, error, near=near, settings=settings, widest=widest)
    if found.withheld is None or found.withheld.code != "interval_too_wide":
        return found
    level = replace(conditions, roll_spread_deg=0.0)
    of_level = error_of(row, level, settings, near=near)
    if Z95 * of_level.calibration <= widest:
        is_tilt = summarise(values, of_level, near=near, settings=settings, widest=widest).withheld is None
        return replace(found, withheld=reason("interval_too_wide", "tilted")) if is_tilt else found
    if settings.landmark_error_frac is not None:
        return replace(found, withheld=beyond_the_landmarks(settings.landmark_error_frac))
    better = [m for m in BETTER if Z95 * error_of(row, level, calibrated_intervals(m), near=near).calibration <= widest]
    if BETTER[0] not in better:
        return replace(found, withheld=reason("interval_too_wide", "this_model"))
    models = Sentence("number.either", {"first": better[0], "second": better[1]}) if len(better) > 1 else better[0]
    return replace(found, withheld=reason("interval_too_wide", "weak_model", models=models))
