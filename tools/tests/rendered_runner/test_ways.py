"""Every named way of running is what it says, and moves within what measured runners do.

The bounds are those of seven treadmill trials of Fukuchi, Fukuchi & Duarte (2017), PeerJ 5:e3298, at 2.5 to 4.5 m/s,
with a little room for the ways that are slower or faster than any of them.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from tools.rendered_runner.gait import Gait
from tools.rendered_runner.ground import Ground
from tools.rendered_runner.pose import pose_at
from tools.rendered_runner.settings import GaitSettings, Proportions
from tools.rendered_runner.steps import Step, plan_steps
from tools.rendered_runner.ways import LOPSIDED, TYPICAL_REACH, UPHILL, WALK, WAYS, fitted

from formcheck.records.skeleton import Side

pytestmark = pytest.mark.slow

BODY = Proportions()
MS = 0.001
every_way = pytest.mark.parametrize("name", WAYS)


@cache
def gait_of(settings: GaitSettings) -> Gait:
    return Gait(settings, BODY, plan_steps(settings, 2.0))


def two_steps(gait: Gait, side: Side = Side.LEFT) -> tuple[Step, Step]:
    """A step of one foot and its next."""
    first, second = [step for step in gait.steps if step.side is side][2:4]
    return first, second


def sole_m(gait: Gait, side: Side, time_s: float) -> float:
    """Height of the lowest of heel edge, ball and toe tip."""
    pose = pose_at(gait, time_s)
    leg, toes = pose.legs[side], pose.bones[f"toes_{side}"]
    heel = leg.ankle + leg.foot @ np.array([-BODY.heel_behind_m, 0.0, -BODY.ankle_height_m])
    tip = toes.origin + toes.rotation @ np.array([BODY.toe_ahead_m - BODY.ball_ahead_m, 0.0, 0.0])
    return float(min(heel[2], toes.origin[2], tip[2]))


def soles_m(gait: Gait, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([sole_m(gait, Side.LEFT, time_s) for time_s in times_s])


def knees_deg(gait: Gait, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([gait.leg(Side.LEFT, time_s).knee_deg for time_s in times_s])


def lean_deg(joints: NDArray[np.float64]) -> float:
    """Lean of the line from mid-hip to mid-shoulder, from left and right hip, then left and right shoulder."""
    forward, _, up = joints[2:].mean(axis=0) - joints[:2].mean(axis=0)
    return float(np.degrees(np.arctan2(forward, up)))


def trunk(gait: Gait, time_s: float) -> NDArray[np.float64]:
    joints = pose_at(gait, time_s).joints
    return np.array([joints[name] for name in ("left_hip", "right_hip", "left_shoulder", "right_shoulder")])


@every_way
def test_strike_toe_off_and_reach_are_as_planned(name: str) -> None:
    settings = WAYS[name]
    gait = gait_of(settings)
    for side in Side:
        step, following = two_steps(gait, side)
        leg = gait.leg(side, step.strike_s)
        assert (leg.ankle[0] - leg.hip[0]) / BODY.leg_m == pytest.approx(step.foot_ahead_of_hip_ll, abs=1e-9)
        assert following.strike_s - step.strike_s == pytest.approx(2 * settings.step_s)
        assert leg.foot_deg == pytest.approx(settings.foot_angle_deg, abs=1e-9)
        assert leg.knee_deg == pytest.approx(settings.knee_strike_deg, abs=0.5)


@every_way
def test_the_shoe_never_sinks_and_no_knee_is_straighter_than_knees_go(name: str) -> None:
    gait = gait_of(WAYS[name])
    step, following = two_steps(gait)
    stride_s = np.linspace(step.strike_s, following.strike_s, 150)
    assert soles_m(gait, stride_s).min() > -1e-6
    assert knees_deg(gait, stride_s).min() > 3.0


@every_way
def test_after_toe_off_the_shoe_leaves_the_belt_at_once(name: str) -> None:
    """In the trials the ball of the foot has risen by 5 to 13 mm after 10 ms; a shoe that skims the belt has not."""
    gait = gait_of(WAYS[name])
    off_s = two_steps(gait)[0].toe_off_s
    ball_m = [pose_at(gait, t).bones["toes_left"].origin[2] for t in (off_s, off_s + 10 * MS)]
    assert 0.005 < ball_m[1] - ball_m[0] < 0.020
    assert soles_m(gait, off_s + np.array([20, 30, 40]) * MS).min() > 0.004
    assert soles_m(gait, off_s + np.array([40, 50, 60]) * MS).min() > 0.010


@every_way
def test_the_foot_comes_down_onto_the_belt_and_does_not_slide_along_it(name: str) -> None:
    """In the trials the ankle sinks by 10 to 25 mm in the last 30 ms, at 0.5 to 1.5 m/s."""
    gait = gait_of(WAYS[name])
    strike_s = two_steps(gait)[1].strike_s
    late_s = strike_s + np.arange(-40, 1, 5) * MS
    ankle_m = np.array([gait.leg(Side.LEFT, t).ankle[2] for t in late_s])
    assert (np.diff(ankle_m) < 0).all()
    assert ankle_m[-1 - 6] - ankle_m[-1] > 0.010
    assert soles_m(gait, strike_s + np.arange(-120, -50, 10) * MS).min() > 0.010


@every_way
def test_the_knee_is_straightest_near_toe_off(name: str) -> None:
    """From 12 ms before to 24 ms after in the trials."""
    gait = gait_of(WAYS[name])
    around_s = np.arange(-40, 41, 2) * MS
    knees = knees_deg(gait, two_steps(gait)[0].toe_off_s + around_s)
    assert -12 * MS <= around_s[knees.argmin()] <= 24 * MS


@every_way
def test_the_knee_yields_no_faster_than_knees_do(name: str) -> None:
    """At most 540 deg/s over any 20 ms in the trials, which end at 4.5 m/s."""
    gait = gait_of(WAYS[name])
    knees = knees_deg(gait, two_steps(gait)[0].strike_s + np.arange(0, 121, 20) * MS)
    assert np.diff(knees).max() / (20 * MS) < 590.0
    assert 38.0 < knees.max() < 48.0


@every_way
def test_the_legs_swing_without_a_jolt(name: str) -> None:
    gait = gait_of(WAYS[name])
    step, following = two_steps(gait)
    swing_s = np.arange(step.toe_off_s + 4 * MS, following.strike_s - 4 * MS, MS)
    ankle_m = np.array([gait.leg(Side.LEFT, t).ankle for t in swing_s])
    change_m_s2 = np.linalg.norm(np.diff(ankle_m, 2, axis=0), axis=1) / MS**2
    assert change_m_s2.max() < 150.0


@pytest.mark.parametrize("settings", [*WAYS.values(), WALK], ids=[*WAYS, "walk"])
def test_nothing_jumps_where_stance_and_swing_meet(settings: GaitSettings) -> None:
    gait = gait_of(settings)
    step = two_steps(gait)[0]
    for event_s in (step.strike_s, step.toe_off_s):
        before, after = pose_at(gait, event_s - 1e-6).joints, pose_at(gait, event_s + 1e-6).joints
        for name, point in before.items():
            assert after[name] == pytest.approx(point, abs=1e-4), name


@every_way
def test_the_body_bounces_as_runners_do(name: str) -> None:
    gait = gait_of(WAYS[name])
    step = two_steps(gait)[0]
    heights_m = [gait.pelvis(t)[2] for t in np.linspace(step.strike_s, step.strike_s + WAYS[name].step_s, 60)]
    assert 0.04 < np.ptp(heights_m) < 0.10


@pytest.mark.parametrize("asked_deg", [-2.0, 3.0, 7.0, 14.0])
def test_the_trunk_leans_as_asked_while_the_foot_is_on_the_belt(asked_deg: float) -> None:
    gait = gait_of(replace(TYPICAL_REACH, trunk_lean_deg=asked_deg, trunk_nod_deg=0.0))
    step = two_steps(gait)[0]
    for time_s in np.linspace(step.strike_s, step.toe_off_s, 9):
        assert lean_deg(trunk(gait, time_s)) == pytest.approx(asked_deg, abs=1e-9)


def test_uphill_the_trunk_leans_against_gravity_and_the_feet_keep_to_the_belt() -> None:
    gait, ground = gait_of(replace(UPHILL, trunk_nod_deg=0.0)), Ground(incline_pct=UPHILL.incline_pct)
    step = two_steps(gait)[0]
    for time_s in np.linspace(step.strike_s, step.toe_off_s, 9):
        assert lean_deg(ground.to_world(trunk(gait, time_s), 0.0, time_s)) == pytest.approx(UPHILL.trunk_lean_deg)
        assert sole_m(gait, Side.LEFT, time_s) == pytest.approx(0.0, abs=1e-6)


def test_a_lopsided_runner_differs_between_the_sides_by_exactly_what_was_asked() -> None:
    gait = gait_of(LOPSIDED)
    steps = gait.steps
    left, right = two_steps(gait, Side.LEFT)[0], two_steps(gait, Side.RIGHT)[0]

    def asymmetry(of_left: float, of_right: float) -> float:
        return (of_left - of_right) / ((of_left + of_right) / 2)

    times_s = [steps[steps.index(step) + 1].strike_s - step.strike_s for step in (left, right)]
    legs = [gait.leg(step.side, step.strike_s) for step in (left, right)]
    assert asymmetry(*times_s) == pytest.approx(LOPSIDED.step_time_asymmetry_frac)
    assert asymmetry(left.contact_s, right.contact_s) == pytest.approx(LOPSIDED.contact_asymmetry_frac)
    assert asymmetry(*(leg.ankle[0] - leg.hip[0] for leg in legs)) == pytest.approx(
        LOPSIDED.foot_ahead_of_hip_asymmetry_frac
    )
    assert np.mean(times_s) == pytest.approx(LOPSIDED.step_s)
    assert np.mean([left.contact_s, right.contact_s]) == pytest.approx(LOPSIDED.contact_s)


@pytest.mark.parametrize("leg_m", [0.72, 0.98])
@pytest.mark.parametrize("name", ["low reach", "high reach", "fast"])
def test_short_and_tall_people_run_the_same_way_at_their_own_pace(name: str, leg_m: float) -> None:
    longer = leg_m / BODY.leg_m
    body = Proportions(**{field: longer * getattr(BODY, field) for field in BODY.__dataclass_fields__})
    settings = fitted(WAYS[name], body)
    usual, other = gait_of(WAYS[name]), Gait(settings, body, plan_steps(settings, 2.0))
    for frac in np.linspace(0.0, 1.0, 8):
        knees = [
            gait.leg(Side.LEFT, step.strike_s + frac * step.contact_s).knee_deg
            for gait, step in ((usual, two_steps(usual)[0]), (other, two_steps(other)[0]))
        ]
        assert knees[1] == pytest.approx(knees[0], abs=3.0)
    strike = other.leg(Side.LEFT, two_steps(other)[0].strike_s)
    assert (strike.ankle[0] - strike.hip[0]) / leg_m == pytest.approx(settings.foot_ahead_of_hip_ll)


def test_a_walker_always_has_a_foot_on_the_belt_and_two_while_weight_is_handed_over() -> None:
    gait = gait_of(WALK)
    step = two_steps(gait)[0]
    times_s = np.linspace(step.strike_s, step.strike_s + 2 * WALK.step_s, 400, endpoint=False)
    feet = np.array([sum(leg.on_belt for leg in pose_at(gait, t).legs.values()) for t in times_s])
    assert set(feet) == {1, 2}
    assert (feet == 2).mean() == pytest.approx((WALK.contact_s - WALK.step_s) / WALK.step_s, abs=0.01)
    assert np.mean([gait.leg(Side.LEFT, t).on_belt for t in times_s]) == pytest.approx(0.616, abs=0.01)


def test_a_walker_rides_over_the_standing_leg_and_lands_on_the_heel_of_a_nearly_straight_one() -> None:
    gait = gait_of(WALK)
    step, following = two_steps(gait)
    times_s = np.linspace(step.strike_s, following.strike_s, 300, endpoint=False)
    heights_m = np.array([gait.pelvis(t)[2] for t in times_s])
    alone = (times_s > step.strike_s + WALK.contact_s - WALK.step_s) & (times_s < step.strike_s + WALK.step_s)
    assert times_s[alone][heights_m[alone].argmax()] == pytest.approx(step.strike_s + WALK.contact_s / 2, abs=0.02)
    assert 0.02 < np.ptp(heights_m) < 0.06
    strike = gait.leg(Side.LEFT, step.strike_s)
    assert (strike.ankle[0] - strike.hip[0]) / BODY.leg_m == pytest.approx(WALK.foot_ahead_of_hip_ll, abs=1e-9)
    assert strike.knee_deg == pytest.approx(WALK.knee_strike_deg, abs=0.5)
    assert strike.foot_deg == pytest.approx(20.0)


def test_a_walking_leg_folds_little_and_its_shoe_stays_on_or_above_the_belt() -> None:
    gait = gait_of(WALK)
    step, following = two_steps(gait)
    times_s = np.linspace(step.strike_s, following.strike_s, 200)
    assert knees_deg(gait, times_s).max() == pytest.approx(60.0, abs=5.0)
    assert knees_deg(gait, times_s).min() > 3.0
    assert soles_m(gait, times_s).min() > -1e-6
    ankle_m = np.array([gait.leg(Side.LEFT, t).ankle for t in times_s])
    assert np.linalg.norm(np.diff(ankle_m, axis=0), axis=1).max() / np.diff(times_s).max() < 4.0
