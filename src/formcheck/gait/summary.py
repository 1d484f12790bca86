"""All steps -> all measures, each with its unit, both sides and its error."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from formcheck.assessment import Measure, Measured
from formcheck.config import IntervalSettings
from formcheck.gait.intervals import Z95, ErrorModel, difference, summarise
from formcheck.gait.measures import StepValues
from formcheck.gait.rear import RearValues
from formcheck.landmarks import Side
from formcheck.records import Floats


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the errors depend on: belt speed, frame interval in real time, camera roll's and the view's own errors."""

    near_side: Side
    belt_speed_ll_s: float
    frame_interval_s: float
    roll_spread_deg: float
    yaw_deg: float = 0.0
    yaw_spread_deg: float = 0.0


ErrorOf = Callable[[Conditions, IntervalSettings, float], ErrorModel]
"""What a measure's error is made of; the last argument: how much worse this leg's landmarks are than the near leg's."""


def _length(conditions: Conditions, settings: IntervalSettings, worse: float) -> ErrorModel:
    known = np.isfinite(conditions.belt_speed_ll_s)
    speed = conditions.belt_speed_ll_s if known else settings.unknown_belt_ll_s
    roll = np.radians(conditions.roll_spread_deg)  # of the near-vertical hip-to-ankle line, one leg long
    parts = (settings.landmark_spread_ll * worse, speed * settings.strike_spread_s, roll)
    return ErrorModel(float(np.linalg.norm(parts)), speed * conditions.frame_interval_s / np.sqrt(12))


def _angle(conditions: Conditions, settings: IntervalSettings, worse: float) -> ErrorModel:
    return ErrorModel(float(np.hypot(settings.angle_spread_deg * worse, conditions.roll_spread_deg)))


def _joint_angle(_: Conditions, settings: IntervalSettings, worse: float) -> ErrorModel:
    return ErrorModel(settings.joint_spread_deg * worse)


def _lean(conditions: Conditions, settings: IntervalSettings, _: float) -> ErrorModel:
    return ErrorModel(float(np.hypot(settings.lean_spread_deg, conditions.roll_spread_deg)))


def _lean_range(_: Conditions, settings: IntervalSettings, __: float) -> ErrorModel:
    return ErrorModel(settings.lean_spread_deg)


def _time(conditions: Conditions, settings: IntervalSettings, worse: float) -> ErrorModel:
    return ErrorModel(settings.contact_spread_s * worse, conditions.frame_interval_s / np.sqrt(6))


def _duty(_: Conditions, settings: IntervalSettings, worse: float) -> ErrorModel:
    return ErrorModel(settings.duty_spread * worse)


def _height(_: Conditions, settings: IntervalSettings, __: float) -> ErrorModel:
    return ErrorModel(settings.height_spread_ll)


def _head(conditions: Conditions, settings: IntervalSettings, _: float) -> ErrorModel:
    return ErrorModel(float(np.hypot(settings.head_spread_frac, np.radians(conditions.roll_spread_deg))))


SIDED: dict[str, tuple[str, ErrorOf]] = {
    "foot_ahead_of_hip": ("leg_length", _length),
    "heel_ahead_of_hip": ("leg_length", _length),
    "foot_ahead_of_knee": ("leg_length", _length),
    "leg_angle": ("deg", _angle),
    "shank_angle": ("deg", _angle),
    "knee_flexion": ("deg", _joint_angle),
    "peak_knee_flexion_stance": ("deg", _joint_angle),
    "peak_knee_flexion_swing": ("deg", _joint_angle),
    "foot_angle": ("deg", _joint_angle),
    "thigh_extension": ("deg", _angle),
    "contact_time": ("s", _time),
    "flight_time": ("s", _time),
    "duty_factor": ("fraction", _duty),
}
"""Measures of one leg: the leg nearer the camera is the headline."""

POOLED: dict[str, tuple[str, ErrorOf]] = {
    "trunk_lean": ("deg", _lean),
    "trunk_lean_at_strike": ("deg", _lean),
    "trunk_lean_range": ("deg", _lean_range),
    "vertical_oscillation": ("leg_length", _height),
    "head_forward": ("fraction", _head),
}
"""Measures of the trunk: all steps together are the headline, left and right the steps on that foot."""

NEAR_ONLY: dict[str, tuple[str, ErrorOf]] = {"elbow_angle": ("deg", _joint_angle)}
"""For information, and of the side nearer the camera alone: the trunk hides the other arm."""

ASYMMETRIES: dict[str, ErrorOf] = {"foot_ahead_of_hip": _length, "contact_time": _time, "step_time": _time}


def measure_all(
    steps: tuple[StepValues, ...], conditions: Conditions, *, settings: IntervalSettings
) -> dict[str, Measure]:
    """Every measure of a side view, in the order reports show them."""
    measures = {name: _sided(name, steps, conditions, settings) for name in SIDED}
    measures |= {name: _near_only(name, steps, conditions, settings) for name in NEAR_ONLY}
    measures |= {name: _pooled(name, steps, conditions, settings) for name in POOLED}
    measures["cadence"] = Measure("1/min", _cadence(steps, settings))
    for name, error_of in ASYMMETRIES.items():
        left, right = (_values(name, steps, side) for side in Side)
        error = error_of(conditions, settings, settings.far_leg_factor)
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


def _values(name: str, steps: tuple[StepValues, ...], side: Side | None = None) -> Floats:
    chosen = [step for step in steps if side is None or step.contact.side is side]
    return np.array([step.values.get(name, np.nan) for step in chosen], dtype=np.float64)


def _widest(unit: str, settings: IntervalSettings) -> float:
    return {"leg_length": settings.widest_reach_ll, "deg": settings.widest_angle_deg}.get(unit, np.inf)


def _sided(name: str, steps: tuple[StepValues, ...], conditions: Conditions, settings: IntervalSettings) -> Measure:
    unit, error_of = SIDED[name]
    both: dict[Side, Measured] = {}
    for side in Side:
        near = side is conditions.near_side
        own = error_of(conditions, settings, 1.0 if near else settings.far_leg_factor)
        both[side] = summarise(
            _values(name, steps, side), own, near=near, settings=settings, widest=_widest(unit, settings)
        )
    return Measure(unit, both[conditions.near_side], both[Side.LEFT], both[Side.RIGHT])


def _near_only(name: str, steps: tuple[StepValues, ...], conditions: Conditions, settings: IntervalSettings) -> Measure:
    unit, error_of = NEAR_ONLY[name]
    values = _values(name, steps, conditions.near_side)
    error = error_of(conditions, settings, 1.0)
    return Measure(unit, summarise(values, error, near=True, settings=settings, widest=_widest(unit, settings)))


def _pooled(name: str, steps: tuple[StepValues, ...], conditions: Conditions, settings: IntervalSettings) -> Measure:
    unit, error_of = POOLED[name]
    error = error_of(conditions, settings, 1.0)
    widest = settings.widest_lean_deg if unit == "deg" else _widest(unit, settings)

    def one(side: Side | None) -> Measured:
        return summarise(_values(name, steps, side), error, near=True, settings=settings, widest=widest)

    return Measure(unit, one(None), one(Side.LEFT), one(Side.RIGHT))


def _cadence(steps: tuple[StepValues, ...], settings: IntervalSettings) -> Measured:
    """Steps per minute from a straight line through all strikes of both feet over their stride number."""
    rows: list[tuple[float, float, float]] = []
    strides = []
    for column, side in enumerate(Side):
        strikes = np.array([step.contact.strike_s for step in steps if step.contact.side is side])
        if len(strikes) < 2:
            continue
        stride_s = float(np.median(np.diff(strikes)))
        number = np.round((strikes - strikes[0]) / stride_s)
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
    half = Z95 * float(value * error_s / solution[0]) + settings.clock_spread_frac * value
    count = len(strike_s)
    spread = float(value * np.std(residual) / solution[0])
    return Measured(value, spread, (value - half, value + half), count, "high" if count >= 8 else "medium")
