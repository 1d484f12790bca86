"""What was not seen stays not seen, what was seen is neither changed nor delayed."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.gait.select.cleaning import fill_gaps, hide_unseen, smooth
from formcheck.gait.settings import CleaningSettings
from formcheck.records.track import runs
from stick_runner import Camera, Runner, film

SETTINGS = CleaningSettings()
TIME_S = np.arange(120) / 60

masks = st.lists(st.booleans(), min_size=len(TIME_S), max_size=len(TIME_S)).map(np.array)


def longest_gap_around(seen: np.ndarray, index: int) -> float:
    """Seconds between the seen samples that frame an unseen one; infinite at the ends."""
    before, after = np.flatnonzero(seen[:index]), np.flatnonzero(seen[index:]) + index
    return TIME_S[after[0]] - TIME_S[before[-1]] if len(before) and len(after) else np.inf


@given(masks, st.floats(0.02, 0.5))
def test_only_short_gaps_are_filled_and_nothing_seen_is_changed(seen: np.ndarray, longest_gap_s: float) -> None:
    values = np.where(seen, np.sin(7 * TIME_S), np.nan)
    filled = fill_gaps(TIME_S, values, longest_gap_s=longest_gap_s)
    assert np.array_equal(filled[seen], values[seen])
    for index in np.flatnonzero(~seen):
        assert np.isfinite(filled[index]) == (longest_gap_around(seen, index) <= longest_gap_s + 1e-9)


def test_a_bridge_follows_the_motion_and_never_overshoots_it() -> None:
    values = np.sin(2 * np.pi * TIME_S)
    holed = np.where((TIME_S > 0.45) & (TIME_S < 0.53), np.nan, values)
    filled = fill_gaps(TIME_S, holed, longest_gap_s=0.1)
    assert filled == pytest.approx(values, abs=0.02)
    assert np.abs(filled).max() <= 1.0


def test_each_landmark_is_bridged_by_itself() -> None:
    track = np.zeros((len(TIME_S), 3, 2))
    track[10:14, 1] = np.nan
    track[40:60, 2] = np.nan
    filled = fill_gaps(TIME_S, track, longest_gap_s=0.1)
    assert np.isfinite(filled[:, :2]).all()
    assert np.isnan(filled[40:60, 2]).all()


@pytest.mark.parametrize("fps", [30, 60, 120, 240])
def test_smoothing_delays_nothing(fps: int) -> None:
    time_s = np.arange(2 * fps + 1) / fps
    bump = np.exp(-(((time_s - 1.0) / 0.1) ** 2))
    smoothed = smooth(time_s, bump, cutoff_hz=10.0, settings=SETTINGS)
    assert time_s[smoothed.argmax()] == pytest.approx(1.0, abs=1e-9)
    assert smoothed == pytest.approx(smoothed[::-1], abs=1e-4)


def test_smoothing_takes_jitter_and_leaves_the_motion() -> None:
    motion = np.sin(2 * np.pi * 2.8 * TIME_S)
    noisy = motion + np.random.default_rng(1).normal(0, 0.05, len(TIME_S))
    smoothed = smooth(TIME_S, noisy, cutoff_hz=10.0, settings=SETTINGS)
    middle = slice(10, -10)
    assert np.std((smoothed - motion)[middle]) < 0.7 * np.std((noisy - motion)[middle])
    assert smooth(TIME_S, motion, cutoff_hz=10.0, settings=SETTINGS)[middle] == pytest.approx(motion[middle], abs=0.02)


@given(masks)
def test_smoothing_neither_fills_nor_makes_holes(seen: np.ndarray) -> None:
    values = np.where(seen, np.cos(9 * TIME_S), np.nan)
    smoothed = smooth(TIME_S, values, cutoff_hz=10.0, settings=SETTINGS)
    assert np.array_equal(np.isfinite(smoothed), seen)


def test_frames_at_uneven_times_are_smoothed_where_they_are() -> None:
    time_s = (np.arange(120) + np.random.default_rng(2).uniform(-0.4, 0.4, 120)) / 60
    motion = np.sin(2 * np.pi * 2 * time_s)
    smoothed = smooth(time_s, motion, cutoff_hz=10.0, settings=SETTINGS)
    assert smoothed[10:-10] == pytest.approx(motion[10:-10], abs=0.06)


def test_guesses_are_hidden_whether_doubted_or_outside_the_picture() -> None:
    track = film(Runner(), Camera(), 0.5)
    visibility, xy_px = np.array(track.visibility), np.array(track.xy_px)
    visibility[3, 27] = 0.1
    xy_px[5, 28] = [-20.0, 300.0]
    xy_px[6, 31] = [640.0, 725.0]
    hidden = hide_unseen(replace(track, visibility=visibility, xy_px=xy_px), settings=SETTINGS)
    assert np.argwhere(np.isnan(hidden.xy_px[..., 0])).tolist() == [[3, 27], [5, 28], [6, 31]]


def test_unbroken_stretches_are_told_with_their_ends() -> None:
    assert runs(np.array([True, True, False, True])) == [(0, 2), (3, 4)]
    assert runs(np.array([], dtype=bool)) == []


def test_a_landmark_with_one_coordinate_or_no_known_visibility_is_not_seen() -> None:
    track = film(Runner(), Camera(), 0.5)
    xy_px, visibility = np.array(track.xy_px), np.array(track.visibility)
    xy_px[3, 5, 1], visibility[4, 5] = np.nan, np.nan
    hidden = hide_unseen(replace(track, xy_px=xy_px, visibility=visibility), settings=SETTINGS)
    assert np.isnan(hidden.xy_px[3:5, 5]).all()
    assert np.isfinite(hidden.xy_px[5, 5]).all()
