"""The fixture runner's gait is what its truth file says, and moves as measured runners do."""

from itertools import pairwise

import numpy as np
import pytest
from tools.rendered_runner.camera import Camera
from tools.rendered_runner.gait import Gait
from tools.rendered_runner.leg import OutOfReachError
from tools.rendered_runner.pose import pose_at
from tools.rendered_runner.presets import PRESETS
from tools.rendered_runner.settings import GaitSettings, Proportions
from tools.rendered_runner.steps import plan_steps
from tools.rendered_runner.truth import describe, measure, measure_both

from formcheck.records.skeleton import Side

pytestmark = pytest.mark.slow

BODY = Proportions()
STEADY = GaitSettings(trunk_nod_deg=0.0)
STRIDE_S = 2 * STEADY.step_s
EVEN = Gait(STEADY, BODY, plan_steps(STEADY, 3.0))
EASY = PRESETS["side_left_60fps"].runner().gait


def sole_heights_m(gait: Gait, time_s: float) -> list[float]:
    """Heel edge, ball and toe tip of both shoes above the belt."""
    pose = pose_at(gait, time_s)
    heights = []
    for side, leg in pose.legs.items():
        heel = leg.ankle + leg.foot @ np.array([-BODY.heel_behind_m, 0.0, -BODY.ankle_height_m])
        ball = leg.ankle + leg.foot @ np.array([BODY.ball_ahead_m, 0.0, -BODY.ankle_height_m])
        toes = pose.bones[f"toes_{side}"]
        tip = ball + toes.rotation @ np.array([BODY.toe_ahead_m - BODY.ball_ahead_m, 0.0, 0.0])
        heights += [heel[2], ball[2], tip[2]]
    return heights


def knee_deg(gait: Gait, time_s: float) -> float:
    return gait.leg(Side.LEFT, time_s).knee_deg


def test_every_foot_strikes_exactly_as_far_ahead_of_its_hip_as_planned() -> None:
    for step in EASY.steps[2:-2]:
        leg = EASY.leg(step.side, step.strike_s)
        reach_ll = (leg.ankle[0] - leg.hip[0]) / BODY.leg_m
        assert reach_ll == pytest.approx(step.foot_ahead_of_hip_ll, abs=1e-9)


def test_steps_differ_from_each_other_but_not_from_one_run_to_the_next() -> None:
    again = PRESETS["side_left_60fps"].runner().gait
    reaches = [step.foot_ahead_of_hip_ll for step in EASY.steps]
    assert np.std(reaches) > 0.003
    assert again.steps == EASY.steps


def test_a_trunk_that_does_not_nod_leans_as_asked_at_every_instant() -> None:
    for time_s in np.linspace(0.0, STRIDE_S, 23):
        joints = pose_at(EVEN, time_s).joints
        up_trunk = joints["left_shoulder"] + joints["right_shoulder"] - joints["left_hip"] - joints["right_hip"]
        assert np.degrees(np.arctan2(up_trunk[0], up_trunk[2])) == pytest.approx(STEADY.trunk_lean_deg, abs=1e-9)


def test_the_flat_foot_rides_the_belt_without_sliding() -> None:
    step = EVEN.steps[4]
    flat_s = np.linspace(step.strike_s + 0.06, step.strike_s + 0.14, 30)
    ankle_x = [EVEN.leg(step.side, t).ankle[0] for t in flat_s]
    assert np.diff(ankle_x) / np.diff(flat_s) == pytest.approx(-STEADY.belt_speed_m_s, abs=1e-3)


def test_the_shoes_never_sink_into_the_belt_and_leave_it_in_flight() -> None:
    times_s = np.linspace(1.0, 1.0 + 2 * STRIDE_S, 240)
    lowest = np.array([min(sole_heights_m(EASY, t)) for t in times_s])
    in_flight = np.array([not any(leg.on_belt for leg in pose_at(EASY, t).legs.values()) for t in times_s])
    assert lowest.min() > -1e-6
    assert (lowest[~in_flight] < 1e-9).all()
    assert 0.15 < in_flight.mean() < 0.40


def test_with_even_steps_one_stride_is_like_the_next() -> None:
    now, later = pose_at(EVEN, 0.3), pose_at(EVEN, 0.3 + STRIDE_S)
    for name, point in now.joints.items():
        assert later.joints[name] == pytest.approx(point, abs=1e-9), name


def test_no_joint_jumps() -> None:
    times_s = np.arange(0.5, 1.3, 0.004)
    joints = [pose_at(EASY, t).joints for t in times_s]
    for name in joints[0]:
        path = np.array([j[name] for j in joints])
        fastest_m_s = np.linalg.norm(np.diff(path, axis=0), axis=1).max() / 0.004
        assert fastest_m_s < 12.0, name


def test_the_knee_yields_after_contact_no_faster_than_measured_runners() -> None:
    """Seven treadmill trials (Fukuchi et al. 2017): at most 530 deg/s over any 20 ms, about 30 deg in 0.1 s."""
    strike_s = EVEN.steps[4].strike_s
    knees = [knee_deg(EVEN, strike_s + t) for t in np.arange(0.0, 0.121, 0.020)]
    assert max(np.diff(knees)) / 0.020 < 450.0
    assert 20.0 < knees[5] - knees[0] < 33.0
    assert max(knees) == pytest.approx(STEADY.knee_mid_stance_deg, abs=2.0)


def test_late_swing_brings_the_foot_back_and_down_onto_the_belt() -> None:
    """In the same trials the ankle is furthest forward 20 to 50 ms before contact and sinks throughout."""
    strike_s = EVEN.steps[4].strike_s
    before_s = np.arange(-0.150, 0.0005, 0.005)
    legs = [EVEN.leg(Side.LEFT, strike_s + t) for t in before_s]
    ahead = np.array([leg.ankle[0] - leg.hip[0] for leg in legs])
    height = np.array([leg.ankle[2] for leg in legs])
    assert -0.050 <= before_s[ahead.argmax()] <= -0.015
    assert (np.diff(height) < 0).all()


def test_the_pelvis_is_lowest_in_mid_stance_and_falls_freely_in_flight() -> None:
    step, following = EVEN.steps[4:6]
    stance_s = np.linspace(step.strike_s, step.toe_off_s, 200)
    heights = [EVEN.pelvis(t)[2] for t in stance_s]
    assert 0.35 < np.argmin(heights) / 200 < 0.55
    flight_s = np.linspace(step.toe_off_s, following.strike_s, 50)
    fall = np.polyfit(flight_s - flight_s[0], [EVEN.pelvis(t)[2] for t in flight_s], 2)
    assert 2 * fall[0] == pytest.approx(-9.81, abs=1e-3)


@pytest.mark.parametrize(
    "changes",
    [
        {"foot_ahead_of_hip_ll": 0.30, "knee_strike_deg": 10.0, "cadence_spm": 160.0},
        {"foot_ahead_of_hip_ll": 0.12, "contact_s": 0.22, "cadence_spm": 180.0},
        {"foot_angle_deg": -6.0, "foot_ahead_of_hip_ll": 0.18, "knee_strike_deg": 20.0},
        {"trunk_lean_deg": 14.0},
        {"belt_speed_m_s": 3.6, "contact_s": 0.215, "cadence_spm": 176.0, "foot_ahead_of_hip_ll": 0.28},
    ],
)
def test_other_ways_of_running_stay_exact_and_above_the_belt(changes: dict[str, float]) -> None:
    settings = GaitSettings(**changes)
    gait = Gait(settings, BODY, plan_steps(settings, 3.0))
    sides = {side: measure(gait, side, 3.0) for side in Side}
    values = sides[Side.LEFT] | measure_both(gait, sides, 3.0)
    assert values["foot_ahead_of_hip"] == pytest.approx(settings.foot_ahead_of_hip_ll, abs=1e-9)
    assert values["trunk_lean"] == pytest.approx(settings.trunk_lean_deg, abs=settings.trunk_nod_deg)
    assert values["cadence"] == pytest.approx(settings.cadence_spm, abs=1e-6)
    times_s = np.linspace(1.0, 1.0 + 2 * settings.step_s, 100)
    assert min(min(sole_heights_m(gait, t)) for t in times_s) > -1e-6
    assert min(knee_deg(gait, t) for t in times_s) >= 3.0


def test_a_foot_that_the_leg_cannot_reach_is_refused() -> None:
    settings = GaitSettings(belt_speed_m_s=6.0, contact_s=0.30)
    with pytest.raises(OutOfReachError, match="too short"):
        Gait(settings, BODY, plan_steps(settings, 1.0))


def test_the_truth_asks_only_for_events_whose_neighbourhood_is_in_the_clip() -> None:
    preset = PRESETS["side_left_60fps"]
    truth = describe(preset, "test", {})
    times_s = [event.time_s for events in truth.events.values() for event in events]
    assert min(times_s) >= 0.1
    assert max(times_s) <= preset.duration_s - 0.1
    assert all(a.side is not b.side for a, b in pairwise(truth.events["strikes"]))


@pytest.mark.parametrize("side", list(Side))
def test_a_runner_seen_from_one_side_runs_to_that_side_of_the_picture(side: Side) -> None:
    camera = Camera(side=side)
    behind, ahead = camera.project(np.array([[-0.5, 0.0, 1.0], [0.5, 0.0, 1.0]]))
    assert (ahead[0] < behind[0]) == (side is Side.LEFT)
    assert ahead[1] == pytest.approx(behind[1])


def test_a_camera_turned_clockwise_shows_upright_things_leaning_left() -> None:
    foot, head = Camera(side=Side.LEFT, roll_deg=5.0).project(np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.7]]))
    assert np.degrees(np.arctan2(foot[0] - head[0], foot[1] - head[1])) == pytest.approx(5.0, abs=0.1)
