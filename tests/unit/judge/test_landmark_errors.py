"""Landmarks are off by something: intervals hold the truth, and say what they rest on."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from assessed import RUNNER, headline
from formcheck import Report, analyze_track
from formcheck.records.errors import UsageError
from formcheck.records.report import ModelUsed
from formcheck.records.skeleton import Side
from formcheck.records.track import PoseTrack
from stick_runner import Camera, film

AT_STRIKE = ("foot_ahead_of_hip", "heel_ahead_of_hip", "foot_ahead_of_knee", "leg_angle", "shank_angle", "knee_flexion")

TRUTH = {name: RUNNER.at_strike(Side.LEFT)[name] for name in AT_STRIKE} | {
    "trunk_lean": RUNNER.mean_lean_deg(),
    "contact_time": RUNNER.contact_s,
    "vertical_oscillation": 2 * RUNNER.bounce,
    "belt_speed": RUNNER.belt_speed,
}


def off_by(track: PoseTrack, error_ll: float, seed: int, *, leg_px: float = 260.0) -> PoseTrack:
    """The track with each landmark off by its own constant error in each direction, as a pose model's are."""
    errors_px = np.random.default_rng(seed).normal(0, error_ll * leg_px, track.xy_px.shape[1:])
    return replace(track, xy_px=track.xy_px + errors_px)


@pytest.mark.slow
@pytest.mark.parametrize(("error_ll", "stated"), [(0.0, {}), (0.02, {}), (0.005, {"landmark_error_frac": 0.005})])
def test_the_intervals_hold_the_truth(error_ll: float, stated: dict[str, float]) -> None:
    held: list[tuple[str, bool]] = []
    for seed in range(8):
        camera = Camera(fps=30.0 if seed % 2 else 60.0, azimuth_deg=180, frame_phase=seed / 8)
        report = analyze_track(off_by(film(RUNNER, camera, 6.0, seed=seed), error_ll, seed), **stated)
        for name, truth in TRUTH.items():
            measured = report.measures[name].headline
            low, high = measured.interval95
            if measured.withheld is None:
                held.append((name, low <= truth <= high))
    missed = {name: sum(not ok for other, ok in held if other == name) for name, _ in held}
    assert {name: count for name, count in missed.items() if count > 2} == {}
    assert np.mean([ok for _, ok in held]) > 0.95
    assert len(held) > 0.95 * 8 * len(TRUTH)


def test_intervals_are_not_right_by_being_wide(easy: Report) -> None:
    low, high = easy.measures["foot_ahead_of_hip"].headline.interval95
    assert high - low < 0.2
    low, high = easy.measures["cadence"].headline.interval95
    assert high - low < 3


@pytest.mark.parametrize("belt_speed", [2.4, 3.2])
@pytest.mark.parametrize("fps", [30.0, 60.0])
@pytest.mark.slow
def test_exact_landmarks_of_unknown_origin_give_landing_and_lean(belt_speed: float, fps: float) -> None:
    report = analyze_track(film(replace(RUNNER, belt_speed=belt_speed), Camera(fps=fps, noise=0.0, azimuth_deg=180)))
    assert headline(report, "foot_ahead_of_hip") == pytest.approx(RUNNER.reach[Side.LEFT], abs=0.02)
    assert headline(report, "trunk_lean") == pytest.approx(RUNNER.mean_lean_deg(), abs=0.5)


@pytest.mark.slow
def test_a_stated_landmark_error_sets_the_width_of_the_intervals() -> None:
    track = film(RUNNER, Camera(azimuth_deg=180))

    def half(**stated: Any) -> float:
        low, high = analyze_track(track, **stated).measures["peak_knee_flexion_stance"].headline.interval95
        return (high - low) / 2

    assert half(landmark_error_frac=0.005) < 0.8 * half(landmark_error_frac=0.01) < 0.8 * half()
    assert half() == half(landmark_error_frac=0.02)


def test_landmarks_too_rough_for_a_number_are_named_as_the_reason_and_no_pose_model_is() -> None:
    report = analyze_track(film(RUNNER, Camera(azimuth_deg=180)), landmark_error_frac=0.06)
    for name in ("foot_ahead_of_hip", "foot_ahead_of_hip_asymmetry"):
        withheld = report.measures[name].headline.withheld
        assert withheld is not None
        assert withheld.code == "interval_too_wide"
        assert withheld.message == "Landmarks that may be off by 6 % of leg length are not accurate enough for this."
        assert withheld.advice.endswith("If yours are better than 6 %, give their error as landmark_error_frac.")


def test_a_model_too_rough_for_a_number_names_the_models_that_are_not() -> None:
    reach = analyze_track(film(RUNNER, Camera(azimuth_deg=180)), model="lite").measures["foot_ahead_of_hip"].headline
    assert reach.withheld is not None
    assert reach.withheld.message == "This pose model is not accurate enough for this."
    assert reach.withheld.advice == "Use the pose model full or heavy."


@pytest.mark.parametrize("stated", [{"landmark_error_frac": 2.0}, {"landmark_error_frac": -0.01}])
def test_a_landmark_error_that_is_no_small_fraction_is_refused(stated: dict[str, float]) -> None:
    with pytest.raises(UsageError, match=r"must be between 0 and 0\.1: a fraction of leg length, so 0\.01 for 1 %"):
        analyze_track(film(RUNNER, Camera(), 1.0), **stated)


def test_a_named_model_has_an_error_of_its_own() -> None:
    with pytest.raises(UsageError, match="give model or landmark_error_frac, not both"):
        analyze_track(film(RUNNER, Camera(), 1.0), model="full", landmark_error_frac=0.01)


def test_landmarks_of_a_named_model_are_corrected_and_others_are_taken_as_they_are_and_less_trusted(
    easy: Report,
) -> None:
    unknown = analyze_track(film(RUNNER, Camera(azimuth_deg=180)))
    assert (easy.model, unknown.model) == (ModelUsed("full", ""), None)
    assert headline(unknown, "knee_flexion") - headline(easy, "knee_flexion") == pytest.approx(3.1, abs=0.3)
    (low, high), (least, most) = (one.measures["shank_angle"].headline.interval95 for one in (easy, unknown))
    assert most - least > 1.5 * (high - low)
    with pytest.raises(UsageError, match="model='ful' is not known; use full, heavy, lite or None"):
        analyze_track(film(RUNNER, Camera(), 1.0), model="ful")
