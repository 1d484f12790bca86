"""One number from many steps, with an interval that holds what it promises."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.gait.settings import IntervalSettings
from formcheck.judge.measures.intervals import ErrorModel, difference, summarise, unknown
from formcheck.records.report import Reason
from formcheck.words.reasons import reason

SETTINGS = IntervalSettings(bootstrap_draws=200)
EXACT = ErrorModel(0.0)


def number(values, error: ErrorModel = EXACT, *, near: bool = True, widest: float = np.inf):
    return summarise(np.asarray(values, dtype=float), error, near=near, settings=SETTINGS, widest=widest)


@given(st.lists(st.floats(-100, 100), min_size=4, max_size=30))
def test_the_median_lies_within_its_interval(values: list[float]) -> None:
    found = number(values)
    low, high = found.interval95
    assert low <= found.value <= high
    assert found.steps == len(values)


def test_the_interval_of_steps_alone_holds_the_true_median_about_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(1)
    held = [low <= 0 <= high for low, high in (number(rng.normal(0, 1, 12)).interval95 for _ in range(400))]
    assert 0.88 < np.mean(held) < 0.99


def test_calibration_and_sampling_errors_hold_what_steps_cannot_show() -> None:
    """Every report has its own constant error and every step that of the phase of its frames."""
    rng = np.random.default_rng(2)
    error, held = ErrorModel(0.5, 0.8), []
    for _ in range(400):
        values = 3.0 + rng.normal(0, 0.5) + rng.normal(0, 0.8, 11) + rng.normal(0, 0.3, 11)
        low, high = number(values, error).interval95
        held.append(low <= 3.0 <= high)
    assert 0.92 < np.mean(held) <= 1


def test_errors_add_in_squares_and_more_steps_shrink_only_the_part_that_averages_out() -> None:
    steady = np.full(16, 2.0)
    low, high = number(steady, ErrorModel(0.3, 1.6)).interval95
    assert (high - low) / 2 == pytest.approx(1.96 * 0.5)
    low, high = number(np.full(400, 2.0), ErrorModel(0.3, 1.6)).interval95
    assert (high - low) / 2 == pytest.approx(1.96 * np.hypot(0.3, 0.08))


def test_too_few_steps_are_withheld_with_their_reason() -> None:
    found = number([1.0, 2.0, 3.0])
    assert found.withheld is not None
    assert found.withheld.code == "too_few_steps"
    assert found.confidence == "low"


def test_unseen_steps_do_not_count() -> None:
    found = number([1.0, np.nan, 1.2, np.nan, 1.1, 1.05])
    assert found.steps == 4
    assert found.withheld is None
    assert number([np.nan, np.nan]).withheld is not None
    assert number([]).withheld is not None


def test_an_interval_too_wide_to_act_on_is_withheld() -> None:
    found = number(np.full(10, 0.25), ErrorModel(0.1), widest=0.12)
    assert found.withheld is not None
    assert found.withheld.code == "interval_too_wide"
    assert number(np.full(10, 0.25), ErrorModel(0.05), widest=0.12).withheld is None


def test_a_far_leg_that_is_too_unsure_is_to_be_filmed_from_its_own_side() -> None:
    far = number(np.full(10, 0.25), ErrorModel(0.1), near=False, widest=0.12).withheld
    near = number(np.full(10, 0.25), ErrorModel(0.1), widest=0.12).withheld
    assert far is not None
    assert near is not None
    assert far.code == near.code
    assert far == reason("interval_too_wide", "far_leg")
    assert near == reason("interval_too_wide")


def test_confidence_falls_with_few_steps_a_far_leg_and_a_wide_interval() -> None:
    sure = ErrorModel(0.01)
    assert number(np.full(10, 1.0), sure, widest=0.12).confidence == "high"
    assert number(np.full(10, 1.0), sure, near=False, widest=0.12).confidence == "medium"
    assert number(np.full(10, 1.0), ErrorModel(0.05), widest=0.12).confidence == "medium"
    assert number(np.full(5, 1.0), sure, widest=0.12).confidence == "low"


def test_the_same_clip_gives_the_same_interval() -> None:
    values = np.random.default_rng(3).normal(0, 1, 9)
    assert number(values) == number(values)


def test_asymmetry_is_the_difference_over_the_mean_and_changes_sign_with_the_sides() -> None:
    left, right = np.full(8, 1.1), np.full(8, 0.9)
    one = difference(left, right, ErrorModel(0.05), settings=SETTINGS)
    other = difference(right, left, ErrorModel(0.05), settings=SETTINGS)
    assert one.value == pytest.approx(0.2)
    assert other.value == pytest.approx(-0.2)
    assert one.interval95[0] < 0.2 < one.interval95[1]
    assert (one.interval95[1] - one.interval95[0]) / 2 == pytest.approx(1.96 * 0.05)


def test_an_asymmetry_that_may_be_anything_is_withheld() -> None:
    left, right = np.full(8, 1.1), np.full(8, 0.9)
    assert difference(left, right, ErrorModel(0.16), settings=SETTINGS).withheld is None
    rough = difference(left, right, ErrorModel(0.18), settings=SETTINGS)
    assert rough.withheld is not None
    assert rough.withheld.code == "interval_too_wide"


def test_asymmetry_of_one_leg_or_of_few_steps_is_withheld() -> None:
    left = np.full(8, 1.1)
    assert difference(left, np.array([np.nan]), EXACT, settings=SETTINGS).withheld is not None
    few = difference(left, np.full(2, 1.0), EXACT, settings=SETTINGS)
    assert few.withheld is not None
    assert few.withheld.code == "too_few_steps"


def test_a_withheld_number_is_no_number() -> None:
    why = Reason("why", "Because.")
    found = unknown(why)
    assert np.isnan(found.value)
    assert np.isnan(found.interval95).all()
    assert replace(found, value=0.0, spread=0.0, interval95=(0.0, 0.0)).withheld is why


def test_the_parts_of_an_error_add_up_to_its_interval() -> None:
    steps = np.random.default_rng(5).normal(10, 1, 20)
    found = number(steps, ErrorModel(0.5, 0.8, of_clip=0.3))
    parts = found.error
    assert parts is not None
    assert (parts.of_runner, parts.of_clip) == pytest.approx((0.4, 0.3))
    low, high = found.interval95
    assert (high - low) / 2 / 1.96 == pytest.approx(np.linalg.norm([0.4, 0.3, parts.of_steps]), rel=0.02)


def test_more_steps_leave_less_open_and_the_clips_own_error_as_it_is() -> None:
    few, many = (
        number(np.random.default_rng(6).normal(10, 1, count), ErrorModel(0.5, of_clip=0.3)) for count in (8, 80)
    )
    assert few.error is not None
    assert many.error is not None
    assert many.error.of_steps < 0.5 * few.error.of_steps
    assert many.error.of_clip == few.error.of_clip


def test_an_error_of_which_no_part_is_known_to_stay_is_taken_as_new_in_each_clip() -> None:
    parts = number(np.full(9, 3.0), ErrorModel(0.5)).error
    assert parts is not None
    assert (parts.of_runner, parts.of_clip) == (0.0, 0.5)


def test_a_withheld_number_has_no_error_either() -> None:
    found = number(np.full(9, 3.0), ErrorModel(5.0), widest=1.0)
    assert found.withheld is not None
    assert found.error is None
