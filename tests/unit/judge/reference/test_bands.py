"""The reference bands: they follow the table, are honest about how few people it holds, and know their ends."""

import math

import numpy as np
import pytest

from formcheck.judge.reference.bands import (
    FASTEST_M_S,
    FUKUCHI,
    HAMNER,
    SLOWEST_M_S,
    TABLE,
    UNITS,
    find_reference,
)
from formcheck.records.report import ReferenceBand

SPEEDS_M_S = np.linspace(SLOWEST_M_S, FASTEST_M_S, 36)
NORMAL_95 = 1.96


def band_at(speed_m_s: float, measure: str) -> ReferenceBand:
    return next(band for band in find_reference(speed_m_s) if band.measure == measure)


def half_widths(measure: str, speeds_m_s: np.ndarray = SPEEDS_M_S) -> np.ndarray:
    bands = [band_at(speed, measure) for speed in speeds_m_s]
    return np.array([(band.high - band.low) / 2 for band in bands])


def test_every_measure_with_a_reference_gets_a_band_in_its_own_unit() -> None:
    assert {band.measure: band.unit for band in find_reference(3.0)} == UNITS


@pytest.mark.parametrize("speed_m_s", [1.79, 5.31, 0.0, -3.0, math.nan, math.inf])
def test_no_band_is_guessed_outside_the_measured_speeds(speed_m_s: float) -> None:
    assert find_reference(speed_m_s) == ()


@pytest.mark.parametrize("speed_m_s", [SLOWEST_M_S, FASTEST_M_S])
def test_the_ends_of_the_measured_speeds_have_a_band(speed_m_s: float) -> None:
    assert len(find_reference(speed_m_s)) == len(UNITS)


@pytest.mark.parametrize("measure", UNITS)
def test_a_band_holds_every_rows_mean_and_its_line_fits_within_the_sampling_error(measure: str) -> None:
    for row in (row for row in TABLE if measure in row.values):
        mean, _ = row.values[measure]
        band = band_at(row.speed_m_s, measure)
        assert band.low < mean < band.high
        assert abs(mean - band.mean) < (band.high - band.low) / 2 / math.sqrt(row.runners)


@pytest.mark.parametrize("measure", UNITS)
def test_what_is_usual_moves_one_way_with_speed(measure: str) -> None:
    means = [band_at(speed, measure).mean for speed in SPEEDS_M_S]
    assert np.all(np.diff(means) * (-1 if measure == "contact_time" else 1) > 0)


@pytest.mark.parametrize("measure", UNITS)
def test_a_band_is_wider_than_the_runners_own_spread_because_they_are_few(measure: str) -> None:
    rows = [row for row in TABLE if measure in row.values]
    within = sum((row.runners - 1) * row.values[measure][1] ** 2 for row in rows)
    pooled_sd = math.sqrt(within / sum(row.runners - 1 for row in rows))
    assert np.all(half_widths(measure) > 1.1 * NORMAL_95 * pooled_sd)


@pytest.mark.parametrize("measure", UNITS)
def test_a_band_widens_towards_the_ends_where_the_line_is_less_sure(measure: str) -> None:
    slow, middle, fast = half_widths(measure, np.array([SLOWEST_M_S, 3.3, FASTEST_M_S]))
    assert slow > middle < fast


def test_the_foot_lands_where_a_calculation_by_hand_puts_it_at_3_m_s() -> None:
    # numpy.polyfit over ln(speed), weights sqrt(n): 0.236; t(11) 2.201 * SD 0.0255 * sqrt(1 + 1/13) = 0.058
    band = band_at(3.0, "foot_ahead_of_hip")
    speeds, runners = np.array([(row.speed_m_s, row.runners) for row in TABLE]).T
    means = [row.values["foot_ahead_of_hip"][0] for row in TABLE]
    slope, level = np.polyfit(np.log(speeds), means, 1, w=np.sqrt(runners))
    assert band.mean == pytest.approx(level + slope * math.log(3.0))
    assert (band.low, band.high) == pytest.approx((0.177, 0.294), abs=0.002)


def test_a_band_says_who_it_comes_from_and_how_few_they_are() -> None:
    reach, lean = (band_at(3.0, name).source for name in ("foot_ahead_of_hip", "trunk_lean"))
    assert HAMNER.citation in reach
    assert FUKUCHI.citation in reach
    assert "13 experienced runners" in reach
    assert "mostly men" in reach
    assert FUKUCHI.citation not in lean, "that data set has no markers on the trunk"
    assert "9 experienced runners" in lean
