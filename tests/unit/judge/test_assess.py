"""Landmarks in, a Report out: what a caller of `analyze_track` relies on."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from assessed import RUNNER, codes, headline
from formcheck import Report, analyze_track
from formcheck.gait.settings import calibrations
from formcheck.judge.assess import assess
from formcheck.records.filmed import Filmed
from formcheck.records.gait import TimeScale
from formcheck.records.options import OPTIONS, RunOptions
from formcheck.records.report import Clip
from formcheck.records.skeleton import Side
from formcheck.records.track import Uprights
from stick_runner import Camera, Runner, film, near_ms

CLIP = Clip("run.mp4", "ab" * 32, 8.0, 1280, 720, 480, 60.0, TimeScale(1.0, "assumed"), (0.0, 8.0))


def test_a_clean_side_view_is_reported_in_full(easy: Report) -> None:
    assert easy.quality.grade == "good"
    assert (easy.scene.view, easy.scene.heading, easy.scene.near_side) == ("side", "left", Side.LEFT)
    assert easy.scene.surface == "treadmill"
    withheld = {name for name, measure in easy.measures.items() if measure.headline.withheld is not None}
    assert withheld <= {"foot_angle", "trunk_lean_range"}  # too unsure on any clip, see docs/accuracy.md
    assert easy.findings
    assert len(easy.frames) == 6


@pytest.mark.parametrize("fps", [30, 60, 120])
@pytest.mark.parametrize("azimuth_deg", [0, 180])
def test_reach_lean_cadence_and_strikes_are_the_figures_own(fps: float, azimuth_deg: float) -> None:
    report = analyze_track(film(RUNNER, Camera(fps=fps, azimuth_deg=azimuth_deg)))
    near_side = Side.LEFT if azimuth_deg == 180 else Side.RIGHT
    assert headline(report, "foot_ahead_of_hip") == pytest.approx(RUNNER.reach[near_side], abs=0.02)
    assert headline(report, "trunk_lean") == pytest.approx(RUNNER.mean_lean_deg(), abs=0.5)
    assert headline(report, "cadence") == pytest.approx(RUNNER.cadence_per_min, abs=0.5)
    for side in Side:
        found_s = np.array([step.strike_time_s for step in report.steps if step.side is side])
        strikes_s = RUNNER.strikes_s(side, 7.7)
        assert np.abs(near_ms(found_s, strikes_s[strikes_s > 0.2])).max() < 12


def test_asymmetry_of_the_reach_is_reported_with_its_sign() -> None:
    lopsided = replace(RUNNER, reach={Side.LEFT: 0.27, Side.RIGHT: 0.21})
    report = analyze_track(film(lopsided, Camera(azimuth_deg=180)), landmark_error_frac=0.01)
    assert headline(report, "foot_ahead_of_hip_asymmetry") == pytest.approx(0.25, abs=0.08)
    assert headline(report, "step_time_asymmetry") == pytest.approx(0.0, abs=0.03)


@pytest.mark.slow
def test_height_gives_metres_and_speed_gives_them_better() -> None:
    track = film(RUNNER, Camera())
    plain, tall, fast = analyze_track(track), analyze_track(track, height_m=1.80), analyze_track(track, speed_kmh=10.0)
    assert (plain.scene.belt_speed.unit, plain.scene.scale.source) == ("leg_length/s", "none")
    assert tall.scene.belt_speed.value == pytest.approx(3.2 * 0.491 * 1.80, rel=0.03)
    assert fast.scene.belt_speed.value == pytest.approx(10 / 3.6, rel=1e-6)
    assert (tall.scene.scale.source, fast.scene.scale.source) == ("height", "speed")
    assert headline(plain, "foot_ahead_of_hip") == headline(fast, "foot_ahead_of_hip")


@pytest.mark.slow
def test_metres_by_height_are_less_sure_than_leg_lengths_and_a_told_speed_has_no_interval() -> None:
    track = film(RUNNER, Camera())
    plain, tall, fast = (
        analyze_track(track, model="full", **told).measures["belt_speed"]
        for told in ({}, {"height_m": 1.80}, {"speed_kmh": 10.0})
    )
    half_frac = [(m.headline.interval95[1] / m.headline.value - 1) / 1.96 for m in (plain, tall)]
    assert half_frac == pytest.approx([calibrations()["full"].spreads["belt_speed"][0], np.hypot(half_frac[0], 0.04)])
    assert np.isnan(fast.headline.interval95).all()
    assert (fast.headline.value, fast.headline.withheld) == (pytest.approx(10 / 3.6), None)


def test_a_height_and_a_speed_that_contradict_each_other_are_doubted() -> None:
    report = analyze_track(film(RUNNER, Camera()), height_m=1.60, speed_kmh=15.0, model="full")
    assert "scale_disagreement" in codes(report)
    assert report.quality.grade == "usable"


@pytest.mark.parametrize("azimuth_deg", [0, 180])
def test_a_given_incline_is_taken_out_of_the_lean(azimuth_deg: float) -> None:
    climber = replace(RUNNER, incline_deg=float(np.degrees(np.arctan(0.06))))
    track = film(climber, Camera(azimuth_deg=azimuth_deg))
    level = Uprights(0.0, 0.2, 0.0, 8.0)
    told = assess(track, RunOptions(incline_pct=6.0), clip=CLIP, filmed=Filmed(), uprights=level)
    assert headline(told, "trunk_lean") == pytest.approx(RUNNER.mean_lean_deg(), abs=0.5)
    assert headline(told, "foot_ahead_of_hip") == pytest.approx(RUNNER.reach[told.scene.near_side], abs=0.02)


@pytest.mark.parametrize("roll_deg", [-5.0, 5.0])
def test_upright_edges_undo_the_roll_of_the_camera(roll_deg: float) -> None:
    track = film(RUNNER, Camera(roll_deg=roll_deg, azimuth_deg=180))
    room = Uprights(roll_deg, 0.2, 0.0, 8.0)
    report = assess(track, RunOptions(), clip=CLIP, filmed=Filmed(), uprights=room)
    assert report.scene.camera_roll_deg == pytest.approx(roll_deg, abs=0.2)
    assert headline(report, "trunk_lean") == pytest.approx(RUNNER.mean_lean_deg(), abs=0.5)
    assert headline(report, "foot_ahead_of_hip") == pytest.approx(RUNNER.reach[Side.LEFT], abs=0.02)


@pytest.mark.parametrize(("slow", "told"), [(4.0, {}), (4.0, {"capture_fps": 120.0})])
@pytest.mark.slow
def test_in_slow_motion_durations_are_real_and_instants_on_the_clips_clock(slow: float, told: dict[str, Any]) -> None:
    report = analyze_track(film(RUNNER, Camera(fps=30, slow=slow, azimuth_deg=180), 6.0), **told)
    assert report.clip.time_scale.factor == pytest.approx(slow)
    assert report.clip.time_scale.source == ("declared" if told else "inferred")
    assert "slow_motion" in codes(report)
    assert headline(report, "cadence") == pytest.approx(RUNNER.cadence_per_min, abs=0.5)
    assert headline(report, "contact_time") == pytest.approx(RUNNER.contact_s, abs=0.025)
    found_s = np.array([step.strike_time_s for step in report.steps if step.side is Side.LEFT])
    assert np.abs(near_ms(found_s / slow, RUNNER.strikes_s(Side.LEFT, 5.7)[1:])).max() < 12
    assert all(0 <= frame.time_s <= report.clip.duration_s for frame in report.frames)


def test_the_same_landmarks_give_the_same_report(easy: Report) -> None:
    again = analyze_track(film(RUNNER, Camera(azimuth_deg=180)), model="full")
    assert repr(again.measures) == repr(easy.measures)
    assert repr(again.steps) == repr(easy.steps)


def test_the_report_says_with_which_settings_it_was_made(easy: Report) -> None:
    assert easy.settings["told"] == {name: option.default for name, option in OPTIONS.items()}
    assert easy.settings["measurement"]["detectors"]["foot_strike"]["HeelSpeed"]["belt_share"] == 0.8
    assert easy.formcheck_version


def test_evidence_has_a_row_for_every_frame_used(easy: Report) -> None:
    evidence = easy.evidence
    assert evidence is not None
    assert evidence.runner is not None
    assert evidence.series is not None
    assert len(evidence.pose) == len(evidence.runner) == len(evidence.series.trunk_lean_deg)
    assert set(evidence.belt_line) == set(Side)


def test_a_person_the_pose_jumped_to_is_kept_to_hide_their_face() -> None:
    track = film(Runner(), Camera(), 3.0)
    xy_px = track.xy_px.copy()
    xy_px[60:66, :, 0] -= 0.25 * track.width_px
    evidence = analyze_track(replace(track, xy_px=xy_px)).evidence
    assert evidence is not None
    assert set(evidence.others) == set(range(60, 66))
    assert np.array_equal(evidence.others[60], xy_px[60][None])
