"""The beat of the gait: its period, and where in the stride the legs are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.gait.rhythm.phase import find_beat, off_beat, slow_path
from formcheck.gait.settings import PhaseSettings

SETTINGS = PhaseSettings()


def gait(time_s: np.ndarray, period_s: float, noise: float = 0.0) -> np.ndarray:
    """Ankle separation as runners show it: a fundamental, a second and a third harmonic."""
    turns = 2 * np.pi * time_s / period_s
    clean = 0.5 * np.cos(turns) + 0.08 * np.cos(2 * turns + 0.4) + 0.05 * np.cos(3 * turns)
    return clean + np.random.default_rng(1).normal(0, noise, len(time_s))


@settings(max_examples=60)
@given(st.floats(0.55, 1.1), st.sampled_from([30, 60, 120]), st.floats(6, 20))
def test_the_period_is_found_within_half_a_per_cent(period_s: float, fps: int, duration_s: float) -> None:
    time_s = np.arange(0, duration_s, 1 / fps)
    beat = find_beat(time_s, gait(time_s, period_s, noise=0.02), settings=SETTINGS)
    assert beat is not None
    assert beat.period_s == pytest.approx(period_s, rel=0.005)


def test_phase_rises_by_one_a_stride_and_is_zero_where_left_is_furthest_ahead() -> None:
    time_s = np.arange(0, 8, 1 / 60)
    beat = find_beat(time_s, np.cos(2 * np.pi * (time_s - 0.25) / 0.72), settings=SETTINGS)
    assert beat is not None
    assert (np.diff(beat.phase) >= 0).all()
    expected = (time_s - 0.25) / 0.72
    off = beat.phase - expected
    assert off - np.round(off.mean()) == pytest.approx(0, abs=0.02)


def test_a_runner_who_speeds_up_is_followed() -> None:
    time_s = np.arange(0, 12, 1 / 60)
    turns = time_s / 0.74 + 0.004 * time_s**2
    beat = find_beat(time_s, np.cos(2 * np.pi * turns), settings=SETTINGS)
    assert beat is not None
    off = beat.phase - turns
    assert off - np.round(off.mean()) == pytest.approx(0, abs=0.03)


def test_unseen_frames_and_eightfold_slow_motion_keep_the_beat() -> None:
    time_s = np.arange(0, 40, 1 / 30)
    separation = gait(time_s, 5.8)
    separation[np.random.default_rng(3).random(len(time_s)) < 0.2] = np.nan
    beat = find_beat(time_s, separation, settings=SETTINGS)
    assert beat is not None
    assert beat.period_s == pytest.approx(5.8, rel=0.005)


@pytest.mark.parametrize("noise", [0.05, 0.15, 0.3])
def test_in_tenfold_slow_motion_a_ripple_of_badly_seen_feet_is_no_beat(noise: float) -> None:
    time_s = np.arange(0, 32, 1 / 30)
    beat = find_beat(time_s, gait(time_s, 7.06, noise), settings=SETTINGS)
    assert beat is not None
    assert beat.period_s == pytest.approx(7.06, rel=0.03)


def test_through_seconds_of_hidden_legs_the_phase_runs_on() -> None:
    time_s = np.arange(0, 9, 1 / 60)
    turns = time_s / 0.72
    away = (time_s > 3) & (time_s < 6)
    beat = find_beat(time_s, np.where(away, np.nan, 0.5 * np.cos(2 * np.pi * turns)), settings=SETTINGS)
    assert beat is not None
    off = beat.phase - turns
    assert off - np.round(off.mean()) == pytest.approx(0, abs=0.03)


def test_no_beat_is_made_of_noise_standing_or_a_single_stride() -> None:
    time_s = np.arange(0, 6, 1 / 60)
    noise = np.random.default_rng(5).normal(0, 1, len(time_s))
    assert find_beat(time_s, noise, settings=SETTINGS) is None
    assert find_beat(time_s, np.full(len(time_s), np.nan), settings=SETTINGS) is None
    assert find_beat(time_s, np.zeros(len(time_s)), settings=SETTINGS) is None
    short_s = time_s[:60]
    assert find_beat(short_s, gait(short_s, 0.72), settings=SETTINGS) is None


@pytest.mark.parametrize("frames", [1, 2, 5, 9])
def test_a_handful_of_frames_has_no_beat(frames: int) -> None:
    time_s = np.arange(frames) / 60
    assert find_beat(time_s, np.cos(9 * time_s), settings=SETTINGS) is None


def test_the_slow_path_is_the_wandering_without_the_bounce() -> None:
    time_s = np.arange(0, 8, 1 / 60)
    beat = find_beat(time_s, gait(time_s, 0.72), settings=SETTINGS)
    assert beat is not None
    wandering = 5 * time_s + 20 * np.sin(2 * np.pi * time_s / 4.5)
    bounce = 10 * np.cos(4 * np.pi * time_s / 0.72) + 4 * np.cos(2 * np.pi * time_s / 0.72)
    path = slow_path(time_s, (wandering + bounce)[:, None], beat)[:, 0]
    inside = (time_s > 0.7) & (time_s < 7.3)
    assert path[inside] == pytest.approx(wandering[inside], abs=1.5)


def test_what_comes_again_every_stride_is_on_the_beat_and_a_hands_shake_is_not() -> None:
    time_s = np.arange(0, 8, 1 / 60)
    beat = find_beat(time_s, gait(time_s, 0.72), settings=SETTINGS)
    assert beat is not None
    bounce = np.stack((4 * np.cos(2 * np.pi * time_s / 0.72), 10 * np.cos(4 * np.pi * time_s / 0.72)), axis=1)
    shake = np.stack((3 * np.sin(2 * np.pi * 0.9 * time_s), 3 * np.sin(2 * np.pi * 2.3 * time_s)), axis=1)
    seen = bounce + shake
    seen[50:60] = np.nan
    found = off_beat(seen, beat)
    assert np.isnan(found[50:60]).all()
    assert np.nanstd(found - shake, axis=0) == pytest.approx(0, abs=0.6)
