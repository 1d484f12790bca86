"""Averaging strides: what a chart may claim about a runner's typical stride."""

import numpy as np
import pytest

from formcheck.gait.measures.strides import PERCENT, average_stride, phase_percent, stride_windows

TIME_S = np.arange(0, 10, 1 / 60)
STRIKES_S = [0.2 + 0.7 * index for index in range(14)]


def wave(phase):
    return 20 + 10 * np.cos(2 * np.pi * phase)


def phase_of(time_s):
    return (time_s - STRIKES_S[0]) / 0.7


def test_a_periodic_signal_comes_back_as_one_period_starting_at_the_strike():
    average = average_stride(TIME_S, wave(phase_of(TIME_S)), STRIKES_S)
    assert average is not None
    assert average.strides == 13
    np.testing.assert_allclose(average.mean, wave(np.linspace(0, 1, PERCENT)), atol=0.1)
    assert average.sd.max() < 0.1


def test_the_spread_is_the_standard_deviation_between_strides():
    offset = np.where(np.floor(phase_of(TIME_S)) % 2 == 0, 3.0, -3.0)
    average = average_stride(TIME_S, offset, STRIKES_S)
    assert average is not None
    assert average.sd[50] == pytest.approx(3.0, rel=0.1)


def test_a_missed_strike_leaves_its_double_stride_out():
    missed = [strike for index, strike in enumerate(STRIKES_S) if index != 6]
    assert len(stride_windows(missed)) == 11
    average = average_stride(TIME_S, wave(phase_of(TIME_S)), missed)
    assert average is not None
    np.testing.assert_allclose(average.mean, wave(np.linspace(0, 1, PERCENT)), atol=0.1)


def test_unseen_samples_neither_bend_the_mean_nor_are_made_up():
    values = wave(phase_of(TIME_S))
    hidden = np.abs(phase_of(TIME_S) % 1 - 0.5) < 0.1
    values[hidden] = np.nan
    average = average_stride(TIME_S, values, STRIKES_S)
    assert average is not None
    assert np.isnan(average.mean[50])
    assert average.mean[20] == pytest.approx(wave(0.2), abs=0.1)


@pytest.mark.parametrize("strikes", [[], [1.0], [float("nan"), 1.0], [20.0, 20.7]])
def test_without_a_whole_stride_that_was_seen_there_is_no_average(strikes):
    assert average_stride(TIME_S, wave(TIME_S), strikes) is None


def test_a_signal_never_seen_has_no_average():
    assert average_stride(TIME_S, np.full(len(TIME_S), np.nan), STRIKES_S) is None


def test_an_event_is_placed_in_per_cent_of_the_stride():
    assert phase_percent(STRIKES_S, [strike + 0.35 * 0.7 for strike in STRIKES_S]) == pytest.approx(35)
    assert np.isnan(phase_percent(STRIKES_S, []))


def test_an_event_between_two_parts_of_a_clip_is_in_no_stride():
    cut_at = STRIKES_S[5] + 0.35
    strikes = [*STRIKES_S[:6], *(strike + 0.2 for strike in STRIKES_S[6:])]  # 0.2 s more than a stride pass there
    only_between = [cut_at + 0.01]
    assert np.isfinite(phase_percent(strikes, only_between))
    assert np.isnan(phase_percent(strikes, only_between, [cut_at]))
