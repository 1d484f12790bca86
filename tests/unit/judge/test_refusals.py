"""What a track can't show is withheld, and an invalid one is refused."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from assessed import RUNNER, codes
from formcheck import FormcheckError, analyze_track
from formcheck.records.errors import UsageError
from formcheck.records.skeleton import Side
from formcheck.records.track import PoseTrack
from stick_runner import WALKER, Camera, film

IMPOSSIBLE = [
    {"height_m": 175.0},
    {"speed_kmh": -3.0},
    {"capture_fps": 1.0},
    {"incline_pct": 90.0},
    {"turn_deg": 45.0},
    {"turn_deg": 360.0},
    {"from_s": 9.0, "to_s": 9.0},
    {"to_s": -1.0},
]


@pytest.mark.parametrize(
    ("track", "options", "code"),
    [
        (film(RUNNER, Camera(fps=30)), {"capture_fps": 240.0}, "time_scale_contradiction"),
        (film(WALKER, Camera()), {}, "walking"),
        (film(RUNNER, Camera(azimuth_deg=90)), {}, "front_view"),
        (film(RUNNER, Camera(azimuth_deg=-90)), {}, "rear_view"),
        (film(RUNNER, Camera(), 1.5), {}, "too_few_steps"),
        (film(RUNNER, Camera(), 0.2), {}, "clip_too_short"),
    ],
)
def test_what_cannot_be_measured_is_withheld_with_its_code(
    track: PoseTrack, options: dict[str, Any], code: str
) -> None:
    report = analyze_track(track, **options)
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


def test_a_track_without_a_person_is_a_result_and_not_an_error() -> None:
    track = film(RUNNER, Camera(), 4.0)
    report = analyze_track(replace(track, xy_px=np.full_like(track.xy_px, np.nan)))
    assert codes(report)[0] == "nobody_seen"
    assert report.steps == ()
    assert report.frames == ()
    assert all(measure.headline.withheld is not None for measure in report.measures.values())


@pytest.mark.parametrize("frames", [0, 1, 2, 5])
def test_a_handful_of_frames_is_an_answer_and_no_error(frames: int) -> None:
    track = film(RUNNER, Camera(), 1.0)
    few = PoseTrack(track.time_s[:frames], track.xy_px[:frames], track.visibility[:frames], 1280, 720)
    report = analyze_track(few)
    assert report.quality.grade == "poor"
    assert report.clip.frame_count == frames


def test_feet_outside_the_picture_are_reported_as_such() -> None:
    track = film(RUNNER, Camera())
    low = replace(track, xy_px=track.xy_px + np.array([0.0, 115.0]))
    assert "feet_out_of_picture" in codes(analyze_track(low))


def test_left_against_right_is_withheld_where_neither_sides_number_is_reported() -> None:
    uneven = replace(RUNNER, reach={Side.LEFT: 0.29, Side.RIGHT: 0.19})
    measures = analyze_track(film(uneven, Camera(), 20.0), model="lite").measures
    reach = measures["foot_ahead_of_hip"]
    assert reach.left is not None
    assert reach.left.withheld is not None
    assert measures["foot_ahead_of_hip_asymmetry"].headline.withheld == reach.left.withheld


@pytest.mark.parametrize("options", IMPOSSIBLE)
def test_invalid_input_is_refused_in_one_line(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(options))):
        analyze_track(film(RUNNER, Camera(), 1.0), **options)


def test_a_track_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(FormcheckError, match="time_s"):
        PoseTrack(np.array([0.0, 0.0]), np.zeros((2, 33, 2)), np.ones((2, 33)), 1280, 720)
