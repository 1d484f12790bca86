"""All steps -> all measures, each with its unit, both sides and its error."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtrit

from formcheck.gait.measures.definitions import StepValues
from formcheck.gait.measures.intervals import Z95, ErrorModel, beyond_the_landmarks, difference, summarise
from formcheck.gait.measures.rear import RearValues
from formcheck.gait.settings import IntervalSettings, calibrated_intervals
from formcheck.records.report import Confidence, Measure, Measured
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats
from formcheck.words.catalogue import ENGLISH
from formcheck.words.reasons import reason


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the errors depend on: belt speed, frame interval in real time, camera roll's own error.

    ``stride_s``: the stride's duration by the beat, NaN where there is none.
    """

    near_side: Side
    belt_speed_ll_s: float
    frame_interval_s: float
    roll_spread_deg: float
    stride_s: float = np.nan


@dataclass(frozen=True, slots=True)
class Kind:
    """A measure's unit and what its error grows with besides its own spread in ``IntervalSettings.spreads``.

    ``per_belt``: by how much the measure changes while the belt moves one leg length, at the foot strike it is read at:
    medians of measured runners (Fukuchi et al. 2017), whose foot has at that instant taken half of the belt's speed.
    ``per_roll``: by how much with a degree of camera roll. ``events``: how many instants it is the difference of.
    ``set_by_eye``: there is no truth to find its spread by, so it is never told with confidence.
    """

    unit: str
    per_belt: float = 0.0
    per_roll: float = 0.0
    events: int = 0
    set_by_eye: bool = False


BETTER = ("full", "heavy")
"""Models to advise where one sees too little: the default, and what else does; never the slow one alone."""

LEG_PER_DEGREE = float(np.radians(1))
"""The ankle's way, in leg lengths, when the leg is turned about the hip by a degree."""

SIDED = {
    "foot_ahead_of_hip": Kind("leg_length", per_belt=0.46, per_roll=LEG_PER_DEGREE),
    "heel_ahead_of_hip": Kind("leg_length", per_belt=0.55, per_roll=LEG_PER_DEGREE),
    "foot_ahead_of_knee": Kind("leg_length", per_belt=0.47, per_roll=LEG_PER_DEGREE / 2),
    "leg_angle": Kind("deg", per_belt=27, per_roll=1),
    "shank_angle": Kind("deg", per_belt=57, per_roll=1),
    "knee_flexion": Kind("deg", per_belt=56),
    "peak_knee_flexion_stance": Kind("deg"),
    "peak_knee_flexion_swing": Kind("deg"),
    "foot_angle": Kind("deg", per_belt=61),
    "thigh_extension": Kind("deg", per_roll=1),
    "contact_time": Kind("s", events=2),
    "flight_time": Kind("s", events=2),
    "duty_factor": Kind("fraction"),
}
"""Measures of one leg: the leg nearer the camera is the headline."""

POOLED = {
    "trunk_lean": Kind("deg", per_roll=1),
    "trunk_lean_at_strike": Kind("deg", per_belt=3.3, per_roll=1),
    "trunk_lean_range": Kind("deg"),
    "vertical_oscillation": Kind("leg_length"),
    "head_forward": Kind("fraction", per_roll=LEG_PER_DEGREE, set_by_eye=True),
}
"""Measures of the trunk: both feet's steps, weighing alike, are the headline, left and right the steps on that foot."""

NEAR_ONLY = {"elbow_angle": Kind("deg")}
"""For information, and of the side nearer the camera alone: the trunk hides the other arm."""

ASYMMETRIES = ("foot_ahead_of_hip", "contact_time", "step_time")
"""What errs on both legs alike, as camera roll does, is no error of the difference."""

KINDS = SIDED | POOLED | NEAR_ONLY


def error_of(name: str, conditions: Conditions, settings: IntervalSettings, *, near: bool = True) -> ErrorModel:
    """What the error of a measure is made of, on the leg nearer the camera or the other."""
    kind = KINDS[name]
    known = np.isfinite(conditions.belt_speed_ll_s)
    per_second = kind.per_belt * (conditions.belt_speed_ll_s if known else settings.unknown_belt_ll_s)
    parts = (
        settings.spread(name, near=near),
        per_second * settings.strike_spread_s,
        kind.per_roll * conditions.roll_spread_deg,
    )
    sampled = np.hypot(per_second, np.sqrt(kind.events)) * conditions.frame_interval_s / np.sqrt(12)
    return ErrorModel(float(np.linalg.norm(parts)), float(sampled))


def measure_all(
    steps: tuple[StepValues, ...], conditions: Conditions, *, settings: IntervalSettings
) -> dict[str, Measure]:
    """Every measure of a side view, in the order reports show them."""
    measures = {name: _sided(name, steps, conditions, settings) for name in SIDED}
    measures |= {name: _near_only(name, steps, conditions, settings) for name in NEAR_ONLY}
    measures |= {name: _pooled(name, steps, conditions, settings) for name in POOLED}
    measures["cadence"] = Measure("1/min", _cadence(steps, conditions.stride_s, settings))
    for name in ASYMMETRIES:
        left, right = (values_of(name, steps, side) for side in Side)
        error = ErrorModel(settings.spread(f"{name}_asymmetry"))
        measures[f"{name}_asymmetry"] = Measure("fraction", difference(left, right, error, settings=settings))
    return measures


def measure_rear_view(rear: RearValues, *, settings: IntervalSettings) -> dict[str, Measure]:
    """Step width and pelvic drop of a rear view: never surer than "low"."""
    width = summarise(rear.step_width, ErrorModel(settings.step_width_spread_ll), near=False, settings=settings)
    drop = {
        side: replace(
            summarise(values, ErrorModel(settings.pelvic_drop_spread_deg), near=False, settings=settings),
            confidence="low",
        )
        for side, values in rear.pelvic_drop.items()
    }
    both = np.concatenate([rear.pelvic_drop[side] for side in Side])
    pooled = summarise(both, ErrorModel(settings.pelvic_drop_spread_deg), near=False, settings=settings)
    return {
        "step_width": Measure("leg_length", replace(width, confidence="low")),
        "pelvic_drop": Measure("deg", replace(pooled, confidence="low"), drop[Side.LEFT], drop[Side.RIGHT]),
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


def _widest(name: str, settings: IntervalSettings) -> float:
    """Half-width beyond which a number is withheld."""
    if name.startswith("trunk_lean"):
        return settings.widest_lean_deg
    if name == "vertical_oscillation":
        return settings.widest_bounce_ll
    of_unit = {"leg_length": settings.widest_reach_ll, "deg": settings.widest_angle_deg, "s": settings.widest_time_s}
    return of_unit.get(KINDS[name].unit, np.inf)


def _one(
    name: str,
    steps: tuple[StepValues, ...],
    side: Side | None,
    conditions: Conditions,
    settings: IntervalSettings,
) -> Measured:
    """One measure over the steps of a side, or over both sides'."""
    near = side is None or name in POOLED or side is conditions.near_side
    error = error_of(name, conditions, settings, near=near)
    widest = _widest(name, settings)
    values = values_of(name, steps, side) if side else _level(*(values_of(name, steps, one) for one in Side))
    found = summarise(values, error, near=near, settings=settings, widest=widest)
    if found.withheld is None or found.withheld.code != "interval_too_wide":
        return found
    level = replace(conditions, roll_spread_deg=0.0)
    if Z95 * error_of(name, level, settings, near=near).calibration <= widest:
        return found
    if settings.landmark_error_frac is not None:
        return replace(found, withheld=beyond_the_landmarks(settings.landmark_error_frac))
    better = [
        m for m in BETTER if Z95 * error_of(name, level, calibrated_intervals(m), near=near).calibration <= widest
    ]
    if BETTER[0] not in better:
        return replace(found, withheld=reason("interval_too_wide", "this_model"))
    models = ENGLISH.say("number.either", first=better[0], second=better[1]) if len(better) > 1 else better[0]
    return replace(found, withheld=reason("interval_too_wide", "weak_model", models=models))


def _sided(name: str, steps: tuple[StepValues, ...], conditions: Conditions, settings: IntervalSettings) -> Measure:
    both = {side: _one(name, steps, side, conditions, settings) for side in Side}
    return Measure(SIDED[name].unit, both[conditions.near_side], both[Side.LEFT], both[Side.RIGHT])


def _near_only(name: str, steps: tuple[StepValues, ...], conditions: Conditions, settings: IntervalSettings) -> Measure:
    return Measure(NEAR_ONLY[name].unit, _one(name, steps, conditions.near_side, conditions, settings))


def _pooled(name: str, steps: tuple[StepValues, ...], conditions: Conditions, settings: IntervalSettings) -> Measure:
    every, left, right = (_one(name, steps, side, conditions, settings) for side in (None, Side.LEFT, Side.RIGHT))
    if POOLED[name].set_by_eye:
        every, left, right = (replace(one, confidence="low") for one in (every, left, right))
    return Measure(POOLED[name].unit, every, left, right)


def _cadence(steps: tuple[StepValues, ...], stride_s: float, settings: IntervalSettings) -> Measured:
    """Steps per minute from a straight line through all strikes of both feet over their stride number.

    Strides are counted by the beat's ``stride_s``: by its own strikes, a foot that misses every other counts double.
    """
    rows: list[tuple[float, float, float]] = []
    strides = []
    for column, side in enumerate(Side):
        strikes = np.array([step.contact.strike_s for step in steps if step.contact.side is side])
        if len(strikes) < 2:
            continue
        unit_s = stride_s if np.isfinite(stride_s) else float(np.median(np.diff(strikes)))
        number = np.round((strikes - strikes[0]) / unit_s)
        rows += [(strike, count, float(column)) for strike, count in zip(strikes, number, strict=True)]
        strides.append(len(strikes))
    if sum(strides) < 4:
        return summarise(np.empty(0), ErrorModel(0.0), near=True, settings=settings)
    strike_s, number, column_of = np.array(rows).T
    design = np.stack((number, column_of == 0, column_of == 1), axis=1)[:, [True, *(np.isin((0, 1), column_of))]]
    solution = np.linalg.lstsq(design, strike_s, rcond=None)[0]
    residual = strike_s - design @ solution
    freedom = max(len(strike_s) - design.shape[1], 1)
    error_s = np.sqrt(residual @ residual / freedom / np.sum((number - number.mean()) ** 2))
    value = 120 / float(solution[0])
    own = float(value * error_s / solution[0])
    half = float(np.hypot(stdtrit(freedom, 0.975) * own, Z95 * settings.spread("cadence")))
    count = len(strike_s)
    spread = float(value * np.std(residual) / solution[0])
    good, least = 2 * settings.good_steps, 2 * settings.min_steps
    confidence: Confidence = "high" if count >= good else "medium" if count >= least else "low"
    return Measured(value, spread, (value - half, value + half), count, confidence)
