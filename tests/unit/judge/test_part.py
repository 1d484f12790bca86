"""A part of a track, and a track's own clock."""

from dataclasses import replace

import pytest

from assessed import RUNNER, headline
from formcheck import Report, analyze_track
from formcheck.records.errors import UsageError
from stick_runner import Camera, film, turned_picture


def test_only_the_part_that_is_asked_for_is_measured() -> None:
    report = analyze_track(film(RUNNER, Camera()), from_s=2.0, to_s=6.5)
    start_s, end_s = report.clip.used_s
    assert 2.0 <= start_s < 2.1
    assert 6.4 < end_s <= 6.5
    assert all(start_s <= step.strike_time_s <= end_s for step in report.steps)
    assert headline(report, "cadence") == pytest.approx(RUNNER.cadence_per_min, abs=1.5)


def test_a_part_of_a_few_frames_is_too_short_and_not_without_a_runner() -> None:
    report = analyze_track(film(RUNNER, Camera()), from_s=7.9)
    assert [reason.code for reason in report.quality.reasons][:1] == ["clip_too_short"]


@pytest.mark.parametrize("part", [{"from_s": 100.0}, {"from_s": 8.5, "to_s": 9.0}])
def test_a_part_outside_the_track_is_refused_by_name(part: dict[str, float]) -> None:
    with pytest.raises(UsageError, match=r"outside the track, which lasts from 0\.0 s to 8\.0 s"):
        analyze_track(film(RUNNER, Camera()), **part)


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


@pytest.mark.parametrize("begins_s", [2000.0, 1.7e9])
def test_a_track_is_cut_on_its_own_clock_wherever_that_begins(begins_s: float) -> None:
    track = film(RUNNER, Camera())
    report = analyze_track(replace(track, time_s=track.time_s + begins_s), from_s=begins_s + 2, to_s=begins_s + 6.5)
    assert report.clip.used_s[0] >= begins_s + 2
    assert report.measures["cadence"].headline.withheld is None


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_track_of_a_clip_on_its_side_measures_the_same_when_it_is_turned(easy: Report, quarters: int) -> None:
    turned = turned_picture(film(RUNNER, Camera(azimuth_deg=180)), quarters)
    report = analyze_track(turned, turn_deg=90.0 * quarters, model="full")
    assert report.quality.reasons == easy.quality.reasons
    for name in ("foot_ahead_of_hip", "trunk_lean", "cadence"):
        assert headline(report, name) == pytest.approx(headline(easy, name), rel=1e-6)
