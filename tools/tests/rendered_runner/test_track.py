"""A measured person is rendered where they were measured: joints come back, bones lie along them, shoes on the belt.

The measured runners are not part of the project (Fukuchi, Fukuchi & Duarte 2017, PeerJ 5:e3298): they are looked for
beside the checkout or where FORMCHECK_VALIDATION_DATA says, and without them their tests are skipped.
"""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tools.rendered_runner.gait import Gait
from tools.rendered_runner.leg import LegState
from tools.rendered_runner.pose import Pose, pose_at
from tools.rendered_runner.runner import Runner
from tools.rendered_runner.settings import GaitSettings, Proportions
from tools.rendered_runner.steps import plan_steps
from tools.rendered_runner.track import NAMES, Track, centre, read_track
from tools.rendered_runner.tracked import TrackedRunner

from formcheck.records.skeleton import Side
from places import ROOT

pytestmark = pytest.mark.slow

MOCAP = Path(os.environ.get("FORMCHECK_VALIDATION_DATA", ROOT.parent / "shared")) / "mocap"
TRIALS = sorted(MOCAP.glob("RBDS*.npz"))
measured = pytest.mark.skipif(not TRIALS, reason="no measured runners: see FORMCHECK_VALIDATION_DATA")

BODY = Proportions(thigh_m=0.40, shank_m=0.39, ankle_height_m=0.09, ball_ahead_m=0.115, hip_half_width_m=0.08)
SETTINGS = GaitSettings(belt_speed_m_s=2.5, step_time_sd_s=0.004, foot_ahead_of_hip_sd_ll=0.008)
GAIT = Gait(SETTINGS, BODY, plan_steps(SETTINGS, 3.0, seed=3))
LAB_HZ = 150.0
LETTERS = {Side.LEFT: "L", Side.RIGHT: "R"}
LAB_TO_RUNNER = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""From forward, up, right to forward, left, up."""


def points(leg: LegState) -> dict[str, NDArray[np.float64]]:
    """What a laboratory would have measured: heel and ball somewhere on the shoe, not at one height."""
    heel = leg.ankle + leg.foot @ np.array([-0.055, 0.0, -0.045])
    toe = leg.ankle + leg.foot @ np.array([BODY.ball_ahead_m, 0.0, -0.060])
    return {"hip": leg.hip, "knee": leg.knee, "ankle": leg.ankle, "heel": heel, "toe": toe}


def sampled(gait: Gait) -> Track:
    time_s = np.arange(0.0, 3.0, 1 / LAB_HZ)
    poses = [{side: points(gait.leg(side, t)) for side in Side} for t in time_s]
    joints_m = {f"{side}_{point}": np.array([pose[side][point] for pose in poses]) for side in Side for point in
                ("hip", "knee", "ankle", "heel", "toe")}  # fmt: skip
    return Track(time_s, joints_m, gait.settings.belt_speed_m_s)


TRACK = sampled(GAIT)
AGAIN = TrackedRunner(TRACK, SETTINGS)
BETWEEN_SAMPLES_S = np.arange(0.2, 2.8, 0.0137)


def turned_deg(before: Pose, after: Pose, bone: str) -> float:
    turn = before.bones[bone].rotation.T @ after.bones[bone].rotation
    return float(np.degrees(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1))))


def test_a_gait_that_was_sampled_comes_back_joint_for_joint() -> None:
    for time_s in BETWEEN_SAMPLES_S:
        given, got = pose_at(GAIT, time_s).joints, AGAIN.pose(time_s).joints
        for name in (f"{side}_{joint}" for side in Side for joint in ("hip", "knee", "ankle", "heel")):
            assert got[name] == pytest.approx(given[name], abs=0.001), (name, time_s)


def test_the_bones_of_a_sampled_gait_turn_as_they_did() -> None:
    bones = ["pelvis", *(f"{bone}_{side}" for bone in ("thigh", "shank", "foot") for side in Side)]
    for time_s in BETWEEN_SAMPLES_S:
        given, got = pose_at(GAIT, time_s), AGAIN.pose(time_s)
        assert {bone: turned_deg(given, got, bone) for bone in bones} == pytest.approx(dict.fromkeys(bones, 0), abs=1.0)


def test_the_body_is_measured_from_the_track() -> None:
    for field in ("thigh_m", "shank_m", "ankle_height_m", "ball_ahead_m", "hip_half_width_m"):
        assert getattr(AGAIN.body, field) == pytest.approx(getattr(BODY, field), abs=0.001), field


def test_the_arms_swing_against_the_legs() -> None:
    for time_s in BETWEEN_SAMPLES_S:
        given, got = pose_at(GAIT, time_s).joints, AGAIN.pose(time_s).joints
        assert got["left_wrist"][0] - got["right_wrist"][0] == pytest.approx(
            given["left_wrist"][0] - given["right_wrist"][0], abs=0.06
        )


def test_a_track_is_a_runner_to_the_film() -> None:
    runner: Runner = AGAIN
    assert runner.ground_speed_m_s == SETTINGS.belt_speed_m_s
    assert set(runner.pose(1.0).bones) == set(pose_at(GAIT, 1.0).bones)


def test_a_joint_that_was_hidden_for_a_moment_is_bridged() -> None:
    joints_m = {name: path.copy() for name, path in TRACK.joints_m.items()}
    joints_m["left_knee"][150:153] = np.nan
    hidden_s = TRACK.time_s[151]
    bridged = TrackedRunner(replace(TRACK, joints_m=joints_m)).pose(hidden_s).joints["left_knee"]
    assert bridged == pytest.approx(TRACK.joints_m["left_knee"][151], abs=0.002)


def test_a_track_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "someone.npz"
    np.savez(path, time_s=TRACK.time_s, ground_speed_m_s=TRACK.ground_speed_m_s, **TRACK.joints_m)
    read = read_track(path)
    assert read.ground_speed_m_s == TRACK.ground_speed_m_s
    assert all((read.joints_m[name] == TRACK.joints_m[name]).all() for name in NAMES)


def test_a_person_measured_elsewhere_on_the_belt_is_brought_before_the_camera() -> None:
    away = replace(TRACK, joints_m={name: path + np.array([2.1, -0.3, 0.0]) for name, path in TRACK.joints_m.items()})
    here = centre(away)
    mid_hip = (here.joints_m["left_hip"] + here.joints_m["right_hip"]).mean(axis=0) / 2
    assert mid_hip[:2] == pytest.approx([0.0, 0.0], abs=1e-9)
    assert here.joints_m["left_toe"][:, 2] == pytest.approx(TRACK.joints_m["left_toe"][:, 2])


def test_a_track_without_a_joint_says_which() -> None:
    with pytest.raises(ValueError, match="no right_toe"):
        replace(TRACK, joints_m={name: path for name, path in TRACK.joints_m.items() if name != "right_toe"})


def test_a_track_at_the_wrong_ground_speed_is_refused() -> None:
    with pytest.raises(ValueError, match="check the speed"):
        TrackedRunner(replace(TRACK, ground_speed_m_s=4.0))


def test_a_time_that_was_not_measured_is_refused() -> None:
    with pytest.raises(ValueError, match="not 7"):
        AGAIN.pose(7.0)


def read_trial(path: Path) -> Track:
    """Six seconds of a laboratory trial."""
    data = np.load(path)
    names, within = list(data["names"]), (data["t"] > 3.0) & (data["t"] < 9.0)
    joints_m = {
        f"{side}_{point}": data["xyz"][within, names.index(f"{point}_{letter}")] @ LAB_TO_RUNNER.T
        for side, letter in LETTERS.items()
        for point in ("hip", "knee", "ankle", "heel", "toe")
    }
    return Track(data["t"][within], joints_m, float(data["speed"]))


@measured
@pytest.mark.parametrize("path", TRIALS, ids=lambda path: path.stem)
def test_a_measured_runner_is_posed_joint_for_joint(path: Path) -> None:
    track = read_trial(path)
    runner = TrackedRunner(track)
    for frame in range(20, len(track.time_s) - 20, 23):
        joints = runner.pose(track.time_s[frame]).joints
        for side in Side:
            for joint in ("hip", "knee", "ankle"):
                assert joints[f"{side}_{joint}"] == pytest.approx(track.joints_m[f"{side}_{joint}"][frame], abs=1e-6)


@measured
@pytest.mark.parametrize("path", TRIALS, ids=lambda path: path.stem)
def test_a_measured_runners_shoe_neither_floats_nor_sinks(path: Path) -> None:
    """In the middle of contact within 10 mm: the left and right markers alone sit up to 4 mm apart."""
    runner = TrackedRunner(read_trial(path))
    data = np.load(path)
    for side, letter in LETTERS.items():
        strikes_s = data[f"strike_{letter}"]
        for strike_s in strikes_s[(strikes_s > 3.2) & (strikes_s < 8.4)]:
            contact_s = data[f"off_{letter}"][data[f"off_{letter}"] > strike_s][0] - strike_s
            for time_s in strike_s + contact_s * np.linspace(0.25, 0.75, 5):
                pose = runner.pose(time_s)
                assert sole_m(pose, side, runner.body) == pytest.approx(0.0, abs=0.010)
                assert pose.legs[side].on_belt


def sole_m(pose: Pose, side: Side, body: Proportions) -> float:
    """Height of the lowest of heel edge, ball and toe tip."""
    leg, toes = pose.legs[side], pose.bones[f"toes_{side}"]
    heel = leg.ankle + leg.foot @ np.array([-body.heel_behind_m, 0.0, -body.ankle_height_m])
    tip = toes.origin + toes.rotation @ np.array([body.toe_ahead_m - body.ball_ahead_m, 0.0, 0.0])
    return float(min(heel[2], toes.origin[2], tip[2]))
