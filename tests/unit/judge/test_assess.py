"""Landmarks in, a Report out: what a caller of `analyze_track` relies on."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from formcheck import FormcheckError, Report, analyze_track
from formcheck.gait.settings import calibrations
from formcheck.judge.assess import assess
from formcheck.judge.obstacles import Filmed
from formcheck.records.errors import UsageError
from formcheck.records.gait import TimeScale
from formcheck.records.options import RunOptions
from formcheck.records.report import Clip, ModelUsed
from formcheck.records.skeleton import Side
from formcheck.records.track import PoseTrack, Uprights
from stick_runner import WALKER, Camera, Runner, film, near_ms

RUNNER = Runner(reach={Side.LEFT: 0.25, Side.RIGHT: 0.22})
CLIP = Clip("run.mp4", "ab" * 32, 8.0, 1280, 720, 480, 60.0, TimeScale(1.0, "assumed"), (0.0, 8.0))


def codes(report: Report) -> list[str]:
    return [reason.code for reason in report.quality.reasons]


def headline(report: Report, name: str) -> float:
    """The headline number of a measure, which must not be withheld."""
    measured = report.measures[name].headline
    assert measured.withheld is None, (name, measured.withheld)
    return measured.value


def off_by(track: PoseTrack, error_ll: float, seed: int, *, leg_px: float = 260.0) -> PoseTrack:
    """The track with each landmark off by its own constant error in each direction, as a pose model's are."""
    errors_px = np.random.default_rng(seed).normal(0, error_ll * leg_px, track.xy_px.shape[1:])
    return replace(track, xy_px=track.xy_px + errors_px)


@pytest.fixture(scope="module")
def easy() -> Report:
    return analyze_track(film(RUNNER, Camera(azimuth_deg=180)), model="full")


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


AT_STRIKE = ("foot_ahead_of_hip", "heel_ahead_of_hip", "foot_ahead_of_knee", "leg_angle", "shank_angle", "knee_flexion")
TRUTH = {name: RUNNER.at_strike(Side.LEFT)[name] for name in AT_STRIKE} | {
    "trunk_lean": RUNNER.mean_lean_deg(),
    "contact_time": RUNNER.contact_s,
    "vertical_oscillation": 2 * RUNNER.bounce,
    "belt_speed": RUNNER.belt_speed,
}
IMPOSSIBLE = [
    {"height_m": 175.0},
    {"speed_kmh": -3.0},
    {"capture_fps": 1.0},
    {"incline_pct": 90.0},
    {"from_s": 9.0, "to_s": 9.0},
    {"to_s": -1.0},
]


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


@pytest.mark.parametrize("belt_speed", [2.4, 3.2])
@pytest.mark.parametrize("fps", [30.0, 60.0])
def test_where_the_foot_lands_and_the_lean_are_told_of_exact_landmarks_of_unknown_origin(
    belt_speed: float, fps: float
) -> None:
    report = analyze_track(film(replace(RUNNER, belt_speed=belt_speed), Camera(fps=fps, noise=0.0, azimuth_deg=180)))
    assert headline(report, "foot_ahead_of_hip") == pytest.approx(RUNNER.reach[Side.LEFT], abs=0.02)
    assert headline(report, "trunk_lean") == pytest.approx(RUNNER.mean_lean_deg(), abs=0.5)


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


def test_intervals_are_not_right_by_being_wide(easy: Report) -> None:
    low, high = easy.measures["foot_ahead_of_hip"].headline.interval95
    assert high - low < 0.2
    low, high = easy.measures["cadence"].headline.interval95
    assert high - low < 3


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


def test_asymmetry_of_the_reach_is_told_with_its_sign() -> None:
    lopsided = replace(RUNNER, reach={Side.LEFT: 0.27, Side.RIGHT: 0.21})
    report = analyze_track(film(lopsided, Camera(azimuth_deg=180)), landmark_error_frac=0.01)
    assert headline(report, "foot_ahead_of_hip_asymmetry") == pytest.approx(0.25, abs=0.08)
    assert headline(report, "step_time_asymmetry") == pytest.approx(0.0, abs=0.03)


def test_height_gives_metres_and_speed_gives_them_better() -> None:
    track = film(RUNNER, Camera())
    plain, tall, fast = analyze_track(track), analyze_track(track, height_m=1.80), analyze_track(track, speed_kmh=10.0)
    assert (plain.scene.belt_speed.unit, plain.scene.scale.source) == ("leg_length/s", "none")
    assert tall.scene.belt_speed.value == pytest.approx(3.2 * 0.491 * 1.80, rel=0.03)
    assert fast.scene.belt_speed.value == pytest.approx(10 / 3.6, rel=1e-6)
    assert (tall.scene.scale.source, fast.scene.scale.source) == ("height", "speed")
    assert headline(plain, "foot_ahead_of_hip") == headline(fast, "foot_ahead_of_hip")


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


@pytest.mark.parametrize(
    ("track", "told", "code"),
    [
        (film(RUNNER, Camera(fps=30)), {"capture_fps": 240.0}, "time_scale_contradiction"),
        (film(WALKER, Camera()), {}, "walking"),
        (film(RUNNER, Camera(azimuth_deg=90)), {}, "front_view"),
        (film(RUNNER, Camera(azimuth_deg=-90)), {}, "rear_view"),
        (film(RUNNER, Camera(), 1.5), {}, "too_few_steps"),
        (film(RUNNER, Camera(), 0.2), {}, "clip_too_short"),
    ],
)
def test_what_cannot_be_told_is_withheld_with_its_code(track: PoseTrack, told: dict[str, Any], code: str) -> None:
    report = analyze_track(track, **told)
    assert report.quality.grade == "poor"
    assert code in codes(report)
    reach = report.measures["foot_ahead_of_hip"].headline
    assert reach.withheld is not None
    assert reach.withheld.code == code
    assert reach.withheld.advice


@pytest.mark.parametrize("azimuth_deg", [90, -90])
def test_a_walk_seen_end_on_is_no_run_in_slow_motion(azimuth_deg: float) -> None:
    walk, run = (analyze_track(film(who, Camera(azimuth_deg=azimuth_deg))) for who in (WALKER, RUNNER))
    assert "walking" in codes(walk)
    assert walk.clip.time_scale.factor == 1
    assert "walking" not in codes(run)


def test_nobody_in_the_track_is_an_answer_and_no_error() -> None:
    track = film(RUNNER, Camera(), 4.0)
    report = analyze_track(replace(track, xy_px=np.full_like(track.xy_px, np.nan)))
    assert codes(report)[0] == "nobody_seen"
    assert report.steps == ()
    assert report.frames == ()
    assert all(measure.headline.withheld is not None for measure in report.measures.values())


def test_only_the_part_that_is_asked_for_is_measured() -> None:
    report = analyze_track(film(RUNNER, Camera()), from_s=2.0, to_s=6.5)
    start_s, end_s = report.clip.used_s
    assert 2.0 <= start_s < 2.1
    assert 6.4 < end_s <= 6.5
    assert all(start_s <= step.strike_time_s <= end_s for step in report.steps)
    assert headline(report, "cadence") == pytest.approx(RUNNER.cadence_per_min, abs=1.5)


def test_a_track_that_starts_late_keeps_the_clips_own_clock_and_measures_the_same(easy: Report) -> None:
    track = film(RUNNER, Camera(azimuth_deg=180))
    late = analyze_track(replace(track, time_s=track.time_s + 100), model="full")
    assert late.clip.used_s == pytest.approx([second + 100 for second in easy.clip.used_s])
    assert late.clip.duration_s == pytest.approx(easy.clip.duration_s)
    for name in ("strike_time_s", "toe_off_time_s"):
        moved = [getattr(step, name) for step in late.steps]
        assert moved == pytest.approx([getattr(step, name) + 100 for step in easy.steps], nan_ok=True, abs=1e-4)
    assert [frame.time_s for frame in late.frames] == pytest.approx([frame.time_s + 100 for frame in easy.frames])
    for name, measure in easy.measures.items():
        assert late.measures[name].headline.value == pytest.approx(measure.headline.value, nan_ok=True, abs=1e-3), name


def test_of_a_track_that_shows_no_run_the_times_are_its_own_too() -> None:
    track = film(RUNNER, Camera(azimuth_deg=180), 0.2)
    assert analyze_track(replace(track, time_s=track.time_s + 100)).clip.used_s == pytest.approx((100, 100.2), abs=0.02)


def test_a_part_of_a_track_that_starts_late_is_asked_for_on_its_own_clock() -> None:
    track = film(RUNNER, Camera(azimuth_deg=180))
    start_s, end_s = analyze_track(replace(track, time_s=track.time_s + 100), from_s=102, to_s=106.5).clip.used_s
    assert 102 <= start_s < 102.1
    assert 106.4 < end_s <= 106.5


@pytest.mark.parametrize("frames", [0, 1, 2, 5])
def test_a_handful_of_frames_is_an_answer_and_no_error(frames: int) -> None:
    track = film(RUNNER, Camera(), 1.0)
    few = PoseTrack(track.time_s[:frames], track.xy_px[:frames], track.visibility[:frames], 1280, 720)
    report = analyze_track(few)
    assert report.quality.grade == "poor"
    assert report.clip.frame_count == frames


def test_feet_outside_the_picture_are_told_as_such() -> None:
    track = film(RUNNER, Camera())
    low = replace(track, xy_px=track.xy_px + np.array([0.0, 115.0]))
    assert "feet_out_of_picture" in codes(analyze_track(low))


@pytest.mark.parametrize("told", IMPOSSIBLE)
def test_what_cannot_be_is_refused_in_one_line(told: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(told))):
        analyze_track(film(RUNNER, Camera(), 1.0), **told)


def test_a_track_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(FormcheckError, match="time_s"):
        PoseTrack(np.array([0.0, 0.0]), np.zeros((2, 33, 2)), np.ones((2, 33)), 1280, 720)


def test_the_same_landmarks_give_the_same_report(easy: Report) -> None:
    again = analyze_track(film(RUNNER, Camera(azimuth_deg=180)), model="full")
    assert repr(again.measures) == repr(easy.measures)
    assert repr(again.steps) == repr(easy.steps)


def test_the_report_says_with_which_settings_it_was_made(easy: Report) -> None:
    assert easy.settings["told"] == {
        "height_m": None,
        "speed_kmh": None,
        "incline_pct": 0.0,
        "capture_fps": None,
        "from_s": None,
        "to_s": None,
    }
    assert easy.settings["measurement"]["detectors"]["foot_strike"]["HeelSpeed"]["belt_share"] == 0.8
    assert easy.formcheck_version


def test_evidence_has_a_row_for_every_frame_used(easy: Report) -> None:
    evidence = easy.evidence
    assert evidence is not None
    assert evidence.runner is not None
    assert evidence.series is not None
    assert len(evidence.pose) == len(evidence.runner) == len(evidence.series.trunk_lean_deg)
    assert set(evidence.belt_line) == set(Side)


def test_somebody_the_pose_jumped_to_is_kept_for_hiding_their_face() -> None:
    track = film(Runner(), Camera(), 3.0)
    xy_px = track.xy_px.copy()
    xy_px[60:66, :, 0] -= 0.25 * track.width_px
    evidence = analyze_track(replace(track, xy_px=xy_px)).evidence
    assert evidence is not None
    assert set(evidence.others) == set(range(60, 66))
    assert np.array_equal(evidence.others[60], xy_px[60][None])


@pytest.mark.parametrize("part", [{"from_s": 100.0}, {"from_s": 8.5, "to_s": 9.0}])
def test_a_part_outside_the_track_is_refused_by_name(part: dict[str, float]) -> None:
    with pytest.raises(UsageError, match=r"outside the track, which lasts from 0\.0 s to 8\.0 s"):
        analyze_track(film(RUNNER, Camera()), **part)


@pytest.mark.parametrize("begins_s", [2000.0, 1.7e9])
def test_a_track_is_cut_on_its_own_clock_wherever_that_begins(begins_s: float) -> None:
    track = film(RUNNER, Camera())
    report = analyze_track(replace(track, time_s=track.time_s + begins_s), from_s=begins_s + 2, to_s=begins_s + 6.5)
    assert report.clip.used_s[0] >= begins_s + 2
    assert report.measures["cadence"].headline.withheld is None


def test_left_against_right_is_withheld_where_neither_sides_number_is_reported() -> None:
    uneven = replace(RUNNER, reach={Side.LEFT: 0.29, Side.RIGHT: 0.19})
    measures = analyze_track(film(uneven, Camera(), 20.0), model="lite").measures
    reach = measures["foot_ahead_of_hip"]
    assert reach.left is not None
    assert reach.left.withheld is not None
    assert measures["foot_ahead_of_hip_asymmetry"].headline.withheld == reach.left.withheld


def test_a_part_of_a_few_frames_is_too_short_and_not_without_a_runner() -> None:
    report = analyze_track(film(RUNNER, Camera()), from_s=7.9)
    assert [reason.code for reason in report.quality.reasons][:1] == ["clip_too_short"]
