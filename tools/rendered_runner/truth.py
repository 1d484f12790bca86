"""What a clip is known to show: events and measures, each from the gait at the exact instant, never from frames."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from formcheck.cli.verify.truth import EventTruth, Expect, Miss, Truth, Wanted
from formcheck.records.skeleton import Side
from tools.rendered_runner.gait import Gait
from tools.rendered_runner.pose import pose_at, trunk_of
from tools.rendered_runner.preset import Preset
from tools.rendered_runner.rotation import Vector
from tools.rendered_runner.steps import Step
from tools.rendered_runner.tolerances import EVENTS, ROLL_TOLERANCE_DEG, TIME_SCALE_TOLERANCE, TOLERANCES

EVENT_MARGIN_S = 0.1
"""An event nearer than this to either end of the clip is not asked for: its neighbourhood is not all there."""
SAMPLES_PER_STEP = 60
"""How finely means and extremes of the continuous gait are taken."""


def describe(preset: Preset, how: str, misses: Mapping[str, Miss]) -> Truth:
    """Return what a clip is known to show; ``misses`` names what is known not to hold yet."""
    expect = preset.expect
    told = Truth(
        how=how,
        comment=preset.shows,
        given=preset.given,
        scene=_scene(preset) | expect.scene,
        expect=Expect(
            withheld=None if expect.withheld is None else frozenset(expect.withheld),
            reasons=frozenset(expect.reasons),
        ),
        misses=misses,
    )
    return _with_numbers(told, preset) if expect.measures else replace(told, measures=_also(preset))


def measure(gait: Gait, side: Side, duration_s: float) -> dict[str, float]:
    """Every measure of one leg: the median over its whole contacts within the clip."""
    return _medians(_contacts(gait, side, duration_s))


def _contacts(gait: Gait, side: Side, duration_s: float) -> list[dict[str, float]]:
    steps = [step for step in gait.steps if step.side is side and _is_whole(step, duration_s)]
    return [_at_strike(gait, step) | _over_contact(gait, step) for step in steps]


def _medians(contacts: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.median([values[name] for values in contacts])) for name in contacts[0]}


def measure_both(gait: Gait, sides: dict[Side, dict[str, float]], duration_s: float) -> dict[str, float]:
    """What belongs to neither leg alone, from the measures of each."""
    left, right = sides[Side.LEFT], sides[Side.RIGHT]
    strikes_s = [step.strike_s for step in gait.steps if _inside(step.strike_s, duration_s)]
    return {
        "cadence": 60.0 * (len(strikes_s) - 1) / (strikes_s[-1] - strikes_s[0]),
        "belt_speed": gait.settings.belt_speed_m_s / gait.body.leg_m,
        **{f"{name}_asymmetry": _asymmetry(left[name], right[name]) for name in ASYMMETRIES},
    }


ASYMMETRIES = ("foot_ahead_of_hip", "contact_time", "step_time")
POOLED = ("trunk_lean", "trunk_lean_at_strike", "vertical_oscillation")
"""Measures whose headline is all steps of both feet together."""


def _asymmetry(left: float, right: float) -> float:
    return (left - right) / ((left + right) / 2)


def _with_numbers(told: Truth, preset: Preset) -> Truth:
    gait, near = preset.runner().gait, preset.camera.side
    contacts = {side: _contacts(gait, side, preset.duration_s) for side in Side}
    sides = {side: _medians(contacts[side]) for side in Side}
    pooled = _medians([*contacts[Side.LEFT], *contacts[Side.RIGHT]])
    headline = sides[near] | {name: pooled[name] for name in POOLED} | measure_both(gait, sides, preset.duration_s)
    strikes = [step for step in gait.steps if _inside(step.strike_s, preset.duration_s)]
    offs = [step for step in strikes if _inside(step.toe_off_s, preset.duration_s)]
    far = {near.other: _wanted(sides[near.other], preset, near=False)}
    return replace(
        told,
        strikes=_events(preset, strikes, lambda step: step.strike_s),
        toe_offs=_events(preset, offs, lambda step: step.toe_off_s),
        tolerance_s=_event_tolerances(preset, near=True),
        far_tolerance_s=_event_tolerances(preset, near=False),
        measures=_wanted(headline, preset, near=True),
        sides=far if preset.expect.far_leg else {},
        time_scale=Wanted(preset.slowed, TIME_SCALE_TOLERANCE),
    )


def _also(preset: Preset) -> dict[str, Wanted]:
    """Numbers of both legs together that are asked for where the others are not."""
    if not preset.expect.also:
        return {}
    gait = preset.runner().gait
    both = measure_both(gait, {side: measure(gait, side, preset.duration_s) for side in Side}, preset.duration_s)
    return _wanted({name: both[name] for name in preset.expect.also}, preset, near=True)


def _event_tolerances(preset: Preset, *, near: bool) -> dict[str, float]:
    """Seconds on the clip's own clock."""
    allowed = {name: one.within(preset.fps, near=near) for name, one in EVENTS.items()}
    return {name: round(within * preset.slowed, 4) for name, within in allowed.items() if within is not None}


def _wanted(values: dict[str, float], preset: Preset, *, near: bool) -> dict[str, Wanted]:
    """Every value that is asked for, with how close a report must come to it."""
    suffix = "" if near else f".{preset.camera.side.other}"
    wanted = {}
    for name, tolerance in TOLERANCES.items():
        within = tolerance.within(preset.fps, near=near)
        if name in values and within is not None and name + suffix not in preset.expect.without:
            wanted[name] = Wanted(round(values[name], 4), within, tolerance.unit)
    return wanted


def _scene(preset: Preset) -> dict[str, str | Wanted | None]:
    """What must be recognised of a square side view; nothing follows from the camera where no numbers are asked for."""
    if not preset.expect.measures:
        return {}
    near = str(preset.camera.side)
    roll = Wanted(preset.camera.roll_deg, ROLL_TOLERANCE_DEG)
    surface = preset.place.ground.surface
    return {"view": "side", "heading": near, "near_side": near, "surface": surface, "camera_roll_deg": roll}


def _at_strike(gait: Gait, step: Step) -> dict[str, float]:
    pose = pose_at(gait, step.strike_s)
    leg, leg_m = pose.legs[step.side], gait.body.leg_m
    return {
        "foot_ahead_of_hip": float(leg.ankle[0] - leg.hip[0]) / leg_m,
        "heel_ahead_of_hip": float(pose.joints[f"{step.side}_heel"][0] - leg.hip[0]) / leg_m,
        "foot_ahead_of_knee": float(leg.ankle[0] - leg.knee[0]) / leg_m,
        "leg_angle": _ahead_deg(leg.hip, leg.ankle),
        "shank_angle": _ahead_deg(leg.knee, leg.ankle),
        "knee_flexion": _knee_deg(gait, step.side, step.strike_s),
        "foot_angle": leg.foot_deg,
        "trunk_lean_at_strike": _lean_deg(gait, step.strike_s),
    }


def _over_contact(gait: Gait, step: Step) -> dict[str, float]:
    index = gait.steps.index(step)
    next_step, next_same = gait.steps[index + 1], gait.steps[index + 2]
    stance = np.linspace(step.strike_s, step.toe_off_s, SAMPLES_PER_STEP)
    swing = np.linspace(step.toe_off_s, next_same.strike_s, SAMPLES_PER_STEP)
    heights = [gait.pelvis(t)[2] for t in np.linspace(step.strike_s, next_step.strike_s, SAMPLES_PER_STEP)]
    leaving = gait.leg(step.side, step.toe_off_s)
    return {
        "peak_knee_flexion_stance": max(_knee_deg(gait, step.side, t) for t in stance),
        "peak_knee_flexion_swing": max(_knee_deg(gait, step.side, t) for t in swing),
        "thigh_extension": -_ahead_deg(leaving.hip, leaving.knee),
        "trunk_lean": float(np.mean([_lean_deg(gait, t) for t in stance])),
        "contact_time": step.contact_s,
        "flight_time": next_step.strike_s - step.toe_off_s,
        "step_time": next_step.strike_s - step.strike_s,
        "duty_factor": step.contact_s / (next_same.strike_s - step.strike_s),
        "vertical_oscillation": float(np.ptp(heights)) / gait.body.leg_m,
    }


def _ahead_deg(upper: Vector, lower: Vector) -> float:
    """Angle of a line against vertical as seen from the side, lower end ahead positive."""
    return float(np.degrees(np.arctan2(lower[0] - upper[0], upper[2] - lower[2])))


def _knee_deg(gait: Gait, side: Side, time_s: float) -> float:
    """Knee flexion as seen from the side."""
    leg = gait.leg(side, time_s)
    return _ahead_deg(leg.hip, leg.knee) - _ahead_deg(leg.knee, leg.ankle)


def _lean_deg(gait: Gait, time_s: float) -> float:
    """Trunk lean against gravity: the belt's normal leans back by the incline."""
    mid_hip = np.mean([gait.hip(side, time_s) for side in Side], axis=0)
    mid_shoulder = gait.pelvis(time_s) + trunk_of(gait.sway.turn(time_s), gait.body)
    incline_deg = float(np.degrees(np.arctan(gait.settings.incline_pct / 100)))
    return -_ahead_deg(mid_shoulder, mid_hip) - incline_deg


def _events(preset: Preset, steps: Sequence[Step], pick: Callable[[Step], float]) -> tuple[EventTruth, ...]:
    """Events on the clip's own clock."""
    return tuple(EventTruth(step.side, round(pick(step) * preset.slowed, 4)) for step in steps)


def _is_whole(step: Step, duration_s: float) -> bool:
    return _inside(step.strike_s, duration_s) and _inside(step.toe_off_s, duration_s)


def _inside(time_s: float, duration_s: float) -> bool:
    return EVENT_MARGIN_S <= time_s <= duration_s - EVENT_MARGIN_S
