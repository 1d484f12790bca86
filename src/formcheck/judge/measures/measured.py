"""The measures of one clip as a report shows them, and which of them must be withheld."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from formcheck.gait.measures.registry import HEADLINES, REAR_HEADLINES, definition, order_of
from formcheck.gait.rhythm.phase import turns_of
from formcheck.gait.settings import IntervalSettings, Settings
from formcheck.judge.measures.intervals import ErrorModel, share_apart, summarise, unknown
from formcheck.judge.measures.scale import error_m, interval95_m
from formcheck.judge.measures.summary import Conditions, measure_all, measure_rear_view, values_of
from formcheck.judge.obstacles import END_ON
from formcheck.records.gait import EndOn, Gait, Nobody, Run, SideGait, StepValues, slow_motion_factor
from formcheck.records.report import Grade, Measure, Measured, Quality, Reason, Scale
from formcheck.records.skeleton import Side
from formcheck.words.reasons import reason


def measure(gait: Gait, run: Run | None, scale: Scale, settings: Settings) -> dict[str, Measure]:
    """Every measure of a clip; ``run`` is the one that may be measured, None where an obstacle stands."""
    near_side = Side.LEFT if isinstance(gait, Nobody) else gait.person.view.near_side
    steps = run.steps if run else ()
    conditions = Conditions(
        near_side=near_side,
        belt_speed_ll_s=run.belt_speed_ll_s if run else np.nan,
        frame_interval_s=float(np.median(np.diff(run.runner.time_s))) if run else np.nan,
        roll_spread_deg=gait.roll.spread_deg if isinstance(gait, SideGait) and gait.roll else 0.0,
        stride_s=run.beat.period_s if run else np.nan,
        by_shoe=run.by_shoe if run else frozenset(),
    )
    measures = measure_all(steps, conditions, settings=settings.intervals)
    impossible_frac = run.impossible_frac if run else {}
    measures = doubt_a_leg(measures, steps, near_side, impossible_frac, settings=settings)
    measures = doubt_a_knee(measures, near_side, settings=settings)
    if measures["cadence"].headline.withheld is not None and not isinstance(gait, Nobody) and gait.pace is not None:
        beat, factor = (run.beat, 1.0) if run else (gait.pace.beat, slow_motion_factor(gait))
        measures["cadence"] = _cadence_of_beat(120 / beat.period_s * factor, turns_of(beat), settings.intervals)
    if isinstance(gait, EndOn) and gait.rear is not None:
        measures |= measure_rear_view(gait.rear, settings=settings.intervals)
    measures["belt_speed"] = _belt_measure(run, near_side, scale, settings.intervals)
    measures = {name: _doubt_difference(name, one, measures) for name, one in measures.items()}
    return {name: measures[name] for name in sorted(measures, key=order_of)}


def _doubt_difference(name: str, one: Measure, measures: Mapping[str, Measure]) -> Measure:
    """Left against right is withheld where neither side's own number is reported: it is a share of their mean."""
    compared = measures.get(name.removesuffix("_asymmetry")) if name.endswith("_asymmetry") else None
    sides = [side for side in (compared.left, compared.right) if side is not None] if compared else []
    why = next((side.withheld for side in sides), None)
    return replace(one, headline=unknown(why)) if why and all(side.withheld for side in sides) else one


def _cadence_of_beat(cadence_per_min: float, turns: float, settings: IntervalSettings) -> Measure:
    """Cadence from the beat alone, where single steps were not measured: coarse, and of low confidence."""
    error = ErrorModel(settings.beat_cadence_spread_per_min)
    headline = summarise(np.full(settings.min_steps, cadence_per_min), error, near=False, settings=settings)
    return Measure("1/min", replace(headline, steps=int(2 * turns)))


def _belt_measure(run: Run | None, near_side: Side, scale: Scale, settings: IntervalSettings) -> Measure:
    """The belt's speed, in m/s where there is a scale; a speed the runner gave is reported without an interval."""
    steps, speed = (run.steps, run.belt_speed_ll_s) if run else ((), np.nan)
    near = any(step.contact.side is near_side for step in steps)
    of_clip = settings.clip_spread("belt_speed")
    error = ErrorModel(
        settings.spread("belt_speed") * speed, of_clip=None if of_clip is None else float(of_clip * speed)
    )
    found = summarise(np.full(len(steps), speed), error, near=near, settings=settings)
    if scale.source == "none":
        return Measure("leg_length/s", found)
    metres = scale.m_per_leg_length
    in_metres = replace(found, value=metres * found.value, spread=metres * found.spread)
    if scale.source == "speed":
        return Measure("m/s", replace(in_metres, interval95=(np.nan, np.nan), error=None))
    interval = interval95_m(found.value, found.interval95, scale)
    return Measure("m/s", replace(in_metres, interval95=interval, error=error_m(found.value, found.error, scale)))


def doubt_a_leg(
    measures: dict[str, Measure],
    steps: tuple[StepValues, ...],
    near_side: Side,
    impossible_frac: Mapping[Side, float],
    *,
    settings: Settings,
) -> dict[str, Measure]:
    """The measures without the numbers of a leg whose steps no runner makes, or fit no rhythm with the other's.

    Of two legs that fit no rhythm the worse one goes: the one with more such steps (see `Run`), or with strikes that
    are plainly less certain; else the far one.
    """

    def doubt(side: Side) -> tuple[float, float]:
        sure = [step.contact.confidence for step in steps if step.contact.side is side]
        return impossible_frac.get(side, 0.0), -round(float(np.mean(sure)), 1) if sure else 0.0

    doubted = {side for side in Side if impossible_frac.get(side, 0.0) > settings.landing.most_impossible_frac}
    rhythm = share_apart(*(values_of("step_time", steps, side) for side in Side))
    if not doubted and abs(rhythm) > settings.intervals.largest_step_asymmetry:
        doubted = {max((near_side.other, near_side), key=doubt)}
    for side in doubted:
        why = reason("near_leg_unclear" if side is near_side else "far_leg_unclear")
        measures = {
            name: _without_leg(name, one, side, is_near=side is near_side, why=why) for name, one in measures.items()
        }
    return measures


def doubt_a_knee(measures: dict[str, Measure], near_side: Side, *, settings: Settings) -> dict[str, Measure]:
    """The measures without the far knee in stance where it bends much less than the near one.

    A pose model draws a leg straight that it guesses, behind a post for one.
    """
    name, far_side = "peak_knee_flexion_stance", near_side.other
    near, far = (measures[name].of(side) for side in (near_side, far_side))
    if near is None or far is None or near.withheld or far.withheld:
        return measures
    if far.value >= settings.intervals.least_far_knee_share * near.value:
        return measures
    why = reason("far_leg_unclear", "knee")
    return measures | {name: _without_leg(name, measures[name], far_side, is_near=False, why=why)}


def _without_leg(name: str, measure: Measure, side: Side, *, is_near: bool, why: Reason) -> Measure:
    unclear = unknown(why)
    if name.endswith("_asymmetry"):
        return replace(measure, headline=unclear)
    if measure.of(side) is None:
        return measure
    is_headline = is_near and definition(name).sides == "leg"
    measure = replace(measure, headline=unclear) if is_headline else measure
    return replace(measure, left=unclear) if side is Side.LEFT else replace(measure, right=unclear)


def withhold(measures: Mapping[str, Measure], obstacles: tuple[Reason, ...]) -> dict[str, Measure]:
    """The measures with their numbers taken back where an obstacle stands; cadence survives an end-on view."""
    if not obstacles:
        return dict(measures)
    end_on = all(obstacle.code in END_ON.values() for obstacle in obstacles)
    return {
        name: measure if end_on and name in REAR_HEADLINES else _withheld(measure, obstacles[0])
        for name, measure in measures.items()
    }


def _withheld(measure: Measure, obstacle: Reason) -> Measure:
    def side(measured: Measured | None) -> Measured | None:
        return None if measured is None else unknown(obstacle)

    return replace(measure, headline=unknown(obstacle), left=side(measure.left), right=side(measure.right))


def grade(measures: Mapping[str, Measure], obstacles: tuple[Reason, ...], doubts: tuple[Reason, ...]) -> Quality:
    """Poor when a headline is withheld, good when nothing stands against the clip."""
    headlines = [measures[name].headline for name in HEADLINES if name in measures]
    own = tuple(dict.fromkeys(m.withheld for m in headlines if m.withheld is not None))
    if obstacles or own or not headlines:
        level: Grade = "poor"
    elif doubts or any(m.confidence == "low" for m in headlines):
        level = "usable"
    else:
        level = "good"
    return Quality(level, tuple(dict.fromkeys((*obstacles, *own, *doubts))))
